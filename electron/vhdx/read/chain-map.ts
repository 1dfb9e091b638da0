// Where each stretch of the virtual disk comes from: the one place where block states, sector bitmaps and parents are
// put together. Reads tables, never payload.
import type { DiskGeometry, ExtentKind } from '../disk.ts';
import { blockState } from '../format/bat.ts';
import { pageBytes } from '../format/limits.ts';
import { bitRun } from '../format/sector-bitmap.ts';
import type { BlockEntry, BlockTable } from './block-table.ts';
import type { PagedSource } from './paged-source.ts';

/** What the map needs of one file of the chain. */
export interface MappedMember {
  readonly parameters: DiskGeometry;
  readonly blocks: BlockTable;
  readonly paged: PagedSource;
}

/** A stretch that begins where it was asked for. `member` and `fileOffset` mean something when it is allocated. */
export interface Stretch<Kind extends string = ExtentKind> {
  readonly kind: Kind;
  readonly end: number;
  readonly member: number;
  readonly fileOffset: number;
}

/** `inherited`: this file leaves it to its parent. */
export type OwnKind = ExtentKind | 'inherited';

export class ChainMap {
  readonly #members: readonly MappedMember[];

  /** Leaf first. */
  constructor(members: readonly MappedMember[]) {
    this.#members = members;
  }

  /** The stretch of one kind (and, if allocated, contiguous in one file) that begins at `offset`, at most to `end`. */
  async stretchAt(offset: number, end: number): Promise<Stretch> {
    let limit = end;
    for (let depth = 0; depth < this.#members.length; depth += 1) {
      const own = await this.ownStretchAt(depth, offset, limit);
      if (own.kind !== 'inherited') return { ...own, kind: own.kind };
      limit = own.end;
    }
    return absent(limit);
  }

  /** The same for the file at `depth` alone. */
  async ownStretchAt(depth: number, offset: number, end: number): Promise<Stretch<OwnKind>> {
    const member = this.#members[depth];
    // Beyond the end of a parent that is smaller than its child there is nothing.
    if (member === undefined || offset >= member.parameters.sizeBytes) return absent(end);
    const { blockSizeBytes, sizeBytes } = member.parameters;
    const limit = Math.min(end, sizeBytes);
    const block = Math.floor(offset / blockSizeBytes);
    const stop = Math.ceil(limit / blockSizeBytes);
    const entry = await member.blocks.blockEntry(block);
    if (entry.state === blockState.fullyPresent) {
      const runEnd = await member.blocks.endOfPlacedRun(block, entry, stop);
      const fileOffset = entry.offset + (offset - block * blockSizeBytes);
      return { kind: 'allocated', end: Math.min(limit, runEnd * blockSizeBytes), member: depth, fileOffset };
    }
    if (entry.state === blockState.partiallyPresent)
      return this.#partialStretch(member, depth, block, entry, offset, limit);
    const isNotPresent = entry.state === blockState.notPresent;
    const runEnd = await member.blocks.endOfUnplacedRun(block, stop, isNotPresent ? isAbsentState : isZeroState);
    const kind = !isNotPresent ? 'zero' : depth + 1 < this.#members.length ? 'inherited' : 'absent';
    return { kind, end: Math.min(limit, runEnd * blockSizeBytes), member: depth, fileOffset: 0 };
  }

  /** A block that is here for some of its sectors and in the parent for the others. */
  async #partialStretch(
    member: MappedMember,
    depth: number,
    block: number,
    entry: BlockEntry,
    offset: number,
    limit: number,
  ): Promise<Stretch<OwnKind>> {
    const { blockSizeBytes, logicalSectorSizeBytes } = member.parameters;
    const blockStart = block * blockSizeBytes;
    const bits = await blockBitmap(member, block);
    const within = offset - blockStart;
    const stop = Math.min(limit - blockStart, blockSizeBytes);
    const first = Math.floor(within / logicalSectorSizeBytes);
    const run = bitRun(bits, first, Math.ceil(stop / logicalSectorSizeBytes));
    const end = blockStart + Math.min(stop, run.end * logicalSectorSizeBytes);
    const kind = run.isSet ? 'allocated' : 'inherited';
    return { kind, end, member: depth, fileOffset: entry.offset + within };
  }
}

/** Where in the file the bitmap's piece that describes `block` lies, given the bitmap block's entry. */
export function blockBitmapPlace(
  member: MappedMember,
  block: number,
  bitmap: BlockEntry,
): { readonly position: number; readonly lengthBytes: number } {
  const { blockSizeBytes, logicalSectorSizeBytes } = member.parameters;
  const lengthBytes = blockSizeBytes / logicalSectorSizeBytes / 8;
  return { position: bitmap.offset + (block % member.blocks.shape.chunkRatio) * lengthBytes, lengthBytes };
}

/** The bits of one block. They never cross a page: both are powers of two, and the page is not smaller. */
export async function blockBitmap(member: MappedMember, block: number): Promise<Uint8Array> {
  const bitmap = await member.blocks.bitmapEntry(block);
  const { position, lengthBytes } = blockBitmapPlace(member, block, bitmap);
  const page = await member.paged.page(position);
  const within = position % pageBytes;
  return page.subarray(within, within + lengthBytes);
}

function isAbsentState(state: number): boolean {
  return state === blockState.notPresent;
}

function isZeroState(state: number): boolean {
  return state === blockState.undefined || state === blockState.zero || state === blockState.unmapped;
}

function absent(end: number): Stretch<'absent'> {
  return { kind: 'absent', end, member: 0, fileOffset: 0 };
}
