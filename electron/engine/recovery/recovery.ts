// What is done about runs that are not going on any more: at a start, and when the admin asks. Owns the choice of runs
// and the guard that keeps two recoveries from working on one run.
import { AppError, toAppError, type AppErrorData } from '../../../shared/errors/app-error.ts';
import type { RunEvent, RunOwner } from '../../../shared/events/run-event.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { UnreachableHost, VmFacts } from '../../../shared/model/site.ts';
import { openRunJournal } from '../journal/run-journal.ts';
import type { JournalStore } from '../ports/journal-store.ts';
import type { RepositorySource } from '../run/data-path.ts';
import { RunLog } from '../run/run-log.ts';
import type { RunTools } from '../run/vm-run.ts';
import { findLeftoversIn, type Leftover } from './leftovers.ts';
import { needsRecovery, recoverRun } from './recover-run.ts';
import { releaseOrphan } from './release-orphan.ts';
import { readHistory, type RunHistory } from './run-histories.ts';
import { sweepSite, type SiteSweep } from './site-sweep.ts';

export interface RecoveryOptions {
  readonly tools: RunTools;
  readonly repository: RepositorySource;
  readonly journal: JournalStore;
  readonly publish: (event: RunEvent) => readonly unknown[];
  /** True for a run that is going on, in this process or in another one. */
  /** This process, written into the journals it takes up. */
  readonly owner?: RunOwner;
  readonly isActive: (run: RunState) => Promise<boolean>;
}

export interface RecoveryReport {
  /** The runs that were looked after, as they are now: one that is not `ended` will be tried again. */
  readonly runs: readonly RunState[];
  /** Journals that could not be read, or not be continued. */
  readonly problems: readonly AppErrorData[];
}

export interface LeftoverReport {
  readonly leftovers: readonly Leftover[];
  readonly unreachable: readonly UnreachableHost[];
  readonly problems: readonly AppErrorData[];
}

export interface CleanedLeftover {
  readonly leftover: Leftover;
  /** Why it is still there. */
  readonly error?: AppErrorData;
}

export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #closing = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Settles every run that was interrupted or left something behind. Never throws for what a single run meets. */
  recover(): Promise<RecoveryReport> {
    return this.#inTurn(async () => {
      const history = await this.#idleHistory();
      return this.#settle(history.runs.filter(needsRecovery), history.problems);
    });
  }

  async findLeftovers(): Promise<LeftoverReport> {
    return (await this.#look()).report;
  }

  /** Removes what is ours of the selection. What is not cleanable, or not there any more, is not touched. */
  cleanLeftovers(selection: readonly string[] | 'all'): Promise<readonly CleanedLeftover[]> {
    return this.#inTurn(async () => {
      const before = await this.#look();
      const wanted = before.report.leftovers.filter(
        (leftover) => leftover.isCleanable && (selection === 'all' || selection.includes(leftover.id)),
      );
      const runIds = new Set(wanted.map((leftover) => leftover.runId));
      const runs = before.history.runs.filter((run) => runIds.has(run.runId) && needsRecovery(run));
      const settled = await this.#settle(runs, []);
      const orphans = await this.#releaseOrphans(wanted, before.sweep.vms, runs);
      const after = await this.#look();
      return wanted.map((leftover) => outcomeOf(leftover, after.report, settled, orphans));
    });
  }

  /** Stops a recovery that is at work, for the next start to go on with, and resolves when it has stopped. */
  async close(): Promise<void> {
    this.#closing.abort(new AppError('engine.closed', {}));
    await this.#turn;
  }

  async #settle(runs: readonly RunState[], problems: readonly AppErrorData[]): Promise<RecoveryReport> {
    const settled: RunState[] = [];
    const failed = [...problems];
    // Side by side: a merge that takes hours must not keep the next run's checkpoint standing.
    const results = await Promise.allSettled(runs.map((run) => this.#settleRun(run)));
    for (const result of results) {
      if (result.status === 'fulfilled') settled.push(result.value);
      else failed.push(toAppError(result.reason).toData());
    }
    return { runs: settled, problems: failed };
  }

  async #settleRun(state: RunState): Promise<RunState> {
    const { tools, repository, journal: store, publish, owner } = this.#options;
    const { runId } = state;
    const { signal } = this.#closing;
    signal.throwIfAborted();
    const journal = openRunJournal(store, runId);
    await journal.closeCutLine();
    const { clock, settings } = tools;
    const { progressIntervalMs } = settings;
    const log = new RunLog({ runId, journal, clock, progressIntervalMs, publish, state });
    return recoverRun({ tools, repository, log, signal, ...(owner === undefined ? {} : { owner }) });
  }

  /** Checkpoints of ours that no journal here accounts for. The errors by leftover. */
  async #releaseOrphans(
    wanted: readonly Leftover[],
    vms: readonly VmFacts[],
    settledRuns: readonly RunState[],
  ): Promise<ReadonlyMap<string, AppErrorData>> {
    const errors = new Map<string, AppErrorData>();
    for (const leftover of wanted) {
      const vm = vms.find((candidate) => candidate.id === leftover.vmId);
      if (leftover.kind !== 'checkpoint' || vm === undefined) continue;
      const isSettled = settledRuns.some((run) => run.runId === leftover.runId && hasEffectOn(run, vm));
      if (isSettled) continue;
      try {
        await releaseOrphan(this.#options.tools, vm, leftover.checkpointId ?? '', this.#closing.signal);
      } catch (error) {
        errors.set(leftover.id, toAppError(error).toData());
      }
    }
    return errors;
  }

  async #look(): Promise<{ report: LeftoverReport; history: RunHistory; sweep: SiteSweep }> {
    const all = await this.#siteHistory();
    const sweep = await sweepSite(this.#options.tools.hyperv);
    const activeRuns = new Set<RunId>();
    for (const run of all.runs) if (await this.#options.isActive(run)) activeRuns.add(run.runId);
    const leftovers = findLeftoversIn({ ...sweep, runs: all.runs, activeRuns });
    const { unreachable } = sweep;
    return { report: { leftovers, unreachable, problems: all.problems }, history: all, sweep };
  }

  async #idleHistory(): Promise<RunHistory> {
    const { runs, problems } = await this.#siteHistory();
    const idle: RunState[] = [];
    for (const run of runs) if (!(await this.#options.isActive(run))) idle.push(run);
    return { runs: idle, problems };
  }

  /** What a run of another site left is not to be found here, and must not be taken for gone. */
  async #siteHistory(): Promise<RunHistory> {
    const { journal, tools } = this.#options;
    const { runs, problems } = await readHistory(journal);
    return { runs: runs.filter((run) => run.siteName === tools.hyperv.siteName), problems };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function hasEffectOn(run: RunState, vm: VmFacts): boolean {
  return Object.values(run.effects).some((effect) => effect.kind === 'checkpoint' && effect.vmId === vm.id);
}

function outcomeOf(
  leftover: Leftover,
  after: LeftoverReport,
  settled: RecoveryReport,
  orphans: ReadonlyMap<string, AppErrorData>,
): CleanedLeftover {
  const isStillThere = after.leftovers.some((other) => other.id === leftover.id);
  if (!isStillThere) return { leftover };
  const run = settled.runs.find((candidate) => candidate.runId === leftover.runId);
  const error = orphans.get(leftover.id) ?? run?.warnings.at(-1) ?? settled.problems[0] ?? leftover.about;
  return { leftover, error };
}
