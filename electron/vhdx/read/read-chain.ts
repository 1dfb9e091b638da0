// Reading payload: a stretch of the virtual disk becomes as few reads as possible, a few of them at a time.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ByteSource } from '../files.ts';
import { readFully } from './at-path.ts';
import type { ChainMap, Stretch } from './chain-map.ts';

/** Reads in flight for one call: enough to hide the latency of scattered sectors. */
const maxReadsInFlight = 4;

interface PlannedRead {
  readonly source: ByteSource;
  readonly position: number;
  readonly targetStart: number;
  targetEnd: number;
}

export class ChainReader {
  readonly #map: ChainMap;
  readonly #sources: readonly ByteSource[];

  /** Leaf first, as in the map. */
  constructor(map: ChainMap, sources: readonly ByteSource[]) {
    this.#map = map;
    this.#sources = sources;
  }

  /** The caller has checked that the range is inside the disk. */
  async read(target: Uint8Array, offset: number): Promise<void> {
    const reads: PlannedRead[] = [];
    const end = offset + target.length;
    for (let at = offset; at < end;) {
      const stretch = await this.#map.stretchAt(at, end);
      if (stretch.kind === 'allocated') this.#plan(reads, stretch, at - offset, stretch.end - offset);
      else target.fill(0, at - offset, stretch.end - offset);
      at = stretch.end;
    }
    await runReads(reads, target);
  }

  #plan(reads: PlannedRead[], stretch: Stretch, targetStart: number, targetEnd: number): void {
    const source = this.#sources[stretch.member];
    if (source === undefined) throw new RangeError(`no file at depth ${stretch.member}`);
    const last = reads.at(-1);
    const isNeighbour =
      last?.source === source &&
      last.targetEnd === targetStart &&
      last.position + (last.targetEnd - last.targetStart) === stretch.fileOffset;
    if (isNeighbour) last.targetEnd = targetEnd;
    else reads.push({ source, position: stretch.fileOffset, targetStart, targetEnd });
  }
}

async function runReads(reads: readonly PlannedRead[], target: Uint8Array): Promise<void> {
  const queue = reads.values();
  const worker = async (): Promise<void> => {
    for (const read of queue)
      await readFully(read.source, target.subarray(read.targetStart, read.targetEnd), read.position, 'data');
  };
  await Promise.all(Array.from({ length: Math.min(maxReadsInFlight, reads.length) }, worker));
}

/** Throws `vhdx.out-of-range` unless [offset, offset + lengthBytes) lies inside the disk. */
export function checkRange(path: string, sizeBytes: number, offset: number, lengthBytes: number): void {
  const isWhole = Number.isSafeInteger(offset) && Number.isSafeInteger(lengthBytes);
  if (isWhole && offset >= 0 && lengthBytes >= 0 && offset <= sizeBytes - lengthBytes) return;
  throw new AppError('vhdx.out-of-range', { path, offset, lengthBytes, sizeBytes });
}
