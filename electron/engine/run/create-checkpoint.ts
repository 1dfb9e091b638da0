// From "announced" to "every disk is frozen": asks for one production checkpoint, waits for its job, and proves what
// came of it. A lost answer is never a reason to ask twice: the tag is looked for instead. Whether what was achieved is
// enough is decided in consistency-policy.ts.
import { AppError, isAppError, toAppError } from '../../../shared/errors/app-error.ts';
import type { CheckpointEffect } from '../../../shared/events/run-event.ts';
import type { CheckpointFacts, Consistency, VmFacts } from '../../../shared/model/site.ts';
import type { HyperVPort, JobRef, JobStatus, VmStatus } from '../ports/hyperv.ts';
import { consistencyOf } from './consistency-policy.ts';
import { checkpointsTagged, drivesOf, isCheckpointFile, isSamePath } from './disk-paths.ts';
import type { VmRun } from './vm-run.ts';

export interface StandingCheckpoint {
  readonly checkpoint: CheckpointFacts;
  readonly requestedAtMs: number;
  /** The look that found it. */
  readonly status: VmStatus;
}

/** What the release needs to know about a request, whatever became of it. */
export interface CheckpointRequestState {
  job?: JobRef;
  mayAppearUntilMs: number;
  /** The job failed because the guest could not be brought to rest. */
  failedQuiescing?: boolean;
}

export function checkpointEffectOf(run: VmRun, vm: VmFacts): CheckpointEffect {
  return {
    kind: 'checkpoint',
    key: `checkpoint:${vm.id}`,
    tag: run.tag,
    vmId: vm.id,
    vmName: vm.name,
    hostId: run.access.ref.hostId,
    originalDrives: drivesOf(vm),
    checkpointIdsBefore: vm.checkpoints.map((checkpoint) => checkpoint.id),
  };
}

/**
 * Call only when the effect is journaled. Ends in phase `redirected`.
 * @throws AppError `hyperv.*`, `engine.checkpoint-not-visible`, `engine.not-redirected`, `engine.disks-changed`
 */
export async function createCheckpoint(
  run: VmRun,
  effect: CheckpointEffect,
  state: CheckpointRequestState,
  consistency: Consistency,
): Promise<StandingCheckpoint> {
  const requestedAtMs = run.options.tools.clock.nowMs();
  const refusal = await request(run, state, consistency);
  if (state.job !== undefined) await awaitJob(run, state.job, state);
  const status = await awaitVisible(run, state, refusal);
  const [checkpoint] = checkpointsTagged(status.vm, run.tag);
  if (checkpoint === undefined) throw refusal ?? notVisible(run);
  run.move({ type: 'checkpoint-made' });
  await recordAchieved(run, checkpoint);
  assertFrozen(run, effect, status.vm, checkpoint);
  await run.enter('redirected');
  return { checkpoint, requestedAtMs, status };
}

/** Returns the error of a request that was not answered with a job; whether it took effect all the same is not known. */
async function request(
  run: VmRun,
  state: CheckpointRequestState,
  consistency: Consistency,
): Promise<Error | undefined> {
  const { tools } = run.options;
  run.signal.throwIfAborted();
  state.mayAppearUntilMs = tools.clock.nowMs() + tools.settings.lateCheckpointMs;
  try {
    state.job = await tools.hyperv.requestCheckpoint({ ...run.access.ref, tag: run.tag, consistency });
    return undefined;
  } catch (error) {
    state.mayAppearUntilMs = tools.clock.nowMs() + (isLostAnswer(error) ? tools.settings.lateCheckpointMs : 0);
    return error instanceof Error ? error : toAppError(error);
  }
}

/** A typed error is the host's answer; silence, and what nobody foresaw, is none. */
function isLostAnswer(error: unknown): boolean {
  return !(error instanceof AppError) || isAppError(error, 'hyperv.host-unreachable') || error.category === 'bug';
}

async function awaitJob(run: VmRun, job: JobRef, state: CheckpointRequestState): Promise<void> {
  const { signal } = run;
  const { clock, settings, hyperv } = run.options.tools;
  const patience = { silenceMs: settings.hostSilenceMs, signal };
  for (;;) {
    signal.throwIfAborted();
    const status = await run.access.patiently(() => readJobIfKnown(hyperv, job), patience);
    if (status === undefined) return;
    if (status.stage === 'quiescing' && run.machine.phase === 'requesting-checkpoint') await run.enter('quiescing');
    if (status.state === 'failed') {
      state.mayAppearUntilMs = clock.nowMs();
      const error = status.error ?? jobFailed(run);
      state.failedQuiescing = isQuiescingFailure(error, status);
      throw error;
    }
    if (status.state === 'completed-with-warnings') {
      const reason = status.error?.message ?? 'no reason was stated.';
      await run.warn(new AppError('engine.checkpoint-warnings', { ...run.access.words, reason }));
    }
    if (status.state !== 'running') return;
    await clock.sleep(settings.jobPollMs, signal);
  }
}

/** A guest that refuses or does not answer is named by its own error; anything else that fails in that stage is its doing as well. */
function isQuiescingFailure(error: Error, { stage }: JobStatus): boolean {
  const codes = ['hyperv.vss-writer-failed', 'hyperv.vss-timeout', 'hyperv.freeze-timeout'] as const;
  if (codes.some((code) => isAppError(error, code))) return true;
  return stage === 'quiescing' && isAppError(error, 'hyperv.checkpoint-failed');
}

/** Undefined when the host has forgotten the job: the VM itself tells how it ended. */
async function readJobIfKnown(hyperv: HyperVPort, job: JobRef): Promise<JobStatus | undefined> {
  try {
    return await hyperv.readJob(job);
  } catch (error) {
    if (isAppError(error, 'hyperv.job-unknown')) return undefined;
    throw error;
  }
}

/** The checkpoint can show up seconds after its job has ended, and a lost answer can still bear one. */
async function awaitVisible(run: VmRun, state: CheckpointRequestState, refusal: Error | undefined): Promise<VmStatus> {
  const { signal } = run;
  const { clock, settings } = run.options.tools;
  const startedAtMs = clock.nowMs();
  if (state.job !== undefined) state.mayAppearUntilMs = startedAtMs + settings.lateCheckpointMs;
  for (;;) {
    signal.throwIfAborted();
    const status = await run.access.read({ silenceMs: settings.hostSilenceMs, signal });
    if (checkpointsTagged(status.vm, run.tag).length > 0 && !status.vm.activities.includes('creating-checkpoint'))
      return status;
    const isCreating = status.vm.activities.includes('creating-checkpoint');
    const isOver = clock.nowMs() >= state.mayAppearUntilMs;
    if (isOver && !isCreating) return status;
    // An accepted request that never ends must not hold the run for ever.
    if (clock.nowMs() - startedAtMs > settings.checkpointMaxMs) throw refusal ?? notVisible(run);
    await clock.sleep(settings.jobPollMs, signal);
  }
}

async function recordAchieved(run: VmRun, checkpoint: CheckpointFacts): Promise<void> {
  await run.say({
    type: 'checkpoint-created',
    vmId: run.options.vm.vmId,
    checkpointId: checkpoint.id,
    createdAtMs: Math.floor(checkpoint.createdAtMs),
    consistency: consistencyOf(checkpoint),
    quiescing: checkpoint.quiescing ?? 'none',
    frozenDrives: checkpoint.frozenDrives,
  });
}

/** Every drive that stood before must be frozen as it was, and must write to a checkpoint file now. */
function assertFrozen(run: VmRun, effect: CheckpointEffect, vm: VmFacts, checkpoint: CheckpointFacts): void {
  const changed = new Set<string>();
  const slots = (drives: readonly { readonly slot: string }[]) => drives.map((drive) => drive.slot);
  for (const slot of [...slots(vm.drives), ...slots(checkpoint.frozenDrives), ...slots(effect.originalDrives)]) {
    const original = effect.originalDrives.find((drive) => drive.slot === slot);
    const frozen = checkpoint.frozenDrives.find((drive) => drive.slot === slot);
    const isPresent = vm.drives.some((drive) => drive.slot === slot);
    if (original === undefined || frozen === undefined || !isPresent || !isSamePath(original.path, frozen.path))
      changed.add(slot);
  }
  if (changed.size > 0) throw new AppError('engine.disks-changed', { ...run.access.words, disks: [...changed] });
  const files = vm.drives
    .filter(
      (drive) => !isCheckpointFile(drive.path) || effect.originalDrives.some((o) => isSamePath(o.path, drive.path)),
    )
    .map((drive) => drive.path);
  if (files.length > 0) throw new AppError('engine.not-redirected', { ...run.access.words, files });
}

function notVisible(run: VmRun): AppError {
  const waitedSeconds = run.options.tools.settings.lateCheckpointMs / 1000;
  return new AppError('engine.checkpoint-not-visible', { ...run.access.words, waitedSeconds });
}

function jobFailed(run: VmRun): AppError {
  return new AppError('hyperv.checkpoint-failed', { ...run.access.words, reason: 'no reason was stated' });
}
