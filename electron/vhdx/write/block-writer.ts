// Writes payload into one file's blocks. The order is what makes it survive the death of the process at any point, as
// long as the machine lives: payload, then sector bits, then the table entry that leads to them. No log is used.
import { blockState } from '../format/bat.ts';
import type { ByteStore } from '../files.ts';
import { alignmentBytes, bitmapBlockBytes } from '../format/limits.ts';
import { bitRun, setBits } from '../format/sector-bitmap.ts';
import type { BlockEntry } from '../read/block-table.ts';
import { blockBitmap, blockBitmapPlace } from '../read/chain-map.ts';
import type { OpenMember } from '../read/open-member.ts';

export class BlockWriter {
  readonly #store: ByteStore;
  readonly #member: OpenMember;
  readonly #hasParent: boolean;
  #fileSizeBytes: number;

  constructor(store: ByteStore, member: OpenMember) {
    this.#store = store;
    this.#member = member;
    this.#hasParent = member.parent !== undefined;
    this.#fileSizeBytes = member.start.fileSizeBytes;
  }

  get fileSizeBytes(): number {
    return this.#fileSizeBytes;
  }

  /** `data` lies inside `block`, from `within` on; in a disk with a parent it is whole sectors. */
  async write(block: number, within: number, data: Uint8Array): Promise<void> {
    const entry = await this.#member.blocks.blockEntry(block);
    if (entry.state === blockState.fullyPresent) return this.#store.write(data, entry.offset + within);
    if (entry.state === blockState.partiallyPresent) return this.#writePartial(block, entry, within, data);
    // A block that says ZERO never asks the parent: what is not written now is zero, and stays it.
    const asksParent = this.#hasParent && entry.state === blockState.notPresent;
    const isWhole = within === 0 && data.length === this.#blockLength(block);
    const offset = await this.#allocate(this.#member.parameters.blockSizeBytes);
    await this.#store.write(data, offset + within);
    if (asksParent && !isWhole) await this.#startBitmap(block, within, data.length);
    const state = asksParent && !isWhole ? blockState.partiallyPresent : blockState.fullyPresent;
    await this.#member.blocks.setBlockEntry(this.#store, block, { state, offset });
  }

  async #writePartial(block: number, entry: BlockEntry, within: number, data: Uint8Array): Promise<void> {
    await this.#store.write(data, entry.offset + within);
    const bits = Uint8Array.from(await blockBitmap(this.#member, block));
    this.#setSectorBits(bits, within, data.length);
    const bitmap = await this.#member.blocks.bitmapEntry(block);
    await this.#writeBits(block, bitmap, bits);
    const sectors = this.#blockLength(block) / this.#member.parameters.logicalSectorSizeBytes;
    const run = bitRun(bits, 0, sectors);
    if (run.isSet && run.end === sectors)
      await this.#member.blocks.setBlockEntry(this.#store, block, { ...entry, state: blockState.fullyPresent });
  }

  /** The bits of a block that becomes partly present. All of them are written: an earlier attempt that was cut off may
   * have left some set, for sectors that are not there. */
  async #startBitmap(block: number, within: number, lengthBytes: number): Promise<void> {
    const { blockSizeBytes, logicalSectorSizeBytes } = this.#member.parameters;
    const bits = new Uint8Array(blockSizeBytes / logicalSectorSizeBytes / 8);
    this.#setSectorBits(bits, within, lengthBytes);
    const present = await this.#member.blocks.bitmapEntry(block);
    if (present.state !== blockState.notPresent) return this.#writeBits(block, present, bits);
    const bitmap = { state: blockState.fullyPresent, offset: await this.#allocate(bitmapBlockBytes) };
    await this.#writeBits(block, bitmap, bits);
    await this.#member.blocks.setBitmapEntry(this.#store, block, bitmap);
  }

  async #writeBits(block: number, bitmap: BlockEntry, bits: Uint8Array): Promise<void> {
    const { position } = blockBitmapPlace(this.#member, block, bitmap);
    await this.#member.paged.writeThrough(this.#store, bits, position);
  }

  #setSectorBits(bits: Uint8Array, within: number, lengthBytes: number): void {
    const { logicalSectorSizeBytes } = this.#member.parameters;
    setBits(bits, within / logicalSectorSizeBytes, (within + lengthBytes) / logicalSectorSizeBytes);
  }

  /** New space at the end of the file: what the system puts there is zero. Space lost by an interrupted write is never
   * used again, because what is in it is not known. */
  async #allocate(lengthBytes: number): Promise<number> {
    const offset = Math.ceil(this.#fileSizeBytes / alignmentBytes) * alignmentBytes;
    await this.#store.truncate(offset + lengthBytes);
    this.#fileSizeBytes = offset + lengthBytes;
    return offset;
  }

  /** Bytes of the block that the disk has; fewer in the last one. */
  #blockLength(block: number): number {
    const { blockSizeBytes, sizeBytes } = this.#member.parameters;
    return Math.min(blockSizeBytes, sizeBytes - block * blockSizeBytes);
  }
}
