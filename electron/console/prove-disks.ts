// What a proof needs of disk files on this machine: the hash of what a guest would see, and whether the lab's guest
// database in them is whole. Reads only.
import { hashDiskFile } from '../engine/restore-points/index.ts';
import { inspectGuestDatabase, type GuestDatabaseJudgement } from '../lab/index.ts';
import { localFiles, openDisk, type VirtualDisk } from '../vhdx/index.ts';

/** SHA-256 (hex) of the raw virtual disk in a .vhdx file. Errors: `vhdx.*`. */
export function sha256OfDiskFile(path: string): Promise<string> {
  return hashDiskFile(localFiles(), path);
}

/** @param paths the disks of one VM, in the order of their slots. */
export async function judgeGuestDatabase(paths: readonly string[]): Promise<GuestDatabaseJudgement> {
  const disks: VirtualDisk[] = [];
  try {
    for (const path of paths) disks.push(await openDisk(path, localFiles()));
    return await inspectGuestDatabase(disks);
  } finally {
    for (const disk of disks) await disk.close();
  }
}
