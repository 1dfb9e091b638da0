import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../testing/temp-dir.ts';
import { createLocalStorage, initRepository, openRepository, type FileNode, type RepositoryWriter } from './index.ts';
import { newRepository, password, putFile, startMs, testBytes, testDeps } from './testing/repository-fixture.ts';

async function withWriter(use: (writer: RepositoryWriter) => Promise<void>): Promise<void> {
  const repository = await newRepository(tempDir('repository'));
  const writer = await repository.openWriter({ chunkSizeBytes: 8192, bufferCount: 3 });
  await use(writer);
  await writer.close();
}

const invalid = { code: 'repository.invalid-input' };

describe('chunks', () => {
  it('are stored once, however many come at the same time', () =>
    withWriter(async (writer) => {
      const results = [];
      for (let i = 0; i < 12; i += 1) {
        const buffer = await writer.acquireBuffer();
        buffer.fill(9);
        results.push(writer.putChunk(buffer, 8192));
      }
      const stored = await Promise.all(results);
      expect(stored.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(stored.map(({ id }) => id)).size).toBe(1);
      expect(writer.stats).toMatchObject({ newBlobs: 1, knownBlobs: 11, contentBytes: 12 * 8192, newBytes: 8192 });
    }));

  it('wait for a buffer while all are in use', () =>
    withWriter(async (writer) => {
      const held = [await writer.acquireBuffer(), await writer.acquireBuffer(), await writer.acquireBuffer()];
      let isServed = false;
      const waiting = writer.acquireBuffer().then((buffer) => {
        isServed = true;
        return buffer;
      });
      await writer.putBytes(new Uint8Array());
      expect(isServed).toBe(false);
      writer.releaseBuffer(held[0]!);
      expect(await waiting).toBe(held[0]);
    }));

  it('of zeros are the same, whoever made them', () =>
    withWriter(async (writer) => {
      const [first, again, shorter] = [
        await writer.putZeros(8192),
        await writer.putZeros(8192),
        await writer.putZeros(4096),
      ];
      const buffer = (await writer.acquireBuffer()).fill(0);
      const filled = await writer.putChunk(buffer, 8192);
      expect([again.id, filled.id]).toEqual([first.id, first.id]);
      expect([first.isNew, again.isNew, filled.isNew]).toEqual([true, false, false]);
      expect(shorter.id).not.toBe(first.id);
      expect(first.storedBytes).toBeLessThan(100);
    }));

  it('are refused in any other buffer, with any other length', () =>
    withWriter(async (writer) => {
      await expect(writer.putChunk(new Uint8Array(8192), 5)).rejects.toMatchObject(invalid);
      const buffer = await writer.acquireBuffer();
      const first = writer.putChunk(buffer, 8192);
      await expect(writer.putChunk(buffer, 8192)).rejects.toMatchObject(invalid);
      await first;
      for (const length of [0, -1, 1.5, 8193, Number.NaN]) {
        await expect(writer.putChunk(await writer.acquireBuffer(), length)).rejects.toMatchObject(invalid);
      }
      expect(() => writer.releaseBuffer(buffer)).toThrow(/invalid-input/);
    }));
});

describe('folders and snapshots', () => {
  it('may only name what was stored, at its true length', () =>
    withWriter(async (writer) => {
      const file = await putFile(writer, 'f', testBytes('x', 20_000));
      const wrong: readonly FileNode[] = [
        { ...file, sizeBytes: 19_999 },
        { ...file, content: [...file.content, 'f'.repeat(64)] },
        { ...file, content: ['no id'] },
        { ...file, name: '../f' },
        { ...file, modifiedAtMs: Number.NaN },
      ];
      for (const node of wrong) await expect(writer.saveTree([node])).rejects.toMatchObject(invalid);
      const folder = { type: 'dir', name: 'd', mode: 0o700, modifiedAtMs: startMs, subtree: file.content[0]! } as const;
      await expect(writer.saveTree([folder])).rejects.toMatchObject(invalid);
      const tree = await writer.saveTree([file]);
      const snapshot = { takenAtMs: startMs, tree, paths: ['/f'] };
      await expect(writer.commitSnapshot({ ...snapshot, tree: file.content[0]! })).rejects.toMatchObject(invalid);
      await expect(writer.commitSnapshot({ ...snapshot, takenAtMs: Number.NaN })).rejects.toMatchObject(invalid);
      await writer.commitSnapshot(snapshot);
    }));

  it('end with the writer', async () => {
    const repository = await newRepository(tempDir('repository'));
    const writer = await repository.openWriter();
    await writer.close();
    await expect(writer.acquireBuffer()).rejects.toMatchObject({ code: 'repository.closed' });
    await expect(writer.saveTree([])).rejects.toMatchObject({ code: 'repository.closed' });
    await expect(repository.openWriter({ chunkSizeBytes: 100 })).rejects.toMatchObject(invalid);
    expect(await repository.listLocks()).toEqual([]);
  });
});

describe('opening', () => {
  it('tells apart no repository, one that is there already, and a wrong password', async () => {
    const folder = join(tempDir('repository'), 'new');
    const storage = createLocalStorage(folder);
    await expect(openRepository(storage, password, testDeps())).rejects.toMatchObject({
      code: 'repository.not-a-repository',
    });
    await expect(initRepository(storage, '', testDeps())).rejects.toMatchObject({ code: 'repository.empty-password' });
    await newRepository(folder);
    await expect(initRepository(storage, password, testDeps())).rejects.toMatchObject({
      code: 'repository.already-exists',
    });
    await expect(openRepository(storage, 'wrong', testDeps())).rejects.toMatchObject({
      code: 'repository.wrong-password',
      category: 'user',
      params: { location: folder },
    });
  });

  it('reports a worker that cannot start as what it is', async () => {
    const workerUrl = new URL('file:///nowhere/worker.js');
    const repository = await newRepository(tempDir('repository'), undefined, testDeps({ workerUrl }));
    const writer = await repository.openWriter();
    await expect(writer.putBytes(Buffer.from('x'))).rejects.toMatchObject({ code: 'repository.worker-failed' });
    await writer.close();
  });
});
