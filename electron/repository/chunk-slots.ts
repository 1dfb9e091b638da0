// The chunk buffers of a writer: a fixed number of shared-memory pairs (plaintext in, sealed out), lent one by one.
// Waiting for a free one is the writer's backpressure.
import { AppError } from '../../shared/errors/app-error.ts';
import { sealOverheadBytes } from './format/sealing.ts';

interface Waiter {
  readonly resolve: (buffer: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

export class ChunkSlots {
  readonly #outputs = new Map<Uint8Array, Uint8Array>();
  readonly #free: Uint8Array[] = [];
  readonly #lent = new Set<Uint8Array>();
  readonly #waiters: Waiter[] = [];
  readonly #chunkSizeBytes: number;
  readonly #count: number;

  constructor(chunkSizeBytes: number, count: number) {
    this.#chunkSizeBytes = chunkSizeBytes;
    this.#count = count;
  }

  async acquire(): Promise<Uint8Array> {
    const buffer = this.#free.pop() ?? this.#create();
    if (buffer === undefined) return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
    this.#lent.add(buffer);
    return buffer;
  }

  /** Gives back a buffer that was not used. */
  release(buffer: Uint8Array): void {
    this.#assertLent(buffer);
    this.#handOn(buffer);
  }

  /** Takes the buffer out of the borrower's hands while `use` works on it, then gives it to the next. */
  async consume<T>(buffer: Uint8Array, use: (output: Uint8Array) => Promise<T>): Promise<T> {
    this.#assertLent(buffer);
    this.#lent.delete(buffer);
    try {
      return await use(this.#outputs.get(buffer) ?? new Uint8Array());
    } finally {
      this.#handOn(buffer);
    }
  }

  rejectWaiters(error: unknown): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  #handOn(buffer: Uint8Array): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) {
      this.#lent.delete(buffer);
      this.#free.push(buffer);
    } else {
      this.#lent.add(buffer);
      waiter.resolve(buffer);
    }
  }

  #assertLent(buffer: Uint8Array): void {
    if (this.#lent.has(buffer)) return;
    throw new AppError('repository.invalid-input', { reason: 'A chunk buffer was given that is not on loan' });
  }

  #create(): Uint8Array | undefined {
    if (this.#outputs.size >= this.#count) return undefined;
    const buffer = new Uint8Array(new SharedArrayBuffer(this.#chunkSizeBytes));
    this.#outputs.set(buffer, new Uint8Array(new SharedArrayBuffer(this.#chunkSizeBytes + sealOverheadBytes)));
    return buffer;
  }
}
