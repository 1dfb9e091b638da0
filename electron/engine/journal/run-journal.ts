// A run's events on disk and back: one JSON object per line, over the JournalStore port. Knows nothing of what the
// events cause.
import { AppError } from '../../../shared/errors/app-error.ts';
import { runEventSchema } from '../../../shared/events/run-event-schema.ts';
import type { RunEvent } from '../../../shared/events/run-event.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { JournalStore } from '../ports/journal-store.ts';

/** Longer lines are not ours: an event names at most some thousand drives. */
const maxLineLength = 16 * 1024 * 1024;

export interface RunJournal {
  /** Resolves when the event would survive a crash. @throws AppError `engine.journal-not-written` */
  append(event: RunEvent): Promise<void>;
  /**
   * Ends a line that a crash may have cut, so that what follows stands on a line of its own. Recovery calls it first.
   * @throws AppError `engine.journal-not-written`
   */
  closeCutLine(): Promise<void>;
}

/**
 * After one failed append nothing more is written: the failed line may be there in part, and a second one behind it
 * would make the journal unreadable in the middle, where now it only ends early.
 */
export function openRunJournal(store: JournalStore, runId: RunId): RunJournal {
  let failure: AppError | undefined;
  const write = async (line: string): Promise<void> => {
    if (failure !== undefined) throw failure;
    try {
      await store.append(runId, line);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'the store refused';
      failure = notWritten(runId, reason, cause);
      throw failure;
    }
  };
  // The first one ends the cut line, the second one is the empty line that says so to the reader.
  const closeCutLine = async (): Promise<void> => {
    await write('');
    await write('');
  };
  const append = async (event: RunEvent): Promise<void> => {
    // What could not be read back must not be written: it would hide every line after it.
    const checked = runEventSchema.safeParse(event);
    if (!checked.success)
      throw notWritten(runId, `${event.type} is not valid: ${checked.error.message}`, checked.error);
    await write(JSON.stringify(event));
  };
  return { append, closeCutLine };
}

function notWritten(run: RunId, reason: string, cause: unknown): AppError {
  return new AppError('engine.journal-not-written', { run, reason }, { cause });
}

/** @throws AppError `engine.journal-damaged` */
export async function readRunJournal(store: JournalStore, runId: RunId): Promise<readonly RunEvent[]> {
  return decodeJournal(runId, await store.read(runId));
}

/**
 * The events of a journal. A line that does not parse was cut by a crash where it is the last one, or where an empty
 * line follows it (see `closeCutLine`): then its event never happened. Anywhere else it is damage.
 * @throws AppError `engine.journal-damaged` naming run and line
 */
export function decodeJournal(runId: RunId, lines: readonly string[]): readonly RunEvent[] {
  const events: RunEvent[] = [];
  lines.forEach((line, index) => {
    if (line === '') return;
    const decoded = decodeLine(line);
    const next = lines[index + 1];
    if (typeof decoded === 'string') {
      if (next === undefined || next === '') return;
      throw damaged(runId, index, decoded);
    }
    const reason = misfit(runId, events.at(-1), decoded);
    if (reason !== undefined) throw damaged(runId, index, reason);
    events.push(decoded);
  });
  return events;
}

/** The event, or why the line is none. */
function decodeLine(line: string): RunEvent | string {
  if (line.length > maxLineLength) return 'the line is too long';
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'it is not JSON';
  }
  const parsed = runEventSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not an event'}`.trim();
}

/**
 * Numbers that do not rise are no damage: two starts may take up one run in the same moment, and both settle the same
 * effects. `reduceRun` takes the first of each number.
 */
function misfit(runId: RunId, before: RunEvent | undefined, event: RunEvent): string | undefined {
  if (event.runId !== runId) return `it belongs to run ${event.runId}`;
  if (before === undefined) return event.type === 'run-queued' ? undefined : `a run does not begin with ${event.type}`;
  return event.type === 'run-queued' ? 'a run begins only once' : undefined;
}

function damaged(runId: RunId, index: number, reason: string): AppError {
  return new AppError('engine.journal-damaged', { run: runId, line: index + 1, reason });
}
