// The one fold from events to state, used by backend, screen, recovery and tests alike.
import { defaultRunPolicy, type RunVm } from '../model/run.ts';
import type { VmId } from '../model/ids.ts';
import type { RunEvent } from './run-event.ts';
import type { AskedQuestion, RunState, RunStatus, VmRunState } from './run-state.ts';

/**
 * Applies one event. Pure. The first event of a run is `run-queued`; events at or below `lastSeq` are ignored, so that
 * replaying an overlap of journal and live stream is harmless.
 */
export function reduceRun(state: RunState | undefined, event: RunEvent): RunState {
  if (state === undefined) {
    if (event.type !== 'run-queued') throw new Error(`a run begins with run-queued, not with ${event.type}`);
    return queuedRun(event);
  }
  if (event.seq <= state.lastSeq || event.type === 'run-queued') return state;
  return { ...applyEvent(state, event), lastSeq: event.seq };
}

export function reduceRunEvents(events: Iterable<RunEvent>): RunState | undefined {
  let state: RunState | undefined;
  for (const event of events) state = reduceRun(state, event);
  return state;
}

function queuedRun(event: RunEvent & { readonly type: 'run-queued' }): RunState {
  const { request } = event;
  return {
    runId: event.runId,
    lastSeq: event.seq,
    status: 'queued',
    siteName: request.siteName,
    repositoryPath: request.repositoryPath,
    mode: request.mode,
    consistency: request.consistency,
    policy: request.policy ?? defaultRunPolicy,
    vmOrder: request.vms.map((vm) => vm.vmId),
    vms: Object.fromEntries(request.vms.map((vm) => [vm.vmId, queuedVm(vm, event.atMs)])),
    effects: {},
    questions: {},
    warnings: [],
    queuedAtMs: event.atMs,
    ...(event.owner === undefined ? {} : { owner: event.owner }),
  };
}

function queuedVm(vm: RunVm, atMs: number): VmRunState {
  return {
    ...vm,
    phase: 'queued',
    phases: [{ phase: 'queued', atMs }],
    disks: {},
    committedDisks: [],
    readSamples: [],
    warnings: [],
  };
}

function applyEvent(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'run-queued':
      return state;
    case 'run-started':
      return withStatus({ ...state, startedAtMs: event.atMs }, 'running');
    case 'run-cancel-requested':
      return withStatus(state, 'cancelling');
    case 'recovery-started':
      return withStatus(
        voidQuestions(event.owner === undefined ? state : { ...state, owner: event.owner }),
        'recovering',
      );
    case 'run-ended':
      return {
        ...voidQuestions(state),
        status: 'ended',
        endedAtMs: event.atMs,
        outcome: event.outcome,
        ...(event.error === undefined ? {} : { error: event.error }),
      };
    case 'effect-intended':
      return { ...state, effects: { ...state.effects, [event.effect.key]: event.effect } };
    case 'effect-undone': {
      const { [event.key]: _undone, ...effects } = state.effects;
      return { ...state, effects };
    }
    case 'run-warning':
      return { ...state, warnings: [...state.warnings, event.warning] };
    case 'question-asked':
    case 'question-answered':
      return applyQuestionEvent(state, event);
    case 'vm-phase-entered':
    case 'vm-ended':
      // Whatever a VM goes on to, it does not wait any more.
      return updateVm(voidQuestions(state, event.vmId), event.vmId, (vm) => applyVmEvent(vm, event));
    default:
      return updateVm(state, event.vmId, (vm) => applyVmEvent(vm, event));
  }
}

function applyQuestionEvent(state: RunState, event: QuestionEvent): RunState {
  const known = state.questions[event.questionId];
  if (event.type === 'question-answered') {
    if (known?.state !== 'open') return state;
    const { choice, by, atMs } = event;
    return withQuestion(state, { ...known, state: 'answered', answer: { choice, by, atMs } });
  }
  const vm = state.vms[event.vmId];
  if (vm === undefined || known !== undefined) return state;
  const { runId: _runId, seq: _seq, atMs: askedAtMs, type: _type, ...question } = event;
  return withQuestion(state, { ...question, askedAtMs, afterPhases: vm.phases.length, state: 'open' });
}

function withQuestion(state: RunState, question: AskedQuestion): RunState {
  return { ...state, questions: { ...state.questions, [question.questionId]: question } };
}

/** Those that are open, of one VM or of all. */
function voidQuestions(state: RunState, vmId?: VmId): RunState {
  const open = Object.values(state.questions).filter(
    (question) => question.state === 'open' && (vmId === undefined || question.vmId === vmId),
  );
  return open.reduce((voided, question) => withQuestion(voided, { ...question, state: 'void' }), state);
}

/** An end is final: what is settled after it (a late merge) does not make the run go on again. */
function withStatus(state: RunState, status: RunStatus): RunState {
  return state.status === 'ended' ? state : { ...state, status };
}

type QuestionEvent = Extract<RunEvent, { readonly type: 'question-asked' | 'question-answered' }>;
type VmEvent = Exclude<Extract<RunEvent, { readonly vmId: VmId }>, QuestionEvent>;

function applyVmEvent(vm: VmRunState, event: VmEvent): VmRunState {
  switch (event.type) {
    case 'vm-phase-entered':
      return {
        ...(event.phase === 'requesting-checkpoint' ? withoutMerge(vm) : vm),
        phase: event.phase,
        phases: [...vm.phases, { phase: event.phase, atMs: event.atMs }],
        readSamples: event.phase === 'reading' ? vm.readSamples : [],
      };
    case 'vm-moved':
      return { ...vm, hostId: event.hostId };
    case 'checkpoint-created': {
      const { checkpointId: id, createdAtMs, consistency, quiescing } = event;
      return { ...vm, checkpoint: { id, createdAtMs, consistency, quiescing } };
    }
    case 'disk-progress':
      return withReadSample({ ...vm, disks: { ...vm.disks, [event.disk.slot]: event.disk } }, event.atMs);
    case 'checkpoint-growth':
      return { ...vm, growth: { atMs: event.atMs, files: event.files } };
    case 'restore-point-committed':
      return { ...vm, restorePointId: event.restorePointId, committedDisks: event.disks };
    case 'merge-progress':
      return event.fraction === undefined ? vm : { ...vm, mergeFraction: event.fraction };
    case 'merge-confirmed':
      return { ...vm, mergeConfirmedAtMs: event.atMs };
    case 'vm-warning':
      return { ...vm, warnings: [...vm.warnings, event.warning] };
    case 'vm-ended':
      return { ...vm, outcome: event.outcome, ...(event.error === undefined ? {} : { error: event.error }) };
  }
}

/** A second request begins anew: what was merged before it says nothing of the checkpoint to come. */
function withoutMerge(vm: VmRunState): VmRunState {
  const { mergeConfirmedAtMs: _at, mergeFraction: _fraction, ...rest } = vm;
  return rest;
}

/** Kept for the rate: at most two a second, over the last ten seconds. */
const sampleSpanMs = 10_000;
const sampleGapMs = 500;

function withReadSample(vm: VmRunState, atMs: number): VmRunState {
  if (vm.phase !== 'reading') return vm;
  const readBytes = Object.values(vm.disks).reduce((sum, disk) => sum + disk.readBytes, 0);
  const kept = vm.readSamples.filter((sample) => atMs - sample.atMs <= sampleSpanMs);
  const before = kept.at(-2);
  // The last one is always now; it stays only when the one before it is old enough.
  const settled = before !== undefined && atMs - before.atMs < sampleGapMs ? kept.slice(0, -1) : kept;
  return { ...vm, readSamples: [...settled, { atMs, readBytes }] };
}

function updateVm(state: RunState, vmId: VmId, update: (vm: VmRunState) => VmRunState): RunState {
  const vm = state.vms[vmId];
  return vm === undefined ? state : { ...state, vms: { ...state.vms, [vmId]: update(vm) } };
}
