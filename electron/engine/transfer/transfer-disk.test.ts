import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RepositoryWriter } from '../../repository/index.ts';
import { openDisk, type Extent, type ExtentKind } from '../../vhdx/index.ts';
import { memoryFiles } from '../../vhdx/testing/memory-files.ts';
import { memoryDisk, type MemoryDisk, type MemoryDiskOptions } from './testing/memory-disk.ts';
import { MemoryWriter, type MemoryWriterOptions } from './testing/memory-writer.ts';
import { transferDisk, type TransferProgress, type TransferredDisk } from './transfer-disk.ts';

const kib = 1024;
const mib = 1024 * kib;
const chunkSizeBytes = 64 * kib;

/** Stretches of the disk by kind; only allocated ones hold data, and some of those hold zeros. */
interface Stretch {
  readonly sectors: number;
  readonly kind: ExtentKind;
  readonly fill: number;
}

const stretch = fc.record({
  sectors: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 100, max: 3000 })),
  kind: fc.constantFrom<ExtentKind>('allocated', 'allocated', 'zero', 'absent'),
  fill: fc.constantFrom(0, 0, 1, 200),
});

function diskOf(
  stretches: readonly Stretch[],
  blockSizeBytes: number,
  more: Partial<MemoryDiskOptions> = {},
): MemoryDisk {
  const extents: Extent[] = [];
  let offset = 0;
  for (const { sectors, kind } of stretches) {
    extents.push({ offset, lengthBytes: sectors * 512, kind });
    offset += sectors * 512;
  }
  const content = Buffer.alloc(offset);
  for (const [i, { offset: at, lengthBytes, kind }] of extents.entries()) {
    if (kind !== 'allocated') continue;
    for (let byte = at; byte < at + lengthBytes; byte += 1) content[byte] = (stretches[i]!.fill * (byte + i)) & 255;
  }
  return memoryDisk({ sizeBytes: offset, blockSizeBytes, extents, content, ...more });
}

interface Ran {
  readonly writer: MemoryWriter;
  readonly progress: readonly TransferProgress[];
  readonly result: Promise<TransferredDisk>;
}

function transfer(
  disk: MemoryDisk,
  options: Partial<MemoryWriterOptions> & { readonly signal?: AbortSignal } = {},
): Ran {
  const writer = new MemoryWriter({ chunkSizeBytes, bufferCount: 4, ...options });
  const progress: TransferProgress[] = [];
  const result = transferDisk({
    disk,
    writer: writer as unknown as RepositoryWriter,
    signal: options.signal ?? new AbortController().signal,
    onProgress: (step) => progress.push(step),
  });
  return { writer, progress, result };
}

async function contentOfImage(image: Uint8Array): Promise<Buffer> {
  const files = memoryFiles();
  const store = await files.create('image.vhdx');
  await store.write(image, 0);
  const disk = await openDisk('image.vhdx', files);
  const content = Buffer.alloc(disk.sizeBytes, 0xee);
  await disk.read(content, 0);
  return content;
}

function idAt({ contentIds }: TransferredDisk, i: number): Uint8Array {
  return contentIds.subarray(i * 32, (i + 1) * 32);
}

async function contentOfDisk(disk: MemoryDisk): Promise<Buffer> {
  const content = Buffer.alloc(disk.sizeBytes);
  await disk.read(content, 0);
  return content;
}

describe('the image of a disk', () => {
  it('opens as the same disk, whatever is allocated in it', async () => {
    const blockSizes = fc.constantFrom(mib, 2 * mib);
    await fc.assert(
      fc.asyncProperty(fc.array(stretch, { minLength: 1, maxLength: 12 }), blockSizes, async (stretches, blockSize) => {
        const disk = diskOf(stretches, blockSize);
        const { writer, progress, result } = transfer(disk);
        const { contentIds, imageSizeBytes, totalBytes, readBytes, skippedBytes } = await result;
        const image = writer.join(contentIds);
        expect(image.length).toBe(imageSizeBytes);
        expect(Buffer.compare(await contentOfImage(image), await contentOfDisk(disk))).toBe(0);
        const allocated = stretches.filter(({ kind }) => kind === 'allocated');
        expect(totalBytes).toBe(allocated.reduce((sum, { sectors }) => sum + sectors * 512, 0));
        expect(readBytes).toBe(totalBytes);
        expect(skippedBytes).toBeLessThanOrEqual(readBytes);
        expect(progress.at(-1)).toMatchObject({ totalBytes, readBytes, skippedBytes });
        expect(writer.lent).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it('never touches a chunk that no file holds', async () => {
    const disk = diskOf(
      [
        { sectors: 4096, kind: 'absent', fill: 0 },
        { sectors: 1, kind: 'allocated', fill: 3 },
        { sectors: 4096, kind: 'zero', fill: 0 },
      ],
      mib,
    );
    await transfer(disk).result;
    expect(disk.reads).toEqual([{ offset: 2 * mib, lengthBytes: chunkSizeBytes }]);
  });

  it('is the same bytes again for the same content, and of another version for another', async () => {
    const stretches = [{ sectors: 3000, kind: 'allocated', fill: 1 }] as const;
    const first = await transfer(diskOf(stretches, mib)).result;
    const second = await transfer(diskOf(stretches, mib)).result;
    expect(Buffer.compare(first.contentIds, second.contentIds)).toBe(0);
    const later = { ...diskOf(stretches, mib), dataWriteGuid: 'cccccccc-0000-4000-8000-000000000003' };
    const third = await transfer(later).result;
    // The headers and the metadata name the version; block table and content are what they were.
    const headChunks = (3 * mib) / chunkSizeBytes;
    const changed = Array.from({ length: first.contentIds.length / 32 }, (_, i) => i).filter(
      (i) => Buffer.compare(idAt(third, i), idAt(first, i)) !== 0,
    );
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((i) => i < headChunks)).toBe(true);
  });
});

describe('a transfer that does not come to its end', () => {
  const stretches = [{ sectors: 20_000, kind: 'allocated', fill: 1 }] as const;
  const chunks = (20_000 * 512) / chunkSizeBytes;
  const stop = new Error('stopped by the user');

  it.for([0, 1, 5, 60, 150])('cancelled after %i chunks: no further chunk is begun', async (after) => {
    const controller = new AbortController();
    const disk = diskOf(stretches, mib, {
      onRead: () => {
        if (disk.reads.length === after) controller.abort(stop);
      },
    });
    if (after === 0) controller.abort(stop);
    const { writer, result } = transfer(disk, { signal: controller.signal });
    await expect(result).rejects.toBe(stop);
    // Those in the air when it was cancelled are as many as there are buffers.
    expect(disk.reads.length).toBeLessThanOrEqual(after + 4);
    expect(after).toBeLessThan(chunks);
    expect({ lent: writer.lent, readsUnderWay: disk.readsUnderWay }).toEqual({ lent: 0, readsUnderWay: 0 });
  });

  it.for([1, 2, 77, 157])(
    'a read that fails at chunk %i: its error, and nothing is left in the air',
    async (failing) => {
      const failure = new Error('media error');
      const disk = diskOf(stretches, mib, {
        onRead: () => {
          if (disk.reads.length === failing) throw failure;
        },
      });
      const { writer, result } = transfer(disk);
      await expect(result).rejects.toBe(failure);
      expect({ lent: writer.lent, readsUnderWay: disk.readsUnderWay }).toEqual({ lent: 0, readsUnderWay: 0 });
    },
  );

  it.for([1, 2, 77, 157, 160])('a put that fails at chunk %i: its error, and every buffer is back', async (failing) => {
    const failure = new Error('repository full');
    const onPut = (count: number): void => {
      if (count === failing) throw failure;
    };
    const disk = diskOf(stretches, mib);
    const { writer, result } = transfer(disk, { onPut });
    await expect(result).rejects.toBe(failure);
    expect({ lent: writer.lent, readsUnderWay: disk.readsUnderWay }).toEqual({ lent: 0, readsUnderWay: 0 });
  });

  it('fails when the chain moved meanwhile', async () => {
    const moved = new Error('changed while reading');
    const disk = diskOf(stretches, mib, {
      onAssertUnchanged: () => {
        throw moved;
      },
    });
    await expect(transfer(disk).result).rejects.toBe(moved);
  });
});
