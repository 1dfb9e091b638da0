// One run's event stream: numbers the events, makes lifecycle events durable before anybody hears of them, folds them,
// and thins out progress. Knows nothing of what the events mean.
import { AppError, toAppError } from '../../../shared/errors/app-error.ts';
import { reduceRun } from '../../../shared/events/reduce-run.ts';
import type { RunEvent, RunEventBody } from '../../../shared/events/run-event.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunJournal } from '../journal/run-journal.ts';
import type { Clock } from '../ports/clock.ts';

export type ProgressBody = Extract<
  RunEventBody,
  { readonly type: 'disk-progress' | 'checkpoint-growth' | 'merge-progress' }
>;

export interface RunLogOptions {
  readonly runId: RunId;
  readonly journal: RunJournal;
  readonly clock: Clock;
  readonly progressIntervalMs: number;
  /** Tells everybody who listens; returns what listeners threw. */
  readonly publish: (event: RunEvent) => readonly unknown[];
  /** Of a run that is taken up again: what its journal came to. */
  readonly state?: RunState;
}

export class RunLog {
  readonly #options: RunLogOptions;
  readonly #pending = new Map<string, ProgressBody>();
  readonly #lastProgressAtMs = new Map<string, number>();
  readonly #ended = new AbortController();
  #state: RunState | undefined;
  #journalFailure: AppError | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: RunLogOptions) {
    this.#options = options;
    this.#state = options.state;
  }

  /** @throws when asked before the first event. */
  get state(): RunState {
    if (this.#state === undefined) throw new Error('the run has no event yet');
    return this.#state;
  }

  /** The first failure to write the journal, if there was one. */
  get journalFailure(): AppError | undefined {
    return this.#journalFailure;
  }

  /**
   * Resolves when the event is durable and told. An event that could not be journaled is told all the same (the screen
   * must not stand still), except `effect-intended`: what is not on disk is not intended.
   * @throws AppError `engine.journal-not-written`
   */
  emit(body: RunEventBody): Promise<void> {
    const written = this.#tail.then(() => this.#write(body));
    this.#tail = written.catch(() => undefined);
    return written;
  }

  /** As `emit`, for the way out: undoing goes on when the journal cannot be written; see `journalFailure`. */
  async tell(body: RunEventBody): Promise<void> {
    try {
      await this.emit(body);
    } catch (error) {
      if (this.#journalFailure === undefined) throw error;
    }
  }

  /** Latest per disk, at most one in `progressIntervalMs`; what is held back is told before the VM's next lifecycle event. */
  progress(body: ProgressBody): void {
    const key = progressKey(body);
    const isHeldBack = this.#pending.has(key);
    this.#pending.set(key, body);
    if (isHeldBack) return;
    const dueAtMs = (this.#lastProgressAtMs.get(key) ?? -Infinity) + this.#options.progressIntervalMs;
    const waitMs = dueAtMs - this.#options.clock.nowMs();
    if (waitMs <= 0) this.#flushLater(key);
    else void this.#flushAfter(key, waitMs);
  }

  /** Resolves when everything given so far is told. */
  async end(): Promise<void> {
    this.#ended.abort();
    await this.#tail;
  }

  #flushLater(key: string): void {
    this.#tail = this.#tail.then(() => this.#flush(key));
  }

  async #flushAfter(key: string, waitMs: number): Promise<void> {
    try {
      await this.#options.clock.sleep(waitMs, this.#ended.signal);
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      throw error;
    }
    this.#flushLater(key);
  }

  #flush(key: string): void {
    const body = this.#pending.get(key);
    if (body === undefined) return;
    this.#pending.delete(key);
    this.#lastProgressAtMs.set(key, this.#options.clock.nowMs());
    this.#tellNow(this.#number(body));
  }

  async #write(body: RunEventBody): Promise<void> {
    // A cancel that comes when the last event is already on its way has nothing left to stop.
    if (body.type === 'run-cancel-requested' && this.#state?.status === 'ended') return;
    for (const [key, held] of [...this.#pending]) {
      if (!('vmId' in body) || held.vmId === body.vmId) this.#flush(key);
    }
    const event = this.#number(body);
    try {
      await this.#options.journal.append(event);
    } catch (error) {
      this.#journalFailure ??= toAppError(error);
      if (body.type !== 'effect-intended') this.#tellNow(event);
      throw error;
    }
    this.#tellNow(event);
  }

  #number(body: RunEventBody): RunEvent {
    const { runId, clock } = this.#options;
    return { ...body, runId, seq: (this.#state?.lastSeq ?? 0) + 1, atMs: clock.nowMs() };
  }

  #tellNow(event: RunEvent): void {
    this.#state = reduceRun(this.#state, event);
    for (const error of this.#options.publish(event)) {
      const reason = error instanceof Error ? error.message : 'it threw no error';
      const warning = new AppError('engine.listener-failed', { reason }, { cause: error }).toData();
      void this.tell({ type: 'run-warning', warning });
    }
  }
}

function progressKey(body: ProgressBody): string {
  return body.type === 'disk-progress' ? `${body.vmId} ${body.disk.slot}` : `${body.vmId} ${body.type}`;
}
