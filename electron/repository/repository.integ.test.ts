// Both directions with stock restic as the judge: what we write it must check, list, dump and restore; what it writes
// we must read, byte for byte.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireJudges } from '../../testing/judges.ts';
import { tempDir } from '../../testing/temp-dir.ts';
import { type Repository } from './index.ts';
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
  type Files,
} from './testing/repository-fixture.ts';
import { restic, tryRestic } from './testing/restic.ts';

const mixed = Buffer.concat([testBytes('a', 700_001), Buffer.alloc(500_000), testBytes('b', 300_000, true)]);
const names = [
  'plain.vhdx',
  'with "quotes" and \\backslash\\',
  '<angle> & ampersand',
  'ünï — 漢字 😀',
  'control \x01\x1b\x7f tab\tnewline\n',
  'no-break\u00a0space \u2028 \u200b',
  ' leading and trailing ',
];

describe('what we write', () => {
  it('is a repository that restic checks, lists, dumps and restores', async (context) => {
    requireJudges(context, 'restic');
    const folder = tempDir('repository');
    const files: Files = Object.fromEntries(names.map((name, i) => [name, testBytes(name, 100_000 * i, i % 2 === 0)]));
    const id = await backUp(await newRepository(folder), { ...files, 'disk.vhdx': mixed });
    await restic(folder, ['check', '--read-data']);

    const listed = (await restic(folder, ['ls', '--json', id])).split('\n').filter((line) => line.startsWith('{'));
    const nodes = listed.map((line) => JSON.parse(line) as ListedNode).filter((entry) => entry.struct_type === 'node');
    const sizes = Object.fromEntries(
      nodes.filter((node) => node.type === 'file').map((node) => [node.name, node.size ?? 0]),
    );
    expect(sizes).toEqual(
      Object.fromEntries(Object.entries({ ...files, 'disk.vhdx': mixed }).map(([k, v]) => [k, v.length])),
    );
    expect(nodes[0]).toMatchObject({ name: 'vm', type: 'dir', path: '/vm', mode: 0o700 + 2 ** 31 });

    const target = tempDir('restored');
    await restic(folder, ['restore', id, '--target', target]);
    for (const [name, bytes] of Object.entries({ ...files, 'disk.vhdx': mixed })) {
      expect(sha256(readFileSync(join(target, 'vm', name))), name).toBe(sha256(bytes));
    }
    const [snapshot] = JSON.parse(await restic(folder, ['snapshots', '--json']));
    expect(snapshot).toMatchObject({
      id,
      time: '2026-11-24T02:07:43.12Z',
      hostname: 'console-1',
      username: 'SHOP\\admin',
      paths: ['/vm'],
      tags: ['stillpoint'],
    });
  });

  it('costs only what is new the second time, and its packs keep trees and data apart', async (context) => {
    requireJudges(context, 'restic');
    const folder = tempDir('repository');
    const repository = await newRepository(folder);
    await backUp(repository, { 'disk.vhdx': mixed });
    const changed = Buffer.from(mixed);
    changed.fill(7, 65_536 * 3, 65_536 * 3 + 10);
    const writer = await repository.openWriter({ chunkSizeBytes: 65_536 });
    for (let at = 0; at < changed.length; at += 65_536) await writer.putBytes(changed.subarray(at, at + 65_536));
    expect(writer.stats).toMatchObject({ newBlobs: 1, newBytes: 65_536, contentBytes: changed.length });
    expect(writer.stats.storedBytes).toBeLessThanOrEqual(65_536 + 32);
    await writer.flush();
    await writer.close();
    const packs = (await indexOf(folder)).map((pack) => new Set(pack.blobs.map((blob) => blob.type)));
    expect(packs.every((types) => types.size === 1)).toBe(true);
    await restic(folder, ['check', '--read-data']);
  });

  it('can be added to by restic, pruned by it, and read by us afterwards', async (context) => {
    requireJudges(context, 'restic');
    const folder = tempDir('repository');
    const repository = await newRepository(folder);
    const first = await backUp(repository, { 'disk.vhdx': mixed });
    const source = tempDir('source');
    writeFileSync(join(source, 'more.bin'), testBytes('more', 900_000));
    await restic(folder, ['backup', source]);
    await restic(folder, ['forget', first, '--prune']);
    const [left, ...others] = await repository.listSnapshots();
    expect(others).toEqual([]);
    await repository.reload();
    const node = await fileAt(repository, left!, `${source}/more.bin`);
    expect(sha256(await contentOf(repository, node))).toBe(sha256(testBytes('more', 900_000)));
    // What restic pruned must be stored again, not taken for known.
    await backUp(repository, { 'disk.vhdx': mixed });
    await restic(folder, ['check', '--read-data']);
  });

  it('holds chunks of every size class, also when most packs are full', async (context) => {
    requireJudges(context, 'restic');
    const folder = tempDir('repository');
    const repository = await newRepository(folder);
    const big = testBytes('big', 41 * 1024 * 1024);
    const id = await backUp(repository, { 'disk.vhdx': big }, 8 * 1024 * 1024);
    await restic(folder, ['check', '--read-data']);
    const target = new MemoryTarget();
    const node = await fileAt(repository, await repository.findSnapshot(id), '/vm/disk.vhdx');
    await repository.restoreFile(node, target);
    expect(sha256(target.bytes)).toBe(sha256(big));
  });
});

describe('what restic writes', () => {
  it.for(['auto', 'off', 'max'])(
    'is read byte for byte (compression %s, several packs)',
    async (compression, context) => {
      requireJudges(context, 'restic');
      const folder = join(tempDir('repository'), 'r');
      await restic(folder, ['init']);
      const source = tempDir('source');
      mkdirSync(join(source, 'sub dir', 'empty'), { recursive: true });
      const files: Files = {
        ...Object.fromEntries(names.map((name) => [name, testBytes(name, 5000, true)])),
        'large.bin': Buffer.concat([
          testBytes('large', 9_000_000),
          Buffer.alloc(3_000_000),
          testBytes('t', 4_000_000, true),
        ]),
        'empty.txt': Buffer.alloc(0),
      };
      for (const [name, bytes] of Object.entries(files)) writeFileSync(join(source, 'sub dir', name), bytes);
      await restic(folder, ['backup', '--compression', compression, '--pack-size', '4', '--tag', 'a,b', source]);
      const repository = await reopen(folder);
      const [snapshot] = await repository.listSnapshots({ tags: ['a', 'b'] });
      for (const [name, bytes] of Object.entries(files)) {
        const node = await fileAt(repository, snapshot!, `${source}/sub dir/${name}`);
        const target = new MemoryTarget();
        await repository.restoreFile(node, target, { isFresh: true });
        expect(sha256(target.bytes), name).toBe(sha256(bytes));
        expect(sha256(await contentOf(repository, node)), name).toBe(sha256(bytes));
      }
      expect(await repository.verifySnapshot(snapshot!.id)).toMatchObject({
        isIntact: true,
        files: Object.keys(files).length,
      });
      expect(await repository.check()).toMatchObject({ isIntact: true, snapshots: 1, unreferencedPacks: 0 });
      expect(await repository.listSnapshots({ tags: ['a', 'c'] })).toEqual([]);
    },
  );
});

describe('passwords', () => {
  it('open in both directions, and can be taken away', async (context) => {
    requireJudges(context, 'restic');
    const folder = tempDir('repository');
    const repository = await newRepository(folder);
    const second = await repository.addPassword('second pässword');
    await restic(folder, ['cat', 'config'], 'second pässword');
    const fileOfThird = join(tempDir('password'), 'p');
    writeFileSync(fileOfThird, 'third');
    await restic(folder, ['key', 'add', '--new-password-file', fileOfThird]);
    const keys = await repository.listPasswords();
    expect(keys).toHaveLength(3);
    expect(keys.find((key) => key.id === second)).toMatchObject({ hostname: 'console-1', createdAtMs: startMs });
    await repository.removePassword(second);
    expect((await tryRestic(folder, ['cat', 'config'], 'second pässword')).exitCode).not.toBe(0);
    await expect(reopenWith(folder, 'second pässword')).rejects.toMatchObject({ code: 'repository.wrong-password' });
    await (await reopenWith(folder, 'third')).close();
    const current = keys.find((key) => key.isCurrent)!;
    await expect(repository.removePassword(current.id)).rejects.toMatchObject({ code: 'repository.key-in-use' });
    await expect(repository.removePassword(second)).rejects.toMatchObject({ code: 'repository.key-not-found' });
  });
});

async function reopenWith(folder: string, withPassword: string): Promise<Repository> {
  const { openRepository, createLocalStorage } = await import('./index.ts');
  expect(withPassword).not.toBe(password);
  return openRepository(createLocalStorage(folder), withPassword, testDeps());
}

async function contentOf(repository: Repository, node: Parameters<Repository['readFile']>[0]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of repository.readFile(node)) parts.push(part);
  return Buffer.concat(parts);
}

interface ListedNode {
  readonly struct_type: string;
  readonly name: string;
  readonly type: string;
  readonly size?: number;
}

interface IndexedPack {
  readonly id: string;
  readonly blobs: readonly { readonly type: string }[];
}

async function indexOf(folder: string): Promise<readonly IndexedPack[]> {
  const ids = (await restic(folder, ['list', 'index'])).trim().split('\n');
  const indexes = await Promise.all(ids.map((id) => restic(folder, ['cat', 'index', id])));
  return indexes.flatMap((json) => (JSON.parse(json) as { packs: IndexedPack[] }).packs);
}
