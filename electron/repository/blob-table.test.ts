import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlobTable } from './blob-table.ts';
import { idOf } from './format/id.ts';
import { flattenPacks } from './format/index-codec.ts';
import { type PackedBlob } from './format/pack-header.ts';

const idOfNumber = (n: number): string => idOf(Buffer.from(String(n)));
const blobOf = (n: number, offset = n * 40): PackedBlob => ({
  id: idOfNumber(n),
  kind: n % 3 === 0 ? 'tree' : 'data',
  offset,
  sealedBytes: 33 + (n % 7),
  uncompressedBytes: n % 2 === 0 ? 0 : n,
});

describe('BlobTable', () => {
  it('finds what was added, as a Map would, however it came', () => {
    const pack = fc.uniqueArray(fc.nat(500), { maxLength: 40 });
    fc.assert(
      fc.property(fc.array(pack, { maxLength: 12 }), (packs) => {
        const table = new BlobTable();
        const expected = new Map<string, { readonly blob: PackedBlob; readonly packId: string }>();
        for (const [i, numbers] of packs.entries()) {
          const packId = idOf(Buffer.from(`pack ${i}`));
          const blobs = numbers.map((n) => blobOf(n));
          table.add(flattenPacks([{ id: packId, blobs }]));
          for (const blob of blobs) if (!expected.has(blob.id)) expected.set(blob.id, { blob, packId });
        }
        for (let n = 0; n <= 500; n += 1) {
          const want = expected.get(idOfNumber(n));
          const entry = table.find(n % 3 === 0 ? 'tree' : 'data', idOfNumber(n));
          expect(entry === undefined ? undefined : table.blob(entry)).toEqual(want?.blob);
          if (entry !== undefined) expect(table.packIdOf(table.packNumberOf(entry))).toBe(want?.packId);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('keeps both copies of a blob in two packs, and one of the same place named twice', () => {
    const table = new BlobTable();
    const [first, second] = [idOfNumber(-1), idOfNumber(-2)];
    table.add(flattenPacks([{ id: first, blobs: [blobOf(1)] }]));
    table.add(flattenPacks([{ id: second, blobs: [blobOf(1)] }]));
    table.add(flattenPacks([{ id: first, blobs: [blobOf(1)] }]));
    expect(table.count).toBe(2);
    expect(table.findAll('data', idOfNumber(1)).map((entry) => table.packIdOf(table.packNumberOf(entry)))).toEqual([
      first,
      second,
    ]);
  });

  it('tells a tree and data of the same bytes apart', () => {
    const table = new BlobTable();
    const blob = blobOf(1);
    table.add(flattenPacks([{ id: idOfNumber(-1), blobs: [blob, { ...blob, kind: 'tree', offset: 99 }] }]));
    expect(table.offsetOf(table.find('tree', blob.id)!)).toBe(99);
    expect(table.offsetOf(table.find('data', blob.id)!)).toBe(40);
  });

  it('holds a quarter of a million blobs in about 60 bytes each', () => {
    const count = 262_144;
    const blobs = Array.from({ length: count }, (_, n) => blobOf(n, n));
    const index = flattenPacks([{ id: idOfNumber(-1), blobs }]);
    const before = process.memoryUsage().arrayBuffers;
    const table = new BlobTable();
    table.add(index);
    const bytesEach = (process.memoryUsage().arrayBuffers - before) / count;
    expect(table.count).toBe(count);
    expect(bytesEach).toBeLessThan(70);
    expect(blobs.every((blob) => table.find(blob.kind, blob.id) !== undefined)).toBe(true);
    expect(table.find('data', idOfNumber(count + 1))).toBeUndefined();
  });
});
