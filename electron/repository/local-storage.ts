// A repository in a folder of a local disk or a mounted share: the only file of the repository that touches files.
// Layout as restic's local backend ("restic design.rst", Repository Layout).
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import { isId } from './format/id.ts';
import {
  fileLabel,
  type RepositoryFile,
  type RepositoryFileKind,
  type RepositoryStorage,
  type StoredFile,
} from './repository-storage.ts';

const folders: Readonly<Record<Exclude<RepositoryFileKind, 'config'>, string>> = {
  key: 'keys',
  snapshot: 'snapshots',
  index: 'index',
  data: 'data',
  lock: 'locks',
};

/** `folder` is absolute. Nothing is touched before the first call. */
export function createLocalStorage(folder: string): RepositoryStorage {
  return new LocalStorage(folder);
}

class LocalStorage implements RepositoryStorage {
  readonly location: string;

  constructor(folder: string) {
    this.location = folder;
  }

  async prepare(): Promise<void> {
    const prefixes = Array.from({ length: 256 }, (_, i) => join('data', i.toString(16).padStart(2, '0')));
    await this.#guard('write', undefined, async () => {
      for (const name of [...Object.values(folders), ...prefixes]) await createFolder(join(this.location, name));
    });
  }

  async list(kind: RepositoryFileKind): Promise<readonly StoredFile[]> {
    if (kind === 'config') return [];
    const root = join(this.location, folders[kind]);
    if (kind !== 'data') return this.#listFolder(root);
    const names = (await this.#names(root)).filter((name) => /^[0-9a-f]{2}$/.test(name));
    const lists = [];
    for (const name of names) lists.push(await this.#listFolder(join(root, name)));
    return lists.flat();
  }

  async exists(file: RepositoryFile): Promise<boolean> {
    return this.#guard('read', file, async () => {
      try {
        return (await stat(this.#path(file))).isFile();
      } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
      }
    });
  }

  async read(file: RepositoryFile, maxBytes: number): Promise<Uint8Array> {
    return this.#withFile(file, async (handle) => {
      const { size } = await handle.stat();
      if (size > maxBytes) throw this.#damaged(file, `it is larger (${size} bytes) than such a file can be`);
      return this.#fill(handle, file, 0, Buffer.allocUnsafe(size));
    });
  }

  async readRange(file: RepositoryFile, offsetBytes: number, target: Uint8Array): Promise<void> {
    await this.#withFile(file, (handle) => this.#fill(handle, file, offsetBytes, target));
  }

  async writeAtomic(file: RepositoryFile, parts: readonly Uint8Array[]): Promise<void> {
    const path = this.#path(file);
    const temporary = `${path}-tmp-${randomBytes(6).toString('hex')}`;
    await this.#guard('write', file, async () => {
      try {
        await createLevel(dirname(path));
        await writeDurably(temporary, parts);
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await syncFolder(dirname(path));
    });
  }

  async remove(file: RepositoryFile): Promise<void> {
    await this.#guard('write', file, () => rm(this.#path(file), { force: true }));
  }

  #path(file: RepositoryFile): string {
    if (file.kind === 'config') return join(this.location, 'config');
    const folder = join(this.location, folders[file.kind]);
    return file.kind === 'data' ? join(folder, file.name.slice(0, 2), file.name) : join(folder, file.name);
  }

  async #names(folder: string): Promise<readonly string[]> {
    return this.#guard('read', undefined, async () => {
      try {
        return await readdir(folder);
      } catch (error) {
        if (isAbsent(error)) return [];
        throw error;
      }
    });
  }

  async #listFolder(folder: string): Promise<readonly StoredFile[]> {
    const names = (await this.#names(folder)).filter(isId);
    const found = await this.#guard('read', undefined, () => Promise.all(names.map((name) => sizeOf(folder, name))));
    return found.filter((file) => file !== undefined);
  }

  async #withFile<T>(file: RepositoryFile, use: (handle: FileHandle) => Promise<T>): Promise<T> {
    return this.#guard('read', file, async () => {
      const handle = await open(this.#path(file), 'r');
      try {
        return await use(handle);
      } finally {
        await handle.close();
      }
    });
  }

  async #fill(handle: FileHandle, file: RepositoryFile, offset: number, target: Uint8Array): Promise<Uint8Array> {
    for (let done = 0; done < target.length;) {
      const { bytesRead } = await handle.read(target, done, target.length - done, offset + done);
      if (bytesRead === 0) throw this.#damaged(file, 'it ends before its time');
      done += bytesRead;
    }
    return target;
  }

  #damaged(file: RepositoryFile, reason: string): AppError {
    return new AppError('repository.damaged-file', { location: this.location, file: fileLabel(file), reason });
  }

  async #guard<T>(intent: 'read' | 'write', file: RepositoryFile | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#toAppError(error, intent, file);
    }
  }

  #toAppError(error: unknown, intent: 'read' | 'write', file: RepositoryFile | undefined): unknown {
    const { location } = this;
    const code = errnoOf(error);
    if (code === undefined) return error;
    const options = { cause: error };
    const reason = error instanceof Error ? error.message : code;
    if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('repository.disk-full', { location }, options);
    if (intent === 'write') return new AppError('repository.not-writable', { location, reason }, options);
    if (code === 'ENOENT' && file !== undefined) {
      return new AppError('repository.file-missing', { location, file: fileLabel(file) }, options);
    }
    return new AppError('repository.not-readable', { location, reason }, options);
  }
}

function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return error instanceof AppError || typeof code !== 'string' ? undefined : code;
}

function isAbsent(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

async function sizeOf(folder: string, name: string): Promise<StoredFile | undefined> {
  try {
    return { name, sizeBytes: (await stat(join(folder, name))).size };
  } catch (error) {
    // Removed between the listing and now: the same as not listed.
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Node's own recursive mkdir never returns where a parent exists and yet refuses with ENOENT (seen in /proc, Node 24). */
async function createFolder(path: string): Promise<void> {
  try {
    await createLevel(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await createFolder(dirname(path));
    await createLevel(path);
  }
}

/** One level only: a repository whose share went away must not be created anew on the disk below. */
async function createLevel(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

async function writeDurably(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    for (const part of parts)
      for (let done = 0; done < part.length;) done += (await handle.write(part, done)).bytesWritten;
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the new name durable. Windows cannot open folders for that, and NTFS journals the name itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
