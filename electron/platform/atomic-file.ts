// Small files that are whole or not there: written beside their place, made durable, then given their name.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAbsent, rethrowReading, rethrowWriting } from './file-errors.ts';
import { syncFolder } from './sync-folder.ts';

/** Readable by this user alone. Errors: `file.not-writable`, `file.disk-full`. */
export async function writeFileAtomic(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    rethrowWriting(path, error);
  }
}

/** Undefined where there is none. Errors: `file.not-readable`. */
export async function readFileIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    return isAbsent(error) ? undefined : rethrowReading(path, error);
  }
}
