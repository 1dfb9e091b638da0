// The block allocation table of one open file: checked once from end to end, then read in pages. Remembers which pages
// say one thing for all their blocks, so that walking a huge empty disk costs next to nothing.
import type { ByteSource, ByteStore } from '../files.ts';
import {
  blockOfEntry,
  blockState,
  bitmapEntryIndex,
  encodeEntry,
  entryOffset,
  entryState,
  payloadEntryIndex,
  type BatShape,
} from '../format/bat.ts';
import { batEntryBytes, pageBytes } from '../format/limits.ts';
import type { PagedSource } from './paged-source.ts';
import { mixedPage, scanBlockTable, type BlockCounts, type BlockTableScan } from './scan-block-table.ts';
import type { UsedSpace } from './used-space.ts';

const entriesPerPage = pageBytes / batEntryBytes;

export interface BlockEntry {
  readonly state: number;
  /** In the file; means something in the states 6 and 7. */
  readonly offset: number;
}

export interface BlockTablePlace {
  readonly shape: BatShape;
  readonly isDifferencing: boolean;
  readonly blockSizeBytes: number;
  /** Of the region in the file. */
  readonly offset: number;
}

export class BlockTable {
  readonly shape: BatShape;
  readonly counts: BlockCounts;
  readonly #place: BlockTablePlace;
  readonly #paged: PagedSource;
  readonly #uniformPages: Uint8Array;

  private constructor(place: BlockTablePlace, paged: PagedSource, scan: BlockTableScan) {
    this.shape = place.shape;
    this.counts = scan.counts;
    this.#place = place;
    this.#paged = paged;
    this.#uniformPages = scan.uniformPages;
  }

  /** Reads and checks the whole table; marks what the blocks take in `used`. Throws Violation. */
  static async open(
    source: ByteSource,
    paged: PagedSource,
    place: BlockTablePlace,
    used: UsedSpace,
  ): Promise<BlockTable> {
    return new BlockTable(place, paged, await scanBlockTable(source, place, used));
  }

  async blockEntry(block: number): Promise<BlockEntry> {
    return this.#entry(payloadEntryIndex(this.shape, block));
  }

  /** Entry of the sector bitmap that describes `block`. */
  async bitmapEntry(block: number): Promise<BlockEntry> {
    return this.#entry(bitmapEntryIndex(this.shape, block));
  }

  /** First block from `block` on (at most `stop`) that is not in the unplaced state that `matches` accepts. */
  async endOfUnplacedRun(block: number, stop: number, matches: (state: number) => boolean): Promise<number> {
    let index = payloadEntryIndex(this.shape, block);
    const stopIndex = payloadEntryIndex(this.shape, stop - 1) + 1;
    while (index < stopIndex) {
      const pageIndex = Math.floor(index / entriesPerPage);
      const pageEnd = Math.min(stopIndex, (pageIndex + 1) * entriesPerPage);
      const uniform = this.#uniformPages[pageIndex] ?? mixedPage;
      if (uniform === mixedPage) {
        const found = await this.#firstOther(index, pageEnd, matches);
        if (found !== undefined) return found;
      } else if (!matches(uniform)) return this.#blockAtOrAfter(index);
      index = pageEnd;
    }
    return stop;
  }

  /** First block behind `block` (at most `stop`) that does not follow its neighbour in the file. */
  async endOfPlacedRun(block: number, first: BlockEntry, stop: number): Promise<number> {
    const { blockSizeBytes } = this.#place;
    let next = block + 1;
    while (next < stop) {
      const index = payloadEntryIndex(this.shape, next);
      const view = await this.#pageFrom(index);
      for (let at = 0; at < view.byteLength && next < stop; at += batEntryBytes) {
        if (blockOfEntry(this.shape, index + at / batEntryBytes) === undefined) continue;
        const low = view.getUint32(at, true);
        const offset = entryOffset(low, view.getUint32(at + 4, true));
        const isNext = offset === first.offset + (next - block) * blockSizeBytes;
        if (entryState(low) !== blockState.fullyPresent || !isNext) return next;
        next += 1;
      }
    }
    return next;
  }

  async setBlockEntry(store: ByteStore, block: number, entry: BlockEntry): Promise<void> {
    await this.#setEntry(store, payloadEntryIndex(this.shape, block), entry);
  }

  async setBitmapEntry(store: ByteStore, block: number, entry: BlockEntry): Promise<void> {
    await this.#setEntry(store, bitmapEntryIndex(this.shape, block), entry);
  }

  async #setEntry(store: ByteStore, index: number, entry: BlockEntry): Promise<void> {
    // An aligned 8-byte entry never crosses a page: it is there whole or not at all.
    const position = this.#place.offset + index * batEntryBytes;
    await this.#paged.writeThrough(store, encodeEntry(entry.state, entry.offset), position);
    this.#uniformPages[Math.floor(index / entriesPerPage)] = mixedPage;
  }

  async #entry(index: number): Promise<BlockEntry> {
    const view = await this.#pageFrom(index);
    const low = view.getUint32(0, true);
    return { state: entryState(low), offset: entryOffset(low, view.getUint32(4, true)) };
  }

  /** The rest of a page, from the entry at `index` on. */
  async #pageFrom(index: number): Promise<DataView> {
    const position = this.#place.offset + index * batEntryBytes;
    const page = await this.#paged.page(position);
    return new DataView(page.buffer, page.byteOffset + (position % pageBytes), pageBytes - (position % pageBytes));
  }

  async #firstOther(start: number, stop: number, matches: (state: number) => boolean): Promise<number | undefined> {
    const view = await this.#pageFrom(start);
    for (let index = start; index < stop; index += 1) {
      if (matches(entryState(view.getUint8((index - start) * batEntryBytes)))) continue;
      const block = blockOfEntry(this.shape, index);
      if (block !== undefined) return block;
    }
    return undefined;
  }

  #blockAtOrAfter(index: number): number {
    return blockOfEntry(this.shape, index) ?? blockOfEntry(this.shape, index + 1) ?? 0;
  }
}
