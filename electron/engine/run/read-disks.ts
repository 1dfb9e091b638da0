// Reads every frozen disk of one VM into the repository, one after the other, and proves at the end of each that it
// stood still. Every handle is closed again before this returns: an open one would stop the merge.
import { isAppError, type AppError } from '../../../shared/errors/app-error.ts';
import type { DiskSlot } from '../../../shared/model/ids.ts';
import type { RestorePointDisk } from '../../../shared/model/restore-point.ts';
import type { CheckpointFacts, FrozenDrive } from '../../../shared/model/site.ts';
import type { VirtualDisk } from '../../vhdx/index.ts';
import type { CommittedDisk } from '../../../shared/events/run-event.ts';
import type { CopiedDisk, DiskTransferProgress } from './data-path.ts';
import type { VmRun } from './vm-run.ts';

export interface ReadDisk {
  readonly copied: CopiedDisk;
  readonly entry: RestorePointDisk;
  readonly committed: CommittedDisk;
}

/** @throws AppError `vhdx.*`, `repository.*`; or the signal's reason */
export async function readDisks(run: VmRun, checkpoint: CheckpointFacts): Promise<readonly ReadDisk[]> {
  const disks: ReadDisk[] = [];
  for (const drive of checkpoint.frozenDrives) disks.push(await readDisk(run, drive));
  return disks;
}

async function readDisk(run: VmRun, drive: FrozenDrive): Promise<ReadDisk> {
  const { tools, signal, opened, vm, log } = run.options;
  signal.throwIfAborted();
  const disk = await tools.data.openDisk(tools.hyperv.hostFiles(run.access.ref.hostId), drive.path);
  try {
    const onProgress = (progress: DiskTransferProgress): void => {
      const { totalBytes, readBytes, skippedBytes, storedBytes } = progress;
      const seen = { slot: drive.slot, totalBytes, readBytes, skippedBytes, storedBytes };
      log.progress({ type: 'disk-progress', vmId: vm.vmId, disk: seen });
    };
    const copied = await tools.data.transferDisk({ disk, writer: opened.writer, signal, onProgress });
    await disk.assertUnchanged();
    const path = tools.data.pathInSnapshot(vm.name, drive.slot);
    onProgress(copied);
    return {
      copied,
      entry: entryOf(disk, drive, path, copied),
      committed: committedOf(disk, drive.slot, path, copied),
    };
  } finally {
    await disk.close();
  }
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
