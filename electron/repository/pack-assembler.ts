// Gathers sealed blobs into packs, writes full packs, and then the index of them. One for each writer: a blob becomes
// known to others only when its pack and its index file are durable.
import { flattenPacks } from './format/index-codec.ts';
import { blobsPerIndexFile, blobsPerPack, packTargetBytes } from './format/limits.ts';
import { type BlobKind, type PackedBlob } from './format/pack-header.ts';
import { type RepositoryCore } from './repository-core.ts';

/** A pack being written while the next one fills: bounds memory (each is 17 MiB), and hides the time an fsync takes. */
const packsUnderWay = 1;
/** An interrupted run of hours should not have to store everything again. */
const indexEveryMs = 5 * 60_000;

interface OpenPack {
  readonly body: Uint8Array;
  readonly blobs: PackedBlob[];
  length: number;
}

export interface SealedBlob extends Omit<PackedBlob, 'offset'> {
  /** At least `sealedBytes` long. */
  readonly sealed: Uint8Array;
}

export interface PackEvents {
  /** Asked before an index file is written; rejects when the lock is lost, since then packs may have been removed. */
  readonly assertHeld: () => Promise<void>;
  /** Told of every failed write; `flush` itself does not reject with them. */
  readonly onFailure: (error: unknown) => void;
  /** Told of blobs when they are durable and in the shared table. */
  readonly onIndexed: (blobs: readonly PackedBlob[]) => void;
}

export class PackAssembler {
  readonly #core: RepositoryCore;
  readonly #events: PackEvents;
  readonly #capacityBytes: number;
  readonly #spareBodies: Uint8Array[] = [];
  readonly #open = new Map<BlobKind, OpenPack>();
  readonly #writing = new Set<Promise<void>>();
  #finished: { readonly id: string; readonly blobs: readonly PackedBlob[] }[] = [];
  #indexing: Promise<void> = Promise.resolve();
  #indexedAtMs: number;

  constructor(core: RepositoryCore, largestChunkBytes: number, events: PackEvents) {
    this.#core = core;
    this.#events = events;
    this.#capacityBytes = packTargetBytes + largestChunkBytes;
    this.#indexedAtMs = core.clock.nowMs();
  }

  /** Copies the blob into the pack of its kind. Resolves at once, or when enough packs have been written. */
  async add(blob: SealedBlob): Promise<void> {
    while (this.#writing.size >= packsUnderWay) await Promise.race(this.#writing);
    const { kind, id, sealedBytes, uncompressedBytes, sealed } = blob;
    const pack = this.#packFor(kind, sealedBytes);
    pack.body.set(sealed.subarray(0, sealedBytes), pack.length);
    pack.blobs.push({ id, kind, offset: pack.length, sealedBytes, uncompressedBytes });
    pack.length += sealedBytes;
    if (pack.length >= packTargetBytes || pack.blobs.length >= blobsPerPack) this.#finish(kind, pack);
  }

  /** Resolves when all packs, and then the index of them, were written or have failed. */
  async flush(): Promise<void> {
    for (const [kind, pack] of this.#open) this.#finish(kind, pack);
    await this.settle();
    this.#startIndex();
    await this.settle();
  }

  /** Resolves when no write is under way any more. */
  async settle(): Promise<void> {
    await Promise.all(this.#writing);
    await this.#indexing;
  }

  /** After a failure: gives up what is not written, and indexes the packs that are, so that the next run has them. */
  async salvage(): Promise<void> {
    this.#open.clear();
    await this.settle();
    await this.#saveIndex(this.#finished.splice(0));
  }

  #packFor(kind: BlobKind, sealedBytes: number): OpenPack {
    const current = this.#open.get(kind);
    if (current !== undefined && current.body.length - current.length >= sealedBytes) return current;
    if (current !== undefined) this.#finish(kind, current);
    const pack = { body: this.#bodyFor(sealedBytes), blobs: [], length: 0 };
    this.#open.set(kind, pack);
    return pack;
  }

  #bodyFor(sealedBytes: number): Uint8Array {
    // Only the tree of a very large file is larger than a pack: it gets one of its own.
    if (sealedBytes > this.#capacityBytes) return new Uint8Array(new SharedArrayBuffer(sealedBytes));
    return this.#spareBodies.pop() ?? new Uint8Array(new SharedArrayBuffer(this.#capacityBytes));
  }

  #finish(kind: BlobKind, pack: OpenPack): void {
    this.#open.delete(kind);
    const writing = this.#write(pack)
      .catch(this.#events.onFailure)
      .finally(() => {
        this.#writing.delete(writing);
      });
    this.#writing.add(writing);
  }

  async #write(pack: OpenPack): Promise<void> {
    const { pool, storage, key, clock } = this.#core;
    const body = pack.body.subarray(0, pack.length);
    const { id, tail } = await pool.run('finishPack', { key, body, blobs: pack.blobs });
    await storage.writeAtomic({ kind: 'data', name: id }, [body, tail]);
    if (pack.body.length === this.#capacityBytes) this.#spareBodies.push(pack.body);
    this.#finished.push({ id, blobs: pack.blobs });
    const waiting = this.#finished.reduce((sum, finished) => sum + finished.blobs.length, 0);
    if (waiting >= blobsPerIndexFile || clock.nowMs() - this.#indexedAtMs > indexEveryMs) this.#startIndex();
  }

  #startIndex(): void {
    const packs = this.#finished.splice(0);
    this.#indexedAtMs = this.#core.clock.nowMs();
    this.#indexing = this.#indexing.then(() => this.#saveIndex(packs)).catch(this.#events.onFailure);
  }

  async #saveIndex(packs: readonly { readonly id: string; readonly blobs: readonly PackedBlob[] }[]): Promise<void> {
    if (packs.length === 0) return;
    const { pool, storage, key, index } = this.#core;
    const flat = flattenPacks(packs);
    const { id, bytes } = await pool.run('encodeIndex', { key, index: flat });
    await this.#events.assertHeld();
    await storage.writeAtomic({ kind: 'index', name: id }, [bytes]);
    await index.addWritten(id, flat);
    for (const pack of packs) this.#events.onIndexed(pack.blobs);
  }
}
