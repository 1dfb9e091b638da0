// What the bytes of a generated page are: a pure function of (seed, kind, key, page). The same function fills the real
// disks and the model that judges them; it knows nothing of disks.
import { createCipheriv, createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Prng } from './prng.ts';

export const pageBytes = 4096;
export const chunkBytes = 1024 * 1024;

/** `text` compresses about as well as logs and documents do, `random` not at all. */
export type ContentKind = 'text' | 'random';

const pageWords = pageBytes / 4;
const poolPages = chunkBytes / pageBytes;

export class PageContent {
  readonly #text: Uint8Array;
  readonly #random: Uint32Array;

  private constructor(text: Uint8Array, random: Uint32Array) {
    this.#text = text;
    this.#random = random;
  }

  static async create(seed: number): Promise<PageContent> {
    return new PageContent(await textPool(new Prng(`text pool ${seed}`)), randomPool(`random pool ${seed}`));
  }

  /**
   * Fills `target` (whole pages, 4-byte aligned in its buffer) with the pages of `key` from `firstPage` on. No two
   * pages of different keys are alike, so that what is stored is not found twice by a deduplicating repository.
   */
  fill(target: Uint8Array, kind: ContentKind, key: number, firstPage = 0): void {
    const pages = target.length / pageBytes;
    for (let page = 0; page < pages; page += 1) {
      const from = ((key + firstPage + page) % poolPages) * pageWords;
      const at = page * pageBytes;
      if (kind === 'random') this.#fillRandom(target, at, from, key);
      else this.#fillText(target, at, from * 4, key, firstPage + page);
    }
  }

  #fillRandom(target: Uint8Array, at: number, from: number, key: number): void {
    const words = new Uint32Array(target.buffer, target.byteOffset + at, pageWords);
    const pool = this.#random;
    for (let word = 0; word < pageWords; word += 1) words[word] = (pool[from + word] ?? 0) ^ key;
  }

  #fillText(target: Uint8Array, at: number, from: number, key: number, page: number): void {
    target.set(this.#text.subarray(from, from + pageBytes), at);
    writeHex(target, at, key);
    writeHex(target, at + 9, page);
  }
}

const hexDigits = Buffer.from('0123456789abcdef');

function writeHex(target: Uint8Array, at: number, value: number): void {
  for (let digit = 0; digit < 8; digit += 1) target[at + digit] = hexDigits[(value >>> (28 - digit * 4)) & 15] ?? 48;
}

const words = (
  'the of and to in is for on that by this with was are be it as from at not have or an they which one had but what all ' +
  'were when we there can said do will each about how up out them then she many some so these would other into has more ' +
  'backup volume server event warning information service started stopped account transaction invoice customer order ' +
  'status completed failed pending request response error timeout session user login logout database record index page ' +
  'checkpoint cluster node owner storage replica network adapter packet memory processor schedule task report archive'
).split(' ');

const vocabulary = words.map((word) => Buffer.from(`${word} `));
/** Text made between two turns of the event loop. */
const textPerTurnBytes = 64 * 1024;

/** 1 MiB of lines that look like logs: common words more often, numbers in between. */
async function textPool(prng: Prng): Promise<Uint8Array> {
  const pool = new Uint8Array(chunkBytes);
  let nextTurnAt = textPerTurnBytes;
  for (let at = 0; at < pool.length;) {
    const pick = prng.next();
    const piece = pick % 5 === 0 ? Buffer.from(`${prng.next() % 1_000_000} `) : commonWord(prng);
    pool.set(piece.subarray(0, pool.length - at), at);
    at += piece.length;
    if (pick % 13 === 0) pool[at - 1] = 10;
    if (at < nextTurnAt) continue;
    nextTurnAt += textPerTurnBytes;
    await nextTurn();
  }
  return pool;
}

function commonWord(prng: Prng): Uint8Array {
  return vocabulary[Math.min(prng.below(vocabulary.length), prng.below(vocabulary.length))] ?? new Uint8Array(0);
}

/** A stream cipher's key stream: random to everybody, the same for the same seed. */
function randomPool(seedText: string): Uint32Array {
  const key = createHash('sha256').update(seedText).digest();
  const cipher = createCipheriv('aes-256-ctr', key, new Uint8Array(16));
  const bytes = new Uint8Array(chunkBytes);
  bytes.set(cipher.update(new Uint8Array(chunkBytes)));
  return new Uint32Array(bytes.buffer);
}
