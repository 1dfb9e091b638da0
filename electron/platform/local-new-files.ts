// New files on a disk of this machine. The temporary name lies in the same folder, so that giving the final name is one
// step of the file system.
import { randomBytes } from 'node:crypto';
import { link, lstat, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import type { NewFile, NewFiles } from '../engine/ports/new-files.ts';
import { errnoOf, rethrowWriting } from './file-errors.ts';
import { syncFolder } from './sync-folder.ts';

/** Ends the name of every unfinished file: what a killed process leaves can be told and removed. */
const unfinishedSuffix = '.stillpoint-part';

export function localNewFiles(): NewFiles {
  return {
    exists: (path) => guard(path, () => isThere(path)),
    create: (path) =>
      guard(path, async () => {
        await mkdir(dirname(path), { recursive: true });
        const temporaryPath = `${path}.${randomBytes(4).toString('hex')}${unfinishedSuffix}`;
        return new LocalNewFile(path, temporaryPath, await open(temporaryPath, 'wx', 0o600));
      }),
  };
}

class LocalNewFile implements NewFile {
  readonly path: string;
  readonly #temporaryPath: string;
  readonly #handle: FileHandle;

  constructor(path: string, temporaryPath: string, handle: FileHandle) {
    this.path = path;
    this.#temporaryPath = temporaryPath;
    this.#handle = handle;
  }

  write(data: Uint8Array, positionBytes: number): Promise<void> {
    return guard(this.path, async () => {
      for (let done = 0; done < data.length;) {
        const { bytesWritten } = await this.#handle.write(data, done, data.length - done, positionBytes + done);
        done += bytesWritten;
      }
    });
  }

  truncate(sizeBytes: number): Promise<void> {
    return guard(this.path, () => this.#handle.truncate(sizeBytes));
  }

  flush(): Promise<void> {
    return guard(this.path, () => this.#handle.sync());
  }

  commit({ isOverwriting }: { readonly isOverwriting: boolean }): Promise<void> {
    return guard(this.path, async () => {
      await this.#handle.sync();
      await this.#handle.close();
      if (isOverwriting) await rename(this.#temporaryPath, this.path);
      else await renameIfFree(this.#temporaryPath, this.path);
      await syncFolder(dirname(this.path));
    });
  }

  async discard(): Promise<void> {
    // The caller has the error that matters. A file that cannot be removed keeps its telling name.
    await this.#handle.close().catch(() => undefined);
    await rm(this.#temporaryPath, { force: true }).catch(() => undefined);
  }
}

/** A hard link refuses a name that is taken, which a rename does not. Some file systems (FAT, some shares) have none. */
async function renameIfFree(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' || (await isThere(to)))
      throw new AppError('restore.file-exists', { path: to }, { cause: error });
    return rename(from, to);
  }
  await rm(from);
}

async function isThere(path: string): Promise<boolean> {
  try {
    // A link that leads nowhere has the name all the same.
    await lstat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function guard<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    return rethrowWriting(path, error);
  }
}
