// The contract between the backend and whatever stands in front of it: one table of calls and events. Both sides' types
// follow from it. Adding a call here without a handler does not compile.
import type { BackupPlan } from '../model/backup-plan.ts';
import type { CheckpointId, RunId } from '../model/ids.ts';
import type { ReadinessReport } from '../model/readiness.ts';
import type { SiteInventory } from '../model/site.ts';
import type { RunState } from '../events/run-state.ts';
import { event, invoke, output, type Api, type Handlers } from './define-contract.ts';
import {
  answerInput,
  cancelOperationInput,
  changeSettingsInput,
  cleanLeftoversInput,
  folderInput,
  historyInput,
  initRepositoryInput,
  labCheckpointInput,
  listRestorePointsInput,
  noInput,
  openRepositoryInput,
  operationInput,
  previewInput,
  restoreInput,
  restorePointInput,
  runIdInput,
  siteInput,
  startRunInput,
  verifyInput,
  vmPageInput,
} from './inputs.ts';
import type {
  AppEvent,
  AppSnapshot,
  BackupPreviewView,
  CleanedLeftoverView,
  FolderView,
  LabStatusView,
  LeftoverList,
  ReadinessView,
  RepositoryCheck,
  RepositoryStatus,
  RestorePointDetails,
  RestorePointList,
  RestoreView,
  RunHistoryPage,
  SettingsView,
  VerifyView,
  VmPage,
} from './views.ts';

/** Raised when an entry changes its meaning: a window of another version must not guess. */
export const contractVersion = 2;

export const contract = {
  app: {
    snapshot: invoke({ input: noInput, output: output<AppSnapshot>() }),
    changed: event(output<AppEvent>()),
  },
  site: {
    inventory: invoke({ input: siteInput, output: output<SiteInventory>() }),
    gates: invoke({ input: siteInput, output: output<ReadinessReport>() }),
    /** The gates and counts alone: stays small however large the site is. The VMs come in pages, see `vms`. */
    readiness: invoke({ input: siteInput, output: output<ReadinessView>() }),
    /** Every VM with its verdict, by name. */
    vms: invoke({ input: vmPageInput, output: output<VmPage>() }),
  },
  runs: {
    /** What a backup would do. Reads the site as it was last seen; nothing is touched. */
    preview: invoke({ input: previewInput, output: output<BackupPreviewView>() }),
    /** The whole plan: groups, ways with their conditions, forecast, steps. Reads the site as it was last seen; nothing is touched. */
    plan: invoke({ input: previewInput, output: output<BackupPlan>() }),
    /** Answers when the run is on record; how it goes comes as `app.changed`. */
    start: invoke({ input: startRunInput, output: output<{ readonly runId: RunId }>() }),
    /** An open question of a run that is going on (`RunState.questions`). Answers when the answer is on record. */
    answer: invoke({ input: answerInput, output: output<{ readonly isAnswered: true }>() }),
    /** Answers at once. The run ends when everything it made is merged. False: it was not going on. */
    cancel: invoke({ input: runIdInput, output: output<{ readonly isCancelling: boolean }>() }),
    show: invoke({ input: runIdInput, output: output<RunState>() }),
    history: invoke({ input: historyInput, output: output<RunHistoryPage>() }),
  },
  restorePoints: {
    list: invoke({ input: listRestorePointsInput, output: output<RestorePointList>() }),
    show: invoke({ input: restorePointInput, output: output<RestorePointDetails>() }),
    verify: invoke({ input: verifyInput, output: output<VerifyView>() }),
    restore: invoke({ input: restoreInput, output: output<RestoreView>() }),
  },
  repository: {
    /** Makes up a password nobody can guess. It is kept nowhere: the caller shows it. */
    makePassword: invoke({ input: noInput, output: output<{ readonly password: string }>() }),
    init: invoke({ input: initRepositoryInput, output: output<RepositoryStatus>() }),
    /** Makes it the one that runs write to, once the password has opened it. */
    open: invoke({ input: openRepositoryInput, output: output<RepositoryStatus>() }),
    /** Forgets the password here: in this process, and where it was kept on this computer. */
    forgetPassword: invoke({ input: noInput, output: output<SettingsView>() }),
    status: invoke({ input: noInput, output: output<RepositoryStatus>() }),
    check: invoke({ input: operationInput, output: output<RepositoryCheck>() }),
  },
  operations: {
    cancel: invoke({ input: cancelOperationInput, output: output<{ readonly isCancelling: boolean }>() }),
  },
  settings: {
    change: invoke({ input: changeSettingsInput, output: output<SettingsView>() }),
  },
  folders: {
    /** The folders in a folder of this computer, for choosing one. Without a path: where a user begins. */
    list: invoke({ input: folderInput, output: output<FolderView>() }),
  },
  leftovers: {
    list: invoke({ input: noInput, output: output<LeftoverList>() }),
    clean: invoke({ input: cleanLeftoversInput, output: output<readonly CleanedLeftoverView[]>() }),
  },
  lab: {
    status: invoke({ input: noInput, output: output<LabStatusView>() }),
    startGuests: invoke({ input: noInput, output: output<LabStatusView>() }),
    stopGuests: invoke({ input: noInput, output: output<LabStatusView>() }),
    /** A recovery checkpoint of another backup product, to see what Stillpoint says to it. */
    createForeignCheckpoint: invoke({
      input: labCheckpointInput,
      output: output<{ readonly checkpointId: CheckpointId }>(),
    }),
  },
} as const;

export type Contract = typeof contract;
export type ConsoleHandlers = Handlers<Contract>;
export type ConsoleApi = Api<Contract>;
