// Disk files of this machine: the only file of the library that touches node:fs.
import { constants, type BigIntStats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { posix, sep } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import type { AllowParentPath, ByteStore, ParentCandidate, WritableVhdxFiles } from './files.ts';
import type { ParentLocator } from './format/parent-locator.ts';
import { parentBaseNames, relativeDanger, windowsDanger, windowsParentCandidates } from './parent-paths.ts';

export interface LocalFilesOptions {
  /** Asked before a parent path that leaves the disk's folder, the machine, or the world of files is followed. */
  readonly allow?: AllowParentPath;
}

export interface LocalVhdxFiles extends WritableVhdxFiles {
  /** A new, empty file. Error: `vhdx.file-exists`. */
  create(path: string): Promise<ByteStore>;
}

export function localFiles(options: LocalFilesOptions = {}): LocalVhdxFiles {
  const allow = options.allow ?? (() => false);
  return {
    open: async (path) => new LocalFile(path, await openFile(path, constants.O_RDONLY)),
    openWritable: async (path) => new LocalFile(path, await openFile(path, constants.O_RDWR)),
    create: async (path) => {
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
      return new LocalFile(path, await open(path, flags).catch(rethrow(path, 'vhdx.file-unwritable')));
    },
    parentCandidates: (childPath, locator) =>
      sep === '\\'
        ? windowsParentCandidates(childPath, locator, allow)
        : posixParentCandidates(childPath, locator, allow),
    identity: async (path) => {
      const { dev, ino } = await statFile(path);
      return `${dev.toString()}:${ino.toString()}`;
    },
  };
}

/** Windows paths on a machine that has none: the relative one works, a full one only if it is one of this machine's
 * own; the others are named as refused where they are dangerous, and else left out. */
export function posixParentCandidates(
  childPath: string,
  locator: ParentLocator,
  allow: AllowParentPath,
): readonly ParentCandidate[] {
  const folder = posix.dirname(childPath);
  const candidates: ParentCandidate[] = [];
  const { relativePath, volumePath, absoluteWin32Path } = locator;
  if (relativePath !== undefined) {
    const path = posix.join(folder, relativePath.replaceAll('\\', '/'));
    const danger = /^[\\/]/.test(relativePath) ? 'outside-folder' : relativeDanger(relativePath);
    const isAllowed = danger === undefined || allow(path, danger);
    candidates.push({ path, origin: 'relative', ...(isAllowed ? {} : { refused: danger }) });
  }
  for (const [origin, path] of [['volume', volumePath] as const, ['absolute', absoluteWin32Path] as const]) {
    if (path === undefined) continue;
    if (/^\/[^/]/.test(path)) candidates.push({ path: posix.normalize(path), origin });
    else {
      const danger = windowsDanger('', path.replaceAll('/', '\\'));
      if (danger === 'network' || danger === 'device') candidates.push({ path, origin, refused: danger });
    }
  }
  for (const name of parentBaseNames(locator)) {
    const path = posix.join(folder, name);
    if (!candidates.some((known) => known.path === path)) candidates.push({ path, origin: 'beside' });
  }
  return candidates;
}

async function openFile(path: string, flags: number): Promise<FileHandle> {
  // SECURITY: opening a pipe would wait for ever and a device could act: only plain files are opened.
  await statFile(path);
  return open(path, flags).catch(rethrow(path, 'vhdx.file-unreadable'));
}

async function statFile(path: string): Promise<BigIntStats> {
  const stats = await stat(path, { bigint: true }).catch(rethrow(path, 'vhdx.file-unreadable'));
  if (stats.isFile()) return stats;
  throw new AppError('vhdx.file-unreadable', { path, reason: 'it is not a plain file' });
}

class LocalFile implements ByteStore {
  readonly path: string;
  readonly #handle: FileHandle;
  #isClosed = false;

  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  async sizeBytes(): Promise<number> {
    return (await this.#handle.stat().catch(rethrow(this.path, 'vhdx.file-unreadable'))).size;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    let done = 0;
    while (done < target.length) {
      const { bytesRead } = await this.#handle
        .read(target, done, target.length - done, position + done)
        .catch(rethrow(this.path, 'vhdx.file-unreadable'));
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  async write(data: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < data.length) {
      const { bytesWritten } = await this.#handle
        .write(data, done, data.length - done, position + done)
        .catch(rethrow(this.path, 'vhdx.file-unwritable'));
      done += bytesWritten;
    }
  }

  async truncate(sizeBytes: number): Promise<void> {
    await this.#handle.truncate(sizeBytes).catch(rethrow(this.path, 'vhdx.file-unwritable'));
  }

  async flush(): Promise<void> {
    await this.#handle.datasync().catch(rethrow(this.path, 'vhdx.file-unwritable'));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#handle.close();
  }
}

type ReasonCode = 'vhdx.file-unreadable' | 'vhdx.file-unwritable';

/** A handler that turns a system error on `path` into ours; `otherwise` is for all that have no word of their own. */
function rethrow(path: string, otherwise: ReasonCode): (cause: unknown) => never {
  return (cause) => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new AppError('vhdx.file-not-found', { path }, { cause });
    if (code === 'EEXIST') throw new AppError('vhdx.file-exists', { path }, { cause });
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new AppError('vhdx.volume-full', { path }, { cause });
    throw new AppError(otherwise, { path, reason: cause instanceof Error ? cause.message : 'unknown' }, { cause });
  };
}
