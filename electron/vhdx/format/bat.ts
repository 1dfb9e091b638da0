// The block allocation table: arithmetic of where an entry lies, and what an entry says. [MS-VHDX] 2.5.
// An entry is handled as two 32-bit halves: BigInt per entry would be slow, and the offset needs 53 bits at most.
import type { DiskGeometry } from '../disk.ts';
import { batEntryBytes, MiB, sectorsPerChunk } from './limits.ts';
import { check, Violation } from './violation.ts';

const structure = 'block allocation table';

/** Payload block states. [MS-VHDX] 2.5.1.1 */
export const blockState = {
  notPresent: 0,
  undefined: 1,
  zero: 2,
  unmapped: 3,
  fullyPresent: 6,
  partiallyPresent: 7,
} as const;

/** Bits 3 to 19 of an entry. */
const reservedBits = 0xffff8;

export interface BatShape {
  readonly payloadBlocks: number;
  /** Payload blocks described by one sector bitmap block; that many entries stand between two bitmap entries. */
  readonly chunkRatio: number;
  readonly entryCount: number;
}

export function batShape(geometry: DiskGeometry, isDifferencing: boolean): BatShape {
  const chunkRatio = (sectorsPerChunk * geometry.logicalSectorSizeBytes) / geometry.blockSizeBytes;
  const payloadBlocks = Math.ceil(geometry.sizeBytes / geometry.blockSizeBytes);
  const entryCount = isDifferencing
    ? Math.ceil(payloadBlocks / chunkRatio) * (chunkRatio + 1)
    : payloadBlocks + Math.floor((payloadBlocks - 1) / chunkRatio);
  return { payloadBlocks, chunkRatio, entryCount };
}

/** Index of the entry of payload block `block`. */
export function payloadEntryIndex(shape: BatShape, block: number): number {
  return block + Math.floor(block / shape.chunkRatio);
}

/** Index of the entry of the sector bitmap that describes `block`. */
export function bitmapEntryIndex(shape: BatShape, block: number): number {
  const chunk = Math.floor(block / shape.chunkRatio);
  return (chunk + 1) * shape.chunkRatio + chunk;
}

/** Which payload block the entry at `index` is of; undefined for a sector bitmap's entry. */
export function blockOfEntry(shape: BatShape, index: number): number | undefined {
  const chunk = Math.floor(index / (shape.chunkRatio + 1));
  const within = index - chunk * (shape.chunkRatio + 1);
  return within === shape.chunkRatio ? undefined : chunk * shape.chunkRatio + within;
}

export function entryState(low: number): number {
  return low & 7;
}

/** Offset in the file, in bytes. Means something in the states 6 and 7 only; below 2^64, so check it before use. */
export function entryOffset(low: number, high: number): number {
  return ((high >>> 0) * 4096 + (low >>> 20)) * MiB;
}

export function encodeEntry(state: number, offset: number): Uint8Array {
  const bytes = new Uint8Array(batEntryBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(offset) | BigInt(state), true);
  return bytes;
}

/** Whether the state says that the file holds the block (then the offset must be checked). Refuses what the format
 * does not know: reserved bits, states 4 and 5, and state 7 without a parent. */
export function isPlacedPayload(low: number, isDifferencing: boolean, block: number): boolean {
  // Called for every entry of a table: the words of an error are made only when there is one.
  if ((low & reservedBits) !== 0) throw new Violation(structure, `the entry of block ${block} has reserved bits set`);
  switch (entryState(low)) {
    case blockState.notPresent:
    case blockState.undefined:
    case blockState.zero:
    case blockState.unmapped:
      return false;
    case blockState.fullyPresent:
      return true;
    case blockState.partiallyPresent:
      if (!isDifferencing) throw new Violation(structure, `block ${block} is partly in a parent, and there is none`);
      return true;
    default:
      throw new Violation(structure, `block ${block} is in the unknown state ${entryState(low)}`);
  }
}

/** The same for a sector bitmap's entry: 0 or 6; 7 is read as 6, as Microsoft's reader (openvmm) does. */
export function isPlacedBitmap(low: number, isDifferencing: boolean, index: number): boolean {
  if ((low & reservedBits) !== 0) throw new Violation(structure, `the entry ${index} has reserved bits set`);
  const state = entryState(low);
  if (state === blockState.notPresent) return false;
  const isPresent = state === blockState.fullyPresent || state === blockState.partiallyPresent;
  check(isPresent && isDifferencing, structure, `the sector bitmap of entry ${index} is in the state ${state}`);
  return true;
}
