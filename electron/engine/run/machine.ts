// The state machine of one VM in a run: pure data and one pure function. The driver performs effects and asks here
// whether what it is about to say is legal; nothing else decides about the order of phases.
import type { RunOutcome, VmPhase } from '../../../shared/model/run.ts';

/**
 * Which phase may follow which. `merging` follows every phase in which something of ours can stand on a host, so that
 * failure and cancel have one way out; the two phases of off-host mode stand between `redirected` and `reading`. A
 * second request, of crash consistency, may follow a first one that has come to nothing or is merged.
 */
export const phaseTransitions: Readonly<Record<VmPhase, readonly VmPhase[]>> = {
  queued: ['preflight'],
  preflight: ['requesting-checkpoint'],
  'requesting-checkpoint': ['requesting-checkpoint', 'quiescing', 'redirected', 'merging'],
  quiescing: ['requesting-checkpoint', 'redirected', 'merging'],
  redirected: ['reading', 'snapshotting-volume', 'merging'],
  'snapshotting-volume': ['mounting', 'merging'],
  mounting: ['reading', 'merging'],
  reading: ['committing', 'merging'],
  committing: ['merging'],
  merging: ['requesting-checkpoint', 'done'],
  done: [],
};

/** `asked`: the checkpoint was announced and may exist. `left-over`: it could not be confirmed gone, and that is said. */
export type OnHost = 'nothing' | 'asked' | 'made' | 'left-over';

export interface VmMachine {
  readonly phase: VmPhase;
  readonly onHost: OnHost;
  readonly isCommitted: boolean;
  readonly isSecondRequest: boolean;
  readonly outcome?: RunOutcome;
}

export type MachineInput =
  | { readonly type: 'enter'; readonly phase: VmPhase }
  /** The effect is journaled; the request may go out. */
  | { readonly type: 'checkpoint-asked' }
  | { readonly type: 'checkpoint-made' }
  /** Confirmed: nothing of ours is on the host (merged, or never made). */
  | { readonly type: 'checkpoint-gone' }
  | { readonly type: 'checkpoint-left-over' }
  | { readonly type: 'committed' }
  | { readonly type: 'end'; readonly outcome: RunOutcome };

export const queuedMachine: VmMachine = {
  phase: 'queued',
  onHost: 'nothing',
  isCommitted: false,
  isSecondRequest: false,
};

/** The state after `input`, or the reason (a string) why it is illegal in this state. */
export function nextState(state: VmMachine, input: MachineInput): VmMachine | string {
  if (state.outcome !== undefined) return `the VM has ended (${state.outcome})`;
  switch (input.type) {
    case 'enter':
      return enter(state, input.phase);
    case 'checkpoint-asked':
    case 'checkpoint-made':
    case 'checkpoint-gone':
    case 'checkpoint-left-over':
      return onHostAfter(state, input.type);
    case 'committed':
      return state.phase === 'committing' ? { ...state, isCommitted: true } : illegal(state, input.type);
    case 'end':
      return end(state, input.outcome);
  }
}

type CheckpointInput = Extract<MachineInput['type'], `checkpoint-${string}`>;

function onHostAfter(state: VmMachine, input: CheckpointInput): VmMachine | string {
  const { phase, onHost } = state;
  const legal: Readonly<Record<CheckpointInput, readonly [isLegal: boolean, after: OnHost]>> = {
    'checkpoint-asked': [phase === 'requesting-checkpoint' && onHost === 'nothing', 'asked'],
    'checkpoint-made': [onHost === 'asked', 'made'],
    'checkpoint-gone': [(onHost === 'asked' || onHost === 'made') && !isWorking(state), 'nothing'],
    'checkpoint-left-over': [onHost === 'asked' || onHost === 'made', 'left-over'],
  };
  const [isLegal, after] = legal[input];
  return isLegal ? { ...state, onHost: after } : illegal(state, input);
}

/** With the checkpoint made, it may go only in `merging`: the phase that waits for the confirmation. */
function isWorking(state: VmMachine): boolean {
  return state.onHost === 'made' && state.phase !== 'merging';
}

function enter(state: VmMachine, phase: VmPhase): VmMachine | string {
  if (!phaseTransitions[state.phase].includes(phase)) return `${phase} does not follow ${state.phase}`;
  if (phase === 'redirected' && state.onHost !== 'made') return 'redirected needs a checkpoint';
  if (phase === 'merging' && state.onHost === 'nothing') return 'nothing is on the host to merge';
  if (phase === 'done' && (state.onHost !== 'nothing' || !state.isCommitted))
    return 'done needs a committed restore point and a confirmed merge';
  if (phase !== 'requesting-checkpoint' || state.phase === 'preflight') return { ...state, phase };
  if (state.onHost !== 'nothing') return 'what the first request made is not released';
  if (state.isCommitted || state.isSecondRequest) return 'nothing is requested once more';
  return { ...state, phase, isSecondRequest: true };
}

function end(state: VmMachine, outcome: RunOutcome): VmMachine | string {
  if (state.onHost === 'asked' || state.onHost === 'made') return 'what was made on the host is not released';
  const isSuccess = outcome === 'succeeded' || outcome === 'succeeded-with-warnings';
  if (isSuccess !== (state.phase === 'done')) return `${outcome} does not fit an end in ${state.phase}`;
  if (state.onHost === 'left-over' && outcome !== 'failed') return `something is left over: not ${outcome}`;
  return { ...state, outcome };
}

function illegal(state: VmMachine, what: string): string {
  return `${what} is not possible in ${state.phase} with ${state.onHost} on the host`;
}
