// What a long-lived process remembers or could not do must not pass for what is on the disk: a rotted index, a drive
// that was unplugged, a blob that found no memory.
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { tempDir } from '../../testing/temp-dir.ts';
import { createLocalStorage, openRepository, type RepositoryStorage } from './index.ts';
import { backUp, newRepository, password, testBytes, testDeps } from './testing/repository-fixture.ts';

const files = { 'a.vhdx': testBytes('disk', 200_000) };

describe('an index that rots after it was loaded', () => {
  it('is damage to the verification and to the check of the process that loaded it', async () => {
    const folder = tempDir('repository');
    const repository = await newRepository(folder);
    const snapshot = await backUp(repository, files);
    expect(await repository.verifySnapshot(snapshot)).toMatchObject({ isIntact: true });
    const [name = ''] = readdirSync(join(folder, 'index'));
    const path = join(folder, 'index', name);
    const bytes = readFileSync(path);
    bytes[60] = bytes[60]! ^ 1;
    writeFileSync(path, bytes);
    for (const result of [await repository.verifySnapshot(snapshot), await repository.check()]) {
      expect(result).toMatchObject({ isIntact: false, damageCount: 1 });
      expect(result.damages[0]).toMatchObject({ object: `index ${name}` });
    }
  });
});

describe('a repository whose drive went away', () => {
  it('is said to be unreadable, not empty and not damaged', async () => {
    const folder = tempDir('repository');
    const repository = await newRepository(folder);
    const snapshot = await backUp(repository, files);
    renameSync(folder, `${folder}-away`);
    onTestFinished(() => {
      renameSync(`${folder}-away`, folder);
    });
    const gone = { code: 'repository.not-readable', params: { location: folder } };
    await expect(repository.listSnapshots()).rejects.toMatchObject(gone);
    await expect(repository.findSnapshot(snapshot)).rejects.toMatchObject(gone);
    await expect(repository.check()).rejects.toMatchObject(gone);
  });

  it('in the middle of a verification leaves no verdict', async () => {
    const folder = tempDir('repository');
    const snapshot = await backUp(await newRepository(folder), files);
    const local = createLocalStorage(folder);
    let isAway = false;
    const storage: RepositoryStorage = {
      location: folder,
      prepare: () => local.prepare(),
      list: (kind) => local.list(kind),
      exists: (file) => local.exists(file),
      read: (file, maxBytes) => local.read(file, maxBytes),
      writeAtomic: (file, parts) => local.writeAtomic(file, parts),
      remove: (file) => local.remove(file),
      readRange: (file, offset, target) => {
        if (!isAway) renameSync(folder, `${folder}-away`);
        isAway = true;
        return local.readRange(file, offset, target);
      },
    };
    const repository = await openRepository(storage, password, testDeps());
    onTestFinished(async () => {
      await repository.close();
      renameSync(`${folder}-away`, folder);
    });
    await expect(repository.verifySnapshot(snapshot)).rejects.toMatchObject({ code: 'repository.not-readable' });
  });
});

describe('a writer', () => {
  it('that found no memory for a blob takes nobody else for having stored it', async () => {
    const repository = await newRepository(tempDir('repository'));
    const writer = await repository.openWriter({ chunkSizeBytes: 65_536 });
    onTestFinished(() => writer.close());
    const [first, second] = [await writer.acquireBuffer(), await writer.acquireBuffer()];
    first.set(files['a.vhdx'].subarray(0, 65_536));
    second.set(first);
    const Real = SharedArrayBuffer;
    class Exhausted extends Real {
      constructor(size: number) {
        if (size > 16 * 1024 ** 2) throw new RangeError('Array buffer allocation failed');
        super(size);
      }
    }
    vi.stubGlobal('SharedArrayBuffer', Exhausted);
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    await expect(writer.putChunk(first, 65_536)).rejects.toThrow(RangeError);
    vi.unstubAllGlobals();
    await expect(writer.putChunk(second, 65_536)).rejects.toThrow(RangeError);
    await expect(writer.flush()).rejects.toThrow(RangeError);
  });

  it('that was cancelled while it read the index does not open, and leaves no lock', async () => {
    const folder = tempDir('repository');
    await backUp(await newRepository(folder), files);
    const local = createLocalStorage(folder);
    const stop = new AbortController();
    const list: RepositoryStorage['list'] = (kind) => {
      if (kind === 'index') stop.abort(new Error('cancelled'));
      return local.list(kind);
    };
    const storage = new Proxy(local, {
      get: (target, key) => {
        const value: unknown = key === 'list' ? list : Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const repository = await openRepository(storage, password, testDeps());
    onTestFinished(() => repository.close());
    await expect(repository.openWriter({ signal: stop.signal })).rejects.toThrow('cancelled');
    expect(await local.list('lock')).toEqual([]);
  });
});
