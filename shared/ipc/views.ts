// What the backend answers with, where the model has no type for it already: views made for a screen or a script.
import type { AppErrorData } from '../errors/app-error.ts';
import type { RunEvent } from '../events/run-event.ts';
import type { RunState } from '../events/run-state.ts';
import type { CheckpointId, HostId, RestorePointId, RunId, VmId } from '../model/ids.ts';
import type { RestorePointDisk, RestorePointDocument } from '../model/restore-point.ts';
import type { UnreachableHost } from '../model/site.ts';
export type * from './site-views.ts';

/** How the window looks. `system` follows Windows: light, dark or a contrast theme. */
export type Appearance = 'system' | 'light' | 'dark' | 'high-contrast';

/**
 * Where the repository's password is kept between two starts. `session`: nowhere, it is asked for again.
 * `this-computer`: as `PasswordStoreView` says. `file`: in a file of the admin's own, named to the command line.
 */
export type PasswordKeeping = 'session' | 'this-computer' | 'file';

/** What "kept on this computer" means in this way in, in words that can be shown. */
export interface PasswordStoreView {
  readonly kind: 'os-protected' | 'private-file';
  readonly description: string;
}

export interface ConcurrencyView {
  /** VMs of one run that are worked on at the same time, overall and on one host. */
  readonly vmsAtOnce: number;
  readonly vmsPerHost: number;
}

export interface SettingsView {
  readonly appearance: Appearance;
  readonly concurrency: ConcurrencyView;
  readonly passwordKeeping: PasswordKeeping;
  /** With `file`. */
  readonly passwordFile?: string;
  readonly passwordStore: PasswordStoreView;
  readonly folders: {
    /** Of this installation: settings, journals, the lab. */
    readonly root: string;
    /** Offered for a new repository. */
    readonly repository: string;
    /** Offered for a restore. */
    readonly restored: string;
  };
}

export interface TargetView {
  readonly kind: 'lab' | 'host' | 'cluster';
  /** The site's name. */
  readonly name: string;
  /** Of the lab: its folder and scenario. */
  readonly lab?: { readonly folder: string; readonly scenarioName: string };
}

/** What a start did about runs that an earlier process left unfinished. */
export interface RecoveryView {
  readonly runs: readonly RunState[];
  readonly problems: readonly AppErrorData[];
}

/** Everything a window needs to be whole at once; what changes after `lastSeq` comes as `app.changed`. */
export interface AppSnapshot {
  readonly contractVersion: number;
  readonly lastSeq: number;
  readonly product: string;
  readonly target: TargetView;
  readonly recovery: RecoveryView;
  readonly repository: RepositoryView;
  readonly settings: SettingsView;
  /** Runs that are going on or ended since the start, oldest first. Earlier ones: `runs.history`. */
  readonly runs: readonly RunState[];
  /** Going on now: verifying, restoring, checking. */
  readonly operations: readonly OperationView[];
}

export type AppChange =
  | { readonly type: 'run'; readonly event: RunEvent }
  | { readonly type: 'operation'; readonly operation: OperationView }
  | { readonly type: 'repository'; readonly repository: RepositoryView }
  | { readonly type: 'settings'; readonly settings: SettingsView }
  /** Restore points came, or one was verified: whoever lists them asks again. */
  | { readonly type: 'restore-points' };

export interface AppEvent {
  /** Rises by one; a gap means: ask for a snapshot again. */
  readonly seq: number;
  readonly change: AppChange;
}

export type OperationKind = 'verify' | 'restore' | 'check';

/** Something long that is not a run. */
export interface OperationView {
  readonly id: string;
  readonly kind: OperationKind;
  /** The restore point, or the repository. */
  readonly subject: string;
  readonly status: 'running' | 'ended';
  readonly doneBytes: number;
  /** 0 while it is not known. */
  readonly totalBytes: number;
  readonly error?: AppErrorData;
}

export interface RepositoryView {
  /** Absent when none has been chosen. */
  readonly location?: string;
  /** Whether a password for it is at hand; whether it fits shows when it is opened. */
  readonly hasPassword: boolean;
}

export interface RepositoryStatus extends RepositoryView {
  readonly isOpen: boolean;
  readonly repositoryId?: string;
  readonly restorePoints?: number;
  readonly otherSnapshots?: number;
  /** Why it cannot be opened. */
  readonly error?: AppErrorData;
}

export interface DamageView {
  readonly kind: 'missing' | 'damaged';
  readonly object: string;
  readonly reason: string;
  readonly path?: string;
  readonly offsetBytes?: number;
  readonly lengthBytes?: number;
}

export interface RepositoryCheck {
  readonly isIntact: boolean;
  readonly damages: readonly DamageView[];
  readonly damageCount: number;
  readonly snapshots: number;
  readonly packs: number;
  readonly blobs: number;
  readonly unreferencedPacks: number;
}

/** The last time this installation read a restore point back in full. */
export interface VerificationView {
  readonly atMs: number;
  readonly isIntact: boolean;
  readonly damageCount: number;
  readonly checkedBytes: number;
}

export interface RestorePointView {
  readonly id: RestorePointId;
  readonly takenAtMs: number;
  readonly parent?: RestorePointId;
  readonly folder: string;
  readonly document: RestorePointDocument;
  /** Absent: never verified by this installation, or not known. */
  readonly verification?: VerificationView;
}

export interface DamagedRestorePointView {
  readonly id?: RestorePointId;
  readonly takenAtMs?: number;
  readonly hostname?: string;
  readonly paths: readonly string[];
  readonly error: AppErrorData;
}

export interface RestorePointList {
  /** Oldest first. */
  readonly restorePoints: readonly RestorePointView[];
  readonly damaged: readonly DamagedRestorePointView[];
  readonly otherSnapshots: number;
  /** What keeps the list from saying all: with one, an absent `verification` means that nobody knows. */
  readonly problems: readonly AppErrorData[];
  /** Of all that match, this page included. */
  readonly total: number;
  /** Give it as `before` for the page of earlier ones. */
  readonly nextBefore?: RestorePointId;
}

export interface RestorePointDetails extends RestorePointView {
  readonly location: string;
  /** Restores its disks without Stillpoint. */
  readonly restic: { readonly sh: string; readonly powershell: string };
}

export interface VerifiedDiskView {
  readonly slot: string;
  readonly pathInSnapshot: string;
  readonly isIntact: boolean;
  readonly damages: readonly DamageView[];
  readonly structureError?: AppErrorData;
}

export interface VerifyView {
  readonly restorePoint: RestorePointView;
  readonly isIntact: boolean;
  readonly disks: readonly VerifiedDiskView[];
  readonly otherDamages: readonly DamageView[];
  readonly damageCount: number;
  readonly contentBytes: number;
  readonly checkedBlobs: number;
  readonly checkedBytes: number;
}

export interface RestoredDiskView {
  readonly slot: string;
  readonly file: string;
  readonly imageSizeBytes: number;
  readonly writtenBytes: number;
  readonly disk: RestorePointDisk;
}

export interface RestoreView {
  readonly restorePointId: RestorePointId;
  readonly disks: readonly RestoredDiskView[];
}

export interface RunHistoryPage {
  /** Newest first. */
  readonly runs: readonly RunState[];
  readonly problems: readonly AppErrorData[];
  /** Give it as `before` for the next page. */
  readonly nextBefore?: RunId;
}

export type LeftoverKind = 'checkpoint' | 'merge' | 'unsettled' | 'repository-lock' | 'not-ours';

export interface LeftoverView {
  readonly id: string;
  readonly kind: LeftoverKind;
  readonly isCleanable: boolean;
  readonly runId?: RunId;
  readonly vmId?: VmId;
  readonly vmName?: string;
  readonly hostId?: HostId;
  readonly checkpointId?: CheckpointId;
  readonly about: AppErrorData;
}

export interface LeftoverList {
  readonly leftovers: readonly LeftoverView[];
  readonly unreachable: readonly UnreachableHost[];
  readonly problems: readonly AppErrorData[];
}

export interface CleanedLeftoverView {
  readonly leftover: LeftoverView;
  /** Why it is still there. */
  readonly error?: AppErrorData;
}

export interface FolderView {
  /** Absolute, as this computer writes it. */
  readonly path: string;
  readonly parent?: string;
  /** Names of the folders in it, sorted; at most `mostFolders`. */
  readonly folders: readonly string[];
  readonly isCutShort: boolean;
  /** Of the volume it is on; absent where the system does not say. */
  readonly freeBytes?: number;
}
