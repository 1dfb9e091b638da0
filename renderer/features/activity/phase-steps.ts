// The phases of a VM as the steps of a timeline: which are behind it, which it is in, which it will never enter. Pure.
import type { VmRunState } from '../../../shared/events/run-state.ts';
import type { BackupMode } from '../../../shared/model/restore-point.ts';
import { vmPhases, type VmPhase } from '../../../shared/model/run.ts';

export type StepState = 'done' | 'current' | 'ahead' | 'failed' | 'passed-over';

export interface PhaseStep {
  readonly phase: VmPhase;
  readonly state: StepState;
  readonly enteredAtMs?: number;
  /** How long it lasted; of the current one, until now. */
  readonly durationMs?: number;
}

const offHostOnly: ReadonlySet<VmPhase> = new Set(['snapshotting-volume', 'mounting']);

/** @param nowMs for the phase that is going on */
export function phaseSteps(vm: VmRunState, mode: BackupMode, nowMs: number): readonly PhaseStep[] {
  const shown = vmPhases.filter((phase) => phase !== 'queued' && (mode === 'off-host' || !offHostOnly.has(phase)));
  const entered = new Map(vm.phases.map((entry, index) => [entry.phase, { ...entry, index }] as const));
  const hasEnded = vm.outcome !== undefined;
  const last = vm.phases.at(-1)?.phase;
  const failedIn = hasEnded && isBad(vm) ? phaseOfFailure(vm) : undefined;
  // Done is a merge only when it is confirmed, whatever else went wrong before it.
  const isFailed = (phase: VmPhase): boolean =>
    phase === failedIn || (phase === 'merging' && hasEnded && vm.mergeConfirmedAtMs === undefined);
  return shown.map((phase): PhaseStep => {
    const entry = entered.get(phase);
    if (entry === undefined) return { phase, state: hasEnded || isBehind(vm, phase) ? 'passed-over' : 'ahead' };
    const isCurrent = phase === last && !hasEnded;
    const nextAtMs = vm.phases[entry.index + 1]?.atMs ?? (isCurrent ? nowMs : vm.mergeConfirmedAtMs);
    const state = isFailed(phase) ? 'failed' : isCurrent ? 'current' : 'done';
    // `done` is a moment, not something that lasts; and of the last phase of a VM that failed nobody knows the end.
    const lasts = phase === 'done' || nextAtMs === undefined ? {} : { durationMs: Math.max(0, nextAtMs - entry.atMs) };
    return { phase, state, enteredAtMs: entry.atMs, ...lasts };
  });
}

function isBad({ outcome }: VmRunState): boolean {
  return outcome === 'failed' || outcome === 'cancelled' || outcome === 'interrupted';
}

/** Where it stopped: the last phase before the way out, which is merging for whoever had a checkpoint. */
function phaseOfFailure(vm: VmRunState): VmPhase | undefined {
  const before = vm.phases.filter((entry) => entry.phase !== 'merging' && entry.phase !== 'done').at(-1)?.phase;
  return vm.restorePointId !== undefined && vm.mergeConfirmedAtMs === undefined ? 'merging' : before;
}

/** Not entered, although a later one was: short rests of a guest are never seen, and a failure goes straight to merging. */
function isBehind(vm: VmRunState, phase: VmPhase): boolean {
  return vmPhases.indexOf(vm.phase) > vmPhases.indexOf(phase);
}

export const stepNames: Readonly<Record<VmPhase, string>> = {
  queued: 'Queued',
  preflight: 'Preflight',
  'requesting-checkpoint': 'Request checkpoint',
  quiescing: 'Quiesce guest',
  redirected: 'Redirect writes',
  'snapshotting-volume': 'Snapshot volume',
  mounting: 'Mount snapshot',
  reading: 'Read disks',
  committing: 'Commit',
  merging: 'Merge',
  done: 'Done',
};
