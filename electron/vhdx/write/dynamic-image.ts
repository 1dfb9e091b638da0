// Synthesizes a complete dynamic .vhdx for streaming, without a file: the caller says which blocks there are, and gets
// the head that belongs before them. The same input always gives the same bytes, so that unchanged disks deduplicate.
//
//   [ head: identifier, headers, region tables, log, metadata, block table ][ block ][ block ] ...
import type { DiskGeometry } from '../disk.ts';
import { batShape, blockOfEntry, blockState, type BatShape } from '../format/bat.ts';
import { batEntryBytes } from '../format/limits.ts';
import { headPieces, layoutOf, type DiskIds, type FileLayout, type Piece } from './file-layout.ts';

export type DynamicImageOptions = DiskGeometry & DiskIds;

export interface DynamicImage {
  /** Constant; the offset of the first block that is added. */
  readonly headSizeBytes: number;
  /** Adds a block with data. Blocks come in rising order. Returns where its `blockSizeBytes` bytes lie in the file
   * (also those of a last block that reaches beyond the disk's end). Blocks never added read as zeros. */
  addBlock(block: number): number;
  /** The whole file's size is known, and its head can be read. */
  finish(): FinishedImage;
}

export interface FinishedImage {
  readonly sizeBytes: number;
  readonly headSizeBytes: number;
  /** Fills `target` with the head's bytes from `offset`. Made on demand: the head of a huge disk has 513 MiB. */
  readHead(target: Uint8Array, offset: number): void;
}

/** Error: `vhdx.bad-geometry`. */
export function createDynamicImage(options: DynamicImageOptions): DynamicImage {
  const layout = layoutOf(options, 'dynamic');
  const blocks = new RisingBlocks(batShape(options, false));
  const placeOf = (ordinal: number): number => layout.headSizeBytes + ordinal * options.blockSizeBytes;
  return {
    headSizeBytes: layout.headSizeBytes,
    addBlock: (block) => placeOf(blocks.add(block)),
    finish: () => {
      const pieces = headPieces({ ...options, type: 'dynamic' }, layout);
      return {
        sizeBytes: placeOf(blocks.count),
        headSizeBytes: layout.headSizeBytes,
        readHead: (target, offset) => {
          if (offset < 0 || offset + target.length > layout.headSizeBytes)
            throw new RangeError(`the head has ${layout.headSizeBytes} bytes`);
          target.fill(0);
          for (const piece of pieces) copyPiece(piece, target, offset);
          renderTable(layout, blocks, placeOf, target, offset);
        },
      };
    },
  };
}

/** The added blocks; 4 bytes each. */
class RisingBlocks {
  readonly shape: BatShape;
  #blocks = new Uint32Array(1024);
  #count = 0;

  constructor(shape: BatShape) {
    this.shape = shape;
  }

  get count(): number {
    return this.#count;
  }

  /** Returns how many came before. */
  add(block: number): number {
    const last = this.#count === 0 ? -1 : (this.#blocks[this.#count - 1] ?? -1);
    if (!Number.isInteger(block) || block <= last || block >= this.shape.payloadBlocks)
      throw new RangeError(`block ${block} cannot follow block ${last} of ${this.shape.payloadBlocks}`);
    if (this.#count === this.#blocks.length) {
      const larger = new Uint32Array(this.#count * 2);
      larger.set(this.#blocks);
      this.#blocks = larger;
    }
    this.#blocks[this.#count] = block;
    this.#count += 1;
    return this.#count - 1;
  }

  /** Ordinal of the first added block that is not below `block`. */
  ordinalFrom(block: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#blocks[middle] ?? 0) < block) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  has(ordinal: number, block: number): boolean {
    return ordinal < this.#count && this.#blocks[ordinal] === block;
  }
}

function copyPiece(piece: Piece, target: Uint8Array, offset: number): void {
  const start = Math.max(piece.position, offset);
  const end = Math.min(piece.position + piece.bytes.length, offset + target.length);
  if (start < end) target.set(piece.bytes.subarray(start - piece.position, end - piece.position), start - offset);
}

/** Writes the part of the block table that falls into `target`. ZERO, not NOT_PRESENT, for a block that was not added:
 * only ZERO obliges every reader to return zeros. [MS-VHDX] 2.5.1.1 */
function renderTable(
  layout: FileLayout,
  blocks: RisingBlocks,
  placeOf: (ordinal: number) => number,
  target: Uint8Array,
  offset: number,
): void {
  const { shape, batOffset } = layout;
  const first = Math.max(0, Math.floor((offset - batOffset) / batEntryBytes));
  const stop = Math.min(shape.entryCount, Math.ceil((offset + target.length - batOffset) / batEntryBytes));
  if (first >= stop) return;
  let ordinal = blocks.ordinalFrom(blockOfEntry(shape, first) ?? blockOfEntry(shape, first + 1) ?? 0);
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  for (let index = first; index < stop; index += 1) {
    const block = blockOfEntry(shape, index);
    if (block === undefined) continue;
    const isAdded = blocks.has(ordinal, block);
    const value = isAdded ? placeOf(ordinal) + blockState.fullyPresent : blockState.zero;
    if (isAdded) ordinal += 1;
    putEntry(view, batOffset + index * batEntryBytes - offset, value);
  }
}

/** `at` may lie outside of the target for a part of the entry: only what is inside is written. */
function putEntry(target: DataView, at: number, value: number): void {
  const low = value % 2 ** 32;
  const high = Math.floor(value / 2 ** 32);
  if (at >= 0 && at + batEntryBytes <= target.byteLength) {
    target.setUint32(at, low, true);
    target.setUint32(at + 4, high, true);
    return;
  }
  for (let byte = 0; byte < batEntryBytes; byte += 1) {
    const half = byte < 4 ? low : high;
    if (at + byte >= 0 && at + byte < target.byteLength) target.setUint8(at + byte, (half >>> ((byte % 4) * 8)) & 255);
  }
}
