// The table of all known blobs, and keeping it true to the index files. Readers take `table` once and keep it for one
// operation: a reload may put another in its place.
import { type AppError, isAppError } from '../../shared/errors/app-error.ts';
import { BlobTable } from './blob-table.ts';
import { forEachLimited, SerialQueue } from './concurrency.ts';
import { damagedFile } from './damaged-file.ts';
import { type FlatIndex } from './format/index-codec.ts';
import { limits } from './format/limits.ts';
import { type RepositoryStorage, type StoredFile } from './repository-storage.ts';
import { type WorkerPool } from './worker/worker-pool.ts';

/** Told of an index file that cannot be read. Without one, loading rejects instead. */
export type OnDamagedIndex = (error: AppError) => void;

export class IndexStore {
  readonly #storage: RepositoryStorage;
  readonly #key: Uint8Array;
  readonly #pool: WorkerPool;
  readonly #queue = new SerialQueue();
  #table = new BlobTable();
  #loaded = new Set<string>();
  #isComplete = false;

  constructor(storage: RepositoryStorage, key: Uint8Array, pool: WorkerPool) {
    this.#storage = storage;
    this.#key = key;
    this.#pool = pool;
  }

  /** The table as it is now; empty before the first load. */
  get current(): BlobTable {
    return this.#table;
  }

  /** The table, loaded before if it was not. */
  async load(): Promise<BlobTable> {
    if (!this.#isComplete) await this.reload();
    return this.#table;
  }

  /** Reads what is new; starts anew when an index file went away, since other programs may have removed blobs. With
   * `onDamaged`, what was loaded before is read again too: it may have rotted since, and the next process needs it. */
  reload(onDamaged?: OnDamagedIndex): Promise<BlobTable> {
    return this.#queue.run(async () => {
      const files = await this.#storage.list('index');
      const names = new Set(files.map((file) => file.name));
      const isShrunk = [...this.#loaded].some((name) => !names.has(name));
      const table = isShrunk ? new BlobTable() : this.#table;
      const loaded = isShrunk ? new Set<string>() : this.#loaded;
      if (onDamaged !== undefined) await this.#checkLoaded(loaded, files, onDamaged);
      await this.#loadInto(table, loaded, files, onDamaged);
      this.#table = table;
      this.#loaded = loaded;
      this.#isComplete = loaded.size === names.size;
      return table;
    });
  }

  /** Takes in an index file that was just written by us. */
  addWritten(id: string, index: FlatIndex): Promise<void> {
    return this.#queue.run(async () => {
      this.#loaded.add(id);
      this.#table.add(index);
    });
  }

  async #loadInto(
    table: BlobTable,
    loaded: Set<string>,
    files: readonly StoredFile[],
    onDamaged?: OnDamagedIndex,
  ): Promise<void> {
    const missing = files.filter((file) => !loaded.has(file.name));
    await forEachLimited(missing, this.#pool.workers + 1, async (file) => {
      try {
        table.add(await this.#read(file));
        loaded.add(file.name);
      } catch (error) {
        if (onDamaged === undefined || !isAppError(error) || error.category !== 'integrity') throw error;
        onDamaged(error);
      }
    });
  }

  /** Are the files of the table still what they were? Their names are the hashes of their content. */
  async #checkLoaded(loaded: Set<string>, files: readonly StoredFile[], onDamaged: OnDamagedIndex): Promise<void> {
    const known = files.filter((file) => loaded.has(file.name));
    await forEachLimited(known, this.#pool.workers + 1, async ({ name }) => {
      const file = { kind: 'index', name } as const;
      try {
        const input = await this.#storage.read(file, limits.indexFileBytes);
        const id = await this.#pool.run('hashChunk', { input });
        if (id !== name) throw damagedFile(this.#storage, file, 'its name is not the hash of its content');
      } catch (error) {
        if (!isAppError(error) || error.category !== 'integrity') throw error;
        onDamaged(error);
      }
    });
  }

  async #read(file: StoredFile): Promise<FlatIndex> {
    const handle = { kind: 'index', name: file.name } as const;
    const bytes = await this.#storage.read(handle, limits.indexFileBytes);
    const opened = await this.#pool.run('decodeIndex', { key: this.#key, id: file.name, bytes });
    if (!opened.isOpen) throw damagedFile(this.#storage, handle, opened.reason);
    return opened.value;
  }
}
