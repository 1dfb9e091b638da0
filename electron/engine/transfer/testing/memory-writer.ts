// A repository writer that keeps chunks in a map: lends a fixed number of buffers, stores slowly and out of order.
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RepositoryWriter, StoredChunk } from '../../../repository/index.ts';

export interface MemoryWriterOptions {
  readonly chunkSizeBytes: number;
  readonly bufferCount: number;
  /** Called before each chunk is stored; throws to make it fail. */
  readonly onPut?: (count: number) => void;
}

export class MemoryWriter implements Pick<
  RepositoryWriter,
  'chunkSizeBytes' | 'acquireBuffer' | 'releaseBuffer' | 'putChunk' | 'putZeros'
> {
  readonly chunkSizeBytes: number;
  readonly chunks = new Map<string, Buffer>();
  readonly #options: MemoryWriterOptions;
  readonly #waiters: (() => void)[] = [];
  lent = 0;
  puts = 0;

  constructor(options: MemoryWriterOptions) {
    this.chunkSizeBytes = options.chunkSizeBytes;
    this.#options = options;
  }

  async acquireBuffer(sizeBytes = this.chunkSizeBytes): Promise<Uint8Array> {
    while (this.lent >= this.#options.bufferCount) await new Promise<void>((resolve) => this.#waiters.push(resolve));
    this.lent += 1;
    // Whoever forgets to fill it is found out.
    return new Uint8Array(sizeBytes).fill(0xdd);
  }

  releaseBuffer(): void {
    this.lent -= 1;
    this.#waiters.shift()?.();
  }

  async putChunk(buffer: Uint8Array, lengthBytes: number): Promise<StoredChunk> {
    this.puts += 1;
    const count = this.puts;
    try {
      for (let turn = 0; turn < (count * 7) % 5; turn += 1) await nextTurn();
      this.#options.onPut?.(count);
      return this.#store(Buffer.from(buffer.subarray(0, lengthBytes)));
    } finally {
      this.releaseBuffer();
    }
  }

  async putZeros(lengthBytes: number): Promise<StoredChunk> {
    return this.#store(Buffer.alloc(lengthBytes));
  }

  /** The stored file whose content these ids are. */
  join(ids: Uint8Array): Buffer {
    const parts: Buffer[] = [];
    for (let at = 0; at < ids.length; at += 32) {
      const id = Buffer.from(ids.subarray(at, at + 32)).toString('hex');
      const chunk = this.chunks.get(id);
      if (chunk === undefined) throw new Error(`chunk ${id} was never stored`);
      parts.push(chunk);
    }
    return Buffer.concat(parts);
  }

  #store(bytes: Buffer): StoredChunk {
    const id = createHash('sha256').update(bytes).digest('hex');
    const isNew = !this.chunks.has(id);
    this.chunks.set(id, bytes);
    return { id, lengthBytes: bytes.length, storedBytes: isNew ? bytes.length + 32 : 0, isNew };
  }
}
