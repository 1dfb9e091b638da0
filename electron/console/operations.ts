// Long work that is not a run (verify, restore, check): told about while it goes on, and stopped on request.
import { AppError, toAppError } from '../../shared/errors/app-error.ts';
import type { OperationKind, OperationView } from '../../shared/ipc/views.ts';
import type { Clock } from '../engine/ports/clock.ts';
import type { RandomSource } from '../engine/ports/random.ts';
import type { AppEvents } from './app-events.ts';

export interface OperationStart {
  readonly kind: OperationKind;
  readonly subject: string;
  /** The caller's name for it, so that it can be cancelled before the answer. */
  readonly operationId: string | undefined;
}

export interface OperationTools {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void;
}

/** At most five per second. */
const progressIntervalMs = 200;

export class Operations {
  readonly #events: AppEvents;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #active = new Map<string, { readonly abort: () => void; readonly done: Promise<unknown> }>();

  constructor({ events, clock, random }: { events: AppEvents; clock: Clock; random: RandomSource }) {
    this.#events = events;
    this.#clock = clock;
    this.#random = random;
  }

  async run<T>(start: OperationStart, work: (tools: OperationTools) => Promise<T>): Promise<T> {
    const id = start.operationId ?? Buffer.from(this.#random.bytes(8)).toString('hex');
    if (this.#active.has(id)) {
      // Two of one name could not be told apart, and one of them not be stopped.
      const reason = 'belongs to another operation that is still running';
      throw new AppError('contract.invalid-input', { call: start.kind, field: 'operationId', reason });
    }
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort(new AppError('console.operation-cancelled', { what: `${start.kind} ${start.subject}` }));
    };
    const done = this.#work(id, start, controller.signal, work);
    const entry = { abort, done: done.catch(() => undefined) };
    this.#active.set(id, entry);
    try {
      return await done;
    } finally {
      if (this.#active.get(id) === entry) this.#active.delete(id);
    }
  }

  cancel(operationId: string): boolean {
    const operation = this.#active.get(operationId);
    operation?.abort();
    return operation !== undefined;
  }

  /** Stops everything and resolves when it has stopped. */
  async close(): Promise<void> {
    const operations = [...this.#active.values()];
    operations.forEach((operation) => operation.abort());
    await Promise.all(operations.map((operation) => operation.done));
  }

  async #work<T>(
    id: string,
    { kind, subject }: OperationStart,
    signal: AbortSignal,
    work: (tools: OperationTools) => Promise<T>,
  ): Promise<T> {
    let view: OperationView = { id, kind, subject, status: 'running', doneBytes: 0, totalBytes: 0 };
    let toldAtMs = this.#clock.nowMs();
    const tell = (change: Partial<OperationView>): void => {
      view = { ...view, ...change };
      this.#events.emit({ type: 'operation', operation: view });
    };
    tell({});
    const onProgress: OperationTools['onProgress'] = ({ doneBytes, totalBytes }) => {
      view = { ...view, doneBytes, totalBytes };
      const nowMs = this.#clock.nowMs();
      if (nowMs - toldAtMs < progressIntervalMs) return;
      toldAtMs = nowMs;
      tell({});
    };
    try {
      const result = await work({ signal, onProgress });
      tell({ status: 'ended' });
      return result;
    } catch (error) {
      tell({ status: 'ended', error: toAppError(error).toData() });
      throw error;
    }
  }
}
