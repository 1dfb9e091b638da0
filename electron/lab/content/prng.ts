// Repeatable randomness: everything the lab makes up comes from a seed, so that a run can be repeated. sfc32 by Chris
// Doty-Humphrey (public domain), fed by SHA-256 of a text.
import { createHash } from 'node:crypto';

export class Prng {
  readonly #state: Uint32Array;

  constructor(seedText: string) {
    const digest = createHash('sha256').update(seedText).digest();
    this.#state = Uint32Array.from([0, 4, 8], (at) => digest.readUInt32LE(at));
    this.#state = Uint32Array.of(...this.#state, 1);
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** 32 random bits. */
  next(): number {
    const [a = 0, b = 0, c = 0, counter = 0] = this.#state;
    const result = (a + b + counter) >>> 0;
    this.#state[0] = b ^ (b >>> 9);
    this.#state[1] = c + (c << 3);
    this.#state[2] = ((c << 21) | (c >>> 11)) + result;
    this.#state[3] = counter + 1;
    return result;
  }

  /** A whole number from 0 up to but not including `limit` (at most 2^32). */
  below(limit: number): number {
    return Math.floor((this.next() / 2 ** 32) * limit);
  }

  /** From `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }
}

/** 32 bits that depend on nothing but `text`. */
export function hash32(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32LE(0);
}

/** A GUID (version 4 in form, lower case) that depends on nothing but `text`. */
export function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4] ?? '8';
  const tail = hex.slice(20, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${tail}`;
}
