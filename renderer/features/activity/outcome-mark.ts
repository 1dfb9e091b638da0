// Outcomes of runs and VMs in words and tones.
import type { RunStatus } from '../../../shared/events/run-state.ts';
import type { RunOutcome } from '../../../shared/model/run.ts';
import type { Tone } from '../../ui/verdict-mark.tsx';

export interface Mark {
  readonly tone: Tone;
  readonly text: string;
}

const outcomes: Readonly<Record<RunOutcome, Mark>> = {
  succeeded: { tone: 'good', text: 'Done' },
  'succeeded-with-warnings': { tone: 'warning', text: 'Done, with warnings' },
  failed: { tone: 'bad', text: 'Failed' },
  cancelled: { tone: 'plain', text: 'Cancelled' },
  interrupted: { tone: 'warning', text: 'Interrupted' },
};

const statuses: Readonly<Record<Exclude<RunStatus, 'ended'>, Mark>> = {
  queued: { tone: 'info', text: 'Queued' },
  running: { tone: 'info', text: 'Running' },
  cancelling: { tone: 'warning', text: 'Cancelling: removing and merging checkpoints' },
  recovering: { tone: 'warning', text: 'Recovering after an interruption' },
};

/** Undefined while it has none. */
export function outcomeMark(outcome: RunOutcome | undefined): Mark | undefined {
  return outcome === undefined ? undefined : outcomes[outcome];
}

export function runMark(run: { readonly status: RunStatus; readonly outcome?: RunOutcome }): Mark {
  if (run.status !== 'ended') return statuses[run.status];
  return outcomes[run.outcome ?? 'interrupted'];
}
