// What a run came to, from what its VMs came to. Pure.
import type { RunOutcome } from '../../../shared/model/run.ts';

/**
 * Green only when every VM is. One VM that fails beside one that succeeded makes it `succeeded-with-warnings`; a cancel
 * that came too late for every VM is no cancel.
 */
export function foldOutcome(outcomes: readonly RunOutcome[]): RunOutcome {
  const has = (...wanted: readonly RunOutcome[]) => outcomes.some((outcome) => wanted.includes(outcome));
  const hasSuccess = has('succeeded', 'succeeded-with-warnings');
  if (has('interrupted')) return 'interrupted';
  if (has('failed') && !hasSuccess) return 'failed';
  if (has('cancelled')) return 'cancelled';
  if (has('failed', 'succeeded-with-warnings')) return 'succeeded-with-warnings';
  return hasSuccess ? 'succeeded' : 'failed';
}
