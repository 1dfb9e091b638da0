// A disk inside of a restore point, opened as a virtual disk without restoring it: the .vhdx is read from the
// repository, chunk by chunk as it is asked for.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { RestorePointDisk } from '../../../shared/model/restore-point.ts';
import type { FileNode, Repository } from '../../repository/index.ts';
import { openDisk, type VhdxFiles, type VirtualDisk } from '../../vhdx/index.ts';
import { shortId, type RestorePoint } from './find-restore-points.ts';

export type DiskRepository = Pick<Repository, 'findSnapshot' | 'findNode' | 'openFile'>;

/** The stored .vhdx of a disk. Errors: `repository.path-not-found`, `restore.disk-not-a-file`. */
export async function findDiskNode(
  repository: Pick<Repository, 'findSnapshot' | 'findNode'>,
  restorePoint: RestorePoint,
  disk: RestorePointDisk,
): Promise<FileNode> {
  const snapshot = await repository.findSnapshot(restorePoint.id);
  const node = await repository.findNode(snapshot, disk.pathInSnapshot);
  if (node.type === 'file') return node;
  const params = { restorePoint: shortId(restorePoint.id), disk: disk.slot, path: disk.pathInSnapshot };
  throw new AppError('restore.disk-not-a-file', params);
}

/** Errors: `vhdx.*` when it is no sound disk, `repository.*` when its bytes cannot be had. */
export async function openStoredDisk(
  repository: DiskRepository,
  restorePoint: RestorePoint,
  disk: RestorePointDisk,
): Promise<VirtualDisk> {
  const file = await repository.openFile(await findDiskNode(repository, restorePoint, disk));
  return openDisk(disk.pathInSnapshot, onlyFile(disk.pathInSnapshot, file.sizeBytes, file));
}

/** One file and no other: a disk in a restore point is complete, so a parent it names is not looked for. */
function onlyFile(
  path: string,
  sizeBytes: number,
  file: { read(target: Uint8Array, positionBytes: number): Promise<number> },
): VhdxFiles {
  return {
    open: async (asked) => {
      if (asked !== path) throw new AppError('vhdx.file-not-found', { path: asked });
      return {
        path,
        sizeBytes: async () => sizeBytes,
        read: (target, position) => file.read(target, position),
        close: async () => undefined,
      };
    },
    parentCandidates: () => [],
    identity: async (asked) => asked,
  };
}
