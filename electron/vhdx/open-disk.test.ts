// What a chain means: block states, bitmaps, sizes, parents found, refused, wrong or lost.
import { describe, expect, test } from 'vitest';
import { isAppError } from '../../shared/errors/app-error.ts';
import { KiB, MiB, TiB } from './format/limits.ts';
import { encodeParentLocator } from './format/parent-locator.ts';
import { inspectDisk } from './inspect-disk.ts';
import { openDisk } from './open-disk.ts';
import { memoryFiles } from './testing/memory-files.ts';
import {
  batAt,
  batEntry,
  ids,
  listExtents,
  makeChild,
  makeDynamic,
  readAll,
  smallGeometry,
} from './testing/test-disks.ts';
import { createDifferencingDisk } from './write/create-disk.ts';
import { openWritableDisk } from './write/open-writable-disk.ts';

const base = 'C:\\vm\\base.vhdx';
const leaf = 'C:\\vm\\leaf.avhdx';

/** A base full of 0xba and an empty leaf of 1 MiB blocks over it; the leaf's first block would lie at 4 MiB. */
async function pair() {
  const files = memoryFiles();
  const baseContent = await makeDynamic(files, base);
  const disk = await openWritableDisk(base, files);
  await disk.write(Buffer.alloc(4 * MiB, 0xba), 0);
  const leafContent = await makeChild(files, leaf, base, disk, { blockSizeBytes: MiB });
  await disk.close();
  return { files, baseContent, leafContent };
}

const byteAt = async (
  files: Awaited<ReturnType<typeof pair>>['files'],
  offset: number,
): Promise<number | undefined> => {
  const disk = await openDisk(leaf, files);
  const byte = Buffer.alloc(1);
  await disk.read(byte, offset);
  await disk.close();
  return byte[0];
};

describe('block states of a differencing disk', () => {
  test.each([
    ['not present: the parent', 0, 0xba],
    ['undefined: zeros', 1, 0],
    ['zero: zeros', 2, 0],
    ['unmapped: zeros', 3, 0],
  ])('%s', async (_, state, expected) => {
    const { files, leafContent } = await pair();
    leafContent.write(batEntry(state, 5), batAt + 8);
    expect(await byteAt(files, MiB + 5)).toBe(expected);
    expect(await byteAt(files, 5)).toBe(0xba);
  });

  test('fully present: this file, and the sector bitmap is not looked at', async () => {
    const { files, leafContent } = await pair();
    leafContent.truncate(6 * MiB);
    leafContent.write(Buffer.alloc(MiB, 0x1e), 4 * MiB);
    leafContent.write(batEntry(6, 4), batAt);
    leafContent.write(batEntry(6, 5), batAt + 4096 * 8);
    expect(await byteAt(files, 700)).toBe(0x1e);
  });

  test('partially present: each sector by its bit, from odd starts too; bits past the end do not matter', async () => {
    const { files, leafContent } = await pair();
    leafContent.truncate(6 * MiB);
    leafContent.write(Buffer.alloc(MiB, 0x1e), 4 * MiB);
    leafContent.write(Buffer.of(0b1010_0110), 5 * MiB);
    leafContent.write(Buffer.alloc(512, 0xff), 5 * MiB + 4 * 256);
    leafContent.write(batEntry(7, 4), batAt);
    leafContent.write(batEntry(6, 5), batAt + 4096 * 8);
    const disk = await openDisk(leaf, files);
    const found = Buffer.alloc(8 * 512);
    await disk.read(found, 0);
    const sectors = Array.from({ length: 8 }, (_, sector) => found[sector * 512]);
    expect(sectors).toEqual([0xba, 0x1e, 0x1e, 0xba, 0xba, 0x1e, 0xba, 0x1e]);
    const odd = Buffer.alloc(3 * 512);
    await disk.read(odd, 2 * 512 + 100);
    expect([odd[0], odd[411], odd[412], odd[1435], odd[1436]]).toEqual([0x1e, 0x1e, 0xba, 0xba, 0x1e]);
  });

  test.each([
    ['missing', batEntry(0, 0)],
    ['past the end', batEntry(6, 100)],
    ['on top of the payload', batEntry(6, 4)],
    ['in state 2', batEntry(2, 5)],
  ])('a sector bitmap %s is refused', async (_, entry) => {
    const { files, leafContent } = await pair();
    leafContent.truncate(6 * MiB);
    leafContent.write(batEntry(7, 4), batAt);
    leafContent.write(entry, batAt + 4096 * 8);
    await expect(openDisk(leaf, files)).rejects.toMatchObject({ code: 'vhdx.damaged' });
    expect(files.openPaths).toEqual([]);
  });
});

test('a missing sector bitmap is seen also where its entry lies pages behind the block', async () => {
  const files = memoryFiles();
  await makeDynamic(files, base, { logicalSectorSizeBytes: 4096 });
  const parent = await openDisk(base, files);
  // 32768 blocks of 1 MiB share a bitmap of 4096-byte sectors; its entry stands 256 KiB behind the first block's.
  const content = await makeChild(files, leaf, base, parent, { blockSizeBytes: MiB });
  content.truncate(6 * MiB);
  content.write(batEntry(7, 4), batAt);
  await expect(openDisk(leaf, files)).rejects.toMatchObject({ code: 'vhdx.damaged' });
  content.write(batEntry(6, 5), batAt + 32768 * 8);
  await expect(openDisk(leaf, files)).resolves.toMatchObject({ type: 'differencing' });
});

describe('sizes', () => {
  test('a child that is larger than its parent ends in zeros', async () => {
    const files = memoryFiles();
    await makeDynamic(files, base, { sizeBytes: MiB + 512 });
    const disk = await openWritableDisk(base, files);
    await disk.write(Buffer.alloc(MiB + 512, 0xba), 0);
    await makeChild(files, leaf, base, disk, { sizeBytes: 3 * MiB });
    const child = await openDisk(leaf, files);
    const content = await readAll(child);
    expect(content.subarray(0, MiB + 512).every((byte) => byte === 0xba)).toBe(true);
    expect(content.subarray(MiB + 512).every((byte) => byte === 0)).toBe(true);
    expect(await listExtents(child.extents(MiB))).toEqual([
      { offset: MiB, lengthBytes: 512, kind: 'allocated' },
      { offset: MiB + 512, lengthBytes: 2 * MiB - 512, kind: 'absent' },
    ]);
  });

  test('64 TiB in 1 MiB blocks: walking them touches what is there, not what could be', async () => {
    const files = memoryFiles();
    await makeDynamic(files, base, { sizeBytes: 64 * TiB });
    const disk = await openWritableDisk(base, files);
    await disk.write(Buffer.of(1), 64 * TiB - 1);
    await disk.write(Buffer.of(1), 40 * TiB);
    await disk.close();
    const again = await openDisk(base, files);
    expect(await listExtents(again.extents())).toEqual([
      { offset: 0, lengthBytes: 40 * TiB, kind: 'absent' },
      { offset: 40 * TiB, lengthBytes: MiB, kind: 'allocated' },
      { offset: 40 * TiB + MiB, lengthBytes: 24 * TiB - 2 * MiB, kind: 'absent' },
      { offset: 64 * TiB - MiB, lengthBytes: MiB, kind: 'allocated' },
    ]);
  });

  test.each([
    [-1, 1],
    [0, 4 * MiB + 1],
    [4 * MiB, 1],
    [0.5, 1],
    [Number.NaN, 1],
  ])('reading %d+%d is out of range', async (offset, length) => {
    const { files } = await pair();
    const disk = await openDisk(leaf, files);
    await expect(disk.read(Buffer.alloc(length), offset)).rejects.toMatchObject({ code: 'vhdx.out-of-range' });
    await expect(disk.read(Buffer.alloc(0), 4 * MiB)).resolves.toBeUndefined();
  });
});

describe('parents', () => {
  const codeOf = async (files: ReturnType<typeof memoryFiles>, maxDepth?: number): Promise<unknown> => {
    const options = maxDepth === undefined ? {} : { maxDepth };
    const before = files.openPaths.length;
    const code = await openDisk(leaf, files, options).then(
      (disk) => disk.close().then(() => 'opened'),
      (error: unknown) => (isAppError(error) ? error.code : error),
    );
    expect(files.openPaths.length).toBe(before);
    return code;
  };

  test('a changed parent is refused', async () => {
    const { files } = await pair();
    const disk = await openWritableDisk(base, files);
    await disk.renewDataWriteGuid();
    await disk.close();
    expect(await codeOf(files)).toBe('vhdx.parent-mismatch');
  });

  test('the second linkage is as good as the first; setting the first makes it the only one', async () => {
    const { files } = await pair();
    const child = await openWritableDisk(leaf, files);
    const parent = await openWritableDisk(base, files);
    const next = await parent.renewDataWriteGuid();
    await child.setParentLinkage2(next);
    expect(await codeOf(files)).toBe('opened');
    await child.setParentLinkage(next);
    await child.setParentLinkage2(ids.virtualDiskId);
    await Promise.all([child.close(), parent.close()]);
    expect(await codeOf(files)).toBe('opened');
  });

  test('a lost parent is named with every place that was tried', async () => {
    const { files } = await pair();
    files.contents.delete(base);
    expect(await codeOf(files)).toBe('vhdx.parent-not-found');
    await expect(openDisk(leaf, files)).rejects.toMatchObject({ params: { tried: [base] } });
  });

  test('a chain may be as deep as allowed, and no deeper', async () => {
    const { files } = await pair();
    expect(await codeOf(files, 2)).toBe('opened');
    expect(await codeOf(files, 1)).toBe('vhdx.chain-too-deep');
  });

  const linkTo = async (
    paths: Parameters<typeof createDifferencingDisk>[1]['paths'],
    dataWriteGuid = ids.dataWriteGuid,
  ) => {
    const files = memoryFiles();
    await makeDynamic(files, 'D:\\other\\base.vhdx', { ids: { ...ids, dataWriteGuid } });
    const store = await files.create(leaf);
    await createDifferencingDisk(store, { parent: { ...smallGeometry, ...ids }, paths });
    await store.close();
    return files;
  };

  test.each([
    ['a loop of one', { relativePath: '.\\leaf.avhdx' }, 'vhdx.parent-loop'],
    ['a path out of the folder', { relativePath: '..\\..\\other\\base.vhdx' }, 'vhdx.parent-refused'],
    ['a share', { absoluteWin32Path: '\\\\server\\share\\base.vhdx' }, 'vhdx.parent-refused'],
    ['a device', { absoluteWin32Path: '\\\\.\\PhysicalDrive0' }, 'vhdx.parent-refused'],
    ['another drive', { absoluteWin32Path: 'D:\\other\\base.vhdx' }, 'opened'],
    [
      'a loop, and then the right one',
      { relativePath: '.\\leaf.avhdx', absoluteWin32Path: 'D:\\other\\base.vhdx' },
      'opened',
    ],
    [
      'a refused one, and then the right one',
      { relativePath: '..\\x.vhdx', absoluteWin32Path: 'D:\\other\\base.vhdx' },
      'opened',
    ],
  ])('%s: %j', async (_, paths, expected) => {
    expect(await codeOf(await linkTo(paths))).toBe(expected);
  });

  test('the wrong file in the first place does not hide the right one in the second', async () => {
    const files = await linkTo({ relativePath: '.\\base.vhdx', absoluteWin32Path: 'D:\\other\\base.vhdx' });
    await makeDynamic(files, 'C:\\vm\\base.vhdx', { ids: { ...ids, dataWriteGuid: ids.fileWriteGuid } });
    const disk = await openDisk(leaf, files);
    expect(disk.members.map((member) => [member.path, member.foundBy])).toEqual([
      [leaf, undefined],
      ['D:\\other\\base.vhdx', 'absolute'],
    ]);
    await disk.close();
    expect(files.openPaths).toEqual([]);
  });

  test('a loop of two', async () => {
    const files = memoryFiles();
    const other = 'C:\\vm\\other.avhdx';
    const facts = { ...smallGeometry, virtualDiskId: ids.virtualDiskId };
    await makeChild(
      files,
      leaf,
      other,
      { ...facts, dataWriteGuid: ids.dataWriteGuid },
      { dataWriteGuid: ids.fileWriteGuid },
    );
    await makeChild(
      files,
      other,
      leaf,
      { ...facts, dataWriteGuid: ids.fileWriteGuid },
      { dataWriteGuid: ids.dataWriteGuid },
    );
    expect(await codeOf(files)).toBe('vhdx.parent-loop');
  });

  test('512-byte sectors do not go over 4096-byte ones', async () => {
    const files = memoryFiles();
    await makeDynamic(files, base, { logicalSectorSizeBytes: 4096 });
    await makeChild(files, leaf, base, { ...smallGeometry, ...ids });
    expect(await codeOf(files)).toBe('vhdx.parent-sector-size');
  });

  test('a parent with a dirty or damaged file is refused by its own name', async () => {
    const { files, baseContent } = await pair();
    baseContent.write(batEntry(5, 0), batAt);
    await expect(openDisk(leaf, files)).rejects.toMatchObject({ code: 'vhdx.damaged', params: { path: base } });
  });

  test('a locator that points outside of its item is refused', async () => {
    const { files, leafContent } = await pair();
    const size = encodeParentLocator({ parentLinkage: ids.dataWriteGuid, relativePath: '.\\base.vhdx' }).length;
    const locatorAt = 2 * MiB + 68 * KiB;
    leafContent.write(Buffer.of(size % 256, size >> 8, 0, 0), locatorAt + 20);
    expect(await codeOf(files)).toBe('vhdx.damaged');
  });
});

test('a change of any member is seen', async () => {
  const { files } = await pair();
  const disk = await openDisk(leaf, files);
  await disk.assertUnchanged();
  const parent = await openWritableDisk(base, files);
  await parent.write(Buffer.of(1), 0);
  await expect(disk.assertUnchanged()).rejects.toMatchObject({
    code: 'vhdx.changed-while-reading',
    params: { path: base },
  });
});

test('inspection tells the facts, and does not need the parent', async () => {
  const { files, leafContent } = await pair();
  files.contents.delete(base);
  leafContent.write(Buffer.of(1), 64 * KiB + 9);
  const facts = await inspectDisk(leaf, files);
  expect(facts).toMatchObject({
    creator: 'Stillpoint 0.1',
    headers: [{ fault: 'its checksum is wrong' }, { sequenceNumber: 2n }],
    currentHeader: { copy: 2 },
    log: { isDirty: false, lengthBytes: MiB },
    structure: { type: 'differencing', sizeBytes: 4 * MiB, parentCandidates: [{ path: base, origin: 'relative' }] },
  });
  expect(facts.structure?.blocksByState[0]).toBe(4);
  expect(files.openPaths).toEqual([]);
});
