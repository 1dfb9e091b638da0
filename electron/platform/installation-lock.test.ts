// One window per installation: who is refused, and whose lock is taken over.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../testing/temp-dir.ts';
import { lockInstallation } from './installation-lock.ts';

const here = hostname();

describe('the lock of an installation', () => {
  it('is held by one at a time, and is gone when released', async () => {
    const root = join(tempDir(), 'new', 'folder');
    const lock = await lockInstallation(root);
    if (process.platform !== 'win32') expect(statSync(join(root, 'open.lock')).mode & 0o777).toBe(0o600);
    await expect(lockInstallation(root)).rejects.toMatchObject({
      code: 'console.already-open',
      params: { folder: root, pid: process.pid, path: join(root, 'open.lock') },
    });
    await lock.release();
    await lock.release();
    expect(readdirSync(root)).toEqual([]);
    await (await lockInstallation(root)).release();
  });

  it('lets one of many starts in the same moment through', async () => {
    const root = tempDir();
    const dead = JSON.stringify({ hostname: here, pid: deadPid(), startedAtMs: 1 });
    writeFileSync(join(root, 'open.lock'), dead);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockInstallation(root)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(root)).toEqual(['open.lock']);
  });

  it.each<[string, () => string, boolean]>([
    ['a process that has died', () => JSON.stringify({ hostname: here, pid: deadPid(), startedAtMs: 1 }), true],
    [
      'a process whose number is ours now',
      () => JSON.stringify({ hostname: here, pid: process.pid, startedAtMs: 1 }),
      true,
    ],
    [
      'a process whose number is of another now',
      () => JSON.stringify({ hostname: here, pid: 1, startedAtMs: 1 }),
      true,
    ],
    ['another computer', () => JSON.stringify({ hostname: `not-${here}`, pid: 1, startedAtMs: 1 }), false],
    ['nobody: half written', () => '{"hostname":', true],
    ['nobody: empty', () => '', true],
    ['nobody: something else', () => '{"pid":-1}', true],
  ])('of %s', async (_name, textOf, isTakenOver) => {
    const root = tempDir();
    const path = join(root, 'open.lock');
    const text = textOf();
    writeFileSync(path, text);
    const locked = lockInstallation(root);
    if (isTakenOver) await (await locked).release();
    else await expect(locked).rejects.toMatchObject({ code: 'console.already-open' });
    expect(existsSync(path)).toBe(!isTakenOver);
    if (!isTakenOver) expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is taken over also where somebody died over taking it over, and nothing is left of that', async () => {
    const root = tempDir();
    const path = join(root, 'open.lock');
    const claim = (of: string, replaced: string): string =>
      `${of}.${createHash('sha256').update(replaced).digest('hex').slice(0, 16)}`;
    const dead = (startedAtMs: number): string => JSON.stringify({ hostname: here, pid: deadPid(), startedAtMs });
    const [lock, first, second] = [dead(1), dead(2), dead(3)];
    writeFileSync(path, lock);
    writeFileSync(claim(path, lock), first);
    writeFileSync(claim(claim(path, lock), first), second);
    const taken = await lockInstallation(root);
    expect(readdirSync(root)).toEqual(['open.lock']);
    await taken.release();
  });

  it('that somebody else is taking over is theirs', async () => {
    const root = tempDir();
    const lock = JSON.stringify({ hostname: here, pid: deadPid(), startedAtMs: 1 });
    writeFileSync(join(root, 'open.lock'), lock);
    const claim = `open.lock.${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`;
    writeFileSync(join(root, claim), JSON.stringify({ hostname: `not-${here}`, pid: 7, startedAtMs: 1 }));
    await expect(lockInstallation(root)).rejects.toMatchObject({ code: 'console.already-open', params: { pid: 7 } });
    expect(readdirSync(root)).toEqual(['open.lock', claim]);
  });

  it('that cannot be read, as one of another account, is said, and not tried for ever', async () => {
    const root = tempDir();
    mkdirSync(join(root, 'open.lock'));
    await expect(lockInstallation(root)).rejects.toMatchObject({ code: 'file.not-readable' });
  });

  it('makes a folder that other accounts cannot look into, and leaves one that is there as it is', async () => {
    if (process.platform === 'win32') return;
    const root = join(tempDir(), 'new');
    await (await lockInstallation(root)).release();
    expect(statSync(root).mode & 0o777).toBe(0o700);
    chmodSync(root, 0o750);
    await (await lockInstallation(root)).release();
    expect(statSync(root).mode & 0o777).toBe(0o750);
  });

  it('that another has taken over meanwhile is left to them', async () => {
    const root = tempDir();
    const lock = await lockInstallation(root);
    const theirs = JSON.stringify({ hostname: `not-${here}`, pid: 1, startedAtMs: 1 });
    writeFileSync(join(root, 'open.lock'), theirs);
    await lock.release();
    expect(readFileSync(join(root, 'open.lock'), 'utf8')).toBe(theirs);
  });

  it('says when the folder cannot be written', async () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    await expect(lockInstallation(join(file, 'root'))).rejects.toMatchObject({ code: 'file.not-writable' });
  });
});

function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}
