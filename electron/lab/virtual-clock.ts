// Time that passes only when it is told to, or as soon as nobody has anything else to do. Deterministic: sleepers wake in
// the order of their time, and in the order of their asking at one time. For tests and scripted runs.
import type { Clock } from '../engine/ports/clock.ts';

export interface VirtualClockOptions {
  /** Default 2026-01-05T08:00:00Z, a Monday. */
  readonly startMs?: number;
  /** `auto`: time jumps to the next sleeper when no file operation is under way. Default `manual`. */
  readonly mode?: 'manual' | 'auto';
}

interface Sleeper {
  readonly atMs: number;
  readonly order: number;
  readonly wake: () => void;
}

/** Turns of the event loop that must pass without a file operation before time jumps. */
const quietTurns = 2;

export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  #sleepers: readonly Sleeper[] = [];
  readonly #isAuto: boolean;
  #isWatching = false;

  constructor(options: VirtualClockOptions = {}) {
    this.#nowMs = options.startMs ?? Date.UTC(2026, 0, 5, 8);
    this.#isAuto = options.mode === 'auto';
  }

  nowMs(): number {
    return this.#nowMs;
  }

  get sleeperCount(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(reasonOf(signal));
        return;
      }
      const onAbort = (): void => {
        this.#drop(sleeper);
        reject(reasonOf(signal));
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper = { atMs: this.#nowMs + Math.max(0, ms), order: (this.#order += 1), wake };
      this.#sleepers = [...this.#sleepers, sleeper].sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#watch();
    });
  }

  /** Lets `ms` pass: wakes whoever sleeps until then, one by one, each after the turn of the one before. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await settle();
      const next = this.#sleepers[0];
      if (next === undefined || next.atMs > endMs) break;
      this.#wake(next);
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  #watch(): void {
    if (!this.#isAuto || this.#isWatching) return;
    this.#isWatching = true;
    let quiet = 0;
    const turn = (): void => {
      quiet = isAnythingUnderWay() ? 0 : quiet + 1;
      if (quiet > quietTurns) {
        quiet = 0;
        const next = this.#sleepers[0];
        if (next !== undefined) this.#wake(next);
      }
      if (this.#sleepers.length > 0) setImmediate(turn);
      else this.#isWatching = false;
    };
    setImmediate(turn);
  }

  #wake(sleeper: Sleeper): void {
    this.#nowMs = Math.max(this.#nowMs, sleeper.atMs);
    this.#drop(sleeper);
    sleeper.wake();
  }

  #drop(sleeper: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
  }
}

/** Requests to the system (files, compression) and child processes hold time still; open pipes and ports do not. */
function isAnythingUnderWay(): boolean {
  return process.getActiveResourcesInfo().some((name) => /Req|Process|Zlib|Hash|Work/.test(name));
}

async function settle(): Promise<void> {
  let quiet = 0;
  while (quiet <= quietTurns) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    quiet = isAnythingUnderWay() ? 0 : quiet + 1;
  }
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('the sleep was ended', { cause: reason });
}
