// Which old blocks a snapshot holds, and where: a file that is only ever appended to, a record for each block, written
// after the block itself. So whatever a killed process leaves is a whole index of whole blocks.
import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Copy-on-write goes by blocks of this size. */
export const snapshotBlockBytes = 64 * 1024;

/** Number of the file in the catalogue, block of the file, slot in the data file, checksum: each 32 bits, little endian. */
const recordBytes = 16;

export interface SavedBlock {
  readonly file: number;
  readonly block: number;
}

export class BlockIndex {
  readonly #handle: FileHandle;
  readonly #slots = new Map<number, Map<number, number>>();
  #count = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Opens or makes it. A record that was cut off at its end is dropped: nothing was changed on the strength of it. */
  static async open(path: string): Promise<BlockIndex> {
    const index = new BlockIndex(await open(path, 'a+'));
    const bytes = await index.#handle.readFile();
    while ((index.#count + 1) * recordBytes <= bytes.length) {
      const record = bytes.subarray(index.#count * recordBytes, (index.#count + 1) * recordBytes);
      if (crc32(record.subarray(0, 12)) !== record.readUInt32LE(12)) break;
      index.#put({ file: record.readUInt32LE(0), block: record.readUInt32LE(4) }, record.readUInt32LE(8));
    }
    await index.#handle.truncate(index.#count * recordBytes);
    return index;
  }

  /** Blocks saved so far; the next one goes into the slot of this number. */
  get count(): number {
    return this.#count;
  }

  slotOf(file: number, block: number): number | undefined {
    return this.#slots.get(file)?.get(block);
  }

  savedBlocksOf(file: number): Iterable<number> {
    return this.#slots.get(file)?.keys() ?? [];
  }

  /** They lie in the next slots already. One call at a time. */
  async append(blocks: readonly SavedBlock[]): Promise<void> {
    const bytes = Buffer.alloc(blocks.length * recordBytes);
    blocks.forEach(({ file, block }, at) => {
      const record = bytes.subarray(at * recordBytes, (at + 1) * recordBytes);
      record.writeUInt32LE(file, 0);
      record.writeUInt32LE(block, 4);
      record.writeUInt32LE(this.#count + at, 8);
      record.writeUInt32LE(crc32(record.subarray(0, 12)), 12);
    });
    await this.#handle.appendFile(bytes);
    for (const block of blocks) this.#put(block, this.#count);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #put({ file, block }: SavedBlock, slot: number): void {
    const slots = this.#slots.get(file) ?? new Map<number, number>();
    slots.set(block, slot);
    this.#slots.set(file, slots);
    this.#count += 1;
  }
}
