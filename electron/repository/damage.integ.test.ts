// Damage and lies in every kind of file: named, counted, and never handed out as data.
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../testing/temp-dir.ts';
import { idOf } from './format/id.ts';
import { createLocalStorage, openRepository, type Repository, type VerifyResult } from './index.ts';
import { craftFile } from './testing/crafted-files.ts';
import {
  backUp,
  fileAt,
  MemoryTarget,
  newRepository,
  password,
  reopen,
  sha256,
  startMs,
  testBytes,
  testDeps,
} from './testing/repository-fixture.ts';

const chunk = 65_536;
const disk = testBytes('disk', chunk * 8);

interface Damaged {
  readonly folder: string;
  readonly snapshot: string;
}

async function backedUp(): Promise<Damaged> {
  const folder = tempDir('repository');
  const snapshot = await backUp(await newRepository(folder), { 'a.vhdx': disk, 'b.txt': Buffer.from('small') });
  return { folder, snapshot };
}

function filesOf(folder: string, kind: string): readonly string[] {
  return readdirSync(join(folder, kind), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, kind, name))
    .filter((path) => statSync(path).isFile());
}

/** The pack with the disk's chunks: the larger one. */
function dataPack(folder: string): string {
  return [...filesOf(folder, 'data')].sort((a, b) => statSync(b).size - statSync(a).size)[0]!;
}

function flipBit(path: string, offset: number): void {
  const bytes = readFileSync(path);
  bytes[offset] = bytes[offset]! ^ 1;
  writeFileSync(path, bytes);
}

async function restored(repository: Repository, snapshot: string, path = '/vm/a.vhdx'): Promise<MemoryTarget> {
  const target = new MemoryTarget();
  await repository.restoreFile(await fileAt(repository, await repository.findSnapshot(snapshot), path), target);
  return target;
}

async function verified(folder: string, snapshot: string): Promise<VerifyResult> {
  return (await reopen(folder)).verifySnapshot(snapshot);
}

describe('a folder that lies about a length', () => {
  it('is found before anything is written', async () => {
    const { folder, snapshot } = await backedUp();
    const repository = await reopen(folder);
    const node = await fileAt(repository, await repository.findSnapshot(snapshot), '/vm/a.vhdx');
    for (const lie of [
      { ...node, sizeBytes: node.sizeBytes + 1 },
      { ...node, content: node.content.slice(1) },
      { ...node, content: [...node.content, ...node.content.slice(0, 1)] },
    ]) {
      const target = new MemoryTarget();
      await expect(repository.restoreFile(lie, target)).rejects.toMatchObject({ code: 'repository.file-length' });
      expect(target.bytes).toHaveLength(0);
    }
  });
});

describe('a flipped bit', () => {
  it('in a chunk is named by file and offset, and the chunk is not handed out', async () => {
    const { folder, snapshot } = await backedUp();
    flipBit(dataPack(folder), (chunk + 32) * 2 + 1000);
    const result = await verified(folder, snapshot);
    expect(result).toMatchObject({ isIntact: false, damageCount: 1, files: 2 });
    const [damage] = result.damages;
    expect(damage).toMatchObject({ kind: 'damaged', path: '/vm/a.vhdx', lengthBytes: chunk });
    expect(damage!.offsetBytes! % chunk).toBe(0);
    const repository = await reopen(folder);
    await expect(restored(repository, snapshot)).rejects.toMatchObject({ code: 'repository.blob-damaged' });
    await expect(repository.readBlob(damage!.blob!)).rejects.toMatchObject({ code: 'repository.blob-damaged' });
    expect((await restored(repository, snapshot, '/vm/b.txt')).bytes.toString()).toBe('small');
    expect(await repository.check()).toMatchObject({ isIntact: true });
  });

  it.each(['snapshots', 'index', 'keys'])('in a file of %s names that file', async (kind) => {
    const { folder } = await backedUp();
    const [path] = filesOf(folder, kind);
    flipBit(path!, 60);
    const name = path!.slice(-64);
    const attempt = async (): Promise<unknown> => {
      const repository = await openRepository(createLocalStorage(folder), password, testDeps());
      try {
        for (const snapshot of await repository.listSnapshots()) await restored(repository, snapshot.id);
      } finally {
        await repository.close();
      }
      return undefined;
    };
    await expect(attempt()).rejects.toMatchObject({
      code: 'repository.damaged-file',
      params: { file: expect.stringContaining(name) },
    });
  });

  it('in the config names the config', async () => {
    const { folder } = await backedUp();
    flipBit(join(folder, 'config'), 20);
    await expect(openRepository(createLocalStorage(folder), password, testDeps())).rejects.toMatchObject({
      code: 'repository.damaged-file',
      params: { file: 'config' },
    });
  });

  it('in a pack header or a folder is found by the check', async () => {
    const { folder } = await backedUp();
    const packs = filesOf(folder, 'data');
    for (const pack of packs) flipBit(pack, statSync(pack).size - 40);
    const result = await (await reopen(folder)).check();
    expect(result).toMatchObject({ isIntact: false, damageCount: 2 });
    expect(result.damages.map(({ object }) => object).sort()).toEqual(
      packs.map((pack) => `data ${pack.slice(-64)}`).sort(),
    );
  });

  it('anywhere in a small pack is never returned', async () => {
    const { folder, snapshot } = await backedUp();
    const tree = filesOf(folder, 'data').find((path) => path !== dataPack(folder))!;
    const whole = readFileSync(tree);
    const repository = await reopen(folder);
    const blobsEnd = whole.length - 4 - whole.readUInt32LE(whole.length - 4);
    for (let offset = 0; offset < blobsEnd; offset += 31) {
      flipBit(tree, offset);
      expect(await repository.verifySnapshot(snapshot), `offset ${offset}`).toMatchObject({
        isIntact: false,
        damageCount: 1,
      });
      writeFileSync(tree, whole);
    }
    expect(await repository.verifySnapshot(snapshot)).toMatchObject({ isIntact: true });
  });
});

describe('a pack', () => {
  it('that is gone is reported for every chunk it held', async () => {
    const { folder, snapshot } = await backedUp();
    const pack = dataPack(folder);
    rmSync(pack);
    const result = await verified(folder, snapshot);
    expect(result.damageCount).toBe(9);
    expect(result.damages.every(({ kind, object }) => kind === 'missing' && object === `data ${pack.slice(-64)}`)).toBe(
      true,
    );
    const offsets = result.damages.filter(({ path }) => path === '/vm/a.vhdx').map(({ offsetBytes }) => offsetBytes);
    expect(offsets).toEqual(Array.from({ length: 8 }, (_, i) => i * chunk));
    expect(await (await reopen(folder)).check()).toMatchObject({ damageCount: 1, damages: [{ kind: 'missing' }] });
  });

  it('that is cut short costs only what was cut off', async () => {
    const { folder, snapshot } = await backedUp();
    truncateSync(dataPack(folder), (chunk + 32) * 3 + 5);
    const result = await verified(folder, snapshot);
    expect(result.isIntact).toBe(false);
    expect(result.damageCount).toBeGreaterThanOrEqual(5);
    expect(result.damageCount).toBeLessThanOrEqual(6);
  });

  it('whose index is gone is unreferenced, and its chunks are missing', async () => {
    const { folder, snapshot } = await backedUp();
    for (const index of filesOf(folder, 'index')) rmSync(index);
    const repository = await reopen(folder);
    expect(await repository.check()).toMatchObject({ isIntact: false, unreferencedPacks: 2 });
    await expect(restored(repository, snapshot)).rejects.toMatchObject({ code: 'repository.blob-missing' });
  });

  it('that is damaged is replaced by the second copy of its chunks, where there is one', async () => {
    const { folder, snapshot } = await backedUp();
    const [index] = filesOf(folder, 'index');
    const kept = readFileSync(index!);
    rmSync(index!);
    await backUp(await reopen(folder), { 'a.vhdx': disk, 'b.txt': Buffer.from('small') });
    writeFileSync(index!, kept);
    const [first] = filesOf(folder, 'data').filter((path) => statSync(path).size > chunk);
    for (let i = 0; i < 8; i += 1) flipBit(first!, i * (chunk + 32) + 100);
    const repository = await reopen(folder);
    expect(await repository.verifySnapshot(snapshot)).toMatchObject({ isIntact: true });
    expect(sha256((await restored(repository, snapshot)).bytes)).toBe(sha256(disk));
  });
});

describe('lies in sealed files', () => {
  it.each([
    ['an uncompressed length that is too short', { uncompressed_length: 1000 }],
    ['an uncompressed length that is too long', { uncompressed_length: 100_000_000 }],
    ['an offset beyond the pack', { offset: 4_000_000_000 }],
    ['a length beyond the pack', { length: 100_000_000 }],
    ['an offset into the neighbour', { offset: 17 }],
  ])('%s yield damage, not data', async (_what, changes) => {
    const { folder } = await backedUp();
    const pack = dataPack(folder).slice(-64);
    const id = idOf(Buffer.from(_what));
    await craftFile(folder, 'index', {
      packs: [{ id: pack, blobs: [{ id, type: 'data', offset: 0, length: chunk + 32, ...changes }] }],
    });
    const repository = await reopen(folder);
    await expect(repository.readBlob(id)).rejects.toMatchObject({ category: 'integrity' });
    expect(await repository.check()).toMatchObject({ isIntact: false });
  });

  it('folders without end are cut off', async () => {
    const folder = tempDir('repository');
    const repository = await newRepository(folder);
    const writer = await repository.openWriter();
    let tree = await writer.saveTree([]);
    for (let depth = 0; depth < 520; depth += 1) {
      tree = await writer.saveTree([{ type: 'dir', name: 'd', mode: 0o700, modifiedAtMs: startMs, subtree: tree }]);
    }
    const id = await writer.commitSnapshot({ takenAtMs: startMs, tree, paths: ['/d'] });
    await writer.close();
    const result = await repository.verifySnapshot(id);
    expect(result).toMatchObject({
      isIntact: false,
      damageCount: 1,
      damages: [{ reason: 'folders are nested too deep' }],
    });
  });

  it('a folder that fans out to the same folder again and again is walked once', async () => {
    const repository = await newRepository(tempDir('repository'));
    const writer = await repository.openWriter();
    let tree = await writer.saveTree([]);
    for (let depth = 0; depth < 60; depth += 1) {
      const twice = ['a', 'b'].map(
        (name) => ({ type: 'dir', name, mode: 0o700, modifiedAtMs: startMs, subtree: tree }) as const,
      );
      tree = await writer.saveTree(twice);
    }
    const id = await writer.commitSnapshot({ takenAtMs: startMs, tree, paths: ['/a'] });
    await writer.close();
    expect(await repository.verifySnapshot(id)).toMatchObject({ isIntact: true, checkedBlobs: 61 });
  });

  it('a snapshot that is damaged does not hide the others from a listing that asks for them', async () => {
    const { folder, snapshot } = await backedUp();
    const bad = await craftFile(folder, 'snapshot', { time: 'now', tree: '..' });
    const repository = await reopen(folder);
    await expect(repository.listSnapshots()).rejects.toMatchObject({ code: 'repository.damaged-file' });
    const damaged: string[] = [];
    const listed = await repository.listSnapshots({ onDamaged: (error) => void damaged.push(error.params.file) });
    expect(listed.map(({ id }) => id)).toEqual([snapshot]);
    expect(damaged).toEqual([`snapshot ${bad}`]);
    await expect(repository.findSnapshot('f'.repeat(64))).rejects.toMatchObject({
      code: 'repository.snapshot-not-found',
    });
    await expect(repository.findSnapshot('')).rejects.toMatchObject({ code: 'repository.snapshot-not-found' });
  });
});
