// Restores and transfers that fail or are cancelled at any point: no half file, no half restore point.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import { requireJudges } from '../../../testing/judges.ts';
import { tempDir } from '../../../testing/temp-dir.ts';
import { localNewFiles } from '../../platform/local-new-files.ts';
import { createLocalStorage } from '../../repository/index.ts';
import { FaultyStorage } from '../../repository/testing/faulty-storage.ts';
import { newRepository, reopen } from '../../repository/testing/repository-fixture.ts';
import { restic } from '../../repository/testing/restic.ts';
import { openDisk } from '../../vhdx/index.ts';
import type { NewFile, NewFiles } from '../ports/new-files.ts';
import { transferDisk } from '../transfer/transfer-disk.ts';
import { listRestorePoints } from './find-restore-points.ts';
import { restoreDisks } from './restore-disks.ts';
import { backUp } from './testing/back-up.ts';
import { files, makeDisk, mib, noise } from './testing/disk-files.ts';

/** Real files, of which the n-th change fails. */
function failingAt(change: number, makeError: (path: string) => Error): NewFiles & { changes: number } {
  const inner = localNewFiles();
  const count = (path: string): void => {
    faulty.changes += 1;
    if (faulty.changes === change) throw makeError(path);
  };
  const wrap = (file: NewFile): NewFile => ({
    path: file.path,
    write: async (data, position) => {
      count(file.path);
      await file.write(data, position);
    },
    truncate: async (size) => {
      count(file.path);
      await file.truncate(size);
    },
    flush: async () => {
      count(file.path);
      await file.flush();
    },
    commit: async (options) => {
      count(file.path);
      await file.commit(options);
    },
    discard: () => file.discard(),
  });
  const faulty = {
    changes: 0,
    exists: (path: string) => inner.exists(path),
    create: async (path: string) => {
      count(path);
      return wrap(await inner.create(path));
    },
  };
  return faulty;
}

const diskFull = (path: string): AppError => new AppError('file.disk-full', { path });

describe('a restore that fails', () => {
  it('at any write, leaves no file of it, whole or half', async () => {
    const folder = tempDir();
    const paths = [0, 1].map((n) => join(folder, `${n}.vhdx`));
    for (const [n, path] of paths.entries())
      await makeDisk(path, { sizeBytes: 8 * mib }, [{ offset: 0, bytes: noise(3 * mib, n) }]);
    const repository = await newRepository(join(folder, 'repository'));
    const { id } = await backUp(repository, paths);
    const whole = failingAt(-1, diskFull);
    await restoreDisks(repository, whole, id, { folder: join(folder, 'whole') });
    const lastCommit = whole.changes;
    expect(lastCommit).toBeGreaterThan(15);
    for (let change = 1; change <= lastCommit; change += 1) {
      const out = join(folder, `out-${change}`);
      await expect(restoreDisks(repository, failingAt(change, diskFull), id, { folder: out })).rejects.toMatchObject({
        code: 'file.disk-full',
      });
      // Only where the very last step fails is the first disk there: complete, and under its name.
      const left = change === 1 ? [] : readdirSync(out);
      expect(left, `after change ${change}`).toEqual(change === lastCommit ? ['scsi-0-0.vhdx'] : []);
    }
  });

  it('by the word of the user, at any progress, leaves nothing', async () => {
    const folder = tempDir();
    const path = await makeDisk(join(folder, 'a.vhdx'), { sizeBytes: 16 * mib }, [
      { offset: 0, bytes: noise(9 * mib, 1) },
    ]);
    const repository = await newRepository(join(folder, 'repository'));
    const { id } = await backUp(repository, [path]);
    for (const after of [1, 3, 9]) {
      const controller = new AbortController();
      const stop = new Error('stopped');
      let steps = 0;
      const onProgress = (): void => {
        steps += 1;
        if (steps === after) controller.abort(stop);
      };
      const out = join(folder, `out-${after}`);
      const restoring = restoreDisks(repository, localNewFiles(), id, {
        folder: out,
        signal: controller.signal,
        onProgress,
      });
      await expect(restoring).rejects.toBe(stop);
      expect(readdirSync(out)).toEqual([]);
    }
  });

  it('never writes over a file unless told to', async () => {
    const folder = tempDir();
    const path = await makeDisk(join(folder, 'a.vhdx'), { sizeBytes: 4 * mib }, [{ offset: 0, bytes: noise(512, 1) }]);
    const repository = await newRepository(join(folder, 'repository'));
    const { id } = await backUp(repository, [path]);
    const taken = join(folder, 'scsi-0-0.vhdx');
    writeFileSync(taken, 'precious');
    await expect(restoreDisks(repository, localNewFiles(), id, { folder })).rejects.toMatchObject({
      code: 'restore.file-exists',
      params: { path: taken },
    });
    expect(readFileSync(taken, 'utf8')).toBe('precious');
    await expect(restoreDisks(repository, localNewFiles(), id, { folder, slots: ['ide-0-0'] })).rejects.toMatchObject({
      code: 'restore.unknown-disk',
    });
    await restoreDisks(repository, localNewFiles(), id, { folder, isOverwriting: true });
    expect(readFileSync(taken).subarray(0, 8).toString()).toBe('vhdxfile');
  });
});

describe('a backup that fails', () => {
  it('cancelled in the middle of a disk leaves a clean repository, and the next one finds its chunks', async (context) => {
    requireJudges(context, 'restic');
    const folder = tempDir();
    const location = join(folder, 'repository');
    const path = await makeDisk(join(folder, 'a.vhdx'), { sizeBytes: 64 * mib }, [
      { offset: 0, bytes: noise(48 * mib, 1) },
    ]);
    const repository = await newRepository(location);
    const controller = new AbortController();
    const stop = new Error('stopped');
    const writer = await repository.openWriter();
    const disk = await openDisk(path, files);
    const transferring = transferDisk({
      disk,
      writer,
      signal: controller.signal,
      onProgress: ({ readBytes }) => {
        if (readBytes > 40 * mib) controller.abort(stop);
      },
    });
    await expect(transferring).rejects.toBe(stop);
    await disk.close();
    await writer.close();
    await restic(location, ['check', '--read-data']);
    expect(await repository.listLocks()).toEqual([]);
    expect((await listRestorePoints(repository)).restorePoints).toEqual([]);
    const { disks } = await backUp(repository, [path]);
    expect(disks[0]!.skippedBytes).toBeGreaterThan(15 * mib);
  });

  it('with the repository full at any change leaves no restore point, and one that is whole afterwards', async (context) => {
    requireJudges(context, 'restic');
    const folder = tempDir();
    const location = join(folder, 'repository');
    const path = await makeDisk(join(folder, 'a.vhdx'), { sizeBytes: 32 * mib }, [
      { offset: 0, bytes: noise(20 * mib, 1) },
    ]);
    await newRepository(location);
    for (let atChange = 1; ; atChange += 1) {
      const storage = new FaultyStorage(createLocalStorage(location), { kind: 'full', atChange });
      const repository = await reopen(location, storage);
      const result = await backUp(repository, [path], { number: atChange }).catch((error: unknown) => error);
      if (!(result instanceof AppError)) {
        expect(atChange).toBeGreaterThan(4);
        break;
      }
      expect(result.code).toBe('repository.disk-full');
      expect((await listRestorePoints(repository)).restorePoints).toEqual([]);
    }
    await restic(location, ['check', '--read-data']);
    expect((await listRestorePoints(await reopen(location))).restorePoints).toHaveLength(1);
  });
});
