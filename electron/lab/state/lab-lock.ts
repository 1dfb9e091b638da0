// One process per lab: a lock file with the process id. A dead owner's lock is taken over.
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';

export interface LabLock {
  release(): Promise<void>;
}

/** Error: `lab.in-use`. */
export async function lockLab(folder: string): Promise<LabLock> {
  const path = join(folder, 'lab.lock');
  for (let attempt = 0; ; attempt += 1) {
    if (await tryCreate(path)) return { release: () => rm(path, { force: true }) };
    const pid = await ownerOf(path);
    if (pid !== undefined && (isAlive(pid) || attempt > 3)) throw new AppError('lab.in-use', { folder, pid });
    await rm(path, { force: true });
  }
}

/** The file appears with its content: nobody ever sees a lock without an owner. */
async function tryCreate(path: string): Promise<boolean> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, String(process.pid));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Undefined for a lock that is gone again, or is not one of ours. */
async function ownerOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
