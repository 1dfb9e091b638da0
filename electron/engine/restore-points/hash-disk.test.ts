import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Extent } from '../../vhdx/index.ts';
import { memoryDisk, type MemoryDisk, type MemoryDiskOptions } from '../transfer/testing/memory-disk.ts';
import { hashDisk, type HashProgress } from './hash-disk.ts';

const mib = 1024 ** 2;
const stretch = fc.record({
  sectors: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1000, max: 5000 })),
  kind: fc.constantFrom<Extent['kind']>('allocated', 'zero', 'absent'),
});

function diskOf(
  stretches: readonly { readonly sectors: number; readonly kind: Extent['kind'] }[],
  more: Partial<MemoryDiskOptions> = {},
): { readonly disk: MemoryDisk; readonly content: Buffer } {
  const extents: Extent[] = [];
  let offset = 0;
  for (const { sectors, kind } of stretches) {
    extents.push({ offset, lengthBytes: sectors * 512, kind });
    offset += sectors * 512;
  }
  const content = Buffer.alloc(offset);
  for (const { offset: at, lengthBytes, kind } of extents)
    if (kind === 'allocated') content.fill(`at ${at} `, at, at + lengthBytes);
  return { disk: memoryDisk({ sizeBytes: offset, blockSizeBytes: mib, extents, content, ...more }), content };
}

describe('hashDisk', () => {
  it('is the SHA-256 of the raw content, however it is allocated', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stretch, { minLength: 1, maxLength: 8 }), async (stretches) => {
        const { disk, content } = diskOf(stretches);
        const steps: HashProgress[] = [];
        expect(await hashDisk(disk, { onProgress: (step) => steps.push(step) })).toBe(
          createHash('sha256').update(content).digest('hex'),
        );
        expect(steps.at(-1)).toEqual({ doneBytes: content.length, totalBytes: content.length });
      }),
      { numRuns: 40 },
    );
  });

  it('does not read what no file holds', async () => {
    const { disk } = diskOf([
      { sectors: 40_960, kind: 'absent' },
      { sectors: 2048, kind: 'allocated' },
      { sectors: 40_960, kind: 'zero' },
    ]);
    await hashDisk(disk);
    expect(disk.reads).toEqual([{ offset: 20 * mib, lengthBytes: mib }]);
  });

  it.for([1, 2, 5])(
    'ends with the error of read %i, or when it is stopped there; nothing is read any more',
    async (at) => {
      const failure = new Error('media error');
      const failing = diskOf([{ sectors: 20_480, kind: 'allocated' }], {
        onRead: () => {
          if (failing.disk.reads.length === at) throw failure;
        },
      });
      await expect(hashDisk(failing.disk)).rejects.toBe(failure);
      expect(failing.disk.readsUnderWay).toBe(0);

      const controller = new AbortController();
      const stopped = diskOf([{ sectors: 20_480, kind: 'allocated' }], {
        onRead: () => {
          if (stopped.disk.reads.length === at) controller.abort(failure);
        },
      });
      await expect(hashDisk(stopped.disk, { signal: controller.signal })).rejects.toBe(failure);
      expect(stopped.disk.readsUnderWay).toBe(0);
      expect(stopped.disk.reads.length).toBeLessThanOrEqual(at + 2);
    },
  );
});
