// The mirror of everything that changes, and the numbered events that keep other mirrors equal to it.
import { reduceRun } from '../../shared/events/reduce-run.ts';
import type { RunEvent } from '../../shared/events/run-event.ts';
import type { RunState } from '../../shared/events/run-state.ts';
import type { AppChange, AppEvent, OperationView } from '../../shared/ipc/views.ts';
import type { RunId } from '../../shared/model/ids.ts';

export type AppListener = (event: AppEvent) => void;

export class AppEvents {
  readonly #listeners = new Set<AppListener>();
  readonly #history = new Map<RunId, RunState>();
  /** Runs that did something since the start. */
  readonly #touched = new Set<RunId>();
  readonly #operations = new Map<string, OperationView>();
  #seq = 0;

  get lastSeq(): number {
    return this.#seq;
  }

  /** Oldest first. */
  get runs(): readonly RunState[] {
    return [...this.#touched].sort().flatMap((runId) => this.#history.get(runId) ?? []);
  }

  get operations(): readonly OperationView[] {
    return [...this.#operations.values()];
  }

  runOf(runId: RunId): RunState | undefined {
    return this.#touched.has(runId) ? this.#history.get(runId) : undefined;
  }

  /** What the journals of earlier processes came to: their runs may go on in a recovery. */
  seed(runs: readonly RunState[]): void {
    for (const run of runs) this.#history.set(run.runId, run);
  }

  subscribe(listener: AppListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(change: AppChange): void {
    if (change.type === 'run') this.#foldRun(change.event);
    if (change.type === 'operation') this.#keepOperation(change.operation);
    this.#seq += 1;
    const event = { seq: this.#seq, change };
    for (const listener of [...this.#listeners]) listener(event);
  }

  #foldRun(event: RunEvent): void {
    const before = this.#history.get(event.runId);
    // A run of another process that began after our start: whoever wants it asks for it by its id.
    if (before === undefined && event.type !== 'run-queued') return;
    this.#history.set(event.runId, reduceRun(before, event));
    this.#touched.add(event.runId);
  }

  #keepOperation(operation: OperationView): void {
    if (operation.status === 'ended') this.#operations.delete(operation.id);
    else this.#operations.set(operation.id, operation);
  }
}
