// From ids to verified plaintext: finding, reading (neighbours in one go), opening in the worker threads. Whatever
// fails to verify never leaves here; another copy of the same blob, where there is one, is tried before giving up.
import { AppError, isAppError } from '../../shared/errors/app-error.ts';
import { type BlobEntry, type BlobTable } from './blob-table.ts';
import { breathe, forEachLimited } from './concurrency.ts';
import { plainBytesOf, type BlobKind } from './format/pack-header.ts';
import { unpackIds, type RawTree } from './format/tree-codec.ts';
import { type TreeNode } from './model.ts';
import { type RepositoryCore } from './repository-core.ts';
import { fileLabel } from './repository-storage.ts';
import { SharedBuffers } from './shared-buffers.ts';
import { type Opened } from './worker/tasks.ts';

const mib = 1024 * 1024;
const mostRangeBytes = 2 * mib;
/** Reading over a gap of this size is cheaper than a second read. */
const mostGapBytes = 64 * 1024;

/** Entries of one pack that are read together. */
interface ReadRange {
  readonly packNumber: number;
  readonly offset: number;
  readonly end: number;
  readonly entries: readonly BlobEntry[];
}

export interface BlobVisit {
  readonly entry: BlobEntry;
  /** The plaintext, valid until `visit` settles; empty when bytes were not wanted. */
  readonly outcome:
    { readonly isOpen: true; readonly plain: Uint8Array } | { readonly isOpen: false; readonly error: AppError };
}

export interface VisitOptions {
  readonly wantsBytes: boolean;
  readonly signal?: AbortSignal;
  readonly visit: (visit: BlobVisit) => Promise<void>;
}

export class BlobReader {
  readonly #core: RepositoryCore;
  // Two budgets and one order, or readers could wait for each other for ever: an input first, then outputs; never an
  // input while holding any; whoever holds an output waits for no other.
  readonly #inputs: SharedBuffers;
  readonly #outputs: SharedBuffers;

  constructor(core: RepositoryCore) {
    this.#core = core;
    this.#inputs = new SharedBuffers((core.pool.workers + 1) * 2 * mostRangeBytes);
    this.#outputs = new SharedBuffers((core.pool.workers + 1) * 4 * mib);
  }

  /** Entry of a blob that must be there. */
  locate(table: BlobTable, kind: BlobKind, id: string): BlobEntry {
    const entry = table.find(kind, id);
    if (entry === undefined) throw new AppError('repository.blob-missing', { location: this.#location, blob: id });
    return entry;
  }

  /** The plaintext of one blob, as memory of its own. */
  async read(table: BlobTable, entry: BlobEntry): Promise<Uint8Array> {
    return this.withPlain(table, entry, async (plain) => new Uint8Array(plain));
  }

  /** Lends the plaintext of one blob to `use`. */
  async withPlain<T>(table: BlobTable, entry: BlobEntry, use: (plain: Uint8Array) => Promise<T>): Promise<T> {
    const others = table.findAll(table.kindOf(entry), table.idOf(entry)).filter((copy) => copy !== entry);
    let first: AppError | undefined;
    for (const copy of [entry, ...others]) {
      try {
        return await this.#readSealed(table, copy, (input) => this.#lendPlain(table, copy, input, use));
      } catch (error) {
        if (!isIntegrity(error)) throw error;
        first ??= error;
      }
    }
    throw first ?? new RangeError('a blob without a place');
  }

  /** The error for a tree that verifies but makes no sense. */
  damagedTree(blob: string, reason: string): AppError {
    return new AppError('repository.blob-damaged', { location: this.#location, blob, file: `tree ${blob}`, reason });
  }

  async readTree(table: BlobTable, id: string): Promise<readonly TreeNode[]> {
    const entry = this.locate(table, 'tree', id);
    const raw = await this.#readSealed(table, entry, async (input) => {
      const { key, pool } = this.#core;
      const task = { key, input, id, uncompressedBytes: table.uncompressedBytesOf(entry) };
      return this.#unwrap(table, entry, await pool.run('openTree', task));
    });
    return withContents(raw);
  }

  /** Opens all entries, each once, neighbours with one read; calls come in no particular order and several at a time. */
  async visitAll(table: BlobTable, entries: readonly BlobEntry[], options: VisitOptions): Promise<void> {
    const lanes = this.#core.pool.workers + 1;
    await forEachLimited(planReads(table, entries), lanes, async (range) => {
      options.signal?.throwIfAborted();
      await this.#visitRange(table, range, options);
    });
  }

  async #visitRange(table: BlobTable, range: ReadRange, options: VisitOptions): Promise<void> {
    const failed: BlobEntry[] = [];
    const input = await this.#inputs.acquire(range.end - range.offset);
    try {
      const isRead = await this.#tryReadRange(table, range, input);
      if (!isRead) failed.push(...range.entries);
      await forEachLimited(isRead ? range.entries : [], this.#core.pool.workers, async (entry) => {
        options.signal?.throwIfAborted();
        const isOpened = await this.#visitWithin(table, range, input, entry, options);
        if (!isOpened) failed.push(entry);
      });
    } finally {
      this.#inputs.release(input);
    }
    // Only now, with nothing in hand: these take an input each.
    for (const entry of failed) await this.#visitAlone(table, entry, options);
  }

  /** False when the pack is missing or shorter: each blob is then read by itself, those before the end may be whole. */
  async #tryReadRange(table: BlobTable, range: ReadRange, input: Uint8Array): Promise<boolean> {
    try {
      await this.#core.storage.readRange(packFile(table, range.packNumber), range.offset, input);
      return true;
    } catch (error) {
      if (isIntegrity(error)) return false;
      throw error;
    }
  }

  async #visitWithin(
    table: BlobTable,
    range: ReadRange,
    input: Uint8Array,
    entry: BlobEntry,
    { wantsBytes, visit }: VisitOptions,
  ): Promise<boolean> {
    const start = table.offsetOf(entry) - range.offset;
    const sealed = input.subarray(start, start + table.sealedBytesOf(entry));
    const state = { isOpened: false };
    const hand = async (plain: Uint8Array): Promise<void> => {
      state.isOpened = true;
      await visit({ entry, outcome: { isOpen: true, plain } });
    };
    try {
      if (wantsBytes) await this.#lendPlain(table, entry, sealed, hand);
      else {
        await this.#open(table, entry, sealed);
        await hand(new Uint8Array());
      }
    } catch (error) {
      if (state.isOpened || !isIntegrity(error)) throw error;
    }
    return state.isOpened;
  }

  /** The slow way: a second try, and other copies. */
  async #visitAlone(table: BlobTable, entry: BlobEntry, { visit, signal }: VisitOptions): Promise<void> {
    signal?.throwIfAborted();
    const state = { isOpened: false };
    try {
      await this.withPlain(table, entry, async (plain) => {
        state.isOpened = true;
        await visit({ entry, outcome: { isOpen: true, plain } });
      });
    } catch (error) {
      if (state.isOpened || !isIntegrity(error)) throw error;
      await visit({ entry, outcome: { isOpen: false, error } });
    }
  }

  async #readSealed<T>(table: BlobTable, entry: BlobEntry, use: (input: Uint8Array) => Promise<T>): Promise<T> {
    const input = await this.#inputs.acquire(table.sealedBytesOf(entry));
    try {
      await this.#core.storage.readRange(packFile(table, table.packNumberOf(entry)), table.offsetOf(entry), input);
      return await use(input);
    } finally {
      this.#inputs.release(input);
    }
  }

  async #lendPlain<T>(
    table: BlobTable,
    entry: BlobEntry,
    input: Uint8Array,
    use: (plain: Uint8Array) => Promise<T>,
  ): Promise<T> {
    const output = await this.#outputs.acquire(plainBytesOf(table.blob(entry)));
    try {
      await this.#open(table, entry, input, output);
      return await use(output);
    } finally {
      this.#outputs.release(output);
    }
  }

  async #open(table: BlobTable, entry: BlobEntry, input: Uint8Array, output?: Uint8Array): Promise<void> {
    const { key, pool } = this.#core;
    const task = { key, input, id: table.idOf(entry), uncompressedBytes: table.uncompressedBytesOf(entry) };
    this.#unwrap(table, entry, await pool.run('openBlob', output === undefined ? task : { ...task, output }));
  }

  #unwrap<T>(table: BlobTable, entry: BlobEntry, opened: Opened<T>): T {
    if (opened.isOpen) return opened.value;
    const file = fileLabel(packFile(table, table.packNumberOf(entry)));
    const params = { location: this.#location, blob: table.idOf(entry), file, reason: opened.reason };
    throw new AppError('repository.blob-damaged', params);
  }

  get #location(): string {
    return this.#core.storage.location;
  }
}

function packFile(table: BlobTable, packNumber: number): { readonly kind: 'data'; readonly name: string } {
  return { kind: 'data', name: table.packIdOf(packNumber) };
}

function isIntegrity(error: unknown): error is AppError {
  return isAppError(error) && error.category === 'integrity';
}

/** Groups entries that lie close together; sorted by place. */
function planReads(table: BlobTable, entries: readonly BlobEntry[]): readonly ReadRange[] {
  const byPlace = [...entries].sort(
    (a, b) => table.packNumberOf(a) - table.packNumberOf(b) || table.offsetOf(a) - table.offsetOf(b),
  );
  const ranges: (ReadRange & { end: number; readonly entries: BlobEntry[] })[] = [];
  for (const entry of byPlace) {
    const [packNumber, offset] = [table.packNumberOf(entry), table.offsetOf(entry)];
    const end = offset + table.sealedBytesOf(entry);
    const last = ranges.at(-1);
    const fits =
      last?.packNumber === packNumber && offset - last.end <= mostGapBytes && end - last.offset <= mostRangeBytes;
    if (last !== undefined && fits) {
      last.entries.push(entry);
      last.end = Math.max(last.end, end);
    } else ranges.push({ packNumber, offset, end, entries: [entry] });
  }
  return ranges;
}

/** Puts the ids into their nodes, in pieces: a folder with a large disk has a million of them. */
async function withContents(raw: RawTree): Promise<readonly TreeNode[]> {
  const nodes: TreeNode[] = [];
  for (const [i, node] of raw.nodes.entries()) {
    if (node.type !== 'file') nodes.push(node);
    else {
      const content: string[] = [];
      for (const ids of unpackIds(raw.contents[i] ?? new Uint8Array())) {
        for (const id of ids) content.push(id);
        if (content.length > ids.length) await breathe();
      }
      nodes.push({ ...node, content });
    }
  }
  return nodes;
}
