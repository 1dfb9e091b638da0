// Shared memory for the worker threads, reused, and bounded: whoever asks for more waits, which is what keeps memory
// flat however fast the other side is.

const leastCapacity = 64 * 1024;

export class SharedBuffers {
  readonly #budgetBytes: number;
  readonly #free = new Map<number, SharedArrayBuffer[]>();
  readonly #waiters: (() => void)[] = [];
  #usedBytes = 0;
  #freeBytes = 0;

  /** At most `budgetBytes` are out at a time; a single larger piece is given when nothing else is out. */
  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  async acquire(sizeBytes: number): Promise<Uint8Array> {
    const capacity = capacityFor(sizeBytes);
    while (this.#usedBytes > 0 && this.#usedBytes + capacity > this.#budgetBytes) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
    this.#usedBytes += capacity;
    const spare = this.#free.get(capacity)?.pop();
    if (spare !== undefined) this.#freeBytes -= capacity;
    return new Uint8Array(spare ?? new SharedArrayBuffer(capacity), 0, sizeBytes);
  }

  release(bytes: Uint8Array): void {
    const { buffer } = bytes;
    if (!(buffer instanceof SharedArrayBuffer)) throw new RangeError('not a buffer of this pool');
    this.#usedBytes -= buffer.byteLength;
    // Pieces of unusual size are not kept, nor more than the budget in all: sizes vary, and spares would pile up.
    const isWithinBudget = this.#usedBytes + this.#freeBytes + buffer.byteLength <= this.#budgetBytes;
    if (isWithinBudget && buffer.byteLength <= this.#budgetBytes / 4) {
      this.#freeBytes += buffer.byteLength;
      const list = this.#free.get(buffer.byteLength) ?? [];
      list.push(buffer);
      this.#free.set(buffer.byteLength, list);
    }
    for (const wake of this.#waiters.splice(0)) wake();
  }
}

/** 2^n, or an eighth more, so that a chunk and its 32 bytes do not take twice the room. */
function capacityFor(sizeBytes: number): number {
  let capacity = leastCapacity;
  while (capacity + capacity / 8 < sizeBytes) capacity *= 2;
  return sizeBytes <= capacity ? capacity : capacity + capacity / 8;
}
