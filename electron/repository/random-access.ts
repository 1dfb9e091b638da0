// Reading a stored file at any place, without restoring it: where each chunk begins comes from the index.
import { type BlobEntry, type BlobTable } from './blob-table.ts';
import { type BlobReader } from './blob-reader.ts';
import { breathe } from './concurrency.ts';
import { plainBytesOf } from './format/pack-header.ts';
import { type FileNode, type OpenStoredFile } from './model.ts';

/** Chunks that are kept opened: small reads next to each other are the rule. */
const mostChunksKept = 4;

/** Rejects with `repository.blob-missing` where a chunk of the file is in no index. */
export async function openFile(reader: BlobReader, table: BlobTable, node: FileNode): Promise<OpenStoredFile> {
  const starts = new Float64Array(node.content.length + 1);
  const entries = new Float64Array(node.content.length);
  for (const [i, id] of node.content.entries()) {
    const entry = reader.locate(table, 'data', id);
    entries[i] = entry;
    starts[i + 1] = (starts[i] ?? 0) + plainBytesOf(table.blob(entry));
    if (i % 8192 === 8191) await breathe();
  }
  return new StoredFile(reader, table, starts, entries);
}

class StoredFile implements OpenStoredFile {
  readonly sizeBytes: number;
  readonly #reader: BlobReader;
  readonly #table: BlobTable;
  /** Where each chunk begins, and behind them the end. */
  readonly #starts: Float64Array;
  readonly #entries: Float64Array;
  /** Oldest first. */
  readonly #kept = new Map<BlobEntry, Promise<Uint8Array>>();

  constructor(reader: BlobReader, table: BlobTable, starts: Float64Array, entries: Float64Array) {
    this.sizeBytes = starts[entries.length] ?? 0;
    this.#reader = reader;
    this.#table = table;
    this.#starts = starts;
    this.#entries = entries;
  }

  async read(target: Uint8Array, positionBytes: number): Promise<number> {
    const end = Math.min(this.sizeBytes, positionBytes + target.length);
    let at = positionBytes;
    for (let i = this.#chunkAt(at); at < end; i += 1) {
      const start = this.#starts[i] ?? 0;
      const chunk = await this.#chunk(this.#entries[i] ?? 0);
      const part = chunk.subarray(at - start, end - start);
      target.set(part, at - positionBytes);
      at += part.length;
    }
    return Math.max(0, at - positionBytes);
  }

  /** Index of the chunk that holds the byte at `position`. */
  #chunkAt(position: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= position) low = middle;
      else high = middle;
    }
    return low;
  }

  #chunk(entry: BlobEntry): Promise<Uint8Array> {
    const known = this.#kept.get(entry);
    if (known !== undefined) return known;
    const opening = this.#reader.read(this.#table, entry);
    this.#kept.set(entry, opening);
    // A failure is not kept: the next read tries again.
    opening.catch(() => this.#kept.delete(entry));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostChunksKept && oldest !== undefined) this.#kept.delete(oldest);
    return opening;
  }
}
