// Puts the chunks of a disk together to the blocks of its image: blocks in order, only those with data. A chunk of
// zeros costs a place inside of a block; a block of zeros costs nothing.
import type { DynamicImage } from '../../vhdx/index.ts';
import { PackedIds } from './packed-ids.ts';

export interface BlockSequenceOptions {
  readonly image: Pick<DynamicImage, 'addBlock'>;
  readonly chunksPerBlock: number;
  /** Id of a stored chunk of zeros. Asked for only when a block needs one. */
  readonly zeroChunk: () => Promise<string>;
}

export class BlockSequence {
  readonly #options: BlockSequenceOptions;
  /** Of all blocks so far. */
  readonly ids = new PackedIds();
  #block = -1;
  /** Of the current block, by place; the missing ones are zeros. */
  readonly #chunks = new Map<number, string>();

  constructor(options: BlockSequenceOptions) {
    this.#options = options;
  }

  /** Chunks come in rising order; those left out are zeros, and so is one without an id. */
  async add(chunkIndex: number, id: string | undefined): Promise<void> {
    const { chunksPerBlock } = this.#options;
    const block = Math.floor(chunkIndex / chunksPerBlock);
    if (block !== this.#block) await this.end();
    this.#block = block;
    if (id !== undefined) this.#chunks.set(chunkIndex - block * chunksPerBlock, id);
  }

  /** The current block is complete. */
  async end(): Promise<void> {
    if (this.#chunks.size === 0) return;
    this.#options.image.addBlock(this.#block);
    for (let place = 0; place < this.#options.chunksPerBlock; place += 1)
      this.ids.add(this.#chunks.get(place) ?? (await this.#options.zeroChunk()));
    this.#chunks.clear();
  }
}
