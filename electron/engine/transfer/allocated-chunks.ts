// Which chunks of a disk hold anything: extents cut along chunk borders. What no file of the chain holds never shows
// up here, and so is never read.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Extent } from '../../vhdx/index.ts';

/** A fragmented chain has millions of extents, and their tables are in memory: the event loop needs its turn. */
const extentsPerTurn = 1024;

export interface AllocatedChunk {
  /** Offset in the disk divided by the chunk size. */
  readonly index: number;
  /** How much of it some file holds; the rest reads as zeros. */
  readonly allocatedBytes: number;
}

/** The chunks that are at least partly allocated, in order. */
export async function* allocatedChunks(
  extents: AsyncIterable<Extent>,
  chunkSizeBytes: number,
): AsyncGenerator<AllocatedChunk, void, undefined> {
  let current = { index: -1, allocatedBytes: 0 };
  for await (const extent of allocated(extents)) {
    const end = extent.offset + extent.lengthBytes;
    for (let at = extent.offset; at < end;) {
      const index = Math.floor(at / chunkSizeBytes);
      const stop = Math.min(end, (index + 1) * chunkSizeBytes);
      if (index !== current.index) {
        if (current.index >= 0) yield current;
        current = { index, allocatedBytes: 0 };
      }
      current.allocatedBytes += stop - at;
      at = stop;
    }
  }
  if (current.index >= 0) yield current;
}

/** What has to be read: the sum of the allocated extents. */
export async function countAllocatedBytes(extents: AsyncIterable<Extent>, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  for await (const extent of allocated(extents)) {
    signal.throwIfAborted();
    bytes += extent.lengthBytes;
  }
  return bytes;
}

async function* allocated(extents: AsyncIterable<Extent>): AsyncGenerator<Extent, void, undefined> {
  let seen = 0;
  for await (const extent of extents) {
    seen += 1;
    if (seen % extentsPerTurn === 0) await nextTurn();
    if (extent.kind === 'allocated') yield extent;
  }
}
