// Random writes and reads over chains, beside a plain buffer that cannot be wrong.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDisk } from '../open-disk.ts';
import { KiB, MiB } from '../format/limits.ts';
import { memoryFiles, type MemoryFiles } from '../testing/memory-files.ts';
import { listExtents, makeChild, makeDynamic, readAll } from '../testing/test-disks.ts';
import { createFixedDisk } from './create-disk.ts';
import { openWritableDisk } from './open-writable-disk.ts';

const pathOf = (depth: number): string => `C:\\vm\\disk-${depth}.vhdx`;
const blockSize = fc.constantFrom(MiB, 2 * MiB, 4 * MiB, 32 * MiB);

interface Operation {
  readonly isWrite: boolean;
  readonly place: number;
  readonly lengthBytes: number;
  readonly value: number;
}

/** Places cluster round block borders; lengths are sectors, odd sectors, odd bytes, or more than a block. */
const operation: fc.Arbitrary<Operation> = fc.record({
  isWrite: fc.boolean(),
  place: fc.oneof(
    fc.nat(8 * MiB),
    fc.tuple(fc.nat(8), fc.integer({ min: -2000, max: 2000 })).map(([block, near]) => block * MiB + near),
    fc.nat(16 * KiB).map((sector) => sector * 512),
  ),
  lengthBytes: fc.oneof(
    fc.integer({ min: 1, max: 5000 }),
    fc.nat(40).map((n) => n * 512),
    fc.nat(3 * MiB),
  ),
  value: fc.integer({ min: 1, max: 255 }),
});

const chain = fc.record({
  isFixed: fc.boolean(),
  sector: fc.constantFrom(512 as const, 4096 as const),
  blockSizes: fc.array(blockSize, { minLength: 1, maxLength: 4 }),
  // Sizes may grow or shrink along the chain, and end in an odd number of sectors.
  sectorCounts: fc.array(fc.integer({ min: 1, max: 5 * 2048 + 3 }), { minLength: 4, maxLength: 4 }),
  steps: fc.array(fc.array(operation, { maxLength: 12 }), { minLength: 4, maxLength: 4 }),
});

async function makeLeaf(
  files: MemoryFiles,
  depth: number,
  given: typeof chain extends fc.Arbitrary<infer T> ? T : never,
) {
  const blockSizeBytes = given.blockSizes[depth] ?? MiB;
  const sizeBytes = (given.sectorCounts[depth] ?? 1) * given.sector;
  if (depth > 0) {
    const parent = await openDisk(pathOf(depth - 1), files);
    await makeChild(files, pathOf(depth), pathOf(depth - 1), parent, { blockSizeBytes, sizeBytes });
    return parent.close();
  }
  const geometry = {
    sizeBytes,
    blockSizeBytes,
    logicalSectorSizeBytes: given.sector,
    physicalSectorSizeBytes: 4096 as const,
  };
  if (!given.isFixed) {
    await makeDynamic(files, pathOf(0), geometry);
    return;
  }
  const store = await files.create(pathOf(0));
  await createFixedDisk(store, geometry);
  return store.close();
}

test('a chain reads as what was written to it, live and opened again', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(chain, async (given) => {
      const files = memoryFiles();
      let model = Buffer.alloc(0);
      for (let depth = 0; depth < given.blockSizes.length; depth += 1) {
        await makeLeaf(files, depth, given);
        const disk = await openWritableDisk(pathOf(depth), files);
        expect(disk.members.length).toBe(depth + 1);
        const grown = Buffer.alloc(disk.sizeBytes);
        model.copy(grown);
        model = grown;
        for (const step of given.steps[depth] ?? []) await apply(step, disk, model);
        const before = await readAll(disk);
        await disk.close();
        const again = await openDisk(pathOf(depth), files);
        const after = await readAll(again);
        expect(Buffer.compare(before, model)).toBe(0);
        expect(Buffer.compare(after, model)).toBe(0);
        await expectExtentsTrue(again, model);
        await again.close();
      }
      expect(files.openPaths).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

async function apply(
  step: Operation,
  disk: Awaited<ReturnType<typeof openWritableDisk>>,
  model: Buffer,
): Promise<void> {
  const offset = Math.max(0, Math.min(step.place, disk.sizeBytes - 1));
  const lengthBytes = Math.min(step.lengthBytes, disk.sizeBytes - offset);
  if (step.isWrite) {
    const data = Buffer.alloc(lengthBytes, step.value);
    await disk.write(data, offset);
    data.copy(model, offset);
    return;
  }
  const target = Buffer.alloc(lengthBytes, 0xee);
  await disk.read(target, offset);
  expect(Buffer.compare(target, model.subarray(offset, offset + lengthBytes))).toBe(0);
}

/** Extents cover the disk without gap or overlap, neighbours differ, and nothing but zeros is left out. */
async function expectExtentsTrue(disk: Awaited<ReturnType<typeof openDisk>>, model: Buffer): Promise<void> {
  const extents = await listExtents(disk.extents());
  let at = 0;
  extents.forEach((extent, index) => {
    expect(extent.offset).toBe(at);
    expect(extent.lengthBytes).toBeGreaterThan(0);
    expect(extent.kind).not.toBe(extents[index - 1]?.kind);
    at += extent.lengthBytes;
    if (extent.kind === 'allocated') return;
    const zeros = Buffer.alloc(extent.lengthBytes);
    expect(Buffer.compare(model.subarray(extent.offset, at), zeros)).toBe(0);
  });
  expect(at).toBe(disk.sizeBytes);
}

test('own ranges are what the leaf itself holds, to the sector', async () => {
  const files = memoryFiles();
  await makeDynamic(files, pathOf(0), { blockSizeBytes: 2 * MiB });
  const base = await openWritableDisk(pathOf(0), files);
  await base.write(Buffer.alloc(3 * MiB, 1), 0);
  await makeChild(files, pathOf(1), pathOf(0), base);
  await base.close();
  const child = await openWritableDisk(pathOf(1), files);
  await child.write(Buffer.alloc(1, 2), 700);
  await child.write(Buffer.alloc(2 * MiB, 3), 2 * MiB);
  const own = [];
  for await (const range of child.ownRanges()) own.push(range);
  expect(own).toEqual([
    { offset: 512, lengthBytes: 512, kind: 'allocated' },
    { offset: 2 * MiB, lengthBytes: 2 * MiB, kind: 'allocated' },
  ]);
  await child.close();
});

test('a block whose sectors were all written needs no sector bitmap any more', async () => {
  const files = memoryFiles();
  await makeDynamic(files, pathOf(0));
  const base = await openDisk(pathOf(0), files);
  const content = await makeChild(files, pathOf(1), pathOf(0), base, { blockSizeBytes: MiB });
  const child = await openWritableDisk(pathOf(1), files);
  await child.write(Buffer.alloc(MiB - 512, 1), MiB + 512);
  const state = Buffer.alloc(1);
  content.read(state, 3 * MiB + 8);
  expect((state[0] ?? 0) & 7).toBe(7);
  await child.write(Buffer.alloc(512, 2), MiB);
  content.read(state, 3 * MiB + 8);
  expect((state[0] ?? 0) & 7).toBe(6);
});

test('writes put in at once are all there, and each in full', async () => {
  const files = memoryFiles();
  await makeDynamic(files, pathOf(0));
  const disk = await openWritableDisk(pathOf(0), files);
  const writes = Array.from({ length: 64 }, (_, index) =>
    disk.write(Buffer.alloc(64 * KiB, index + 1), index * 64 * KiB),
  );
  await Promise.all(writes);
  const content = await readAll(disk);
  for (let index = 0; index < 64; index += 1)
    expect(content.subarray(index * 64 * KiB, (index + 1) * 64 * KiB).every((byte) => byte === index + 1)).toBe(true);
});

test('the first write renews DataWriteGuid and FileWriteGuid, later ones do not', async () => {
  const files = memoryFiles();
  await makeDynamic(files, pathOf(0));
  const disk = await openWritableDisk(pathOf(0), files);
  const [data, file] = [disk.dataWriteGuid, disk.fileWriteGuid];
  await disk.read(Buffer.alloc(512), 0);
  expect([disk.dataWriteGuid, disk.fileWriteGuid]).toEqual([data, file]);
  await disk.write(Buffer.alloc(512, 1), 0);
  const written = [disk.dataWriteGuid, disk.fileWriteGuid];
  expect(written[0]).not.toBe(data);
  expect(written[1]).not.toBe(file);
  await disk.write(Buffer.alloc(512, 2), 0);
  expect([disk.dataWriteGuid, disk.fileWriteGuid]).toEqual(written);
  await disk.close();
  const again = await openDisk(pathOf(0), files);
  expect([again.dataWriteGuid, again.fileWriteGuid]).toEqual(written);
});
