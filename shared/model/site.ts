// What an inventory says about a site: cluster, hosts, VMs, disks, checkpoints, volumes. Facts only, as the host
// states them; what they mean for a backup is decided in `readiness`. Sources of the names: the Hyper-V and
// FailoverClusters PowerShell modules and root\virtualization\v2.
import type { CheckpointId, DiskSlot, HostId, VmId } from './ids.ts';

export type NodeState = 'up' | 'down' | 'paused' | 'joining' | 'unknown';

export interface ClusterNode {
  readonly hostId: HostId;
  readonly name: string;
  readonly state: NodeState;
  /** Windows build, for example 20348 for Server 2022. */
  readonly buildNumber: number;
}

export interface ClusterFacts {
  readonly name: string;
  /** Get-Cluster ClusterFunctionalLevel: 9 = 2016, 10 = 2019, 11 = 2022, 12 = 2025. */
  readonly functionalLevel: number;
  readonly nodes: readonly ClusterNode[];
}

/** The site at a glance: who is there, before any host is asked in detail. */
export interface SiteFacts {
  readonly name: string;
  readonly cluster?: ClusterFacts;
  /** Every host of the site, cluster nodes included. */
  readonly hosts: readonly SiteHost[];
}

export interface SiteHost {
  readonly id: HostId;
  readonly name: string;
  readonly inCluster: boolean;
}

export interface HostFacts {
  readonly id: HostId;
  readonly name: string;
  readonly osName: string;
  readonly buildNumber: number;
}

export interface VolumeFacts {
  /** Root of the volume as the host names it: `D:\` or `C:\ClusterStorage\Volume1`. */
  readonly path: string;
  readonly label: string;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  readonly isClusterShared: boolean;
}

/** Msvm_ComputerSystem / Get-VM State, the ones that matter here; everything else is `other`. */
export type VmState = 'running' | 'off' | 'saved' | 'paused' | 'starting' | 'stopping' | 'critical' | 'other';

/** Get-VM OperationalStatus values that mean that something is going on. */
export type VmActivity =
  | 'creating-checkpoint'
  | 'applying-checkpoint'
  | 'deleting-checkpoint'
  | 'merging-disks'
  | 'exporting'
  | 'migrating'
  | 'backing-up'
  | 'storage-migrating';

export type GuestFamily = 'windows' | 'linux' | 'unknown';
export type VirtualDiskFormat = 'vhdx' | 'vhd' | 'vhdset' | 'pass-through';

export interface DriveFacts {
  readonly slot: DiskSlot;
  readonly controllerType: 'ide' | 'scsi' | 'pmem';
  readonly controllerNumber: number;
  readonly controllerLocation: number;
  /** Path of the file the VM writes to now, as the host names it; for a pass-through disk its device name. */
  readonly path: string;
  readonly format: VirtualDiskFormat;
  readonly isShared: boolean;
  /** Virtual size; absent where the host could not say. */
  readonly sizeBytes?: number;
  /** Size of the file the VM writes to now. */
  readonly fileSizeBytes?: number;
  /** This file and its parents, leaf first, as the host resolves them. */
  readonly chain: readonly string[];
}

export type CheckpointKind = 'recovery' | 'standard' | 'replica' | 'other';

/** Hyper-V's own two levels (Msvm_VirtualSystemSnapshotSettingData.ConsistencyLevel 1 and 2). */
export type Consistency = 'application' | 'crash';
/** How the guest was brought to rest: what stands behind the level, and is said beside it. */
export type Quiescing = 'vss' | 'file-system-freeze' | 'none';

export interface CheckpointFacts {
  readonly id: CheckpointId;
  /** Display name. Ours is a tag, see `checkpointTag`. */
  readonly name: string;
  readonly kind: CheckpointKind;
  readonly createdAtMs: number;
  /** What was achieved; absent for checkpoints whose host does not say. */
  readonly consistency?: Consistency;
  readonly quiescing?: Quiescing;
  /** The frozen file of each drive (Get-VMHardDiskDrive -VMSnapshot). */
  readonly frozenDrives: readonly FrozenDrive[];
}

export interface FrozenDrive {
  readonly slot: DiskSlot;
  readonly path: string;
}

export type IntegrationServiceState = 'ok' | 'degraded' | 'disabled' | 'no-contact' | 'error' | 'unknown';

export interface IntegrationServiceFacts {
  /** Component GUID, lower case: names are localized, GUIDs are not (facts: VSS is 5ced1297-…). */
  readonly componentId: string;
  readonly name: string;
  readonly state: IntegrationServiceState;
}

export interface VmFacts {
  readonly id: VmId;
  readonly name: string;
  readonly hostId: HostId;
  readonly isClustered: boolean;
  readonly generation: 1 | 2;
  /** As the host prints it, for example `9.0`. Compare with `parseConfigurationVersion`, never as text. */
  readonly configurationVersion: string;
  readonly state: VmState;
  readonly activities: readonly VmActivity[];
  readonly guest: GuestFamily;
  readonly processorCount: number;
  readonly memoryBytes: number;
  readonly integrationServices: readonly IntegrationServiceFacts[];
  readonly drives: readonly DriveFacts[];
  readonly checkpoints: readonly CheckpointFacts[];
}

/** Everything one host says in one round trip. */
export interface HostInventory {
  readonly host: HostFacts;
  readonly volumes: readonly VolumeFacts[];
  readonly vms: readonly VmFacts[];
}

/** A host that did not answer: its VMs are unknown, which is not the same as absent. */
export interface UnreachableHost {
  readonly hostId: HostId;
  readonly name: string;
  readonly reason: string;
}

export interface SiteInventory {
  readonly site: SiteFacts;
  readonly hosts: readonly HostInventory[];
  readonly unreachable: readonly UnreachableHost[];
  readonly readAtMs: number;
}

export const vssComponentId = '5ced1297-4598-4915-a5fc-ad21bb4d02a4';
