// The chunk buffers of a writer: a fixed number of shared-memory pairs (plaintext in, sealed out), lent one by one and
// made in the size that is asked for. Waiting for a free one is the writer's backpressure.
import { AppError } from '../../shared/errors/app-error.ts';
import { sealOverheadBytes } from './format/sealing.ts';

interface Waiter {
  readonly sizeBytes: number;
  readonly resolve: (buffer: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

export class ChunkSlots {
  /** Of every buffer there is, lent or free. */
  readonly #outputs = new Map<Uint8Array, Uint8Array>();
  readonly #free: Uint8Array[] = [];
  readonly #lent = new Set<Uint8Array>();
  readonly #waiters: Waiter[] = [];
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  async acquire(sizeBytes: number): Promise<Uint8Array> {
    if (this.#outputs.size - this.#free.length >= this.#count)
      return new Promise((resolve, reject) => this.#waiters.push({ sizeBytes, resolve, reject }));
    const buffer = this.#take(sizeBytes);
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
    this.#lent.delete(buffer);
    this.#free.push(buffer);
    const waiter = this.#waiters.shift();
    if (waiter === undefined) return;
    const next = this.#take(waiter.sizeBytes);
    this.#lent.add(next);
    waiter.resolve(next);
  }

  #assertLent(buffer: Uint8Array): void {
    if (this.#lent.has(buffer)) return;
    throw new AppError('repository.invalid-input', { reason: 'A chunk buffer was given that is not on loan' });
  }

  /** One of that size that is free, or a new one; another free one then makes room for it. */
  #take(sizeBytes: number): Uint8Array {
    const at = this.#free.findIndex((buffer) => buffer.length === sizeBytes);
    const [fitting] = at < 0 ? [] : this.#free.splice(at, 1);
    if (fitting !== undefined) return fitting;
    const other = this.#outputs.size >= this.#count ? this.#free.pop() : undefined;
    if (other !== undefined) this.#outputs.delete(other);
    const buffer = new Uint8Array(new SharedArrayBuffer(sizeBytes));
    this.#outputs.set(buffer, new Uint8Array(new SharedArrayBuffer(sizeBytes + sealOverheadBytes)));
    return buffer;
  }
}
