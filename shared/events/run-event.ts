// The event union of a run. A run *is* this stream: it is journaled, drawn, tested and recovered from. Lifecycle events
// are never dropped; progress events (`disk-progress`, `checkpoint-growth`, `merge-progress`) may be coalesced and are not journaled.
import type { AppErrorData } from '../errors/app-error.ts';
import type { CheckpointId, DiskSlot, HostId, RestorePointId, RunId, VmId } from '../model/ids.ts';
import type { RunOutcome, RunRequest, VmPhase } from '../model/run.ts';
import type { Consistency, FrozenDrive, Quiescing } from '../model/site.ts';

/**
 * Something of ours outside this process. Announced (`effect-intended`) and on disk before it is asked for, settled
 * (`effect-undone`) when it is confirmed gone. What is intended and not undone is what recovery looks for.
 */
export type Effect = CheckpointEffect | RepositoryLockEffect;

export interface CheckpointEffect {
  readonly kind: 'checkpoint';
  /** `checkpoint:<vmId>`, unique within the run. */
  readonly key: string;
  readonly tag: string;
  readonly vmId: VmId;
  readonly vmName: string;
  readonly hostId: HostId;
  /** Where each drive pointed before: the merge is confirmed only when they point there again. */
  readonly originalDrives: readonly FrozenDrive[];
  /** Checkpoints that stood before: a new one without a tag yet can so be told from somebody else's. */
  readonly checkpointIdsBefore: readonly CheckpointId[];
}

export interface RepositoryLockEffect {
  readonly kind: 'repository-lock';
  /** `repository-lock:<lockId>` */
  readonly key: string;
  readonly lockId: string;
  readonly repositoryPath: string;
}

/** The process a run lives in. Another one of the same computer asks whether it is still there before it recovers. */
export interface RunOwner {
  readonly hostname: string;
  readonly pid: number;
  /** Start of the process: a number alone may have been given to another process since. */
  readonly startedAtMs: number;
}

export interface DiskProgress {
  readonly slot: DiskSlot;
  /** Allocated bytes of the frozen chain: what has to be read. */
  readonly totalBytes: number;
  readonly readBytes: number;
  /** Of those read: already in the repository, or zeros. */
  readonly skippedBytes: number;
  /** New bytes in the repository, after compression. */
  readonly storedBytes: number;
}

/** A file the VM writes to while its checkpoint stands, and the room its volume has left. */
export interface GrowingFile {
  readonly path: string;
  readonly fileSizeBytes: number;
  readonly freeBytes: number;
}

export interface CommittedDisk extends DiskProgress {
  readonly pathInSnapshot: string;
  readonly sizeBytes: number;
}

/** What a run can ask an admin. `consistency`: crash-consistent in place of application-consistent. `mode`: on-host in place of off-host. */
export type QuestionKind = 'consistency' | 'mode';
export const questionChoices = ['fail', 'fall-back'] as const;
export type QuestionChoice = (typeof questionChoices)[number];

/** A question about one VM, which waits for its answer while the others go on. */
export interface Question {
  /** Unique within the run. */
  readonly questionId: string;
  readonly kind: QuestionKind;
  /** The facts, in the words of the catalogue: what is not possible, and why. */
  readonly about: AppErrorData;
  readonly options: readonly QuestionChoice[];
  readonly deadlineAtMs: number;
  /** Taken at the deadline. */
  readonly defaultChoice: QuestionChoice;
}

export type RunEventBody =
  | { readonly type: 'run-queued'; readonly request: RunRequest; readonly owner?: RunOwner }
  | { readonly type: 'run-started' }
  | { readonly type: 'vm-phase-entered'; readonly vmId: VmId; readonly phase: VmPhase }
  /** The VM was found on another host than before: a migration. */
  | { readonly type: 'vm-moved'; readonly vmId: VmId; readonly hostId: HostId }
  | { readonly type: 'effect-intended'; readonly effect: Effect }
  | { readonly type: 'effect-undone'; readonly key: string; readonly how: 'removed' | 'never-made' | 'already-gone' }
  | {
      readonly type: 'checkpoint-created';
      readonly vmId: VmId;
      readonly checkpointId: CheckpointId;
      readonly createdAtMs: number;
      readonly consistency: Consistency;
      readonly quiescing: Quiescing;
      readonly frozenDrives: readonly FrozenDrive[];
    }
  | { readonly type: 'disk-progress'; readonly vmId: VmId; readonly disk: DiskProgress }
  /** Looked at every few seconds from the moment the disks are redirected until the merge is confirmed. */
  | { readonly type: 'checkpoint-growth'; readonly vmId: VmId; readonly files: readonly GrowingFile[] }
  | {
      readonly type: 'restore-point-committed';
      readonly vmId: VmId;
      readonly restorePointId: RestorePointId;
      readonly disks: readonly CommittedDisk[];
    }
  /** `fraction` only where the host states one (0 to 1); otherwise the time since the start is all that is known. */
  | { readonly type: 'merge-progress'; readonly vmId: VmId; readonly fraction?: number }
  | { readonly type: 'merge-confirmed'; readonly vmId: VmId }
  | ({ readonly type: 'question-asked'; readonly vmId: VmId } & Question)
  | {
      readonly type: 'question-answered';
      readonly vmId: VmId;
      readonly questionId: string;
      readonly choice: QuestionChoice;
      readonly by: 'admin' | 'deadline';
    }
  | { readonly type: 'vm-warning'; readonly vmId: VmId; readonly warning: AppErrorData }
  | { readonly type: 'vm-ended'; readonly vmId: VmId; readonly outcome: RunOutcome; readonly error?: AppErrorData }
  /** Of the run as a whole: a lock that could not be removed, a repository that recovery could not open. */
  | { readonly type: 'run-warning'; readonly warning: AppErrorData }
  | { readonly type: 'run-cancel-requested' }
  /** A later start found this run unfinished and cleans up after it; the run is `owner`'s from now on. */
  | { readonly type: 'recovery-started'; readonly owner?: RunOwner }
  | { readonly type: 'run-ended'; readonly outcome: RunOutcome; readonly error?: AppErrorData };

export type RunEvent = RunEventBody & {
  readonly runId: RunId;
  /** Rises by one with every event of the run, journaled or not. */
  readonly seq: number;
  readonly atMs: number;
};

const progressTypes: ReadonlySet<RunEventBody['type']> = new Set([
  'disk-progress',
  'checkpoint-growth',
  'merge-progress',
]);

/** Progress may be dropped in favour of a later one; everything else is a fact that must arrive. */
export function isProgress(event: RunEventBody): boolean {
  return progressTypes.has(event.type);
}
