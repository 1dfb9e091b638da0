// Starts of several processes in the same moment over the lock of a dead one: one of them gets it, every time.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../testing/temp-dir.ts';

const contender = join(import.meta.dirname, 'testing', 'lock-process.ts');
const rounds = 60;

it('lets one of several processes through', async () => {
  const processes = Array.from({ length: 5 }, () => fork(contender, { execArgv: [] }));
  onTestFinished(() => {
    for (const child of processes) child.kill();
  });
  const tellAll = (word: string): Promise<readonly unknown[]> =>
    Promise.all(processes.map((child) => tell(child, word)));
  // Nobody holds anything yet: afterwards all of them are there.
  await tellAll('release');
  for (let round = 0; round < rounds; round += 1) {
    const root = tempDir();
    writeFileSync(join(root, 'open.lock'), JSON.stringify({ hostname: hostname(), pid: 2 ** 30, startedAtMs: round }));
    const words = await tellAll(root);
    expect([...words].sort()).toEqual([...Array.from({ length: 4 }, () => 'console.already-open'), 'won']);
    expect(readdirSync(root)).toEqual(['open.lock']);
    await tellAll('release');
    expect(readdirSync(root)).toEqual([]);
  }
});

async function tell(child: ChildProcess, word: string): Promise<unknown> {
  const answer = once(child, 'message');
  child.send(word);
  return (await answer)[0];
}
