// The word in the printed address: good once, in this process alone. A copy of it in a terminal's history, a browser's
// history or a log is worth nothing afterwards.
import { createHash, timingSafeEqual } from 'node:crypto';

export class OneTimeToken {
  readonly #digest: Buffer;
  #isSpent = false;

  constructor(token: string) {
    this.#digest = digestOf(token);
  }

  /** True once, for the right word. SECURITY: digests of one length are compared, so that time tells nothing. */
  spend(given: string): boolean {
    const isRight = timingSafeEqual(digestOf(given), this.#digest);
    if (!isRight || this.#isSpent) return false;
    this.#isSpent = true;
    return true;
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
