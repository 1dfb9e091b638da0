// The content of one disk at any mark, from the seed and the write log alone. Streams: one MiB at a time, so the event
// loop stays free and memory holds the list of changed pages and no more.
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { chunkBytes, pageBytes, type PageContent } from '../content/page-content.ts';
import type { InitialContent } from '../content/initial-content.ts';
import { diskBytesOf } from './log-record.ts';
import type { WriteLog } from './write-log.ts';

const pagesPerChunk = chunkBytes / pageBytes;
const zeros = new Uint8Array(chunkBytes);

/** Where the newest content of a page comes from. */
type PageOrigin =
  | { readonly kind: 'text' | 'random'; readonly key: number; readonly page: number }
  | { readonly kind: 'inline'; readonly position: number; readonly byteOffset: number };

/** For each changed MiB its changed pages. */
type ChangedPages = ReadonlyMap<number, ReadonlyMap<number, PageOrigin>>;

export class DiskTruth {
  readonly #initial: InitialContent;
  readonly #content: PageContent;
  readonly #log: WriteLog;

  constructor(initial: InitialContent, content: PageContent, log: WriteLog) {
    this.#initial = initial;
    this.#content = content;
    this.#log = log;
  }

  /** SHA-256 of the whole disk as it was when the log had `logPosition` bytes (default: now). */
  async sha256(logPosition = this.#log.sizeBytes): Promise<string> {
    const changed = await this.#changedPages(0, logPosition);
    const hash = createHash('sha256');
    const buffer = new Uint8Array(chunkBytes);
    for (let chunk = 0; chunk < this.#initial.chunkCount; chunk += 1) {
      const pages = changed.get(chunk);
      if (pages === undefined && this.#initial.kindOf(chunk) === undefined) hash.update(zeros);
      else {
        this.#initial.fill(buffer, chunk);
        for (const [page, origin] of pages ?? []) await this.#fillPage(buffer, page % pagesPerChunk, origin);
        hash.update(buffer);
      }
      await nextTurn();
    }
    return hash.digest('hex');
  }

  /** How many pages were written between two positions of the log. */
  async changedPageCount(from: number, to = this.#log.sizeBytes): Promise<number> {
    let count = 0;
    for (const pages of (await this.#changedPages(from, to)).values()) count += pages.size;
    return count;
  }

  async #changedPages(from: number, to: number): Promise<ChangedPages> {
    const changed = new Map<number, Map<number, PageOrigin>>();
    const put = (page: number, origin: PageOrigin): void => {
      const chunk = Math.floor(page / pagesPerChunk);
      const pages = changed.get(chunk) ?? new Map<number, PageOrigin>();
      pages.set(page, origin);
      changed.set(chunk, pages);
    };
    for await (const { record, position } of this.#log.records(from, to)) {
      if (record.type === 'mark') continue;
      const first = record.offset / pageBytes;
      const count = diskBytesOf(record) / pageBytes;
      for (let page = 0; page < count; page += 1)
        put(
          first + page,
          record.type === 'inline'
            ? { kind: 'inline', position, byteOffset: page * pageBytes }
            : { kind: record.type, key: record.key, page },
        );
    }
    return changed;
  }

  async #fillPage(buffer: Uint8Array, pageInChunk: number, origin: PageOrigin): Promise<void> {
    const target = buffer.subarray(pageInChunk * pageBytes, (pageInChunk + 1) * pageBytes);
    if (origin.kind !== 'inline') {
      this.#content.fill(target, origin.kind, origin.key, origin.page);
      return;
    }
    const record = await this.#log.readAt(origin.position);
    if (record?.type !== 'inline') throw new RangeError(`the log has no inline write at ${origin.position}`);
    target.set(record.bytes.subarray(origin.byteOffset, origin.byteOffset + pageBytes));
  }
}
