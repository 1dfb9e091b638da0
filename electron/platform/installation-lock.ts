// One window or loopback host per installation: a lock file with who holds it. The lock of a dead process is taken over.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors/app-error.ts';
import type { RunOwner } from '../../shared/events/run-event.ts';
import { readFileIfThere } from './atomic-file.ts';
import { errnoOf, rethrowWriting } from './file-errors.ts';
import { isOwnerRunning, thisProcess } from './this-process.ts';

export interface InstallationLock {
  /** Also when it is no longer ours. */
  release(): Promise<void>;
}

const ownerSchema = z.object({
  hostname: z.string().max(256),
  pid: z.number().int().positive(),
  startedAtMs: z.number(),
});

/** The locks of this very process: its id alone could be that of a dead one before it. */
const held = new Set<string>();

/** @param root folder of the installation; made where missing. Errors: `console.already-open`, `file.*`. */
export async function lockInstallation(root: string): Promise<InstallationLock> {
  const path = join(root, 'open.lock');
  try {
    // Journals and settings say what there is on this site: they are nobody else's business.
    await mkdir(root, { recursive: true, mode: 0o700 });
    for (let attempt = 0; !(await tryCreate(path)); attempt += 1) {
      const text = await readFileIfThere(path);
      const owner = text === undefined ? undefined : ownerIn(text);
      if (owner !== undefined && (attempt > 3 || (await isHolding(owner, path))))
        throw new AppError('console.already-open', { folder: root, pid: owner.pid, path });
      if (text !== undefined) await removeStale(path, text);
    }
  } catch (error) {
    rethrowWriting(path, error);
  }
  held.add(path);
  return {
    release: async () => {
      if (!held.delete(path)) return;
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === JSON.stringify(thisProcess)) await rm(path, { force: true });
    },
  };
}

/** The file appears with its content: nobody ever sees a lock without an owner. */
async function tryCreate(path: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(thisProcess), { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Between looking and removing another start may have taken it over: what was not looked at is put back. */
async function removeStale(path: string, seen: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== seen) await link(aside, path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function isHolding(owner: RunOwner, path: string): Promise<boolean> {
  const isThisProcess = owner.pid === process.pid && owner.hostname === thisProcess.hostname;
  return isThisProcess ? held.has(path) : isOwnerRunning(owner);
}

/** Undefined for a file that is not one of ours. */
function ownerIn(text: string): RunOwner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
