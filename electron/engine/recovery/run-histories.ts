// Every journal of this console as the state it comes to. A journal that cannot be read is a problem with a name, never
// a run that silently is not there.
import { AppError, toAppError, type AppErrorData } from '../../../shared/errors/app-error.ts';
import { reduceRunEvents } from '../../../shared/events/reduce-run.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import { readRunJournal } from '../journal/run-journal.ts';
import type { JournalStore } from '../ports/journal-store.ts';

export interface RunHistory {
  /** Oldest first. */
  readonly runs: readonly RunState[];
  /** Journals that could not be read. */
  readonly problems: readonly AppErrorData[];
}

/** A journal without a single event is of a run that died before it began: it did nothing and is left out. */
export async function readHistory(store: JournalStore): Promise<RunHistory> {
  const runs: RunState[] = [];
  const problems: AppErrorData[] = [];
  for (const runId of await store.list()) {
    try {
      const state = reduceRunEvents(await readRunJournal(store, runId));
      if (state !== undefined) runs.push(state);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push(toAppError(error).toData());
    }
  }
  return { runs, problems };
}
