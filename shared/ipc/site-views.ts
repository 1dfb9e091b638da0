// Views of the site: its readiness, its VMs, what a backup of them would do, and the lab. Part of views.ts.
import type { AppErrorData } from '../errors/app-error.ts';
import type { CheckpointId, DiskSlot, HostId, VmId } from '../model/ids.ts';
import type { Verdict } from '../model/online-backup-gates.ts';
import type { Evidence, Finding, GateReport, VmReadiness, VmVerdict } from '../model/readiness.ts';
import type { BackupMode } from '../model/restore-point.ts';
import type { CheckpointKind, Consistency, GuestFamily, Quiescing, UnreachableHost, VmState } from '../model/site.ts';
import type { ConcurrencyView, RepositoryView } from './views.ts';

/** How often a value was found: `{ value: '9.0', count: 3, verdict: 'pass' }`. */
export interface GateValueView {
  readonly value: string;
  readonly count: number;
  readonly verdict: Verdict;
}

/** One gate without its full evidence, which grows with the site. */
export interface GateView extends Omit<GateReport, 'evidence'> {
  readonly needed: string;
  readonly readFrom: string;
  /** What was found, most frequent first. */
  readonly values: readonly GateValueView[];
  /** Those that do not pass, at most `mostEvidence`; `counts` says how many there are. */
  readonly notPassing: readonly Evidence[];
}

export interface ReadinessView {
  readonly siteName: string;
  readonly readAtMs: number;
  readonly gates: readonly GateView[];
  readonly vmCounts: Readonly<Record<VmVerdict, number>>;
  readonly vmTotal: number;
  readonly findings: readonly Finding[];
  readonly unreachable: readonly UnreachableHost[];
}

/** A VM as a list shows it. */
export interface VmRowView {
  readonly vmId: VmId;
  readonly name: string;
  readonly hostId: HostId;
  readonly hostName: string;
  readonly state: VmState;
  readonly guest: GuestFamily;
  readonly generation: 1 | 2;
  readonly configurationVersion: string;
  readonly isClustered: boolean;
  readonly diskCount: number;
  /** Virtual size over all disks that state one. */
  readonly sizeBytes: number;
  /** Size of the disk files on the host: more than that is never read. */
  readonly fileSizeBytes: number;
  readonly verdict: VmVerdict;
  readonly gates: VmReadiness['gates'];
  /** Rule ids; the findings themselves stand in `ReadinessView`. */
  readonly findings: readonly string[];
}

export interface VmPage {
  /** Of the reading it belongs to: pages of two readings do not fit together. */
  readonly readAtMs: number;
  readonly total: number;
  readonly vms: readonly VmRowView[];
  /** Give it as `after` for the next page. */
  readonly nextAfter?: VmId;
}

export interface ModeView {
  readonly mode: BackupMode;
  readonly isAvailable: boolean;
  /** Why not. */
  readonly reason?: AppErrorData;
}

export interface PreviewVmView {
  readonly vmId: VmId;
  readonly name: string;
  readonly hostName: string;
  readonly diskCount: number;
  readonly fileSizeBytes: number;
  /** Why its backup would be refused, as things stand. */
  readonly refusal?: AppErrorData;
}

export interface PreviewVolumeView {
  readonly hostName: string;
  readonly path: string;
  readonly freeBytes: number;
  readonly sizeBytes: number;
  /** Disks of the chosen VMs on it: their writes go to AVHDX files beside them. */
  readonly diskCount: number;
}

/** What a backup of these VMs would do, before anything is done. */
export interface BackupPreviewView {
  readonly readAtMs: number;
  readonly mode: BackupMode;
  readonly consistency: Consistency;
  readonly modes: readonly ModeView[];
  readonly vms: readonly PreviewVmView[];
  readonly volumes: readonly PreviewVolumeView[];
  readonly repository: RepositoryView;
  readonly concurrency: ConcurrencyView;
  /** Why it cannot be started at all. */
  readonly refusal?: AppErrorData;
}

export interface LabStatusView {
  readonly folder: string;
  readonly scenarioName: string;
  readonly siteName: string;
  readonly guestsAreWriting: boolean;
  readonly vms: readonly LabVmView[];
}

export interface LabVmView {
  readonly id: VmId;
  readonly name: string;
  readonly hostId: HostId;
  readonly state: VmState;
  readonly guest: GuestFamily;
  readonly generation: 1 | 2;
  readonly configurationVersion: string;
  readonly transactions: number;
  readonly writtenBytes: number;
  readonly disks: readonly LabDiskView[];
  readonly checkpoints: readonly LabCheckpointView[];
  readonly merges: readonly LabMergeView[];
}

export interface LabDiskView {
  readonly slot: DiskSlot;
  readonly path: string;
  readonly file: string;
  readonly sizeBytes: number;
  readonly fileSizeBytes: number;
  readonly chainLength: number;
}

export interface LabCheckpointView {
  readonly id: CheckpointId;
  readonly name: string;
  readonly kind: CheckpointKind;
  readonly createdAtMs: number;
  readonly consistency: Consistency;
  readonly quiescing: Quiescing;
}

export interface LabMergeView {
  readonly slot: DiskSlot;
  readonly path: string;
  readonly fraction: number;
  readonly waitsFor?: string;
}
