// The clock of this machine, behind the engine's port.
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../engine/ports/clock.ts';

/** Longer sleeps would overflow Node's timer and end at once. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      for (let left = ms; left > 0; left -= longestTimerMs)
        await wait(Math.min(left, longestTimerMs), undefined, signal === undefined ? {} : { signal });
      signal?.throwIfAborted();
    } catch (error) {
      // Node rejects with an AbortError of its own; the port promises the signal's reason.
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};
