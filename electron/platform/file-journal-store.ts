// Journals of runs as files: one per run, one line per event, on stable storage before an append resolves.
import { mkdir, open, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunId, type RunId } from '../../shared/model/ids.ts';
import type { JournalStore } from '../engine/ports/journal-store.ts';
import { isAbsent, rethrowReading, rethrowWriting } from './file-errors.ts';
import { syncFolder } from './sync-folder.ts';

const extension = '.jsonl';

export class FileJournalStore implements JournalStore {
  readonly #folder: string;
  readonly #known = new Set<RunId>();

  /** `folder` is made at the first append. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async append(runId: RunId, line: string): Promise<void> {
    const path = this.#pathOf(runId);
    try {
      if (!this.#known.has(runId)) await mkdir(this.#folder, { recursive: true });
      const handle = await open(path, 'a', 0o600);
      try {
        await handle.appendFile(`${line}\n`);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      if (!this.#known.has(runId)) await syncFolder(this.#folder);
      this.#known.add(runId);
    } catch (error) {
      rethrowWriting(path, error);
    }
  }

  /** What is not named like a journal is not ours and is left out. */
  async list(): Promise<readonly RunId[]> {
    try {
      const names = await readdir(this.#folder);
      return names
        .filter((name) => name.endsWith(extension))
        .map((name) => name.slice(0, -extension.length))
        .filter(isRunId)
        .sort();
    } catch (error) {
      if (isAbsent(error)) return [];
      return rethrowReading(this.#folder, error);
    }
  }

  async read(runId: RunId): Promise<readonly string[]> {
    const path = this.#pathOf(runId);
    try {
      const text = await readFile(path, 'utf8');
      return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
    } catch (error) {
      return rethrowReading(path, error);
    }
  }

  #pathOf(runId: RunId): string {
    return join(this.#folder, `${runId}${extension}`);
  }
}
