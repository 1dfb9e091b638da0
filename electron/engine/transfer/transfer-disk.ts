// Copies one frozen disk into the repository as a complete dynamic .vhdx:
//
//   extents -> chunks -> (read, zeros dropped, stored: several at a time) -> blocks in order -> head, which goes first
//
// It reads only what some file of the chain holds. What is stored becomes visible by a snapshot alone, which is made
// elsewhere: a transfer that ends early leaves nothing behind but chunks that the next one finds stored already.
import { isZero, type RepositoryWriter } from '../../repository/index.ts';
import { createDynamicImage, type DynamicImage, type FinishedImage, type VirtualDisk } from '../../vhdx/index.ts';
import { allocatedChunks, countAllocatedBytes, type AllocatedChunk } from './allocated-chunks.ts';
import { BlockSequence } from './block-sequence.ts';
import { chunkSizeWithin } from './chunk-size.ts';
import { imageIds } from './image-ids.ts';
import { PackedIds } from './packed-ids.ts';

export interface TransferProgress {
  /** Allocated bytes of the frozen chain: what has to be read. */
  readonly totalBytes: number;
  readonly readBytes: number;
  /** Of those read: already in the repository, or zeros. */
  readonly skippedBytes: number;
  /** New bytes in the repository, after compression and encryption. */
  readonly storedBytes: number;
}

export interface TransferOptions {
  readonly disk: VirtualDisk;
  readonly writer: RepositoryWriter;
  readonly signal: AbortSignal;
  /** Called after every chunk; the caller thins it out. */
  readonly onProgress: (progress: TransferProgress) => void;
}

/** A disk that is in the repository, but in no restore point yet. */
export interface TransferredDisk extends TransferProgress {
  /** Ids of the image's chunks in order, 32 bytes each. */
  readonly contentIds: Uint8Array;
  readonly imageSizeBytes: number;
  /** Virtual size. */
  readonly sizeBytes: number;
  readonly blockSizeBytes: number;
  readonly chunkSizeBytes: number;
}

/** Results wait here for those before them. They are small; what bounds memory are the writer's buffers. */
const mostResultsWaiting = 512;
/** The head is the same but for its identity and its block table: small pieces let the rest deduplicate. */
const headChunkBytes = 1024 ** 2;

/**
 * Errors: `vhdx.*` from reading, `vhdx.changed-while-reading` when the chain was not frozen after all, `repository.*`
 * from writing, the signal's reason. When it settles, nothing uses the disk any more.
 */
export async function transferDisk(options: TransferOptions): Promise<TransferredDisk> {
  options.signal.throwIfAborted();
  const totalBytes = await countAllocatedBytes(options.disk.extents(), options.signal);
  return new Transfer(options, totalBytes).run();
}

interface SentChunk {
  readonly index: number;
  /** Undefined for zeros. */
  readonly id: Promise<string | undefined>;
}

class Transfer {
  readonly #options: TransferOptions;
  readonly #chunkSizeBytes: number;
  readonly #blockSizeBytes: number;
  readonly #image: DynamicImage;
  readonly #blocks: BlockSequence;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #progress: { -readonly [K in keyof TransferProgress]: TransferProgress[K] };
  #failure: { readonly error: unknown } | undefined;

  constructor(options: TransferOptions, totalBytes: number) {
    const { disk, writer } = options;
    this.#options = options;
    this.#chunkSizeBytes = chunkSizeWithin(disk.sizeBytes, writer.chunkSizeBytes);
    this.#blockSizeBytes = Math.max(disk.blockSizeBytes, this.#chunkSizeBytes);
    this.#progress = { totalBytes, readBytes: 0, skippedBytes: 0, storedBytes: 0 };
    this.#image = createDynamicImage({
      sizeBytes: disk.sizeBytes,
      blockSizeBytes: this.#blockSizeBytes,
      logicalSectorSizeBytes: disk.logicalSectorSizeBytes,
      physicalSectorSizeBytes: disk.physicalSectorSizeBytes,
      ...imageIds(disk, this.#blockSizeBytes),
    });
    this.#blocks = new BlockSequence({
      image: this.#image,
      chunksPerBlock: this.#blockSizeBytes / this.#chunkSizeBytes,
      zeroChunk: () => this.#storeZeros(this.#chunkSizeBytes),
    });
  }

  async run(): Promise<TransferredDisk> {
    const { disk } = this.#options;
    try {
      await this.#sendBlocks();
      const image = this.#image.finish();
      const head = await this.#sendHead(image);
      await disk.assertUnchanged();
      return {
        ...this.#progress,
        contentIds: Buffer.concat([head.toBytes(), this.#blocks.ids.toBytes()]),
        imageSizeBytes: image.sizeBytes,
        sizeBytes: disk.sizeBytes,
        blockSizeBytes: this.#blockSizeBytes,
        chunkSizeBytes: this.#chunkSizeBytes,
      };
    } finally {
      await Promise.allSettled(this.#underWay);
    }
  }

  async #sendBlocks(): Promise<void> {
    const sent: SentChunk[] = [];
    for await (const chunk of allocatedChunks(this.#options.disk.extents(), this.#chunkSizeBytes)) {
      const buffer = await this.#takeBuffer();
      sent.push({ index: chunk.index, id: this.#track(this.#send(buffer, chunk)) });
      const first = sent.length > mostResultsWaiting ? sent.shift() : undefined;
      if (first !== undefined) await this.#blocks.add(first.index, await first.id);
    }
    for (const { index, id } of sent) await this.#blocks.add(index, await id);
    await this.#blocks.end();
  }

  /** Waits for a free buffer; rejects when the transfer has been stopped or has failed in the meantime. */
  async #takeBuffer(): Promise<Uint8Array> {
    this.#assertGoingOn();
    const buffer = await this.#options.writer.acquireBuffer(this.#chunkSizeBytes);
    try {
      this.#assertGoingOn();
    } catch (error) {
      this.#options.writer.releaseBuffer(buffer);
      throw error;
    }
    return buffer;
  }

  #assertGoingOn(): void {
    this.#options.signal.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Remembers the work until it has ended, and its failure, which may be that of a later chunk than is waited for. */
  #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    work.then(
      () => this.#underWay.delete(work),
      (error: unknown) => {
        this.#underWay.delete(work);
        this.#failure ??= { error };
      },
    );
    return work;
  }

  async #send(buffer: Uint8Array, { index, allocatedBytes }: AllocatedChunk): Promise<string | undefined> {
    const { writer } = this.#options;
    const chunk = buffer.subarray(0, this.#chunkSizeBytes);
    try {
      await this.#read(chunk, index * this.#chunkSizeBytes);
    } catch (error) {
      writer.releaseBuffer(buffer);
      throw error;
    }
    if (isZero(chunk)) {
      writer.releaseBuffer(buffer);
      this.#count(allocatedBytes, { isNew: false, storedBytes: 0 });
      return undefined;
    }
    const stored = await writer.putChunk(buffer, this.#chunkSizeBytes);
    this.#count(allocatedBytes, stored);
    return stored.id;
  }

  /** The last chunk may reach beyond the disk: an image is made of whole blocks. */
  async #read(chunk: Uint8Array, offset: number): Promise<void> {
    const { disk } = this.#options;
    const lengthBytes = Math.min(chunk.length, disk.sizeBytes - offset);
    chunk.fill(0, lengthBytes);
    await disk.read(chunk.subarray(0, lengthBytes), offset);
  }

  async #sendHead(image: FinishedImage): Promise<PackedIds> {
    const sent: Promise<string>[] = [];
    const pieceBytes = Math.min(headChunkBytes, this.#chunkSizeBytes);
    for (let at = 0; at < image.headSizeBytes; at += pieceBytes) {
      const buffer = await this.#takeBuffer();
      const lengthBytes = Math.min(pieceBytes, image.headSizeBytes - at);
      image.readHead(buffer.subarray(0, lengthBytes), at);
      sent.push(this.#track(this.#sendHeadChunk(buffer, lengthBytes)));
    }
    const ids = new PackedIds();
    for (const id of sent) ids.add(await id);
    return ids;
  }

  async #sendHeadChunk(buffer: Uint8Array, lengthBytes: number): Promise<string> {
    const { writer } = this.#options;
    if (isZero(buffer.subarray(0, lengthBytes))) {
      writer.releaseBuffer(buffer);
      return this.#storeZeros(lengthBytes);
    }
    const stored = await writer.putChunk(buffer, lengthBytes);
    this.#count(0, stored);
    return stored.id;
  }

  async #storeZeros(lengthBytes: number): Promise<string> {
    const stored = await this.#options.writer.putZeros(lengthBytes);
    this.#count(0, stored);
    return stored.id;
  }

  #count(readBytes: number, stored: { readonly isNew: boolean; readonly storedBytes: number }): void {
    this.#progress.readBytes += readBytes;
    this.#progress.storedBytes += stored.storedBytes;
    if (!stored.isNew) this.#progress.skippedBytes += readBytes;
    this.#options.onProgress({ ...this.#progress });
  }
}
