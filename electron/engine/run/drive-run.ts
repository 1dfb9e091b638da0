// One run from its first event to its last: the repository first, then its VMs side by side within limits, then the
// repository's lock, then the outcome. What happens inside a VM is in drive-vm.ts.
import { toAppError, type AppError } from '../../../shared/errors/app-error.ts';
import type { RunOwner } from '../../../shared/events/run-event.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import type { RunRequest, RunVm } from '../../../shared/model/run.ts';
import { CleanupStack } from './cleanup-stack.ts';
import type { RepositorySource } from './data-path.ts';
import { driveVm } from './drive-vm.ts';
import { foldOutcome } from './outcome.ts';
import type { QuestionDesk } from './questions.ts';
import { isRepositoryFailure } from './read-disks.ts';
import { openRepositorySession, type OpenedRepository } from './repository-session.ts';
import { RunFuse, type FuseMemory } from './run-fuse.ts';
import { runInLimits } from './run-in-limits.ts';
import type { RunLog } from './run-log.ts';
import { VmRun, type RunTools } from './vm-run.ts';

export interface DriveRunOptions {
  readonly tools: RunTools;
  readonly repository: RepositorySource;
  readonly request: RunRequest;
  readonly log: RunLog;
  readonly signal: AbortSignal;
  readonly questions: QuestionDesk;
  readonly fuseMemory: FuseMemory;
}

/** The first events of a run. @throws AppError `engine.journal-not-written`: then there is no run */
export async function announceRun(log: RunLog, request: RunRequest, owner: RunOwner | undefined): Promise<void> {
  await log.emit({ type: 'run-queued', request, ...(owner === undefined ? {} : { owner }) });
}

/** Drives an announced run to its end, whatever happens on the way. Never rejects but for bugs. */
export async function driveRun(options: DriveRunOptions): Promise<RunState> {
  const { log } = options;
  const cleanup = new CleanupStack();
  let failure: AppError | undefined;
  try {
    await log.emit({ type: 'run-started' });
    options.signal.throwIfAborted();
    const opened = await openRepositorySession(options.repository, log, cleanup);
    await driveVms(options, opened);
  } catch (error) {
    failure = toAppError(error);
  }
  for (const error of await cleanup.unwind()) {
    await log.tell({ type: 'run-warning', warning: toAppError(error).toData() });
  }
  await endVmsThatNeverBegan(options, failure);
  await endRun(options, failure);
  await log.end();
  return log.state;
}

async function driveVms(options: DriveRunOptions, opened: OpenedRepository): Promise<void> {
  const { tools, request, log, signal, questions } = options;
  const fuse = new RunFuse(tools.clock, tools.settings, options.fuseMemory);
  const { vmsAtOnce, vmsPerHost } = tools.settings;
  let repositoryFailure: AppError | undefined;
  const assertRepositoryWorks = (): void => {
    if (repositoryFailure !== undefined) throw repositoryFailure;
  };
  const drive = async (vm: RunVm): Promise<void> => {
    const shared = { tools, request, log, opened, signal, fuse, questions, assertRepositoryWorks };
    const error = await driveVm(new VmRun({ ...shared, vm }));
    if (isRepositoryFailure(error)) repositoryFailure ??= error;
  };
  await runInLimits(request.vms, { overall: vmsAtOnce, perGroup: vmsPerHost, groupOf: (vm) => vm.hostId }, drive);
}

/** When the repository could not be opened, or the run was cancelled before, no VM was touched: each says so. */
async function endVmsThatNeverBegan({ request, log, signal }: DriveRunOptions, failure?: AppError): Promise<void> {
  for (const { vmId } of request.vms) {
    if (log.state.vms[vmId]?.outcome !== undefined) continue;
    if (failure === undefined || failure === signal.reason) {
      await log.tell({ type: 'vm-ended', vmId, outcome: 'cancelled' });
    } else await log.tell({ type: 'vm-ended', vmId, outcome: 'failed', error: failure.toData() });
  }
}

/** A journal that could not be written to the end cannot vouch for the run, so the run is not green. */
async function endRun({ log, signal }: DriveRunOptions, failure?: AppError): Promise<void> {
  const { state } = log;
  const outcomes = state.vmOrder.flatMap((vmId) => state.vms[vmId]?.outcome ?? []);
  const folded = foldOutcome(outcomes);
  const error = failure === undefined || failure === signal.reason ? log.journalFailure : failure;
  const isGreen = folded === 'succeeded' && (error !== undefined || state.warnings.length > 0);
  const outcome = isGreen ? 'succeeded-with-warnings' : folded;
  await log.tell({ type: 'run-ended', outcome, ...(error === undefined ? {} : { error: error.toData() }) });
}
