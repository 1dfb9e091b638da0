// The demo's folder: a second demo may take the place of the first, and of nothing else. A marker file tells which
// folders are the demo's own.
import { mkdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors/app-error.ts';
import { readFileIfThere, writeFileAtomic } from './atomic-file.ts';
import { rethrowWriting } from './file-errors.ts';
import { isOwnerRunning, thisProcess } from './this-process.ts';

const markerName = 'stillpoint-demo.json';
const markerSchema = z.object({ hostname: z.string(), pid: z.number(), startedAtMs: z.number() });

/**
 * Makes `root` ready for a new demo. `parts` are the names the demo uses in it; only these are ever removed, and only
 * where an earlier demo left its marker. @throws AppError `demo.folder-in-use`, `file.not-writable`, `file.disk-full`
 */
export async function claimDemoFolder(root: string, parts: readonly string[]): Promise<void> {
  const marker = join(root, markerName);
  const text = await readFileIfThere(marker);
  const taken = parts.map((part) => join(root, part)).filter((path) => existsSync(path));
  if (text === undefined) {
    const [first] = taken;
    if (first !== undefined) throw new AppError('demo.folder-in-use', { path: first });
  } else if (await isDemoRunning(text)) throw new AppError('demo.folder-in-use', { path: root });
  try {
    await mkdir(root, { recursive: true });
    for (const path of taken) await rm(path, { recursive: true });
  } catch (error) {
    rethrowWriting(root, error);
  }
  await writeFileAtomic(marker, JSON.stringify(thisProcess));
}

async function isDemoRunning(text: string): Promise<boolean> {
  const parsed = markerSchema.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.pid === thisProcess.pid) return false;
  return parsed.data.hostname === thisProcess.hostname && isOwnerRunning(parsed.data);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Cut or edited: the marker says by its name what it is, its content only who is at work.
    return undefined;
  }
}
