// A process that was killed and whose parent never asks what became of it, as `kill -9` in a container leaves it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** Its number; it goes when the test is over. Linux only. */
export async function zombieProcess(): Promise<number> {
  // The child waits for a line of its own, so that its parent has become `sleep` before it ends.
  const parent = spawn('/bin/sh', ['-c', '(read -r line <&3) & echo $!; exec 3<&-; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  if (parent.stdout === null) throw new Error('the parent has no output');
  const [text] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(text.toString());
  process.kill(pid, 'SIGKILL');
  while (!isZombie(pid)) await new Promise((resolve) => setImmediate(resolve));
  return pid;
}

function isZombie(pid: number): boolean {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
}
