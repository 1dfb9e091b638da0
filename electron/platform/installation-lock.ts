// One window or loopback host per installation: a lock file with who holds it. The lock of a dead process is taken over.
import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

/** The locks of this very process. */
const held = new Set<string>();

/** @param root folder of the installation; made where missing. Errors: `console.already-open`, `file.*`. */
export async function lockInstallation(root: string): Promise<InstallationLock> {
  const path = join(root, 'open.lock');
  if (held.has(path)) throw alreadyOpen(path, process.pid);
  held.add(path);
  try {
    // Journals and settings say what there is on this site: they are nobody else's business.
    await mkdir(root, { recursive: true, mode: 0o700 });
    await lock(path);
  } catch (error) {
    held.delete(path);
    rethrowWriting(path, error);
  }
  return {
    release: async () => {
      if (!held.delete(path)) return;
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === JSON.stringify(thisProcess)) await rm(path, { force: true });
    },
  };
}

/** The file appears with its content: nobody ever sees a lock without an owner. */
async function lock(path: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, JSON.stringify(thisProcess), { mode: 0o600 });
    while (!(await tryLink(draft, path))) {
      const text = await readFileIfThere(path);
      if (text === undefined) continue;
      await refuseHeld(path, text);
      if (await takeOver(path, draft, text)) return;
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Replaces the lock of a dead process. Two that find it dead at the same time must not both come to have it, so it takes
 * a claim first: a file whose name follows from what is replaced. Who has the claim, and finds the lock as it was, is alone:
 * every other one needs the same claim, and it is let go only after the lock has changed. A claim of somebody who died over
 * it is replaced in the same way. False: it has changed meanwhile, and has to be looked at anew.
 */
async function takeOver(path: string, draft: string, dead: string): Promise<boolean> {
  const deadClaims: string[] = [];
  let claim = claimPath(path, dead);
  while (!(await tryLink(draft, claim))) {
    const other = await readFileIfThere(claim);
    if (other === undefined) return false;
    await refuseHeld(path, other);
    deadClaims.push(claim);
    claim = claimPath(claim, other);
  }
  try {
    if ((await readFileIfThere(path)) !== dead) return false;
    await rename(draft, path);
    for (const deadClaim of deadClaims) await rm(deadClaim, { force: true });
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

function claimPath(path: string, replaced: string): string {
  return `${path}.${createHash('sha256').update(replaced).digest('hex').slice(0, 16)}`;
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function refuseHeld(path: string, text: string): Promise<void> {
  const owner = ownerIn(text);
  // What this process holds is in `held`; otherwise it is of one before us that had our number.
  if (owner === undefined || (owner.pid === process.pid && owner.hostname === thisProcess.hostname)) return;
  if (await isOwnerRunning(owner)) throw alreadyOpen(path, owner.pid);
}

function alreadyOpen(path: string, pid: number): AppError {
  return new AppError('console.already-open', { folder: dirname(path), pid, path });
}

/** Undefined for a file that is not one of ours. */
function ownerIn(text: string): RunOwner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
