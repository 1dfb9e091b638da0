// Virtual time for the engine's tests: it moves only when everybody sleeps, straight to the next one who wakes.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

export class TestClock implements Clock {
  #nowMs: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(nowMs = Date.UTC(2026, 10, 24, 2, 15, 30)) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const sleeper: Sleeper = { wakeAtMs: this.#nowMs + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        if (this.#sleepers.delete(sleeper)) reject(signal.reason as Error);
      });
    });
  }

  /** Lets time run until `work` settles. Rejects when nobody sleeps and nothing happens any more: then it hangs. */
  async drive<T>(work: Promise<T>): Promise<T> {
    const progress = { isSettled: false };
    const settled = work.finally(() => (progress.isSettled = true));
    settled.catch(() => undefined);
    let idleTurns = 0;
    while (!progress.isSettled) {
      for (let turn = 0; turn < 3; turn += 1) await nextTurn();
      idleTurns = this.#wakeNext() ? 0 : idleTurns + 1;
      if (idleTurns > 2000) throw new Error('nobody sleeps and nothing happens: the work hangs');
    }
    return settled;
  }

  #wakeNext(): boolean {
    const [next] = [...this.#sleepers].sort((a, b) => a.wakeAtMs - b.wakeAtMs);
    if (next === undefined) return false;
    this.#sleepers.delete(next);
    this.#nowMs = Math.max(this.#nowMs, next.wakeAtMs);
    next.wake();
    return true;
  }
}
