import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GiB, KiB, MiB, TiB } from '../format/limits.ts';
import { openDisk } from '../open-disk.ts';
import { memoryFiles } from '../testing/memory-files.ts';
import { ids, listExtents, readAll, smallGeometry } from '../testing/test-disks.ts';
import { createDynamicDisk, createFixedDisk } from './create-disk.ts';
import { createDynamicImage, type FinishedImage } from './dynamic-image.ts';

const options = { ...smallGeometry, ...ids };

function headOf(image: FinishedImage): Buffer {
  const head = Buffer.alloc(image.headSizeBytes, 0xee);
  image.readHead(head, 0);
  return head;
}

describe('a synthesized image', () => {
  test('is a disk whose added blocks hold what is put there, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([0, 1, 2, 3, 4]), async (blocks) => {
        const shape = { ...options, sizeBytes: 4 * MiB + 512 };
        const image = createDynamicImage(shape);
        const files = memoryFiles();
        const store = await files.create('C:\\i.vhdx');
        const model = Buffer.alloc(5 * MiB);
        for (const [ordinal, block] of blocks.entries()) {
          const offset = image.addBlock(block);
          expect(offset).toBe(image.headSizeBytes + ordinal * MiB);
          await store.write(Buffer.alloc(MiB, block + 1), offset);
          model.fill(block + 1, block * MiB, (block + 1) * MiB);
        }
        const finished = image.finish();
        await store.truncate(finished.sizeBytes);
        await store.write(headOf(finished), 0);
        const disk = await openDisk('C:\\i.vhdx', files);
        expect(Buffer.compare(await readAll(disk), model.subarray(0, shape.sizeBytes))).toBe(0);
        expect(disk).toMatchObject({ type: 'dynamic', ...ids });
        for (const extent of await listExtents(disk.extents())) expect(extent.kind).not.toBe('absent');
      }),
      { numRuns: 32 },
    );
  });

  test('has the same bytes for the same input, for ever', () => {
    const image = createDynamicImage(options);
    image.addBlock(1);
    image.addBlock(3);
    const digest = createHash('sha256').update(headOf(image.finish())).digest('hex');
    // A change of these bytes makes every stored disk of every customer look new: change them for a reason only.
    expect(digest).toBe('cb6df5a4705669e91076add4a2936f1ed95f1368f93a09ef8475b8289f5c9e3d');
  });

  test('gives its head in any pieces, and the table of a huge disk only where it is asked for', () => {
    const image = createDynamicImage({ ...options, sizeBytes: 64 * TiB });
    for (const block of [0, 4095, 4096, 5000, 2 ** 26 - 1]) image.addBlock(block);
    const finished = image.finish();
    expect(finished.headSizeBytes).toBe(3 * MiB + 513 * MiB);
    const window = Buffer.alloc(256 * KiB);
    const whole = Buffer.alloc(4 * MiB);
    finished.readHead(whole, 0);
    fc.assert(
      fc.property(fc.nat(4 * MiB - 1), fc.nat(window.length), (offset, length) => {
        const piece = window.subarray(0, Math.min(length, whole.length - offset));
        piece.fill(0xee);
        finished.readHead(piece, offset);
        expect(piece.equals(whole.subarray(offset, offset + piece.length))).toBe(true);
      }),
    );
    const entryAt = (index: number): bigint => {
      const entry = Buffer.alloc(8);
      finished.readHead(entry, 3 * MiB + index * 8);
      return entry.readBigUInt64LE();
    };
    const placed = (ordinal: number): bigint => BigInt(516 * MiB + ordinal * MiB) + 6n;
    // Behind every 4096 blocks stands the entry of a sector bitmap, which a dynamic disk has not.
    expect([0, 1, 4095, 4096, 4097, 4098].map(entryAt)).toEqual([placed(0), 2n, placed(1), 0n, placed(2), 2n]);
    expect(entryAt(5001)).toBe(placed(3));
    expect(entryAt(2 ** 26 - 1 + 16383)).toBe(placed(4));
    expect(entryAt(2 ** 26 + 16383)).toBe(0n);
  });

  test.each([[[1, 1]], [[2, 1]], [[4]], [[-1]], [[0.5]]])('does not take the blocks %j', (blocks) => {
    const image = createDynamicImage(options);
    expect(() => blocks.map((block) => image.addBlock(block))).toThrow(RangeError);
  });

  test('does not give bytes behind its head', () => {
    const finished = createDynamicImage(options).finish();
    expect(() => finished.readHead(Buffer.alloc(2), finished.headSizeBytes - 1)).toThrow(RangeError);
  });
});

describe('a new disk', () => {
  test.each([
    ['no bytes', { sizeBytes: 0 }],
    ['half a sector', { sizeBytes: 1000 }],
    ['more than 64 TiB', { sizeBytes: 64 * TiB + 512 }],
    ['a fraction of a byte', { sizeBytes: 0.5 }],
    ['blocks of 3 MiB', { blockSizeBytes: 3 * MiB }],
    ['blocks of 512 KiB', { blockSizeBytes: 512 * KiB }],
    ['blocks of 512 MiB', { blockSizeBytes: 512 * MiB }],
  ])('cannot have %s', async (_, wrong) => {
    const store = await memoryFiles().create('C:\\d.vhdx');
    await expect(createDynamicDisk(store, { ...smallGeometry, ...wrong })).rejects.toMatchObject({
      code: 'vhdx.bad-geometry',
    });
    expect(await store.sizeBytes()).toBe(0);
    expect(() => createDynamicImage({ ...options, ...wrong })).toThrow();
  });

  test('whose making was interrupted is no disk', async () => {
    for (let pagesLeft = 0; ; pagesLeft += 1) {
      const files = memoryFiles({ pagesLeft });
      const store = await files.create('C:\\d.vhdx');
      const isDone = await createFixedDisk(store, { ...smallGeometry, ids }).then(
        () => true,
        () => false,
      );
      if (isDone) break;
      await expect(openDisk('C:\\d.vhdx', files)).rejects.toMatchObject({ code: 'vhdx.not-vhdx' });
    }
  });

  test('that is fixed has a place for every block, over more than one chunk', async () => {
    const files = memoryFiles();
    const store = await files.create('C:\\d.vhdx');
    await createFixedDisk(store, { ...smallGeometry, sizeBytes: 5 * GiB + 512, ids });
    const disk = await openDisk('C:\\d.vhdx', files);
    expect(disk.type).toBe('fixed');
    expect(await listExtents(disk.extents())).toEqual([{ offset: 0, lengthBytes: 5 * GiB + 512, kind: 'allocated' }]);
  });
});
