// Brings disks of a restore point back as .vhdx files. Files get their names only when every one of them is complete and
// on stable storage. Should the naming itself fail in the middle, what has its name by then is a whole disk and stays.
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { RestorePointDisk } from '../../../shared/model/restore-point.ts';
import type { FileNode, Repository } from '../../repository/index.ts';
import type { NewFile, NewFiles } from '../ports/new-files.ts';
import { findRestorePoint, shortId, type ReadableRepository, type RestorePoint } from './find-restore-points.ts';
import { distinctSafeNames } from './safe-name.ts';
import { findDiskNode } from './stored-disk.ts';

export interface RestoreProgress {
  readonly slot: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface RestoreOptions {
  /** Where the .vhdx files go; made if it is not there. */
  readonly folder: string;
  /** Slots of the disks wanted; all of them when absent. */
  readonly slots?: readonly string[];
  /** The user's word that files of the same names may be replaced. */
  readonly isOverwriting?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RestoreProgress) => void;
}

export interface RestoredDisk {
  readonly slot: string;
  /** The restored .vhdx. */
  readonly file: string;
  readonly imageSizeBytes: number;
  /** The rest are holes, where the file system has them. */
  readonly writtenBytes: number;
  readonly disk: RestorePointDisk;
}

export type RestorableRepository = ReadableRepository & Pick<Repository, 'restoreFile'>;

interface PlannedDisk {
  readonly disk: RestorePointDisk;
  readonly path: string;
  readonly node: FileNode;
}

interface WrittenDisk extends RestoredDisk {
  readonly newFile: NewFile;
}

/**
 * Files are named `<slot>.vhdx`. Errors: those of `findRestorePoint`; `restore.unknown-disk`, `restore.file-exists`,
 * `file.disk-full`, `file.not-writable`, `repository.blob-damaged` and its like; the signal's reason.
 */
export async function restoreDisks(
  repository: RestorableRepository,
  files: NewFiles,
  idOrPrefix: string,
  options: RestoreOptions,
): Promise<readonly RestoredDisk[]> {
  const restorePoint = await findRestorePoint(repository, idOrPrefix);
  const plan = await planRestore(repository, files, restorePoint, options);
  const begun: NewFile[] = [];
  try {
    const written: WrittenDisk[] = [];
    for (const planned of plan) {
      options.signal?.throwIfAborted();
      const newFile = await files.create(planned.path);
      begun.push(newFile);
      written.push(await writeDisk(repository, planned, newFile, options));
    }
    options.signal?.throwIfAborted();
    for (const { newFile } of written) {
      await newFile.commit({ isOverwriting: options.isOverwriting === true });
      begun.splice(begun.indexOf(newFile), 1);
    }
    return written.map(({ newFile: _newFile, ...restored }) => restored);
  } finally {
    for (const newFile of begun) await newFile.discard();
  }
}

/** Everything that can be known to be wrong is found before the first byte is written. */
async function planRestore(
  repository: RestorableRepository,
  files: NewFiles,
  restorePoint: RestorePoint,
  { folder, slots, isOverwriting }: RestoreOptions,
): Promise<readonly PlannedDisk[]> {
  const disks = chooseDisks(restorePoint, slots);
  // Slots come from the repository, and so does what they could do to a path.
  const names = distinctSafeNames(disks.map((disk) => `${disk.slot}.vhdx`));
  const plan: PlannedDisk[] = [];
  for (const [i, disk] of disks.entries()) {
    const path = join(folder, names[i] ?? '');
    if (isOverwriting !== true && (await files.exists(path))) throw new AppError('restore.file-exists', { path });
    plan.push({ disk, path, node: await findDiskNode(repository, restorePoint, disk) });
  }
  return plan;
}

function chooseDisks(
  { id, document }: RestorePoint,
  slots: readonly string[] | undefined,
): readonly RestorePointDisk[] {
  if (slots === undefined) return document.disks;
  const known = document.disks.map((disk) => disk.slot);
  const unknown = slots.find((slot) => !known.includes(slot));
  if (unknown !== undefined)
    throw new AppError('restore.unknown-disk', { restorePoint: shortId(id), disk: unknown, disks: known });
  return document.disks.filter((disk) => slots.includes(disk.slot));
}

async function writeDisk(
  repository: RestorableRepository,
  { disk, path, node }: PlannedDisk,
  newFile: NewFile,
  { signal, onProgress }: RestoreOptions,
): Promise<WrittenDisk> {
  const { sizeBytes, writtenBytes } = await repository.restoreFile(node, newFile, {
    isFresh: true,
    ...(signal === undefined ? {} : { signal }),
    onProgress: (progress) => onProgress?.({ slot: disk.slot, ...progress }),
  });
  await newFile.flush();
  return { slot: disk.slot, file: path, imageSizeBytes: sizeBytes, writtenBytes, disk, newFile };
}
