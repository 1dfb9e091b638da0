// Asks for the removal of our checkpoint, once at a time: while a removal job runs nothing is asked again, and after a
// refusal it waits longer each time. Whether the merge is over is not decided here.
import { AppError, isAppError } from '../../../shared/errors/app-error.ts';
import type { CheckpointFacts } from '../../../shared/model/site.ts';
import type { Clock } from '../ports/clock.ts';
import type { HyperVPort, JobRef } from '../ports/hyperv.ts';
import { clampFraction } from './merge-watch.ts';
import type { VmAccess } from './vm-access.ts';

const firstRetryMs = 1000;
const longestRetryMs = 30_000;

export interface RemovalState {
  readonly isRunning: boolean;
  readonly fraction?: number;
  /** Why the last attempt did not work. */
  readonly lastError?: unknown;
}

export class CheckpointRemoval {
  readonly #hyperv: HyperVPort;
  readonly #clock: Clock;
  readonly #access: VmAccess;
  #job: JobRef | undefined;
  #retryMs = firstRetryMs;
  #notBeforeMs = -Infinity;
  #lastError: unknown;

  constructor(hyperv: HyperVPort, clock: Clock, access: VmAccess) {
    this.#hyperv = hyperv;
    this.#clock = clock;
    this.#access = access;
  }

  /**
   * One step for a checkpoint that is still to be seen.
   * @throws AppError `hyperv.checkpoint-not-ours` when the host says so: nothing may be done then
   */
  async advance(checkpoint: CheckpointFacts, tag: string): Promise<RemovalState> {
    const running = await this.#lookAtJob();
    if (running !== undefined) return running;
    if (this.#clock.nowMs() >= this.#notBeforeMs) await this.#ask(checkpoint, tag);
    return this.#state(this.#job !== undefined);
  }

  /** The checkpoint leaves the list before its merge begins: what keeps the merge from beginning is the job's error. */
  async lookAfterwards(): Promise<void> {
    await this.#lookAtJob();
  }

  get lastError(): unknown {
    return this.#lastError;
  }

  async #ask(checkpoint: CheckpointFacts, tag: string): Promise<void> {
    this.#waitLonger();
    try {
      const request = { ...this.#access.ref, checkpointId: checkpoint.id, expectedTag: tag };
      this.#job = await this.#hyperv.removeCheckpoint(request);
    } catch (error) {
      if (isAppError(error, 'hyperv.checkpoint-not-ours')) throw error;
      // Not there any more is what we want; the next look at the VM tells. Anything else is asked again.
      if (!isAppError(error, 'hyperv.checkpoint-not-found')) this.#lastError = error;
    }
  }

  /** Undefined when no removal is under way (any more). */
  async #lookAtJob(): Promise<RemovalState | undefined> {
    if (this.#job === undefined) return undefined;
    try {
      const status = await this.#hyperv.readJob(this.#job);
      if (status.state === 'running') return this.#state(true, status.fraction);
      if (status.state === 'failed') this.#lastError = status.error ?? new Error('the removal job failed');
    } catch (error) {
      // The host forgets jobs minutes after their end, and at a restart: the VM itself is asked instead.
      if (!(error instanceof AppError)) throw error;
      this.#lastError = error;
    }
    this.#job = undefined;
    return undefined;
  }

  #waitLonger(): void {
    this.#notBeforeMs = this.#clock.nowMs() + this.#retryMs;
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
  }

  #state(isRunning: boolean, fraction?: number): RemovalState {
    return {
      isRunning,
      ...(fraction === undefined ? {} : { fraction: clampFraction(fraction) }),
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
    };
  }
}
