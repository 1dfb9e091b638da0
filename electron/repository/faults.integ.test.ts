// A full disk and a killed process, at every change a backup makes: the repository stays whole, the error is typed,
// and the next backup works.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { requireJudges } from '../../testing/judges.ts';
import { tempDir } from '../../testing/temp-dir.ts';
import { createLocalStorage, type RepositoryDeps } from './index.ts';
import { FaultyStorage, Killed, type Fault } from './testing/faulty-storage.ts';
import { backUp, newRepository, reopen, testBytes, testDeps } from './testing/repository-fixture.ts';
import { restic } from './testing/restic.ts';

const files = { 'disk.vhdx': testBytes('disk', 300_000), 'vm.json': Buffer.from('{"name":"web-01"}') };
/** lock, data pack, tree pack, index, snapshot, lock removed. */
const changesOfABackup = 6;
const elsewhere: RepositoryDeps = testDeps({ host: { ...testDeps().host, isProcessRunning: () => false } });

async function repositoryWithHistory(): Promise<string> {
  const folder = tempDir('repository');
  const storage = new FaultyStorage(createLocalStorage(folder));
  const repository = await newRepository(folder, storage);
  const before = storage.changes;
  await backUp(repository, { 'old.vhdx': testBytes('old', 100_000) });
  expect(storage.changes - before).toBe(changesOfABackup);
  return folder;
}

async function backUpWithFault(
  base: string,
  fault: Fault,
): Promise<{ readonly folder: string; readonly error: unknown }> {
  const folder = join(tempDir('repository'), 'copy');
  cpSync(base, folder, { recursive: true });
  const repository = await reopen(folder, new FaultyStorage(createLocalStorage(folder), fault));
  const error: unknown = await backUp(repository, files).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { folder, error };
}

describe('a disk that is full', () => {
  it('at any write is a typed error, harms nothing, and the next run goes on from there', async (context) => {
    requireJudges(context, 'restic');
    const base = await repositoryWithHistory();
    for (let atChange = 1; atChange < changesOfABackup; atChange += 1) {
      const { folder, error } = await backUpWithFault(base, { kind: 'full', atChange });
      expect(error, `change ${atChange}`).toMatchObject({ code: 'repository.disk-full', params: { location: folder } });
      const repository = await reopen(folder);
      expect(await repository.listLocks()).toEqual([]);
      expect(await repository.listSnapshots()).toHaveLength(1);
      await restic(folder, ['check', '--read-data']);
      await backUp(repository, files);
      expect(await repository.check()).toMatchObject({ isIntact: true, snapshots: 2 });
    }
  });

  it('for real (a small tmpfs) is the same', async (context) => {
    requireJudges(context, 'restic');
    const mount = tempDir('tmpfs');
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'stillpoint-test', mount], { stdio: 'pipe' });
    } catch (error) {
      context.skip(`a tmpfs cannot be mounted here: ${String(error).split('\n')[0]}`);
    }
    onTestFinished(() => void execFileSync('umount', [mount]));
    const folder = join(mount, 'repository');
    mkdirSync(folder);
    const repository = await newRepository(folder);
    await backUp(repository, { small: testBytes('small', 500_000) });
    const large = { large: testBytes('large', 9_000_000) };
    await expect(backUp(repository, large)).rejects.toMatchObject({ code: 'repository.disk-full' });
    await restic(folder, ['check', '--read-data']);
    expect(await repository.check()).toMatchObject({ isIntact: true, snapshots: 1 });
    await backUp(repository, { other: testBytes('other', 500_000) });
    await restic(folder, ['check', '--read-data']);
  });
});

describe('a process that is killed', () => {
  it('at any change leaves a whole repository, and at most a stale lock', async (context) => {
    requireJudges(context, 'restic');
    const base = await repositoryWithHistory();
    for (let atChange = 1; atChange <= changesOfABackup; atChange += 1) {
      const { folder, error } = await backUpWithFault(base, { kind: 'killed', atChange });
      expect(error, `change ${atChange}`).toBeInstanceOf(Killed);
      await restic(folder, ['check', '--no-lock', '--read-data']);
      const repository = await reopen(folder, undefined, elsewhere);
      // The snapshot is the last write but for the lock's removal: only then is it there.
      expect(await repository.listSnapshots()).toHaveLength(atChange === changesOfABackup ? 2 : 1);
      expect(await repository.removeStaleLocks()).toHaveLength(atChange === 1 ? 0 : 1);
      await backUp(repository, files);
      expect(await repository.check()).toMatchObject({ isIntact: true });
    }
  });
});

describe('a cancelled run', () => {
  it('rejects with the reason, leaves no lock and no snapshot, and what was packed is not stored again', async () => {
    const folder = tempDir('repository');
    const repository = await newRepository(folder);
    const stop = new AbortController();
    const writer = await repository.openWriter({ signal: stop.signal, chunkSizeBytes: 1_048_576 });
    const bytes = testBytes('long', 18 * 1_048_576);
    for (let at = 0; at < bytes.length; at += 1_048_576) await writer.putBytes(bytes.subarray(at, at + 1_048_576));
    const waiting = writer.acquireBuffer();
    stop.abort(new Error('the admin pressed cancel'));
    writer.releaseBuffer(await waiting);
    await expect(writer.putBytes(bytes)).rejects.toThrow('the admin pressed cancel');
    await expect(writer.flush()).rejects.toThrow('the admin pressed cancel');
    await writer.close();
    await writer.close();
    expect(await repository.listLocks()).toEqual([]);
    expect(await repository.listSnapshots()).toEqual([]);
    expect(await repository.check()).toMatchObject({ isIntact: true, packs: 1, unreferencedPacks: 0 });
    const again = await repository.openWriter({ chunkSizeBytes: 1_048_576 });
    await again.putBytes(bytes);
    expect(again.stats.knownBlobs).toBe(16);
    await again.close();
  });
});
