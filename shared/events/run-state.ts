// What a run looks like at a moment: the result of folding its events. Screen, journal recovery and tests read this.
import type { AppErrorData } from '../errors/app-error.ts';
import type { CheckpointId, DiskSlot, HostId, RestorePointId, RunId, VmId } from '../model/ids.ts';
import type { BackupMode } from '../model/restore-point.ts';
import type { RunOutcome, RunPolicy, VmPhase } from '../model/run.ts';
import type { Consistency, Quiescing } from '../model/site.ts';
import type {
  CommittedDisk,
  DiskProgress,
  Effect,
  GrowingFile,
  Question,
  QuestionChoice,
  RunOwner,
} from './run-event.ts';

export type RunStatus = 'queued' | 'running' | 'cancelling' | 'recovering' | 'ended';

export interface RunCheckpoint {
  readonly id: CheckpointId;
  readonly createdAtMs: number;
  readonly consistency: Consistency;
  readonly quiescing: Quiescing;
}

export interface PhaseEntry {
  readonly phase: VmPhase;
  readonly atMs: number;
}

/** How much of the VM's disks had been read at a moment: two of them make a rate. */
export interface ReadSample {
  readonly atMs: number;
  readonly readBytes: number;
}

/** The checkpoint files of a VM as they were last seen. */
export interface CheckpointGrowth {
  readonly atMs: number;
  readonly files: readonly GrowingFile[];
}

/** Open until it is answered, or void: the run was cancelled, the VM failed, or the program ended before an answer came. */
export interface AskedQuestion extends Question {
  readonly vmId: VmId;
  readonly askedAtMs: number;
  /** How many phases its VM had entered by then: its place in the timeline, where times are equal. */
  readonly afterPhases: number;
  readonly state: 'open' | 'answered' | 'void';
  readonly answer?: { readonly choice: QuestionChoice; readonly by: 'admin' | 'deadline'; readonly atMs: number };
}

export interface VmRunState {
  readonly vmId: VmId;
  readonly name: string;
  readonly hostId: HostId;
  /** The phase it is in, or was in when it ended. `done` only when everything went through. */
  readonly phase: VmPhase;
  /** Every phase entered, in order, with its time: the timeline. */
  readonly phases: readonly PhaseEntry[];
  readonly disks: Readonly<Record<DiskSlot, DiskProgress>>;
  readonly committedDisks: readonly CommittedDisk[];
  /** Of the last seconds of reading, oldest first; empty before and after. */
  readonly readSamples: readonly ReadSample[];
  readonly growth?: CheckpointGrowth;
  readonly checkpoint?: RunCheckpoint;
  readonly restorePointId?: RestorePointId;
  readonly mergeFraction?: number;
  readonly mergeConfirmedAtMs?: number;
  readonly warnings: readonly AppErrorData[];
  readonly outcome?: RunOutcome;
  readonly error?: AppErrorData;
}

export interface RunState {
  readonly runId: RunId;
  readonly lastSeq: number;
  readonly status: RunStatus;
  readonly siteName: string;
  readonly repositoryPath: string;
  readonly mode: BackupMode;
  readonly consistency: Consistency;
  readonly policy: RunPolicy;
  /** In the order in which they were asked for. */
  readonly vmOrder: readonly VmId[];
  readonly vms: Readonly<Record<VmId, VmRunState>>;
  /** What is intended or made and not yet confirmed gone, by key. Empty at the end of every run that ended clean. */
  readonly effects: Readonly<Record<string, Effect>>;
  /** Every question of the run, by id, in the order in which they were asked. */
  readonly questions: Readonly<Record<string, AskedQuestion>>;
  readonly warnings: readonly AppErrorData[];
  /** The process it lives or lived in, or the last one that took up its recovery. */
  readonly owner?: RunOwner;
  readonly queuedAtMs: number;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly outcome?: RunOutcome;
  readonly error?: AppErrorData;
}
