// The loopback host as a process of its own on a real lab: started, driven, interrupted, killed, started again.
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunEvent } from '../../shared/events/run-event.ts';
import { contract } from '../../shared/ipc/contract.ts';
import type { Result } from '../../shared/ipc/define-contract.ts';
import { callNames } from '../../shared/ipc/invoke-handler.ts';
import type { AppEvent, AppSnapshot, LabStatusView } from '../../shared/ipc/views.ts';
import { tempDir } from '../../testing/temp-dir.ts';
import { installationIn } from '../cli/testing/installation.ts';
import { ask, type TestWindow } from './testing/loopback-fixture.ts';
import { ServedProcess } from './testing/served-process.ts';

const small = ['--scenario', 'standalone-host'];

function start(dir: string, ...args: readonly string[]): ServedProcess {
  const served = new ServedProcess(dir, tempDir(), args);
  onTestFinished(async () => {
    served.signal('SIGKILL');
    await served.done;
  });
  return served;
}

async function valueOf<T>(answer: Promise<unknown>): Promise<T> {
  const result = (await answer) as Result<T>;
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const snapshotOf = (window: TestWindow): Promise<AppSnapshot> => valueOf(window.call('app.snapshot'));

/** A run of the first running VM; resolves when its disks are being read. */
async function startRun(window: TestWindow, dir: string): Promise<string> {
  await valueOf(window.call('repository.init', { location: join(dir, 'repository'), password: 'a password' }));
  const { vms } = await valueOf<LabStatusView>(window.call('lab.status'));
  const vm = vms.find((candidate) => candidate.state === 'running')!;
  const { runId } = await valueOf<{ runId: string }>(window.call('runs.start', { vmIds: [vm.id] }));
  await window.hear((message) => isPhase(message, 'reading'));
  return runId;
}

function isPhase(message: Record<string, unknown>, phase: string): boolean {
  if (message['kind'] !== 'event') return false;
  const { change } = message['payload'] as AppEvent;
  const event: RunEvent | undefined = change.type === 'run' ? change.event : undefined;
  return event?.type === 'vm-phase-entered' && event.phase === phase;
}

describe('the loopback host', () => {
  it('Ctrl-C in mid-run: the run is cancelled and merged, which is said; windows get a goodbye; exit code 0', async () => {
    const dir = join(tempDir(), 'new');
    const served = start(dir, ...small);
    const window = await served.open(await served.enter());
    const runId = await startRun(window, dir);
    served.signal('SIGINT');
    await served.hears(/^Cancelling/);
    served.signal('SIGINT');
    const ended = await served.done;
    expect(ended.said.join('\n')).toMatch(
      new RegExp(
        `^Cancelling run ${runId}: its checkpoints are being merged \\.\\.\\.\n(Still ending.*\n)?` +
          `Run ${runId}: cancelled, its checkpoints are merged\\.\nStillpoint has ended\\.$`,
        'm',
      ),
    );
    expect(ended.exitCode).toBe(0);
    expect((await window.closed).code).toBe(1001);
    expect(ended.stdout).toMatch(/^Stillpoint is at http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}\n$/);

    const installation = installationIn(dir);
    expect(installation.avhdxFiles()).toEqual([]);
    const after = await installation.run('lab', 'status', '--json');
    expect(after.said.join('\n')).not.toContain('Recovered');
    expect((await installation.runs())[0]).toMatchObject({ runId, outcome: 'cancelled', effects: {} });
    expect(readdirSync(dir).filter((name) => name.includes('lock'))).toEqual([]);
  });

  it('killed in mid-run: the next start finds the port, the cookie and the run again', async () => {
    const dir = tempDir();
    const first = start(dir, ...small);
    const cookie = await first.enter();
    const window = await first.open(cookie);
    const runId = await startRun(window, dir);
    const { port } = await first.address;
    first.signal('SIGKILL');
    expect((await window.closed).code).toBe(1006);
    await first.done;

    const second = start(dir);
    expect((await second.address).port).toBe(port);
    const again = await second.open(cookie);
    const { recovery } = await snapshotOf(again);
    expect(recovery.runs).toMatchObject([{ runId, status: 'ended', outcome: 'interrupted', effects: {} }]);
    expect(second.said.join('\n')).toContain('Recovered 1 interrupted run');
    expect(readFileSync(join(dir, 'serve.json'), 'utf8')).not.toContain(cookie.split('=')[1]);
    expect(installationIn(dir).avhdxFiles()).toEqual([]);
  });

  it('is the only one on its folder: a second start touches nothing and says who is there', async () => {
    const dir = tempDir();
    const first = start(dir, ...small);
    const window = await first.open(await first.enter());
    const before = readFileSync(join(dir, 'open.lock'), 'utf8');
    const second = await start(dir).done;
    expect(second.exitCode).toBe(1);
    expect(second.stdout).toBe('');
    expect(second.said[0]).toBe(`Error: Stillpoint is already open on ${dir}`);
    expect(second.said[1]).toMatch(/^ {2}Process \d+ has it open\./);
    expect(readFileSync(join(dir, 'open.lock'), 'utf8')).toBe(before);
    expect((await snapshotOf(window)).target.kind).toBe('lab');
    const beside = await installationIn(dir).run('lab', 'status');
    expect(beside.exitCode).toBe(1);
    expect(beside.said[0]).toContain('is in use');
  });

  it('lives through a thousand random calls of two windows, after which nothing has changed', async () => {
    const dir = tempDir();
    const served = start(dir, ...small);
    const cookie = await served.enter();
    const windows = [await served.open(cookie), await served.open(cookie)] as const;
    const before = await snapshotOf(windows[0]);
    const inherited = fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'app', 'runs', 'prototype');
    const name = fc.oneof(
      fc.constantFrom(...callNames(contract)),
      fc.tuple(inherited, inherited).map((parts) => parts.join('.')),
      fc.string({ maxLength: 200 }),
    );
    const input = fc.oneof(
      fc.jsonValue(),
      fc.record({ id: fc.string(), folder: fc.string(), vmIds: fc.array(fc.string()), ids: fc.string() }),
      fc.dictionary(inherited, fc.jsonValue()),
    );
    // An empty object would do what these are for.
    const meant = new Set(['settings.change', 'repository.check', 'repository.forgetPassword']);
    await fc.assert(
      fc.asyncProperty(name, input, fc.nat(1), async (call, value, which) => {
        fc.pre(!meant.has(call));
        const result = (await windows[which]!.call(call, value)) as Result<unknown>;
        expect(typeof result.ok).toBe('boolean');
        if (!result.ok) expect(result.error.code).not.toBe('bug.unexpected');
      }),
      { numRuns: 1000 },
    );
    expect(await snapshotOf(windows[1])).toEqual(before);
    expect(served.said.join('\n')).not.toMatch(/Error|at .*\.ts/);
  });

  it('ends by itself when its window is closed and nothing is going on', async () => {
    const served = start(tempDir(), ...small);
    const window = await served.open(await served.enter());
    served.tell({ type: 'something else' });
    served.tell({ type: 'window-closed' });
    window.ws.close();
    expect(await served.done).toMatchObject({ exitCode: 0, said: expect.arrayContaining(['Stillpoint has ended.']) });
  });

  it('whose window is closed in mid-run goes on to the end of the run, says so, and ends then', async () => {
    const dir = tempDir();
    const served = start(dir, ...small, '--lab-fault', 'merge-stalls');
    const window = await served.open(await served.enter());
    const runId = await startRun(window, dir);
    await window.hear((message) => isPhase(message, 'merging'));
    served.tell({ type: 'window-closed' });
    window.ws.close();
    await served.hears(new RegExp(`^The window is closed\\. Stillpoint goes on until run ${runId} is done`));
    served.signal('SIGKILL');
    await served.done;
  });

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'lets no other account in with its address, which the list of processes may show, and the own one afterwards',
    async () => {
      const served = start(tempDir(), ...small);
      const address = await served.address;
      const program = 'fetch(process.argv[1]).then(async (answer) => console.log(answer.status, await answer.text()))';
      const nobody = 65_534;
      const options = { uid: nobody, gid: nobody, cwd: '/', encoding: 'utf8' } as const;
      const other = spawnSync(process.execPath, ['-e', program, address.href], options);
      expect(other.stdout).toBe('403 This address is for the account that started Stillpoint.\n\n');
      await served.open(await served.enter());
    },
  );

  it('Ctrl-C while the lab is being made is heard at once, and ends it with a whole lab and no address', async () => {
    const dir = tempDir();
    const served = start(dir, ...small);
    await served.hears(/^Making the lab/);
    served.signal('SIGINT');
    await served.hears(/^Stillpoint ends as soon as what it is opening is whole/);
    served.signal('SIGINT');
    const ended = await served.done;
    expect([ended.exitCode, ended.stdout]).toEqual([0, '']);
    expect(ended.said.at(-1)).toBe('Stillpoint has ended.');
    expect((await installationIn(dir).run('lab', 'status')).exitCode).toBe(0);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('ends at %s with exit code 0', async (signal) => {
    const served = start(tempDir(), ...small);
    const { port } = await served.address;
    served.signal(signal);
    expect((await served.done).exitCode).toBe(0);
    await expect(ask(Number(port), '/', 'GET', {})).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a start', () => {
  it('takes another port when that of last time is used, says so, and lets no old cookie in', async () => {
    const dir = tempDir();
    const first = start(dir, ...small);
    const cookie = await first.enter();
    const { port } = await first.address;
    first.signal('SIGTERM');
    await first.done;
    const blocker = createServer().listen(Number(port), '127.0.0.1');
    onTestFinished(() => void blocker.close());
    const second = start(dir);
    const address = await second.address;
    expect(address.port).not.toBe(port);
    expect(second.said.join('\n')).toContain(`Note: port ${port} of last time is used by another program.`);
    const renamed = cookie.replace(port, address.port);
    expect((await ask(Number(address.port), '/', 'GET', { Cookie: renamed })).status).toBe(403);

    const third = await start(tempDir(), ...small, '--port', port).done;
    expect(third).toMatchObject({ exitCode: 1, stdout: '' });
    expect(third.said.join('\n')).toContain(`Error: Port ${port} of this computer cannot be used`);
  });

  it.each([
    [['--lab-fault', 'none-of-these'], 2, /^Error: The lab knows no fault none-of-these/m],
    [['--bogus'], 2, /^Error: Stillpoint cannot be started like this\n.*--bogus/m],
    [['--scenario', 'nowhere'], 1, /^Error: There is no scenario nowhere/m],
  ])('with %j is refused, and leaves nothing behind', async (args, exitCode, words) => {
    const dir = tempDir();
    const ended = await start(dir, ...args).done;
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.stdout).toBe('');
    expect(ended.said.join('\n')).toMatch(words);
    expect(readdirSync(dir)).toEqual([]);
  });
});
