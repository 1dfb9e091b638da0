// Settles one run that is not going on any more, from its journal alone: removes what it left on hosts and in the
// repository, and writes down what became of it. Can be killed and repeated at any point.
import { AppError, isAppError, toAppError } from '../../../shared/errors/app-error.ts';
import type { CheckpointEffect, RepositoryLockEffect, RunOwner } from '../../../shared/events/run-event.ts';
import type { RunState, VmRunState } from '../../../shared/events/run-state.ts';
import type { Repository } from '../../repository/index.ts';
import type { RepositorySource } from '../run/data-path.ts';
import { releaseCheckpoint, type Released } from '../run/release-checkpoint.ts';
import { lockWarning, removeLocks } from '../run/repository-session.ts';
import { runInLimits } from '../run/run-in-limits.ts';
import type { RunLog } from '../run/run-log.ts';
import { VmAccess } from '../run/vm-access.ts';
import type { RunTools } from '../run/vm-run.ts';

export interface RecoverRunOptions {
  readonly tools: RunTools;
  readonly repository: RepositorySource;
  /** Continues the run's journal; its last line is closed. */
  readonly log: RunLog;
  /** This process. */
  readonly owner?: RunOwner;
  /** Stops the recovery where it is; the next start goes on with it. */
  readonly signal: AbortSignal;
}

export function needsRecovery(state: RunState): boolean {
  return state.status !== 'ended' || Object.keys(state.effects).length > 0;
}

/**
 * A run that had not ended is ended as `interrupted`, once nothing of it is left on a host; until then it stays open,
 * with a warning that says why, and the next start tries again. What it left in a repository that is away now (a lock, a
 * commit nobody saw) stays on record as an effect and is settled by a later start. A run that had ended keeps its outcome.
 * @throws AppError `engine.journal-not-written`, or the signal's reason
 */
export async function recoverRun(options: RecoverRunOptions): Promise<RunState> {
  const { log, tools } = options;
  const wasEnded = log.state.status === 'ended';
  if (!wasEnded) await log.emit({ type: 'recovery-started', ...(options.owner && { owner: options.owner }) });
  const checkpoints = Object.values(log.state.effects).filter((effect) => effect.kind === 'checkpoint');
  const limits = { overall: tools.settings.vmsAtOnce, perGroup: tools.settings.vmsAtOnce, groupOf: () => '' };
  await runInLimits(checkpoints, limits, (effect) => settleCheckpoint(options, effect));
  await settleRepository(options);
  const isOffHosts = Object.values(log.state.effects).every((effect) => effect.kind !== 'checkpoint');
  if (!wasEnded && isOffHosts) await endInterrupted(log);
  await log.end();
  return log.state;
}

async function settleCheckpoint(options: RecoverRunOptions, effect: CheckpointEffect): Promise<void> {
  const { log } = options;
  const released = await tryRelease(options, effect);
  if (released instanceof AppError) {
    await log.emit({ type: 'run-warning', warning: released.toData() });
    return;
  }
  if (released !== 'never-made') await log.emit({ type: 'merge-confirmed', vmId: effect.vmId });
  await log.emit({ type: 'effect-undone', key: effect.key, how: released });
}

/** The error, as a value, when it could not be done now. */
async function tryRelease(options: RecoverRunOptions, effect: CheckpointEffect): Promise<Released | AppError> {
  const { tools, log } = options;
  const { hyperv, clock, settings } = tools;
  const { vmId, vmName, hostId, tag, originalDrives } = effect;
  const vm = log.state.vms[vmId];
  const access = new VmAccess({
    hyperv,
    clock,
    vmId,
    vmName,
    hostId,
    pollMs: settings.mergePollMs,
    onMoved: (owner) => log.emit({ type: 'vm-moved', vmId, hostId: owner }),
  });
  try {
    return await releaseCheckpoint({
      hyperv,
      clock,
      settings,
      access,
      tag,
      originalDrives,
      checkpointIdsBefore: effect.checkpointIdsBefore,
      signal: options.signal,
      silenceMs: settings.recoverySilenceMs,
      wasMade: vm?.checkpoint !== undefined || vm?.phase === 'merging',
      mayAppearUntilMs: Math.min(clock.nowMs(), askedAtMs(vm)) + settings.lateCheckpointMs,
      ...(vm?.restorePointId === undefined ? {} : { restorePointId: vm.restorePointId }),
      onMerging: () => enterMerging(log, vm),
      onProgress: (fraction) =>
        log.progress({ type: 'merge-progress', vmId, ...(fraction === undefined ? {} : { fraction }) }),
    });
  } catch (error) {
    if (isAppError(error, 'engine.journal-not-written') || options.signal.aborted) throw error;
    if (await isVmGone(error, options, effect)) return 'already-gone';
    return toAppError(error);
  }
}

/** The latest moment at which the request can have gone out. */
function askedAtMs(vm: VmRunState | undefined): number {
  return vm?.phases.findLast((entry) => entry.phase === 'requesting-checkpoint')?.atMs ?? Infinity;
}

async function enterMerging(log: RunLog, vm: VmRunState | undefined): Promise<void> {
  if (vm === undefined || vm.phase === 'merging' || vm.outcome !== undefined) return;
  await log.emit({ type: 'vm-phase-entered', vmId: vm.vmId, phase: 'merging' });
}

/** A VM that was deleted took its checkpoint with it. Only when every host of the site says so is it believed. */
async function isVmGone(error: unknown, { tools }: RecoverRunOptions, effect: CheckpointEffect): Promise<boolean> {
  if (!(error instanceof Error) || !isAppError(error.cause, 'hyperv.vm-not-found')) return false;
  try {
    const { hosts } = await tools.hyperv.readSite();
    const inventories = await Promise.all(hosts.map((host) => tools.hyperv.readHost(host.id)));
    return inventories.every((inventory) => inventory.vms.every((vm) => vm.id !== effect.vmId));
  } catch (cause) {
    if (cause instanceof AppError) return false;
    throw cause;
  }
}

/**
 * Locks, and restore points that were committed in the moment the process died. A writer's lock is settled last, so that
 * as long as a commit is unclear an effect brings the next start back here.
 */
async function settleRepository(options: RecoverRunOptions): Promise<void> {
  const { log } = options;
  const locks = Object.values(log.state.effects).filter((effect) => effect.kind === 'repository-lock');
  const hasUnknownCommit = Object.values(log.state.vms).some(isCommitUnknown);
  if (locks.length === 0 && !hasUnknownCommit) return;
  let repository: Repository;
  try {
    repository = await openItsRepository(options);
  } catch (error) {
    await warnUnavailable(log, error);
    return;
  }
  try {
    if (hasUnknownCommit) await recordCommits(options, repository);
    await settleLocks(log, repository, locks);
  } catch (error) {
    if (isAppError(error, 'engine.journal-not-written')) throw error;
    await warnUnavailable(log, error);
  } finally {
    await repository.close();
  }
}

/** A lock that is not in another repository is not gone. @throws AppError `engine.other-repository`, `repository.*` */
async function openItsRepository({ log, repository }: RecoverRunOptions): Promise<Repository> {
  const { repositoryPath, runId } = log.state;
  if (repositoryPath !== repository.location) {
    throw new AppError('engine.other-repository', { run: runId, used: repositoryPath, now: repository.location });
  }
  return repository.open();
}

async function warnUnavailable(log: RunLog, cause: unknown): Promise<void> {
  const params = { run: log.state.runId, reason: toAppError(cause).text.title };
  const warning = new AppError('engine.repository-unavailable', params, { cause }).toData();
  await log.emit({ type: 'run-warning', warning });
}

/** It died while committing: the snapshot may be there although no event says so. */
function isCommitUnknown(vm: VmRunState): boolean {
  const wasCommitting = vm.phases.some((entry) => entry.phase === 'committing');
  const isOpen = vm.outcome === undefined || vm.outcome === 'interrupted';
  return wasCommitting && vm.restorePointId === undefined && isOpen;
}

async function recordCommits({ tools, log }: RecoverRunOptions, repository: Repository): Promise<void> {
  const found = await tools.data.findRestorePoints(repository, log.state.runId);
  for (const error of found.damaged) await log.emit({ type: 'run-warning', warning: error.toData() });
  for (const { id, vmId, disks } of found.restorePoints) {
    const vm = log.state.vms[vmId];
    if (vm === undefined || !isCommitUnknown(vm)) continue;
    await log.emit({ type: 'restore-point-committed', vmId, restorePointId: id, disks });
  }
}

async function settleLocks(log: RunLog, repository: Repository, locks: readonly RepositoryLockEffect[]): Promise<void> {
  const lockIds = locks.map((effect) => effect.lockId);
  try {
    await removeLocks(repository, lockIds, (key, how) => log.emit({ type: 'effect-undone', key, how }));
  } catch (error) {
    if (isAppError(error, 'engine.journal-not-written')) throw error;
    await log.emit({ type: 'run-warning', warning: lockWarning(log.state.runId, lockIds, error).toData() });
  }
}

/** A VM that had got through everything succeeded; the run as a whole was interrupted all the same. */
async function endInterrupted(log: RunLog): Promise<void> {
  for (const vmId of log.state.vmOrder) {
    const vm = log.state.vms[vmId];
    if (vm === undefined || vm.outcome !== undefined) continue;
    if (vm.phase === 'done') {
      const outcome = vm.warnings.length > 0 ? 'succeeded-with-warnings' : 'succeeded';
      await log.emit({ type: 'vm-ended', vmId, outcome });
      continue;
    }
    const phase = vm.phases.findLast((entry) => entry.phase !== 'merging')?.phase ?? vm.phase;
    const error = new AppError('engine.interrupted', { vm: vm.name, phase }).toData();
    await log.emit({ type: 'vm-ended', vmId, outcome: 'interrupted', error });
  }
  await log.emit({ type: 'run-ended', outcome: 'interrupted' });
}
