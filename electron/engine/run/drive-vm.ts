// One VM from queued to its end: calls the steps in order, turns whatever happens into an outcome, and never leaves
// before what was made on the host is released or on record as left over.
import { toAppError, type AppError } from '../../../shared/errors/app-error.ts';
import type { CheckpointEffect } from '../../../shared/events/run-event.ts';
import type { RunOutcome } from '../../../shared/model/run.ts';
import type { Consistency, VmFacts } from '../../../shared/model/site.ts';
import { CleanupStack } from './cleanup-stack.ts';
import { commit } from './commit.ts';
import {
  canFallBack,
  consistencyOf,
  settleConsistency,
  settleFailedQuiescing,
  type AchievedConsistency,
} from './consistency-policy.ts';
import {
  checkpointEffectOf,
  createCheckpoint,
  type CheckpointRequestState,
  type StandingCheckpoint,
} from './create-checkpoint.ts';
import { watchGrowth } from './growth-watch.ts';
import { preflight } from './preflight.ts';
import { readDisks } from './read-disks.ts';
import { releaseCheckpoint } from './release-checkpoint.ts';
import type { VmRun } from './vm-run.ts';

/** Never rejects for what can happen to a VM. The error of a VM that failed is returned as well as told. */
export async function driveVm(run: VmRun): Promise<AppError | undefined> {
  const cleanup = new CleanupStack();
  let failure: unknown;
  try {
    await backUp(run, cleanup);
  } catch (error) {
    failure = error;
  }
  // The fuse stops the work as a cancel does; what the VM failed of is the fuse.
  const { fuseError } = run;
  if (fuseError !== undefined && isCancel(failure, run.signal) && run.signal.reason === fuseError) failure = fuseError;
  const releaseFailures = await cleanup.unwind();
  run.options.fuse.end(run.options.vm.vmId);
  return end(run, failure, releaseFailures);
}

async function backUp(run: VmRun, cleanup: CleanupStack): Promise<void> {
  const { signal } = run;
  const { tools } = run.options;
  signal.throwIfAborted();
  await run.enter('preflight');
  const vm = await preflight(run);
  signal.throwIfAborted();

  const { standing, achieved } = await standCheckpoint(run, vm, cleanup);
  const configuration = await run.access.patiently(
    (ref) => tools.hyperv.readConfiguration(ref, standing.checkpoint.id),
    { silenceMs: tools.settings.hostSilenceMs, signal },
  );
  await run.enter('reading');
  const readStartedAtMs = tools.clock.nowMs();
  const disks = await readDisks(run, standing.checkpoint);
  const readEndedAtMs = tools.clock.nowMs();
  signal.throwIfAborted();

  await commit(run, { vm, standing, achieved, disks, configuration, readStartedAtMs, readEndedAtMs });
}

interface Stand {
  readonly standing: StandingCheckpoint;
  readonly achieved: AchievedConsistency;
}

/** As asked; or, where the guest cannot be brought to rest and the policy allows it, crash-consistent in a second request. */
async function standCheckpoint(run: VmRun, vm: VmFacts, cleanup: CleanupStack): Promise<Stand> {
  const { consistency } = run.options.request;
  const state: CheckpointRequestState = { mayAppearUntilMs: run.options.tools.clock.nowMs() };
  try {
    const standing = await requestCheckpoint(run, { vm, cleanup, state, consistency });
    return { standing, achieved: await settleConsistency(run, standing.checkpoint) };
  } catch (error) {
    if (state.failedQuiescing !== true || !canFallBack(run)) throw error;
    // Whatever the first request left is gone before anybody is asked, and before a second one goes out.
    const [leftOver] = await cleanup.unwind();
    if (leftOver !== undefined) {
      await run.warn(error);
      throw toAppError(leftOver);
    }
    const why = await settleFailedQuiescing(run, error);
    const again = { mayAppearUntilMs: run.options.tools.clock.nowMs() };
    const standing = await requestCheckpoint(run, { vm, cleanup, state: again, consistency: 'crash' });
    return { standing, achieved: { consistency: consistencyOf(standing.checkpoint), why } };
  }
}

interface CheckpointWork {
  readonly vm: VmFacts;
  readonly cleanup: CleanupStack;
  readonly state: CheckpointRequestState;
  readonly consistency: Consistency;
}

async function requestCheckpoint(
  run: VmRun,
  { vm, cleanup, state, consistency }: CheckpointWork,
): Promise<StandingCheckpoint> {
  await run.enter('requesting-checkpoint');
  const effect = checkpointEffectOf(run, vm);
  await run.say({ type: 'effect-intended', effect });
  run.move({ type: 'checkpoint-asked' });
  cleanup.push(() => release(run, effect, state));
  const standing = await createCheckpoint(run, effect, state, consistency);
  const growth = watchGrowth(run, standing.status);
  // Ends before the release, which looks at the VM itself.
  cleanup.push(async () => growth.end());
  return standing;
}

/** The undo of a checkpoint effect. When it throws, the effect stays on record for recovery. */
async function release(run: VmRun, effect: CheckpointEffect, state: CheckpointRequestState): Promise<void> {
  const { tools, log, vm, fuse } = run.options;
  const restorePointId = log.state.vms[vm.vmId]?.restorePointId;
  try {
    const released = await releaseCheckpoint({
      hyperv: tools.hyperv,
      clock: tools.clock,
      settings: tools.settings,
      access: run.access,
      tag: run.tag,
      originalDrives: effect.originalDrives,
      checkpointIdsBefore: effect.checkpointIdsBefore,
      silenceMs: tools.settings.releaseSilenceMs,
      wasMade: run.machine.onHost === 'made',
      mayAppearUntilMs: state.mayAppearUntilMs,
      ...(state.job === undefined ? {} : { requestJob: state.job }),
      ...(restorePointId === undefined ? {} : { restorePointId }),
      onMerging: () => enterMerging(run),
      onWaitingForRoom: (error) => run.warn(error),
      onLook: (status) => {
        fuse.saw(vm.vmId, status);
        log.progress({ type: 'checkpoint-growth', vmId: vm.vmId, files: status.growth });
      },
      onProgress: (fraction) =>
        log.progress({ type: 'merge-progress', vmId: vm.vmId, ...(fraction === undefined ? {} : { fraction }) }),
    });
    if (released !== 'never-made') await log.tell({ type: 'merge-confirmed', vmId: vm.vmId });
    await log.tell({ type: 'effect-undone', key: effect.key, how: released });
    run.move({ type: 'checkpoint-gone' });
  } catch (error) {
    run.move({ type: 'checkpoint-left-over' });
    throw error;
  }
}

/** A journal that cannot be written must not stop the way out. */
async function enterMerging(run: VmRun): Promise<void> {
  if (run.machine.onHost === 'asked') run.move({ type: 'checkpoint-made' });
  run.move({ type: 'enter', phase: 'merging' });
  await run.options.log.tell({ type: 'vm-phase-entered', vmId: run.options.vm.vmId, phase: 'merging' });
}

/** What is left over outweighs why the VM failed: the admin has to act on it. */
async function end(run: VmRun, failure: unknown, releaseFailures: readonly unknown[]): Promise<AppError | undefined> {
  const { log, vm, signal } = run.options;
  const [leftOver] = releaseFailures;
  if (leftOver !== undefined && failure !== undefined && !isCancel(failure, signal)) {
    await log.tell({ type: 'vm-warning', vmId: vm.vmId, warning: toAppError(failure).toData() });
  }
  const cause = leftOver ?? failure;
  if (cause === undefined) {
    run.move({ type: 'enter', phase: 'done' });
    await log.tell({ type: 'vm-phase-entered', vmId: vm.vmId, phase: 'done' });
    return finish(run, hasWarnings(run) ? 'succeeded-with-warnings' : 'succeeded');
  }
  if (leftOver === undefined && isCancel(cause, signal)) return finish(run, 'cancelled');
  return finish(run, 'failed', toAppError(cause));
}

async function finish(run: VmRun, outcome: RunOutcome, error?: AppError): Promise<AppError | undefined> {
  const { log, vm } = run.options;
  run.move({ type: 'end', outcome });
  const told = error === undefined ? {} : { error: error.toData() };
  await log.tell({ type: 'vm-ended', vmId: vm.vmId, outcome, ...told });
  return error;
}

function hasWarnings(run: VmRun): boolean {
  const { log, vm } = run.options;
  return (log.state.vms[vm.vmId]?.warnings.length ?? 0) > 0;
}

/** A real failure that comes at the same time as a cancel stays a failure. */
function isCancel(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
    if (cause === signal.reason || cause.name === 'AbortError') return true;
  }
  return false;
}
