// What is going on right now, known without asking: a question to quit cannot wait for an answer from elsewhere.
import { reduceRun } from '../../shared/events/reduce-run.ts';
import type { RunState } from '../../shared/events/run-state.ts';
import { activeWork, type ActiveWork } from '../../shared/ipc/active-work.ts';
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { AppChange, AppEvent, OperationView } from '../../shared/ipc/views.ts';

export class WorkWatch {
  readonly #runs = new Map<string, RunState>();
  readonly #operations = new Map<string, OperationView>();
  readonly #listeners = new Set<() => void>();

  get current(): ActiveWork {
    return activeWork({ runs: [...this.#runs.values()], operations: [...this.#operations.values()] });
  }

  /** After everything that may begin or end work. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when it is as far as the backend is. */
  async follow(api: Pick<ConsoleApi, 'app'>): Promise<void> {
    let early: AppEvent[] | undefined = [];
    api.app.changed((event) => {
      if (early === undefined) this.#apply(event.change);
      else early.push(event);
    });
    const snapshot = await api.app.snapshot(undefined);
    const missed = early;
    early = undefined;
    const lastSeq = snapshot.ok ? snapshot.value.lastSeq : 0;
    if (snapshot.ok) {
      for (const run of snapshot.value.runs) if (run.status !== 'ended') this.#runs.set(run.runId, run);
      for (const operation of snapshot.value.operations) this.#operations.set(operation.id, operation);
    }
    for (const event of missed) if (event.seq > lastSeq) this.#apply(event.change);
    this.#tell();
  }

  #apply(change: AppChange): void {
    if (change.type === 'run') {
      const { event } = change;
      const before = this.#runs.get(event.runId);
      if (before === undefined && event.type !== 'run-queued') return;
      const after = reduceRun(before, event);
      if (after.status === 'ended') this.#runs.delete(event.runId);
      else this.#runs.set(event.runId, after);
      // Progress neither begins nor ends anything.
      if (before?.status === after.status) return;
    } else if (change.type === 'operation') {
      if (change.operation.status === 'ended') this.#operations.delete(change.operation.id);
      else this.#operations.set(change.operation.id, change.operation);
    } else return;
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
