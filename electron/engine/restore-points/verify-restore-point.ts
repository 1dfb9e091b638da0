// Proves one restore point: every byte of it is read again, decrypted and hashed, and every disk in it opens as a
// virtual disk of the size that was recorded. Damage is the result, not an exception.
import { AppError, isAppError, type AppErrorData } from '../../../shared/errors/app-error.ts';
import type { RestorePointDisk } from '../../../shared/model/restore-point.ts';
import type { Damage, Repository } from '../../repository/index.ts';
import { findRestorePoint, shortId, type ReadableRepository, type RestorePoint } from './find-restore-points.ts';
import { openStoredDisk } from './stored-disk.ts';

export interface VerifyProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface VerifyOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: VerifyProgress) => void;
}

export interface VerifiedDisk {
  readonly slot: string;
  readonly pathInSnapshot: string;
  /** Damaged or missing pieces of this disk, at most as many as the repository lists. */
  readonly damages: readonly Damage[];
  /** Set when it does not open as the disk that was recorded. */
  readonly structureError?: AppErrorData;
  readonly isIntact: boolean;
}

export interface VerifyReport {
  readonly restorePoint: RestorePoint;
  readonly isIntact: boolean;
  readonly disks: readonly VerifiedDisk[];
  /** Damage outside of the disks: description, configuration, folders, indexes. */
  readonly otherDamages: readonly Damage[];
  /** All of it, also what is not listed. */
  readonly damageCount: number;
  readonly contentBytes: number;
  readonly checkedBlobs: number;
  readonly checkedBytes: number;
}

export type VerifiableRepository = ReadableRepository & Pick<Repository, 'openFile' | 'verifySnapshot'>;

/** Errors: those of `findRestorePoint`, `repository.not-readable`, the signal's reason. */
export async function verifyRestorePoint(
  repository: VerifiableRepository,
  idOrPrefix: string,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const restorePoint = await findRestorePoint(repository, idOrPrefix);
  const result = await repository.verifySnapshot(restorePoint.id, options);
  const disks: VerifiedDisk[] = [];
  for (const disk of restorePoint.document.disks) {
    options.signal?.throwIfAborted();
    const damages = result.damages.filter((damage) => damage.path === disk.pathInSnapshot);
    const structureError = await checkStructure(repository, restorePoint, disk);
    disks.push({
      slot: disk.slot,
      pathInSnapshot: disk.pathInSnapshot,
      damages,
      ...(structureError === undefined ? {} : { structureError: structureError.toData() }),
      isIntact: damages.length === 0 && structureError === undefined,
    });
  }
  const diskPaths = new Set(restorePoint.document.disks.map((disk) => disk.pathInSnapshot));
  return {
    restorePoint,
    isIntact: result.isIntact && disks.every((disk) => disk.isIntact),
    disks,
    otherDamages: result.damages.filter(({ path }) => path === undefined || !diskPaths.has(path)),
    damageCount: result.damageCount,
    contentBytes: result.contentBytes,
    checkedBlobs: result.checkedBlobs,
    checkedBytes: result.checkedBytes,
  };
}

async function checkStructure(
  repository: VerifiableRepository,
  restorePoint: RestorePoint,
  disk: RestorePointDisk,
): Promise<AppError | undefined> {
  const unsound = (reason: string, cause?: unknown): AppError =>
    new AppError(
      'restore.disk-unsound',
      { restorePoint: shortId(restorePoint.id), disk: disk.slot, reason },
      { cause },
    );
  try {
    const opened = await openStoredDisk(repository, restorePoint, disk);
    await opened.close();
    if (opened.type !== 'dynamic') return unsound(`it is a ${opened.type} disk, not a complete dynamic one.`);
    if (opened.sizeBytes !== disk.sizeBytes)
      return unsound(`it has ${opened.sizeBytes} bytes, and ${disk.sizeBytes} were recorded.`);
    return undefined;
  } catch (error) {
    if (!isAppError(error) || !isOfTheDisk(error)) throw error;
    return unsound(error.text.meaning, error);
  }
}

/** What the disk's own bytes are to blame for; a share that went away is not. */
function isOfTheDisk(error: AppError): boolean {
  return error.category === 'integrity' || error.code.startsWith('vhdx.') || error.code === 'repository.path-not-found';
}
