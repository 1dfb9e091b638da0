import { expect, it } from 'vitest';
import { chunkSizeFor, chunkSizeWithin } from './chunk-size.ts';

const mib = 1024 ** 2;
const tib = 1024 ** 4;

it.for([
  [mib, 1],
  [tib, 1],
  [tib + 512, 2],
  [2 * tib, 2],
  [4 * tib, 4],
  [4 * tib + 512, 8],
  [64 * tib, 8],
] as const)('a disk of %i bytes has chunks of %i MiB', ([diskBytes, chunkMib]) => {
  expect(chunkSizeFor(diskBytes)).toBe(chunkMib * mib);
});

it('keeps the list of chunks of the largest disk within what one document holds', () => {
  const textPerChunk = 67;
  expect(((64 * tib) / chunkSizeFor(64 * tib)) * textPerChunk).toBeLessThan(600 * mib);
});

it.for([
  [mib, mib],
  [3 * mib, 2 * mib],
  [8 * mib, 8 * mib],
  [5000, 4096],
] as const)('fits a writer of %i bytes a chunk with a power of two', ([most, expected]) => {
  expect(chunkSizeWithin(64 * tib, most)).toBe(expected);
});
