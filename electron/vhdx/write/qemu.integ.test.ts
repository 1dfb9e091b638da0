// Files we write, judged by qemu-img; chains, judged by libvhdi; files qemu-img writes, read by us.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { requireJudges, runJudge } from '../../../testing/judges.ts';
import { tempDir } from '../../../testing/temp-dir.ts';
import type { DiskGeometry, VirtualDisk } from '../disk.ts';
import { GiB, KiB, MiB } from '../format/limits.ts';
import { localFiles } from '../local-files.ts';
import { openDisk } from '../open-disk.ts';
import {
  expectQemuAgrees,
  expectQemuCheckClean,
  expectQemuFinds,
  libvhdiSha256,
  rawSha256,
  requireFuse,
  type Pattern,
} from '../testing/judged-content.ts';
import { createDifferencingDisk, createDynamicDisk, createFixedDisk } from './create-disk.ts';
import { createDynamicImage } from './dynamic-image.ts';
import { openWritableDisk } from './open-writable-disk.ts';

const files = localFiles();
const geometry = (sizeBytes: number, blockSizeBytes: number, logical: 512 | 4096 = 512): DiskGeometry => ({
  sizeBytes,
  blockSizeBytes,
  logicalSectorSizeBytes: logical,
  physicalSectorSizeBytes: 4096,
});

/** Pieces near the start, over a block border, in the middle, and at the very end; apart from each other. */
async function scribble(path: string, seed: number): Promise<readonly Pattern[]> {
  const disk = await openWritableDisk(path, files);
  const places = [0, 50 * KiB, disk.blockSizeBytes - 700, Math.floor(disk.sizeBytes / 3), disk.sizeBytes - 3000];
  const patterns: Pattern[] = [];
  for (const [index, place] of places.entries()) {
    const pattern = { offset: Math.min(place, disk.sizeBytes - 9000 + index), lengthBytes: 3000, value: seed + index };
    if (index === 4) pattern.offset = place;
    await disk.write(Buffer.alloc(pattern.lengthBytes, pattern.value), pattern.offset);
    patterns.push(pattern);
  }
  await disk.close();
  return patterns;
}

/** Big disks by samples, the others in full. */
async function expectSameContent(disk: VirtualDisk, patterns: readonly Pattern[], folder: string): Promise<void> {
  if (disk.sizeBytes < GiB) return expectQemuAgrees(disk, folder);
  const zeros = patterns.slice(0, -1).map((p) => ({ offset: p.offset + p.lengthBytes, lengthBytes: 4096, value: 0 }));
  await expectQemuFinds(disk.path, [...patterns, ...zeros]);
  for (const { offset, lengthBytes, value } of [...patterns, ...zeros]) {
    const found = Buffer.alloc(lengthBytes);
    await disk.read(found, offset);
    expect(found.equals(Buffer.alloc(lengthBytes, value))).toBe(true);
  }
}

const shapes: readonly (readonly [string, DiskGeometry])[] = [
  ['1 MiB blocks', geometry(20 * MiB, MiB)],
  ['a partial last block, an odd number of sectors', geometry(33 * MiB + 1536, 32 * MiB)],
  ['more than one chunk', geometry(5 * GiB, MiB)],
  ['256 MiB blocks in several chunks', geometry(9 * GiB, 256 * MiB)],
];

describe('qemu-img accepts and reads alike what we write', () => {
  for (const [name, shape] of shapes)
    for (const [type, create] of [['dynamic', createDynamicDisk] as const, ['fixed', createFixedDisk] as const])
      test(`${type}, ${name}`, async (context) => {
        requireJudges(context, 'qemu-img', 'qemu-io');
        const folder = tempDir();
        const path = join(folder, 'disk.vhdx');
        const store = await files.create(path);
        await create(store, shape);
        await store.close();
        const patterns = await scribble(path, 1);
        await expectQemuCheckClean(path);
        const info = JSON.parse((await runJudge('qemu-img', ['info', '--output=json', path])).stdout) as object;
        expect(info).toMatchObject({
          format: 'vhdx',
          'virtual-size': shape.sizeBytes,
          'cluster-size': shape.blockSizeBytes,
        });
        const disk = await openDisk(path, files);
        expect(disk.type).toBe(type);
        await expectSameContent(disk, patterns, folder);
        await disk.close();
      });

  for (const [name, shape] of shapes)
    test(`a synthesized image, ${name}`, async (context) => {
      requireJudges(context, 'qemu-img', 'qemu-io');
      const folder = tempDir();
      const path = join(folder, 'image.vhdx');
      const image = createDynamicImage({
        ...shape,
        virtualDiskId: '11111111-0000-4000-8000-000000000001',
        dataWriteGuid: '22222222-0000-4000-8000-000000000002',
        fileWriteGuid: '33333333-0000-4000-8000-000000000003',
      });
      const lastBlock = Math.ceil(shape.sizeBytes / shape.blockSizeBytes) - 1;
      const blocks = [...new Set([0, Math.floor(lastBlock / 2), lastBlock])];
      const patterns = blocks.map((block) => ({
        offset: block * shape.blockSizeBytes,
        lengthBytes: 1536,
        value: (block % 99) + 1,
      }));
      const store = await files.create(path);
      for (const [index, block] of blocks.entries())
        await store.write(Buffer.alloc(1536, patterns[index]?.value), image.addBlock(block));
      const finished = image.finish();
      await store.truncate(finished.sizeBytes);
      const head = Buffer.alloc(finished.headSizeBytes);
      finished.readHead(head, 0);
      await store.write(head, 0);
      await store.close();
      await expectQemuCheckClean(path);
      const disk = await openDisk(path, files);
      await expectSameContent(disk, patterns, folder);
      await disk.close();
    });
});

describe('we read what qemu-img writes', () => {
  const options = [
    ...[1, 2, 8, 32, 64, 256].map((mib) => `subformat=dynamic,block_size=${mib * MiB}`),
    'subformat=dynamic,block_size=1048576,block_state_zero=off',
    'subformat=fixed,block_size=1048576',
  ];
  test.for(options)('%s', async (option, context) => {
    requireJudges(context, 'qemu-img');
    const folder = tempDir();
    const source = join(folder, 'source.vhdx');
    const path = join(folder, 'qemu.vhdx');
    const store = await files.create(source);
    await createDynamicDisk(store, geometry(300 * MiB + 512, MiB));
    await store.close();
    await scribble(source, 50);
    const run = await runJudge('qemu-img', ['convert', '-O', 'vhdx', '-o', option, source, path]);
    expect(run.stderr).toBe('');
    const [ours, theirs] = [await openDisk(source, files), await openDisk(path, files)];
    // qemu rounds the size up to whole MiB in this direction; beyond ours it must be zeros.
    expect(theirs.sizeBytes).toBeGreaterThanOrEqual(ours.sizeBytes);
    await expectQemuAgrees(theirs, folder);
    const [a, b] = [Buffer.alloc(ours.sizeBytes), Buffer.alloc(ours.sizeBytes)];
    await Promise.all([ours.read(a, 0), theirs.read(b, 0)]);
    expect(a.equals(b)).toBe(true);
    await Promise.all([ours.close(), theirs.close()]);
  });
});

describe('libvhdi reads our chains alike', () => {
  test.for([
    ['2 MiB over 32 MiB', 512, [32, 2]],
    ['four files of different blocks', 512, [8, 2, 1, 4]],
    // qemu does not support these sectors at all.
    ['one file of 4096-byte sectors', 4096, [2]],
    ['three files of 4096-byte sectors', 4096, [8, 2, 1]],
  ] as const)('%s', async ([, sector, blockSizes], context) => {
    requireFuse(context);
    const folder = tempDir();
    const paths = blockSizes.map((_size, depth) => join(folder, `d${depth}.vhdx`));
    for (const [depth, path] of paths.entries()) {
      const blockSizeBytes = (blockSizes[depth] ?? 2) * MiB;
      const store = await files.create(path);
      if (depth === 0) await createDynamicDisk(store, geometry(70 * MiB + 3 * sector, blockSizeBytes, sector));
      else {
        const parent = await openDisk(paths[depth - 1] ?? '', files);
        const name = `d${depth - 1}.vhdx`;
        // libvhdi looks for the absolute path's file name; Windows always writes that key.
        const locator = { relativePath: `.\\${name}`, absoluteWin32Path: `C:\\vm\\${name}` };
        await createDifferencingDisk(store, { parent, paths: locator, blockSizeBytes });
        await parent.close();
      }
      await store.close();
      await scribble(path, 10 * depth + 1);
    }
    const leaf = paths.at(-1) ?? '';
    const disk = await openDisk(leaf, files);
    expect(disk.members.length).toBe(blockSizes.length);
    expect(await rawSha256(disk)).toBe(await libvhdiSha256(leaf, folder));
    await disk.close();
  });
});
