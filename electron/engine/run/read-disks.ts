// Reads every frozen disk of one VM into the repository, one after the other, and proves at the end of each that it
// stood still. Every handle is closed again before this returns: an open one would stop the merge.
import { isAppError, type AppError } from '../../../shared/errors/app-error.ts';
import type { DiskSlot } from '../../../shared/model/ids.ts';
import type { RestorePointDisk } from '../../../shared/model/restore-point.ts';
import type { CheckpointFacts, FrozenDrive } from '../../../shared/model/site.ts';
import type { VirtualDisk } from '../../vhdx/index.ts';
import type { CommittedDisk } from '../../../shared/events/run-event.ts';
import { countAllocatedBytes } from '../transfer/allocated-chunks.ts';
import type { CopiedDisk, DiskTransferProgress } from './data-path.ts';
import type { VmRun } from './vm-run.ts';

export interface ReadDisk {
  readonly copied: CopiedDisk;
  readonly entry: RestorePointDisk;
  readonly committed: CommittedDisk;
}

interface OpenedDisk {
  readonly drive: FrozenDrive;
  readonly disk: VirtualDisk;
}

/** @throws AppError `vhdx.*`, `repository.*`; or the signal's reason */
export async function readDisks(run: VmRun, checkpoint: CheckpointFacts): Promise<readonly ReadDisk[]> {
  const opened: OpenedDisk[] = [];
  try {
    // All of them before the first is read: a chain that cannot be opened is found out at once, and how much there is
    // to read is known from the start, for every disk.
    for (const drive of checkpoint.frozenDrives) opened.push(await openFrozen(run, drive));
    for (const one of opened) await announceTotal(run, one);
    const disks: ReadDisk[] = [];
    for (const one of opened) disks.push(await readDisk(run, one));
    return disks;
  } finally {
    await Promise.all(opened.map(({ disk }) => disk.close()));
  }
}

async function openFrozen(run: VmRun, drive: FrozenDrive): Promise<OpenedDisk> {
  const { tools, fuse, vm } = run.options;
  run.signal.throwIfAborted();
  const files = tools.hyperv.hostFiles(run.access.ref.hostId);
  const disk = await tools.data.openDisk(files, drive.path);
  fuse.learn(vm.vmId, drive.slot, disk.blockSizeBytes);
  return { drive, disk };
}

async function announceTotal(run: VmRun, { drive, disk }: OpenedDisk): Promise<void> {
  const totalBytes = await countAllocatedBytes(disk.extents(), run.signal);
  tellProgress(run, drive, { totalBytes, readBytes: 0, skippedBytes: 0, storedBytes: 0 });
}

function tellProgress(run: VmRun, { slot }: FrozenDrive, progress: DiskTransferProgress): void {
  const { totalBytes, readBytes, skippedBytes, storedBytes } = progress;
  const disk = { slot, totalBytes, readBytes, skippedBytes, storedBytes };
  run.options.log.progress({ type: 'disk-progress', vmId: run.options.vm.vmId, disk });
}

async function readDisk(run: VmRun, { drive, disk }: OpenedDisk): Promise<ReadDisk> {
  const { tools, opened, vm } = run.options;
  const { signal } = run;
  const onProgress = (progress: DiskTransferProgress): void => tellProgress(run, drive, progress);
  const copied = await tools.data.transferDisk({ disk, writer: opened.writer, signal, onProgress });
  await disk.assertUnchanged();
  const path = tools.data.pathInSnapshot(vm.name, drive.slot);
  onProgress(copied);
  return { copied, entry: entryOf(disk, drive, path, copied), committed: committedOf(disk, drive.slot, path, copied) };
}

function entryOf(disk: VirtualDisk, drive: FrozenDrive, pathInSnapshot: string, copied: CopiedDisk): RestorePointDisk {
  return {
    slot: drive.slot,
    pathInSnapshot,
    hostPath: drive.path,
    sizeBytes: disk.sizeBytes,
    readBytes: copied.readBytes,
    imageSizeBytes: copied.imageSizeBytes,
    storedBytes: copied.storedBytes,
    blockSizeBytes: disk.blockSizeBytes,
    logicalSectorSizeBytes: disk.logicalSectorSizeBytes,
    physicalSectorSizeBytes: disk.physicalSectorSizeBytes,
    virtualDiskId: disk.virtualDiskId,
    dataWriteGuid: disk.dataWriteGuid,
    chain: disk.members.map((member) => member.path),
  };
}

function committedOf(disk: VirtualDisk, slot: DiskSlot, pathInSnapshot: string, copied: CopiedDisk): CommittedDisk {
  const { totalBytes, readBytes, skippedBytes, storedBytes } = copied;
  return { slot, totalBytes, readBytes, skippedBytes, storedBytes, pathInSnapshot, sizeBytes: disk.sizeBytes };
}

/** The error that a writer keeps for everything after it: no other VM of the run need try. */
export function isRepositoryFailure(error: unknown): error is AppError {
  return isAppError(error) && error.code.startsWith('repository.') && error.category !== 'user';
}
