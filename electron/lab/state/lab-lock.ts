// One process per lab: a lock file with the process id. A dead owner's lock is taken over.
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';

export interface LabLock {
  release(): Promise<void>;
}

interface Owner {
  readonly pid: number;
  /** When that process began, in the system's own words; empty where the system does not say. */
  readonly begunAt: string;
}

/** The locks of this very process: its id alone could be that of a dead one before it. */
const held = new Set<string>();

/** Error: `lab.in-use`. */
export async function lockLab(folder: string): Promise<LabLock> {
  const path = resolve(folder, 'lab.lock');
  for (let attempt = 0; ; attempt += 1) {
    if (await tryCreate(path)) break;
    const owner = await ownerOf(path);
    if (owner !== undefined && ((await isAlive(owner, path)) || attempt > 3))
      throw new AppError('lab.in-use', { folder, pid: owner.pid });
    await rm(path, { force: true });
  }
  held.add(path);
  return {
    release: async () => {
      if (!held.delete(path)) return;
      await rm(path, { force: true });
    },
  };
}

/** The file appears with its content: nobody ever sees a lock without an owner. */
async function tryCreate(path: string): Promise<boolean> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${process.pid} ${await begunAt(process.pid)}`);
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
async function ownerOf(path: string): Promise<Owner | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const match = /^([1-9]\d{0,9}) (\d*)$/.exec(text);
  return match === null ? undefined : { pid: Number(match[1]), begunAt: match[2] ?? '' };
}

async function isAlive(owner: Owner, path: string): Promise<boolean> {
  if (owner.pid === process.pid) return held.has(path);
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const now = await begunAt(owner.pid);
  if (now === 'dead') return false;
  return now === '' || owner.begunAt === '' || now === owner.begunAt;
}

/**
 * Ids of processes are used again; together with the time of its beginning one is unique (proc(5), field 22). `dead` for
 * one that was killed (field 3): it answers to signals until its parent has fetched its exit code, which may be never.
 */
async function begunAt(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? 'dead' : (fields[19] ?? '');
}
