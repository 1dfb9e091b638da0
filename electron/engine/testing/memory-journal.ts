// A journal store in memory, as strict as a file: what is appended stays, and a line can be cut as a crash cuts it.
import type { RunId } from '../../../shared/model/ids.ts';
import type { JournalStore } from '../ports/journal-store.ts';

export class MemoryJournal implements JournalStore {
  readonly #files = new Map<RunId, string>();

  append(runId: RunId, line: string): Promise<void> {
    this.write(runId, `${line}\n`);
    return Promise.resolve();
  }

  list(): Promise<readonly RunId[]> {
    return Promise.resolve([...this.#files.keys()].sort());
  }

  read(runId: RunId): Promise<readonly string[]> {
    const text = this.#files.get(runId) ?? '';
    return Promise.resolve(text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n'));
  }

  /** Everything, of all runs. */
  get text(): string {
    return [...this.#files.values()].join('');
  }

  /** Bytes as they are: also half a line. */
  write(runId: RunId, text: string): void {
    this.#files.set(runId, (this.#files.get(runId) ?? '') + text);
  }
}
