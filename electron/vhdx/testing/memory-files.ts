// Disk files in memory, for tests: sparse, so that large blocks cost nothing, and mortal, so that a test can end the
// process between any two writes. Paths are a Windows host's.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ByteStore, WritableVhdxFiles } from '../files.ts';
import { windowsParentCandidates } from '../parent-paths.ts';

const pageBytes = 4096;

export class ProcessDied extends Error {}

/** Content that outlives whoever had it open. */
export class MemoryContent {
  readonly pages = new Map<number, Uint8Array>();
  sizeBytes = 0;

  read(target: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(target.length, this.sizeBytes - position));
    for (let done = 0; done < length;) {
      const { index, within, lengthBytes } = pieceAt(position + done, length - done);
      const page = this.pages.get(index);
      if (page === undefined) target.fill(0, done, done + lengthBytes);
      else target.set(page.subarray(within, within + lengthBytes), done);
      done += lengthBytes;
    }
    return length;
  }

  write(data: Uint8Array, position: number): void {
    for (let done = 0; done < data.length;) {
      const { index, within, lengthBytes } = pieceAt(position + done, data.length - done);
      const page = this.pages.get(index) ?? new Uint8Array(pageBytes);
      page.set(data.subarray(done, done + lengthBytes), within);
      this.pages.set(index, page);
      done += lengthBytes;
    }
    this.sizeBytes = Math.max(this.sizeBytes, position + data.length);
  }

  truncate(sizeBytes: number): void {
    const lastPage = Math.ceil(sizeBytes / pageBytes);
    for (const index of this.pages.keys()) if (index >= lastPage) this.pages.delete(index);
    if (sizeBytes % pageBytes !== 0) this.pages.get(lastPage - 1)?.fill(0, sizeBytes % pageBytes);
    this.sizeBytes = sizeBytes;
  }

  copy(): MemoryContent {
    const copy = new MemoryContent();
    copy.sizeBytes = this.sizeBytes;
    for (const [index, page] of this.pages) copy.pages.set(index, Uint8Array.from(page));
    return copy;
  }
}

/** How many changed pages the process still lives for; shared by all its files. */
export interface Lifetime {
  pagesLeft: number;
}

export interface MemoryFiles extends WritableVhdxFiles {
  readonly contents: Map<string, MemoryContent>;
  /** Every handle ever opened and not closed. */
  readonly openPaths: string[];
  create(path: string): Promise<ByteStore>;
}

export function memoryFiles(lifetime: Lifetime = { pagesLeft: Infinity }): MemoryFiles {
  const contents = new Map<string, MemoryContent>();
  const openPaths: string[] = [];
  const openStore = async (path: string): Promise<ByteStore> => {
    const content = contents.get(path);
    if (content === undefined) throw new AppError('vhdx.file-not-found', { path });
    openPaths.push(path);
    return new MemoryStore(path, content, lifetime, () => {
      openPaths.splice(openPaths.indexOf(path), 1);
    });
  };
  return {
    contents,
    openPaths,
    open: openStore,
    openWritable: openStore,
    create: async (path) => {
      contents.set(path, new MemoryContent());
      return openStore(path);
    },
    parentCandidates: (childPath, locator) => windowsParentCandidates(childPath, locator),
    identity: async (path) => {
      if (!contents.has(path)) throw new AppError('vhdx.file-not-found', { path });
      return path.toLowerCase();
    },
  };
}

class MemoryStore implements ByteStore {
  readonly path: string;
  readonly #content: MemoryContent;
  readonly #lifetime: Lifetime;
  readonly #onClose: () => void;

  constructor(path: string, content: MemoryContent, lifetime: Lifetime, onClose: () => void) {
    this.path = path;
    this.#content = content;
    this.#lifetime = lifetime;
    this.#onClose = onClose;
  }

  async sizeBytes(): Promise<number> {
    return this.#content.sizeBytes;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    return this.#content.read(target, position);
  }

  /** Page by page, as the page cache takes it: a killed process may leave a write half done between two pages. */
  async write(data: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < data.length;) {
      const { lengthBytes } = pieceAt(position + done, data.length - done);
      this.#live();
      this.#content.write(data.subarray(done, done + lengthBytes), position + done);
      done += lengthBytes;
    }
  }

  async truncate(sizeBytes: number): Promise<void> {
    this.#live();
    this.#content.truncate(sizeBytes);
  }

  async flush(): Promise<void> {
    this.#live();
  }

  async close(): Promise<void> {
    this.#onClose();
  }

  #live(): void {
    if (this.#lifetime.pagesLeft <= 0) throw new ProcessDied();
    this.#lifetime.pagesLeft -= 1;
  }
}

function pieceAt(position: number, left: number): { index: number; within: number; lengthBytes: number } {
  const within = position % pageBytes;
  return { index: Math.floor(position / pageBytes), within, lengthBytes: Math.min(left, pageBytes - within) };
}
