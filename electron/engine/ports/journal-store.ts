// Where the journals of runs are kept. Append means: on stable storage before the promise resolves.
import type { RunId } from '../../../shared/model/ids.ts';

export interface JournalStore {
  /** Appends one line (without its newline) to the run's journal and flushes it to stable storage. */
  append(runId: RunId, line: string): Promise<void>;
  /** Every run that has a journal, oldest first. */
  list(): Promise<readonly RunId[]>;
  /** The journal's lines. A last line that was cut by a crash is returned as it is; the reader decides. */
  read(runId: RunId): Promise<readonly string[]>;
}
