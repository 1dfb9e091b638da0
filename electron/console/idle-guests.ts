// Slows the lab's guests down while no backup is going on and nobody has started one for a while: a window that is left
// open for a night must not fill the disk with what they write.
import type { AppChange } from '../../shared/ipc/views.ts';
import type { Clock } from '../engine/ports/clock.ts';

/** Of how fast they write otherwise. */
export const idlePace = 1 / 60;
export const idleAfterMs = 10 * 60_000;

export interface IdleGuests {
  /** Told of everything that changes. */
  onChange(change: AppChange): void;
  end(): void;
}

export function slowIdleGuests(clock: Clock, setPace: (pace: number) => void): IdleGuests {
  const runs = new Set<string>();
  let hasEnded = false;
  let resting = new AbortController();

  const restLater = async (signal: AbortSignal): Promise<void> => {
    try {
      await clock.sleep(idleAfterMs, signal);
      setPace(idlePace);
    } catch {
      // A run began, or the console ends.
    }
  };
  const wait = (): void => {
    resting = new AbortController();
    void restLater(resting.signal);
  };

  wait();
  return {
    onChange: (change) => {
      if (change.type !== 'run' || hasEnded) return;
      const { runId, type } = change.event;
      if (type === 'run-queued') {
        runs.add(runId);
        resting.abort();
        setPace(1);
      } else if (type === 'run-ended' && runs.delete(runId) && runs.size === 0) wait();
    },
    end: () => {
      hasEnded = true;
      resting.abort();
    },
  };
}
