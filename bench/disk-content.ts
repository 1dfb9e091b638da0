// The disk that is backed up in the benchmark: a dynamic .vhdx as a VM would have it, the same for the same seed.
// A fifth each: text as in logs and configuration; records with numbers as in databases; what does not compress, as in
// pictures and archives; then a tenth of zeros that were written, and the rest never written.
import { createCipheriv, createHash } from 'node:crypto';
import { createDynamicDisk, localFiles, openWritableDisk, type WritableDisk } from '../electron/vhdx/index.ts';

const mib = 1024 ** 2;
const pieceBytes = 256 * 1024;
const wordPoolBytes = 8 * mib;

type Kind = 'text' | 'records' | 'random' | 'zeros' | 'unwritten';

/** Of twenty neighbouring pieces; runs of a kind are a few MiB long, as files are. */
const kinds: readonly Kind[] = [
  ...Array<Kind>(6).fill('text'),
  ...Array<Kind>(4).fill('records'),
  ...Array<Kind>(4).fill('random'),
  ...Array<Kind>(2).fill('zeros'),
  ...Array<Kind>(4).fill('unwritten'),
];
const piecesPerRun = 16;

export interface DiskOptions {
  readonly path: string;
  readonly sizeBytes: number;
  readonly seed: number;
}

export async function makeBenchDisk({ path, sizeBytes, seed }: DiskOptions): Promise<void> {
  const files = localFiles();
  const store = await files.create(path);
  const geometry = { sizeBytes, blockSizeBytes: 32 * mib, logicalSectorSizeBytes: 512, physicalSectorSizeBytes: 4096 };
  await createDynamicDisk(store, { ...geometry, logicalSectorSizeBytes: 512, physicalSectorSizeBytes: 4096 });
  await store.close();
  const disk = await openWritableDisk(path, files);
  const content = new Content(seed);
  for (let at = 0; at < sizeBytes; at += pieceBytes) {
    const kind = kinds[Math.floor(at / pieceBytes / piecesPerRun) % kinds.length] ?? 'unwritten';
    if (kind !== 'unwritten') await disk.write(content.piece(kind, Math.min(pieceBytes, sizeBytes - at)), at);
  }
  await close(disk);
}

/** Overwrites `fraction` of the disk: three quarters in runs of 768 KiB, as files are replaced, the rest in pages of 16 KiB. */
export async function changeBenchDisk({ path, sizeBytes, seed }: DiskOptions, fraction: number): Promise<number> {
  const disk = await openWritableDisk(path, localFiles());
  const content = new Content(seed + 1);
  let changedBytes = 0;
  const wantedBytes = sizeBytes * fraction;
  while (changedBytes < wantedBytes) {
    const lengthBytes = changedBytes < wantedBytes * 0.75 ? 768 * 1024 : 16 * 1024;
    const at = Math.floor((content.random() * (sizeBytes - lengthBytes)) / 4096) * 4096;
    await disk.write(content.piece('records', lengthBytes), at);
    changedBytes += lengthBytes;
  }
  await close(disk);
  return changedBytes;
}

async function close(disk: WritableDisk): Promise<void> {
  await disk.flush();
  await disk.close();
}

class Content {
  #state: number;
  readonly #words: Buffer;
  readonly #noise: (lengthBytes: number) => Buffer;

  constructor(seed: number) {
    this.#state = seed;
    const key = createHash('sha256').update(`bench ${seed}`).digest();
    const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
    this.#noise = (lengthBytes) => cipher.update(Buffer.alloc(lengthBytes));
    this.#words = this.#makeWords();
  }

  /** mulberry32 */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  piece(kind: Exclude<Kind, 'unwritten'>, lengthBytes: number): Buffer {
    if (kind === 'zeros') return Buffer.alloc(lengthBytes);
    if (kind === 'random') return this.#noise(lengthBytes);
    return kind === 'text' ? this.#text(lengthBytes) : this.#records(lengthBytes);
  }

  /** Lines of words, cut out of a pool at random places, each with a number of its own. */
  #text(lengthBytes: number): Buffer {
    const target = Buffer.alloc(lengthBytes);
    for (let at = 0; at < lengthBytes;) {
      at += target.write(`\n2026-11-24T03:${Math.floor(this.random() * 1e6)} `, at, 'latin1');
      const start = Math.floor(this.random() * (wordPoolBytes - 200));
      at += this.#words.copy(target, at, start, start + 20 + Math.floor(this.random() * 140));
    }
    return target;
  }

  /** 128 bytes each: a counter, a few fields out of few values, and 16 bytes nobody could guess. */
  #records(lengthBytes: number): Buffer {
    const target = Buffer.alloc(lengthBytes);
    const noise = this.#noise(lengthBytes / 8);
    for (let at = 0; at < lengthBytes; at += 128) {
      target.writeUInt32LE(at, at);
      target.writeUInt32LE(Math.floor(this.random() * 1000), at + 8);
      target.write('ACTIVE  ', at + 16, 'latin1');
      target.writeDoubleLE(Math.floor(this.random() * 1e5) / 100, at + 32);
      noise.copy(target, at + 48, at / 8, at / 8 + 16);
    }
    return target;
  }

  #makeWords(): Buffer {
    const letters = 'eeeeetttaaaoooiiinnnsshhrrddlcumwfgypbvk';
    const words = Array.from({ length: 5000 }, () =>
      Array.from({ length: 2 + Math.floor(this.random() * 8) }, () =>
        letters.charAt(Math.floor(this.random() * letters.length)),
      ).join(''),
    );
    const pool = Buffer.alloc(wordPoolBytes, 0x20);
    for (let at = 0; at < wordPoolBytes - 12;)
      at += pool.write(words[Math.floor(this.random() ** 2 * words.length)] ?? '', at, 'latin1') + 1;
    return pool;
  }
}
