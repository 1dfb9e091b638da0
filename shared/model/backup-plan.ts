// A backup before it is begun, as data: who is backed up how and why, in which groups and order, what that loads, what
// it rests on. Made by `electron/engine/plan` from facts; shown by every way in, and carried out by the run. It holds no
// sentence that could be made from its data, but for the evidence of conditions.
import type { ErrorCode } from '../errors/catalogue.ts';
import type { HostId, VmId } from './ids.ts';
import type { OffHostVariant, ProviderKind } from './off-host.ts';
import type { Verdict } from './online-backup-gates.ts';
import type { BackupMode } from './restore-point.ts';
import type { Consistency } from './site.ts';

/** What becomes of a VM that the asked mode is not possible for. `ask`: on-host, once somebody has agreed. */
export type ModePolicy = 'fail' | 'ask' | 'fall-back';

export interface PlanSettings {
  readonly modePolicy: ModePolicy;
  /** VMs whose disks lie on one snapshot of one volume. `file-share` counts as software: what the file server does is not known. */
  readonly vmsPerSnapshot: { readonly software: number; readonly hardware: number };
  /** Of one volume at the same time, those that stand already included. */
  readonly snapshotsPerVolume: number;
  readonly disksAtOncePerHost: number;
  readonly disksAtOncePerProxy: number;
  /** VMs of the run that are worked on at the same time, in on-host mode. */
  readonly vmsAtOnce: number;
  readonly vmsPerHost: number;
  /** What has to stay free on a volume that AVHDX files grow on. */
  readonly reserveFraction: number;
  readonly reserveLeastBytes: number;
  /** Of one disk, where no rate was measured. */
  readonly assumedReadBytesPerSecond: { readonly slowest: number; readonly fastest: number };
}

/** Rates seen in earlier runs. Absent is not zero: nothing was seen. */
export interface ObservedRates {
  /** Of one disk. */
  readonly readBytesPerSecond?: number;
  readonly writeBytesPerSecondByVm?: Readonly<Record<VmId, number>>;
}

export type PlanConditionId =
  | 'backed-up-online'
  | 'volumes-known'
  | 'not-on-s2d'
  | 'one-snapshot-host'
  | 'room-for-snapshot'
  | 'proxy-chosen'
  | 'hardware-provider'
  | 'proxy-outside-cluster'
  | 'same-os-build'
  | 'volumes-visible'
  | 'file-share-provider'
  | 'full-access-to-share'
  | 'same-domain'
  | 'software-provider'
  | 'proxy-reaches-host';

export interface PlanCondition {
  readonly id: PlanConditionId;
  readonly verdict: Verdict;
  readonly found: string;
  readonly needed: string;
  /** The command or class that states the fact on a real host. */
  readonly readFrom: string;
  readonly why: string;
  /** What to do where it does not pass. */
  readonly fix?: string;
}

/** One way to back a VM up. Possible when every condition passes; what is not known does not pass. */
export interface PlanWay {
  readonly mode: BackupMode;
  readonly variant?: OffHostVariant;
  readonly verdict: Verdict;
  readonly conditions: readonly PlanCondition[];
}

/** What a way puts work on. */
export type PlanLoad =
  | 'host-disks'
  | 'host-network'
  | 'storage-array'
  | 'file-server'
  | 'proxy-network'
  | 'proxy-processor'
  | 'console-network'
  | 'console-processor';

/** The console reads, always: through the hosts, from what its own computer mounted, or through the share of a proxy. */
export interface PlanReader {
  readonly mode: BackupMode;
  readonly variant?: OffHostVariant;
  readonly way: 'host' | 'local-path' | 'proxy-share';
  readonly proxyId?: HostId;
  readonly loads: readonly PlanLoad[];
}

/** `g2r1`: of the second volume group, the first round. */
export type PlanGroupId = `g${number}r${number}`;

export interface PlanVolume {
  readonly volumeId: string;
  readonly path: string;
}

/** VMs that one volume snapshot set serves. Rounds of one volume group come one after the other, each with its own set. */
export interface PlanGroup {
  readonly id: PlanGroupId;
  readonly volumeGroup: number;
  readonly round: number;
  /** The group whose set has to be deleted first. */
  readonly after?: PlanGroupId;
  /** Where the set is made: the volumes' host, the coordinator of a CSV, a file server. */
  readonly hostId: HostId;
  readonly volumes: readonly PlanVolume[];
  readonly variant: OffHostVariant;
  readonly provider: { readonly id: string; readonly name: string; readonly kind: ProviderKind };
  readonly proxyId: HostId;
  readonly vmsPerSnapshot: number;
  /** In the order in which they are read. */
  readonly vmIds: readonly VmId[];
  readonly reader: PlanReader;
}

export type PlanReasonId =
  | 'as-asked'
  | 'host-without-read-load'
  | 'file-server-reads'
  | 'moves-processor-time-only'
  | 'off-host-not-possible'
  | 'off-host-not-known'
  | 'off-host-not-looked-at'
  | 'vms-differ'
  | 'refused';

export interface PlanReason {
  readonly id: PlanReasonId;
  /** What the reason rests on, as a sentence without its full stop. */
  readonly evidence?: string;
}

export interface PlanRecommendation {
  /** Absent where nothing can be backed up, and overall where the VMs differ. */
  readonly mode?: BackupMode;
  readonly variant?: OffHostVariant;
  readonly reason: PlanReason;
}

export interface PlanVm {
  readonly vmId: VmId;
  readonly name: string;
  readonly hostId: HostId;
  /** Absent: it is among the refusals. */
  readonly mode?: BackupMode;
  /** It was asked for off-host and is planned on-host, by the policy; `ask`: somebody has to agree first. */
  readonly fallback?: 'ask' | 'fall-back';
  readonly groupId?: PlanGroupId;
  readonly why: PlanReason;
  readonly ways: readonly PlanWay[];
  readonly recommendation: PlanRecommendation;
  /** The most that is read of its disks; absent where the host could not say. */
  readonly bytesToRead?: number;
}

export interface PlanRefusal {
  readonly vmId: VmId;
  /** The id where no name is known. */
  readonly name: string;
  readonly code: ErrorCode | 'off-host-not-possible';
  readonly title: string;
  readonly meaning: string;
  readonly nextStep: string;
}

export type PlanAssumption =
  | { readonly kind: 'read-rate-measured'; readonly bytesPerSecond: number }
  | { readonly kind: 'read-rate-assumed'; readonly slowest: number; readonly fastest: number }
  | { readonly kind: 'disks-at-once'; readonly least: number; readonly most: number }
  | { readonly kind: 'reading-only' }
  | { readonly kind: 'writes-on-every-volume' }
  | { readonly kind: 'snapshot-copies-merged-writes' };

export interface PlanEstimate {
  /** Upper bound, from the sizes of files; absent as soon as one of them is not known. */
  readonly bytesToRead?: number;
  readonly vmsOfUnknownSize: readonly VmId[];
  /** Of reading; absent where the bytes are not known. */
  readonly readingMs?: { readonly least: number; readonly most: number };
  /** Of all AVHDX files together, at most; absent where a write rate or the time is not known. */
  readonly growthBytes?: number;
  readonly loads: readonly PlanLoad[];
  readonly assumptions: readonly PlanAssumption[];
}

/** What AVHDX files can do to a volume while the checkpoints of the plan stand on it. */
export interface VolumeForecast {
  readonly volumeId: string;
  readonly path: string;
  /** Absent for what every host of a cluster sees alike. */
  readonly hostId?: HostId;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  readonly reserveBytes: number;
  /** The most that stands on it at one time; absent where a write rate or the time is not known. */
  readonly growthBytes?: number;
  /** What a software snapshot copies of the base disks when AVHDX files are merged under it. */
  readonly snapshotBytes?: number;
  readonly verdict: Verdict;
  readonly vmIds: readonly VmId[];
}

export type PlanStep =
  | {
      readonly kind: 'request-checkpoint' | 'read-disks' | 'commit' | 'merge';
      readonly vmId: VmId;
      readonly groupId?: PlanGroupId;
    }
  | {
      readonly kind: 'take-snapshot' | 'mount-snapshot' | 'unmount-snapshot' | 'delete-snapshot';
      readonly groupId: PlanGroupId;
    };

export interface BackupPlan {
  readonly mode: BackupMode;
  readonly consistency: Consistency;
  readonly proxyId?: HostId;
  readonly settings: PlanSettings;
  readonly inventoryReadAtMs: number;
  /** By round, then by number: groups of one round share no volume and may go on at the same time. */
  readonly groups: readonly PlanGroup[];
  /** Each chosen VM that a host owns, in the order of the plan: by group, then the others by name. */
  readonly vms: readonly PlanVm[];
  readonly readers: readonly PlanReader[];
  readonly refusals: readonly PlanRefusal[];
  readonly recommendation: PlanRecommendation;
  readonly estimate: PlanEstimate;
  readonly volumes: readonly VolumeForecast[];
  /** Of which a disk lies where nothing can be forecast. */
  readonly vmsOnUnknownVolumes: readonly VmId[];
  /** In the documented order. What groups of one round and on-host VMs do may happen at the same time. */
  readonly steps: readonly PlanStep[];
}
