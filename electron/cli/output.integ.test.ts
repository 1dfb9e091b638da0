// What the program says may be lost; what it does may not: full disks and closed windows at the other end of its output.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useInstallation } from './testing/installation.ts';
import { startStillpoint } from './testing/stillpoint-process.ts';

const entry = join(import.meta.dirname, 'stillpoint.ts');
const full = '/dev/full';

/** Exit code and what came over the stream that works. */
async function runWithFull(lost: 'stdout' | 'stderr', args: readonly string[]): Promise<[number | null, string]> {
  const fd = openSync(full, 'w');
  const stdio = lost === 'stdout' ? (['ignore', fd, 'pipe'] as const) : (['ignore', 'pipe', fd] as const);
  const child = spawn(process.execPath, [entry, ...args], { stdio: [...stdio] });
  closeSync(fd);
  let text = '';
  (child.stdout ?? child.stderr)?.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, text];
}

describe.runIf(existsSync(full))('an output that is full', () => {
  const installation = useInstallation('output');

  it('of the progress does not end a backup', async () => {
    const [code, text] = await runWithFull('stderr', ['backup', 'WEB01', '--json', '--dir', installation.dir]);
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ ok: true, vms: [{ mergeConfirmed: true }] });
  }, 60_000);

  it('of the progress does not change what an error exits with', async () => {
    expect(await runWithFull('stderr', ['nonsense'])).toEqual([2, '']);
  });

  it('of the result is a failure, in words', async () => {
    const [code, text] = await runWithFull('stdout', ['--help']);
    expect(code).toBe(1);
    expect(text).toMatch(/^Error: The result could not be written/);
    expect(text).not.toContain('    at ');
  });

  it('a terminal that hangs up cancels, and waits for the merge', async () => {
    const ended = await startStillpoint(['backup', 'WEB01', '--dir', installation.dir], {
      onLine: (line, running) => {
        if (line.includes('reading')) running.signal('SIGHUP');
      },
    }).done;
    expect(ended.signal).toBeUndefined();
    expect(installation.avhdxFiles()).toEqual([]);
    expect((await installation.runs())[0]).toMatchObject({ outcome: 'cancelled' });
  }, 60_000);
});
