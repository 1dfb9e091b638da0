// Tables and bitmaps of a chain's files, read and kept in pages, so that a 513 MiB table is never loaded. One cache
// serves all files of a chain and so bounds their memory together.
import type { ByteSource, ByteStore } from '../files.ts';
import { maxCachedPages, pageBytes } from '../format/limits.ts';
import { readStructure } from './at-path.ts';

type Page = Promise<Uint8Array>;

export class PageCache {
  readonly #pages = new Map<string, Page>();
  #owners = 0;

  /** A key space of its own for one file. */
  newOwner(): number {
    this.#owners += 1;
    return this.#owners;
  }

  get(owner: number, index: number): Page | undefined {
    const key = `${owner}:${index}`;
    const page = this.#pages.get(key);
    if (page === undefined) return undefined;
    // Map keeps insertion order: the least recently used page stands first.
    this.#pages.delete(key);
    this.#pages.set(key, page);
    return page;
  }

  put(owner: number, index: number, page: Page): void {
    const key = `${owner}:${index}`;
    this.#pages.set(key, page);
    page.catch(() => this.#pages.delete(key));
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= maxCachedPages) return;
      this.#pages.delete(oldest);
    }
  }
}

export class PagedSource {
  readonly #source: ByteSource;
  readonly #cache: PageCache;
  readonly #owner: number;
  readonly #structure: string;

  constructor(source: ByteSource, cache: PageCache, structure: string) {
    this.#source = source;
    this.#cache = cache;
    this.#owner = cache.newOwner();
    this.#structure = structure;
  }

  /** The page that holds `position`; it begins at the multiple of `pageBytes` at or before it. Not to be changed. */
  page(position: number): Page {
    const index = Math.floor(position / pageBytes);
    const cached = this.#cache.get(this.#owner, index);
    if (cached !== undefined) return cached;
    const page = readStructure(this.#source, index * pageBytes, pageBytes, this.#structure);
    this.#cache.put(this.#owner, index, page);
    return page;
  }

  /** Writes to the file, then to the page if it is cached or being read just now (it may have been read before the
   * write arrived). `data` must not cross a page. */
  async writeThrough(store: ByteStore, data: Uint8Array, position: number): Promise<void> {
    await store.write(data, position);
    const page = await this.#cache.get(this.#owner, Math.floor(position / pageBytes));
    page?.set(data, position % pageBytes);
  }
}
