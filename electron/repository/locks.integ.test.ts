// Locks, against a live restic and against the clock.
import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findJudge, requireJudges } from '../../testing/judges.ts';
import { tempDir } from '../../testing/temp-dir.ts';
import { createLocalStorage, type Lock, type Repository } from './index.ts';
import { craftFile } from './testing/crafted-files.ts';
import {
  backUp,
  ManualClock,
  newRepository,
  password,
  putFile,
  reopen,
  startMs,
  testBytes,
  testDeps,
} from './testing/repository-fixture.ts';
import { restic, tryRestic } from './testing/restic.ts';

const minutes = 60_000;

async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await nextTurn();
  }
}

function lockJson(changes: object): object {
  return {
    time: new Date(startMs).toISOString(),
    exclusive: true,
    hostname: 'other-host',
    username: 'eve',
    pid: 4711,
    ...changes,
  };
}

describe('a live restic', () => {
  it('that removes or checks data stops us with its name, and no longer once it is gone', async (context) => {
    requireJudges(context, 'restic');
    const folder = tempDir('repository');
    const live = { ...testDeps().host, hostname: hostname(), isProcessRunning };
    const repository = await newRepository(folder, undefined, testDeps({ host: live }));
    await backUp(repository, { 'disk.vhdx': testBytes('a', 400_000) });
    // Held for as long as we like: reading 400 kB at 1 KiB/s.
    const check = spawn(
      findJudge('restic')!,
      ['--no-cache', '-r', folder, 'check', '--read-data', '--limit-download', '1'],
      {
        env: { ...process.env, RESTIC_PASSWORD: password },
        stdio: 'ignore',
      },
    );
    const exited = new Promise((resolve) => check.once('exit', resolve));
    onTestFinished(() => void check.kill('SIGKILL'));
    const lock = await until(async () => (await repository.listLocks())[0]);
    expect(lock).toMatchObject({ isExclusive: true, pid: check.pid, isStale: false });
    await expect(repository.openWriter()).rejects.toMatchObject({
      code: 'repository.locked',
      params: { host: hostname(), pid: check.pid, exclusive: true, lockId: lock.id },
    });
    expect(await repository.listLocks()).toEqual([lock]);
    check.kill('SIGKILL');
    await exited;
    expect((await repository.removeStaleLocks()).map(({ id }) => id)).toEqual([lock.id]);
    await backUp(repository, { 'disk.vhdx': testBytes('b', 1000) });
  });

  it('does not prune or check while we write', async (context) => {
    requireJudges(context, 'restic');
    const folder = tempDir('repository');
    const repository = await newRepository(folder);
    const writer = await repository.openWriter();
    for (const command of ['prune', 'check']) {
      const run = await tryRestic(folder, [command]);
      expect(run.exitCode, command).not.toBe(0);
      expect(run.stderr).toContain(`PID ${process.pid} on console-1 by SHOP\\admin`);
    }
    expect((await tryRestic(folder, ['snapshots'])).exitCode).toBe(0);
    await writer.close();
    await restic(folder, ['prune']);
  });
});

function isProcessRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('our lock', () => {
  it('is told before its file exists, renewed every five minutes, and gone at the end', async () => {
    const folder = tempDir('repository');
    const clock = new ManualClock();
    const storage = createLocalStorage(folder);
    const repository = await newRepository(folder, storage, testDeps({ clock }));
    const told: string[] = [];
    const onLock = async (name: string): Promise<void> => {
      expect(await storage.exists({ kind: 'lock', name })).toBe(false);
      told.push(name);
    };
    const writer = await repository.openWriter({ onLock });
    for (let round = 1; round <= 3; round += 1) {
      expect(told).toHaveLength(round);
      await until(async () => (clock.isAwaited ? true : undefined));
      clock.advance(5 * minutes);
      const renewed = await until(() => onlyLock(repository, told[round]));
      expect(renewed).toMatchObject({
        id: told[round],
        createdAtMs: startMs + round * 5 * minutes,
        isExclusive: false,
      });
    }
    await writer.close();
    expect(await repository.listLocks()).toEqual([]);
  });

  it('that somebody removed ends the run, and no snapshot is made', async () => {
    const folder = tempDir('repository');
    const clock = new ManualClock();
    const repository = await newRepository(folder, undefined, testDeps({ clock }));
    const writer = await repository.openWriter({ onLock: () => undefined });
    await putFile(writer, 'f', testBytes('x', 10_000));
    const tree = await writer.saveTree([]);
    for (const lock of await repository.listLocks()) await repository.removeLock(lock.id);
    await expect(writer.commitSnapshot({ takenAtMs: startMs, tree, paths: ['/'] })).rejects.toMatchObject({
      code: 'repository.lock-lost',
    });
    await expect(writer.acquireBuffer()).rejects.toMatchObject({ code: 'repository.lock-lost' });
    await writer.close();
    expect(await repository.listSnapshots()).toEqual([]);
    expect(await repository.check()).toMatchObject({ isIntact: true, blobs: 0 });
  });

  it('that cannot be renewed ends the run', async () => {
    const clock = new ManualClock();
    const repository = await newRepository(tempDir('repository'), undefined, testDeps({ clock }));
    const writer = await repository.openWriter();
    for (const lock of await repository.listLocks()) await repository.removeLock(lock.id);
    clock.advance(6 * minutes);
    const failure = await until(async () => {
      try {
        writer.releaseBuffer(await writer.acquireBuffer());
        return undefined;
      } catch (error) {
        return error;
      }
    });
    expect(failure).toMatchObject({ code: 'repository.lock-lost' });
    await writer.close();
  });

  it('gives way when an exclusive one appears while it settles', async () => {
    const folder = tempDir('repository');
    class RacingClock extends ManualClock {
      override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
        if (ms < 1000) await craftFile(folder, 'lock', lockJson({}));
        await super.sleep(ms, signal);
      }
    }
    const repository = await newRepository(folder, undefined, testDeps({ clock: new RacingClock() }));
    await expect(repository.openWriter()).rejects.toMatchObject({
      code: 'repository.locked',
      params: { host: 'other-host', username: 'eve', pid: 4711, since: new Date(startMs).toISOString() },
    });
    expect((await repository.listLocks()).map((lock) => lock.hostname)).toEqual(['other-host']);
  });

  it('lives beside others that are not exclusive', async () => {
    const folder = tempDir('repository');
    const repository = await newRepository(folder);
    await craftFile(folder, 'lock', lockJson({ exclusive: false }));
    await backUp(repository, { a: Buffer.from('a') });
    expect(await repository.listLocks()).toHaveLength(1);
  });
});

describe('staleness', () => {
  it('is as restic says', async () => {
    const folder = tempDir('repository');
    const repository = await newRepository(folder);
    const agoIso = (ms: number): string => new Date(startMs - ms).toISOString();
    const cases: readonly (readonly [string, object, boolean])[] = [
      ['fresh, elsewhere', { pid: 1 }, false],
      ['29 minutes, elsewhere', { pid: 2, time: agoIso(29 * minutes) }, false],
      ['31 minutes, elsewhere', { pid: 3, time: agoIso(31 * minutes) }, true],
      ['here, running', { pid: process.pid, hostname: 'console-1' }, false],
      ['here, gone', { pid: 5, hostname: 'console-1' }, true],
      ['not exclusive, gone', { pid: 6, hostname: 'console-1', exclusive: false }, true],
    ];
    const names = new Map<string, string>();
    for (const [what, changes] of cases) names.set(await craftFile(folder, 'lock', lockJson(changes)), what);
    const isStale = (lock: Lock): readonly [string | undefined, boolean] => [names.get(lock.id), lock.isStale];
    const listed = Object.fromEntries((await repository.listLocks()).map(isStale));
    expect(listed).toEqual(Object.fromEntries(cases.map(([what, , stale]) => [what, stale])));
    const removed = await repository.removeStaleLocks();
    expect(removed.map((lock) => names.get(lock.id)).sort()).toEqual([
      '31 minutes, elsewhere',
      'here, gone',
      'not exclusive, gone',
    ]);
    expect(await repository.listLocks()).toHaveLength(3);
  });

  it('does not hide a lock that cannot be read', async () => {
    const folder = tempDir('repository');
    const repository = await newRepository(folder);
    const name = await craftFile(folder, 'lock', { exclusive: 'maybe' });
    await expect(repository.openWriter()).rejects.toMatchObject({
      code: 'repository.damaged-file',
      params: { file: `lock ${name}` },
    });
    await (await reopen(folder)).removeLock(name);
    await backUp(repository, { a: Buffer.from('a') });
  });
});

async function onlyLock(repository: Repository, id: string | undefined): Promise<Lock | undefined> {
  const locks = await repository.listLocks();
  return locks.length === 1 && locks[0]?.id === id ? locks[0] : undefined;
}
