// What can be said of an interrupted run after a start: only what its state says. Pure.
import type { RunState } from '../../../shared/events/run-state.ts';
import { vmsOf } from '../../../shared/words/run-words.ts';

export interface RecoveredWords {
  readonly isSettled: boolean;
  readonly text: string;
}

export function recoveredWords(run: RunState): RecoveredWords {
  const isLeft = Object.values(run.effects).some((effect) => effect.kind === 'checkpoint');
  if (run.status !== 'ended' || isLeft) {
    return {
      isSettled: false,
      text: 'Stillpoint ended in the middle of it, and something of it is still there. The next start tries again; "Look for leftovers" under Activity says what it is.',
    };
  }
  const wasMerged = vmsOf(run).some((vm) => vm.mergeConfirmedAtMs !== undefined);
  return {
    isSettled: true,
    text: wasMerged
      ? 'Stillpoint ended in the middle of it. Its checkpoints are removed and their merge is confirmed: nothing of it is left on the hosts.'
      : 'Stillpoint ended in the middle of it. It had made no checkpoint: nothing of it is left on the hosts.',
  };
}
