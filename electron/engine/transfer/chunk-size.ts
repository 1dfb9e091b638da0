// How large the pieces are into which a disk is cut. Pure.
const gib = 1024 ** 3;
const tib = 1024 * gib;
const mib = 1024 ** 2;

/** What a writer has to take that stores disks of any size. */
export const largestChunkBytes = 8 * mib;

/**
 * Bytes of a chunk for a disk of this virtual size. A snapshot lists every chunk of a file by its id, in one document;
 * larger chunks keep that list in bounds. By the virtual size and not by what is allocated, so that a disk which fills
 * up keeps its chunks, and with them what is already stored.
 */
export function chunkSizeFor(diskSizeBytes: number): number {
  if (diskSizeBytes <= tib) return mib;
  if (diskSizeBytes <= 2 * tib) return 2 * mib;
  if (diskSizeBytes <= 4 * tib) return 4 * mib;
  return largestChunkBytes;
}

/** The same, where the writer takes chunks of at most `mostBytes`; a power of two, so that it divides every block. */
export function chunkSizeWithin(diskSizeBytes: number, mostBytes: number): number {
  return Math.min(chunkSizeFor(diskSizeBytes), 2 ** Math.floor(Math.log2(mostBytes)));
}
