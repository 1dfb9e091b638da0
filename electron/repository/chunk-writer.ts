// The writer: chunks to blobs, blobs to packs, folders to trees, and at the very end the snapshot that makes it all
// visible. Order and durability are the point here; bytes are handled by the worker threads.
import { AppError } from '../../shared/errors/app-error.ts';
import { ChunkSlots } from './chunk-slots.ts';
import { breathe } from './concurrency.ts';
import { FormatError } from './format/format-error.ts';
import { idOf, isId } from './format/id.ts';
import { chunkSizeRange, limits } from './format/limits.ts';
import { plainBytesOf, type BlobKind, type PackedBlob } from './format/pack-header.ts';
import { sealOverheadBytes } from './format/sealing.ts';
import { encodeSnapshot } from './format/snapshot-codec.ts';
import { sortNodes, treeText } from './format/tree-codec.ts';
import { sealUnpacked } from './format/unpacked.ts';
import { LockKeeper } from './lock-keeper.ts';
import {
  type BlobId,
  type FileNode,
  type NewNode,
  type NewSnapshot,
  type RepositoryWriter,
  type SnapshotId,
  type StoredChunk,
  type WriterOptions,
  type WriterStats,
} from './model.ts';
import { PackAssembler } from './pack-assembler.ts';
import { type RepositoryCore } from './repository-core.ts';

/** Takes the lock, then reads the index as it is under the lock: what others removed before must not count as known. */
export async function openWriter(core: RepositoryCore, options: WriterOptions = {}): Promise<RepositoryWriter> {
  options.signal?.throwIfAborted();
  const chunkSizeBytes = options.chunkSizeBytes ?? chunkSizeRange.defaultBytes;
  if (!(chunkSizeBytes >= chunkSizeRange.leastBytes && chunkSizeBytes <= chunkSizeRange.mostBytes)) {
    throw invalid(`A chunk size of ${chunkSizeBytes} bytes is out of bounds`);
  }
  const lock = new LockKeeper(core, options.onLock);
  await lock.acquire(options.signal);
  try {
    await core.index.reload();
    options.signal?.throwIfAborted();
    return new ChunkWriter(core, lock, { ...options, chunkSizeBytes });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

class ChunkWriter implements RepositoryWriter {
  readonly chunkSizeBytes: number;
  readonly #core: RepositoryCore;
  readonly #lock: LockKeeper;
  readonly #slots: ChunkSlots;
  readonly #packs: PackAssembler;
  /** Plaintext length of the blobs that are ours and not in the shared table yet. */
  readonly #unindexed: Readonly<Record<BlobKind, Map<BlobId, number>>> = { data: new Map(), tree: new Map() };
  readonly #zeros = new Map<number, Promise<StoredChunk>>();
  readonly #active = new Set<Promise<unknown>>();
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#fail(this.#signal?.reason);
  #stats = { newBlobs: 0, knownBlobs: 0, contentBytes: 0, newBytes: 0, storedBytes: 0 };
  #failure: { readonly error: unknown } | undefined;
  #closing: Promise<void> | undefined;

  constructor(core: RepositoryCore, lock: LockKeeper, options: WriterOptions & { readonly chunkSizeBytes: number }) {
    this.#core = core;
    this.#lock = lock;
    this.chunkSizeBytes = options.chunkSizeBytes;
    this.#slots = new ChunkSlots(Math.max(2, options.bufferCount ?? core.pool.workers * 4));
    this.#packs = new PackAssembler(core, options.chunkSizeBytes + sealOverheadBytes, {
      assertHeld: () => lock.assertHeld(),
      onFailure: (error) => this.#fail(error),
      onIndexed: (blobs) => this.#forget(blobs),
    });
    this.#signal = options.signal;
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
    lock.keep((error) => this.#fail(error));
  }

  get stats(): WriterStats {
    return { ...this.#stats };
  }

  async acquireBuffer(sizeBytes = this.chunkSizeBytes): Promise<Uint8Array> {
    this.#assertUsable();
    this.#assertLength(sizeBytes);
    return this.#slots.acquire(sizeBytes);
  }

  releaseBuffer(buffer: Uint8Array): void {
    this.#slots.release(buffer);
  }

  putChunk(buffer: Uint8Array, lengthBytes: number): Promise<StoredChunk> {
    return this.#track(() =>
      this.#slots.consume(buffer, async (output) => {
        this.#assertLength(lengthBytes, buffer.length);
        return this.#store('data', buffer.subarray(0, lengthBytes), output);
      }),
    );
  }

  putZeros(lengthBytes: number): Promise<StoredChunk> {
    return this.#track(async () => {
      this.#assertLength(lengthBytes);
      const stored = this.#zeros.get(lengthBytes);
      if (stored !== undefined) return this.#countKnown((await stored).id, lengthBytes);
      const first = this.#store('data', sharedBytes(lengthBytes), sharedBytes(lengthBytes + sealOverheadBytes));
      this.#zeros.set(lengthBytes, first);
      return first;
    });
  }

  async putBytes(bytes: Uint8Array): Promise<readonly StoredChunk[]> {
    const chunks: StoredChunk[] = [];
    const partBytes = Math.min(this.chunkSizeBytes, chunkSizeRange.defaultBytes);
    for (let at = 0; at < bytes.length; at += partBytes) {
      const part = bytes.subarray(at, at + partBytes);
      const buffer = await this.acquireBuffer(partBytes);
      buffer.set(part);
      chunks.push(await this.putChunk(buffer, part.length));
    }
    return chunks;
  }

  saveTree(nodes: readonly NewNode[]): Promise<BlobId> {
    return this.#track(async () => {
      for (const node of nodes) await this.#assertStored(node);
      const input = await encodeTree(nodes);
      // What could not be read again must not be written.
      if (input.length > limits.treeBlobBytes) throw invalid(`A folder of ${input.length} bytes is too large to read`);
      return (await this.#store('tree', input, sharedBytes(input.length + sealOverheadBytes))).id;
    });
  }

  async flush(): Promise<void> {
    await Promise.allSettled(this.#active);
    this.#assertUsable();
    await this.#packs.flush();
    this.#assertUsable();
  }

  async commitSnapshot(snapshot: NewSnapshot): Promise<SnapshotId> {
    if (!this.#isKnown('tree', snapshot.tree)) throw invalid(`The tree ${snapshot.tree} was not saved`);
    if (snapshot.parent !== undefined && !isId(snapshot.parent)) throw invalid('The parent is no snapshot id');
    await this.flush();
    return this.#track(async () => {
      const { key, host, storage } = this.#core;
      const bytes = sealUnpacked(
        key,
        valid(() => encodeSnapshot(snapshot, host)),
      );
      const id = idOf(bytes);
      await this.#lock.assertHeld();
      this.#assertUsable();
      await storage.writeAtomic({ kind: 'snapshot', name: id }, [bytes]);
      return id;
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const isUnfinished = this.#failure !== undefined || this.#unindexed.data.size + this.#unindexed.tree.size > 0;
    this.#fail(new AppError('repository.closed', { what: 'writer' }));
    this.#signal?.removeEventListener('abort', this.#onAbort);
    await Promise.allSettled(this.#active);
    await this.#packs.settle();
    if (isUnfinished) await this.#salvage();
    await this.#lock.release();
  }

  /** Saves the next run some work. If it fails, nothing is lost: the caller has the first failure already. */
  async #salvage(): Promise<void> {
    await this.#packs.salvage().catch(() => undefined);
  }

  async #store(kind: BlobKind, input: Uint8Array, output: Uint8Array): Promise<StoredChunk> {
    const { pool, key, zstdLevel: level } = this.#core;
    const id = await pool.run('hashChunk', { input });
    this.#assertUsable();
    if (this.#isKnown(kind, id)) return this.#countKnown(id, input.length);
    // Before the next await, so that the same chunk arriving meanwhile is not stored a second time.
    this.#unindexed[kind].set(id, input.length);
    const sealed = await this.#orFail(pool.run('sealBlob', { key, input, output, level }));
    this.#assertUsable();
    await this.#orFail(this.#packs.add({ id, kind, ...sealed, sealed: output }));
    this.#assertUsable();
    this.#stats.newBlobs += 1;
    this.#stats.newBytes += input.length;
    this.#stats.contentBytes += input.length;
    this.#stats.storedBytes += sealed.sealedBytes;
    return { id, lengthBytes: input.length, storedBytes: sealed.sealedBytes, isNew: true };
  }

  #countKnown(id: BlobId, lengthBytes: number): StoredChunk {
    this.#stats.knownBlobs += 1;
    this.#stats.contentBytes += lengthBytes;
    return { id, lengthBytes, storedBytes: 0, isNew: false };
  }

  #isKnown(kind: BlobKind, id: BlobId): boolean {
    return this.#knownLength(kind, id) !== undefined;
  }

  #knownLength(kind: BlobKind, id: BlobId): number | undefined {
    const own = this.#unindexed[kind].get(id);
    if (own !== undefined) return own;
    const table = this.#core.index.current;
    const entry = isId(id) ? table.find(kind, id) : undefined;
    return entry === undefined ? undefined : plainBytesOf(table.blob(entry));
  }

  #forget(blobs: readonly PackedBlob[]): void {
    for (const blob of blobs) this.#unindexed[blob.kind].delete(blob.id);
  }

  /** A folder may only name what is in the repository, and a file must be as long as its chunks. */
  async #assertStored(node: NewNode): Promise<void> {
    if (node.type === 'dir') {
      if (!this.#isKnown('tree', node.subtree))
        throw invalid(`The folder ${node.name} names a tree that was not saved`);
      return;
    }
    const length = await this.#contentLength(node);
    if (length !== node.sizeBytes)
      throw invalid(`The chunks of ${node.name} have ${length} bytes, not ${node.sizeBytes}`);
  }

  async #contentLength(node: FileNode): Promise<number> {
    let length = 0;
    for (const [i, id] of node.content.entries()) {
      const chunk = this.#knownLength('data', id);
      if (chunk === undefined) throw invalid(`The file ${node.name} names a chunk that was not stored`);
      length += chunk;
      if (i % 8192 === 8191) await breathe();
    }
    return length;
  }

  #assertLength(lengthBytes: number, mostBytes = this.chunkSizeBytes): void {
    const isPossible = Number.isInteger(lengthBytes) && lengthBytes > 0 && lengthBytes <= mostBytes;
    if (!isPossible) throw invalid(`A chunk of ${lengthBytes} bytes is out of bounds`);
  }

  #track<T>(work: () => Promise<T>): Promise<T> {
    const promise = (async () => {
      this.#assertUsable();
      return work();
    })();
    this.#active.add(promise);
    const done = (): boolean => this.#active.delete(promise);
    promise.then(done, done);
    return promise;
  }

  /** A blob that was counted as known must not go missing unnoticed. */
  async #orFail<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#slots.rejectWaiters(this.#failure.error);
  }

  #assertUsable(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** The tree's bytes in shared memory; piece by piece, since a folder with a large disk has tens of megabytes. */
async function encodeTree(nodes: readonly NewNode[]): Promise<Uint8Array> {
  const text = valid(() => treeText(sortNodes(nodes)));
  const pieces: Uint8Array[] = [];
  for (let next = valid(() => text.next()); next.done !== true; next = valid(() => text.next())) {
    pieces.push(Buffer.from(next.value));
    if (next.value.length > 2 ** 16) await breathe();
  }
  const bytes = sharedBytes(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** What cannot be written in restic's format is the caller's mistake. */
function valid<T>(encode: () => T): T {
  try {
    return encode();
  } catch (error) {
    if (error instanceof FormatError) throw invalid(error.message);
    throw error;
  }
}

function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

function invalid(reason: string): AppError {
  return new AppError('repository.invalid-input', { reason });
}
