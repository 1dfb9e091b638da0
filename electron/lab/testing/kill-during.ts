// Kills a busy process of the lab in the middle of its work, as a power cut does.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';

export interface KillMoment {
  /** The process says it on its output. */
  readonly word: string;
  /** How often it has to be said before. */
  readonly count: number;
  readonly afterMs: number;
}

/** @param script beside this file; it is given the lab's folder */
export async function killDuring(script: string, folder: string, { word, count, afterMs }: KillMoment): Promise<void> {
  const path = join(import.meta.dirname, script);
  const child = spawn(process.execPath, [path, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === word) seen += 1;
    if (seen < count) continue;
    await wait(afterMs);
    child.kill('SIGKILL');
    break;
  }
  expect(await ended).toBe('SIGKILL');
}
