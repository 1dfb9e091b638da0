// The engine's front: starts runs, lets others watch them, looks after interrupted ones. Owns which runs are going on;
// how a run goes is in run/, what is done after a crash in recovery/.
import { AppError } from '../../shared/errors/app-error.ts';
import type { QuestionChoice, RunEvent, RunOwner } from '../../shared/events/run-event.ts';
import type { RunState } from '../../shared/events/run-state.ts';
import { makeRunId, type RunId, type VmId } from '../../shared/model/ids.ts';
import type { BackupMode } from '../../shared/model/restore-point.ts';
import type { RunPolicy, RunRequest } from '../../shared/model/run.ts';
import type { Consistency } from '../../shared/model/site.ts';
import { openRunJournal } from './journal/run-journal.ts';
import type { Clock } from './ports/clock.ts';
import type { HyperVPort } from './ports/hyperv.ts';
import type { JournalStore } from './ports/journal-store.ts';
import type { RandomSource } from './ports/random.ts';
import { Recovery, type CleanedLeftover, type LeftoverReport, type RecoveryReport } from './recovery/recovery.ts';
import { readHistory, type RunHistory } from './recovery/run-histories.ts';
import type { DataPath, RepositorySource } from './run/data-path.ts';
import { announceRun, driveRun } from './run/drive-run.ts';
import { repositoryDataPath } from './run/repository-data-path.ts';
import { QuestionDesk } from './run/questions.ts';
import { resolveVms } from './run/resolve-vms.ts';
import { newFuseMemory } from './run/run-fuse.ts';
import { RunLog } from './run/run-log.ts';
import { defaultEngineSettings, type EngineSettings } from './run/settings.ts';
import type { RunTools } from './run/vm-run.ts';

export interface EngineDeps {
  readonly hyperv: HyperVPort;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly journal: JournalStore;
  readonly repository: RepositorySource;
  /** How bytes are moved; `repositoryDataPath` when absent. */
  readonly data?: DataPath;
  /** Name and version of the product, for restore points. */
  readonly product: string;
  /** This process, written into every journal. */
  readonly owner?: RunOwner;
  /**
   * Whether the process that owns a run is still alive: the window and the command line can share one folder of
   * journals, and must not "recover" each other's runs. Without it this process takes itself for the only one.
   */
  readonly isOwnerRunning?: (owner: RunOwner) => boolean | Promise<boolean>;
  readonly settings?: Partial<EngineSettings>;
  /** Asked anew by each run that begins, in place of what `settings` says of it. */
  readonly concurrency?: () => Pick<EngineSettings, 'vmsAtOnce' | 'vmsPerHost'>;
}

export interface BackupRequest {
  readonly vmIds: readonly VmId[];
  readonly mode: BackupMode;
  readonly consistency: Consistency;
  /** Nothing falls back when absent. */
  readonly policy?: RunPolicy;
}

export interface RunHandle {
  readonly runId: RunId;
  /** Asks the run to stop. It ends when everything it made is merged; a commit that has begun is finished. */
  readonly cancel: () => void;
  /**
   * Answers an open question of the run (`RunState.questions`); resolves when the answer is on record.
   * @throws AppError `engine.question-closed`, `engine.choice-not-offered`
   */
  readonly answer: (questionId: string, choice: QuestionChoice) => Promise<void>;
  /** The run's last state. Never rejects for what can happen in a run: see `outcome` and `error`. */
  readonly done: Promise<RunState>;
}

export type RunListener = (event: RunEvent) => void;

export interface Engine {
  /**
   * Resolves when the run is on record; it then goes on by itself.
   * @throws AppError `engine.nothing-to-back-up`, `engine.off-host-unavailable`, `engine.vm-in-active-run`,
   * `engine.closed`, `engine.journal-not-written`, `hyperv.vm-not-found`: then there is no run and nothing was touched
   */
  startBackup(request: BackupRequest): Promise<RunHandle>;
  /** As `RunHandle.answer`, by the run's id. */
  answer(runId: RunId, questionId: string, choice: QuestionChoice): Promise<void>;
  /** Every event of every run, in order. A listener that throws is dropped, and the run says so. */
  subscribe(listener: RunListener): () => void;
  activeRuns(): readonly RunState[];
  history(): Promise<RunHistory>;
  /** Call at every start: settles what an earlier process left behind. Can be interrupted and repeated. */
  recover(): Promise<RecoveryReport>;
  findLeftovers(): Promise<LeftoverReport>;
  cleanLeftovers(selection: readonly string[] | 'all'): Promise<readonly CleanedLeftover[]>;
  /** Cancels every run and resolves when all are merged. A recovery is stopped: the next start goes on with it. */
  close(): Promise<void>;
}

interface ActiveRun {
  readonly log: RunLog;
  readonly vmIds: ReadonlySet<VmId>;
  readonly handle: RunHandle;
}

export function createEngine(deps: EngineDeps): Engine {
  const settings = { ...defaultEngineSettings, ...deps.settings };
  const { hyperv, data = repositoryDataPath, product, journal, repository } = deps;
  const clock = inWholeMs(deps.clock);
  const tools: RunTools = { hyperv, clock, settings, data, product };
  const active = new Map<RunId, ActiveRun>();
  const fuseMemory = newFuseMemory();
  const starting = new Set<VmId>();
  const starts = new Set<Promise<void>>();
  const listeners = new Set<RunListener>();
  let isClosed = false;
  const hasClosed = (): boolean => isClosed;

  const publish = (event: RunEvent): readonly unknown[] => {
    const failures: unknown[] = [];
    for (const listener of [...listeners]) {
      try {
        listener(event);
      } catch (error) {
        listeners.delete(listener);
        failures.push(error);
      }
    }
    return failures;
  };

  const isActive = async (run: RunState): Promise<boolean> => {
    if (active.has(run.runId)) return true;
    if (run.status === 'ended' || run.owner === undefined || deps.isOwnerRunning === undefined) return false;
    if (deps.owner !== undefined && isSameProcess(deps.owner, run.owner)) return false;
    return deps.isOwnerRunning(run.owner);
  };

  const owner = deps.owner === undefined ? {} : { owner: deps.owner };
  const recovery = new Recovery({ tools, repository, journal, publish, isActive, ...owner });

  const begin = async (request: RunRequest): Promise<RunHandle> => {
    const { runId } = request;
    const { progressIntervalMs } = settings;
    const log = new RunLog({ runId, journal: openRunJournal(journal, runId), clock, progressIntervalMs, publish });
    const abort = new AbortController();
    await announceRun(log, request, deps.owner);
    const cancel = (): void => {
      if (abort.signal.aborted) return;
      void log.tell({ type: 'run-cancel-requested' });
      abort.abort(new AppError('engine.cancelled', {}));
    };
    const ownTools = { ...tools, settings: { ...settings, ...deps.concurrency?.() } };
    const questions = new QuestionDesk({ runId, clock, log, waitMs: settings.questionMs });
    const shared = { repository, request, log, questions, fuseMemory };
    const done = driveRun({ ...shared, tools: ownTools, signal: abort.signal }).finally(() => active.delete(runId));
    const answer = (questionId: string, choice: QuestionChoice): Promise<void> => questions.answer(questionId, choice);
    const handle = { runId, cancel, answer, done };
    active.set(runId, { log, vmIds: new Set(request.vms.map((vm) => vm.vmId)), handle });
    return handle;
  };

  const claim = (vmIds: readonly VmId[]): void => {
    for (const vmId of vmIds) {
      const run = [...active.values()].find((candidate) => candidate.vmIds.has(vmId));
      const name = run?.log.state.vms[vmId]?.name ?? vmId;
      if (run !== undefined) throw new AppError('engine.vm-in-active-run', { vm: name, run: run.handle.runId });
      if (starting.has(vmId)) throw new AppError('engine.vm-in-active-run', { vm: vmId, run: 'that is just starting' });
    }
    vmIds.forEach((vmId) => starting.add(vmId));
  };

  const startBackup = async ({ vmIds: asked, mode, consistency, policy }: BackupRequest): Promise<RunHandle> => {
    const vmIds = [...new Set(asked)];
    if (hasClosed()) throw new AppError('engine.closed', {});
    if (vmIds.length === 0) throw new AppError('engine.nothing-to-back-up', {});
    if (mode === 'off-host') throw new AppError('engine.off-host-unavailable', {});
    claim(vmIds);
    try {
      const vms = await resolveVms(hyperv, vmIds);
      const runId = await newRunId(deps);
      const { siteName } = hyperv;
      const wish = { mode, consistency, ...(policy === undefined ? {} : { policy }) };
      const handle = await begin({ runId, siteName, repositoryPath: repository.location, ...wish, vms });
      if (hasClosed()) handle.cancel();
      return handle;
    } finally {
      vmIds.forEach((vmId) => starting.delete(vmId));
    }
  };

  return {
    startBackup: (request) => {
      const start = startBackup(request);
      const settled = start.then(
        () => undefined,
        () => undefined,
      );
      starts.add(settled);
      void settled.then(() => starts.delete(settled));
      return start;
    },
    answer: async (runId, questionId, choice) => {
      const run = active.get(runId);
      if (run === undefined) throw new AppError('engine.question-closed', { run: runId, question: questionId });
      await run.handle.answer(questionId, choice);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    activeRuns: () => [...active.values()].map((run) => run.log.state),
    history: async () => {
      const { runs, problems } = await readHistory(journal);
      return { runs: runs.map((run) => active.get(run.runId)?.log.state ?? run), problems };
    },
    recover: () => recovery.recover(),
    findLeftovers: () => recovery.findLeftovers(),
    cleanLeftovers: (selection) => recovery.cleanLeftovers(selection),
    close: async () => {
      isClosed = true;
      const stopped = recovery.close();
      await Promise.all(starts);
      const runs = [...active.values()];
      runs.forEach((run) => run.handle.cancel());
      await Promise.all(runs.map((run) => run.handle.done));
      await stopped;
    },
  };
}

/** Not yet used by any journal: with a simulated clock and seeded randomness a restart would draw the same again. */
async function newRunId({ clock, random, journal }: EngineDeps): Promise<RunId> {
  const used = new Set(await journal.list());
  for (;;) {
    const runId = makeRunId(clock.nowMs(), Buffer.from(random.bytes(3)).toString('hex'));
    if (!used.has(runId)) return runId;
  }
}

/** Times are journaled and kept in restore points as whole milliseconds; a simulated clock may count finer. */
function inWholeMs(clock: Clock): Clock {
  return { nowMs: () => Math.floor(clock.nowMs()), sleep: (ms, signal) => clock.sleep(ms, signal) };
}

function isSameProcess(a: RunOwner, b: RunOwner): boolean {
  return a.hostname === b.hostname && a.pid === b.pid && a.startedAtMs === b.startedAtMs;
}
