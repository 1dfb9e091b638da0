// What a proof needs of disk files on this machine: the hash of what a guest would see, and whether the lab's guest
// database in them is whole. Reads only.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../shared/errors/app-error.ts';
import { inspectGuestDatabase, type GuestDatabaseJudgement } from '../lab/index.ts';
import { localFiles, openDisk, type VirtualDisk } from '../vhdx/index.ts';
import type { DiskHashAnswer } from './disk-hash-worker.ts';

/** Of everything that runs from source. Bundles pass their own. */
export const diskHashWorkerSourceUrl = new URL('./disk-hash-worker.ts', import.meta.url);

/** SHA-256 (hex) of the raw virtual disk in a .vhdx file, in a thread of its own. Errors: `vhdx.*`. */
export async function sha256OfDiskFile(path: string, workerUrl: URL): Promise<string> {
  const worker = new Worker(workerUrl, { workerData: path, resourceLimits: { maxYoungGenerationSizeMb: 8 } });
  try {
    // Rejects when the thread could not run at all.
    const [answer] = (await once(worker, 'message')) as [DiskHashAnswer];
    if ('sha256' in answer) return answer.sha256;
    const { code, params, title } = answer.error;
    throw new AppError(code, params as never, { cause: new Error(title) });
  } finally {
    await worker.terminate();
  }
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
