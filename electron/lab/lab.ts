// What the lab offers: a simulated Hyper-V site over real VHDX files. The engine is given `port` and nothing else; the
// truth about every byte, the faults and the things an admin could do on a host stay with tests, demo and command line.
import type { Clock } from '../engine/ports/clock.ts';
import type { HyperVPort } from '../engine/ports/hyperv.ts';
import type { OffHostPort } from '../engine/ports/off-host.ts';
import type { CheckpointId, DiskSlot, HostId, VmId } from '../../shared/model/ids.ts';
import type { CheckpointKind, Consistency, GuestFamily, Quiescing, VmState } from '../../shared/model/site.ts';
import type { LabFaults } from './faults.ts';
import type { LabScenario } from './scenarios/scenario.ts';

export interface OpenLabOptions {
  /** The lab's own folder; everything the lab keeps is below it. */
  readonly folder: string;
  readonly clock: Clock;
  /** Multiplies how fast the guests write (default 1). */
  readonly guestSpeed?: number;
}

export interface CreateLabOptions extends OpenLabOptions {
  /** A name out of `labScenarios` or a scenario of one's own. Default `healthy-cluster`. */
  readonly scenario?: string | LabScenario;
  /** The same seed gives the same ids and the same disk contents. Default 1. */
  readonly seed?: number;
}

export interface Lab {
  readonly folder: string;
  readonly scenarioName: string;
  readonly port: HyperVPort & OffHostPort;
  readonly truth: LabTruth;
  readonly faults: LabFaults;
  readonly operations: LabOperations;
  /** Which way the disk files were read, and by whom. */
  readonly accesses: LabAccesses;
  /** Lets every running VM's guest write. Does nothing when they write already. */
  startGuests(): void;
  /** From 0 (not included) to 1, where they begin: how fast guests write, for a lab that is left alone. */
  setGuestPace(pace: number): void;
  /** Brings every guest to an orderly stop between two transactions; the VMs stay in the state `running`. */
  stopGuests(): Promise<void>;
  status(): Promise<LabStatus>;
  /** The file of this machine behind a path of a host, for example for qemu-img. */
  localPath(hostId: HostId, hostPath: string): string;
  /** Stops the guests, suspends merges (they resume at the next `openLab`), lets go of every file and of the folder. */
  close(): Promise<void>;
}

/** The exact content of every disk at every checkpoint, from a model of its own, never read back from a VHDX file. */
export interface LabTruth {
  /** SHA-256 (hex) of the whole raw virtual disk at the checkpoint; also for checkpoints that are gone. */
  checkpointSha256(checkpointId: CheckpointId, slot: DiskSlot): Promise<string>;
  /** SHA-256 (hex) of the whole raw virtual disk now. Stop the guests first. */
  liveSha256(vmId: VmId, slot: DiskSlot): Promise<string>;
  /** What was written between a checkpoint and a later one of the same VM (default: now), each page counted once. */
  changedBytesSince(checkpointId: CheckpointId, slot: DiskSlot, later?: CheckpointId): Promise<ChangedBytes>;
}

export interface ChangedBytes {
  readonly bytes: number;
  readonly pages: number;
}

export interface LabAccesses {
  /** The newest some thousand, in the order of their last read. */
  list(): readonly LabFileAccess[];
  clear(): void;
}

/** All reads of one file on one way by one reader. */
export type LabFileAccess = (
  { readonly way: 'host' } | { readonly way: 'snapshot'; readonly setId: string; readonly proxyId: HostId }
) & {
  /** The host by whose path the file was read. */
  readonly hostId: HostId;
  readonly path: string;
  /** 0 for one that was opened only. */
  readonly readBytes: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
};

/** What other people do to the site while a backup is going on. */
export interface LabOperations {
  /** A standard checkpoint, as a user makes it in Hyper-V Manager. */
  createUserCheckpoint(vmId: VmId, name: string): Promise<CheckpointId>;
  /** A recovery checkpoint of another backup product. */
  createForeignCheckpoint(vmId: VmId, name: string): Promise<CheckpointId>;
  /** Removes any checkpoint, whoever made it, and waits for its merge. */
  removeCheckpoint(vmId: VmId, checkpointId: CheckpointId): Promise<void>;
  /** A volume snapshot of another product, by the system's own provider. Returns the id of its set. */
  createForeignVolumeSnapshot(hostId: HostId, volumePaths: readonly string[]): Promise<string>;
  /** Deletes any set of volume snapshots, mounted or not, whoever made it. */
  deleteVolumeSnapshot(setId: string): Promise<void>;
  /** Live migration to another node of the cluster. */
  migrateVm(vmId: VmId, toHost: HostId): Promise<void>;
  /** Sets the size of a volume, so that it becomes full or has room again; VMs that had stopped for it go on. */
  resizeVolume(hostId: HostId, volumePath: string, sizeBytes: number): Promise<void>;
}

export interface LabStatus {
  readonly folder: string;
  readonly scenarioName: string;
  readonly siteName: string;
  readonly guestsAreWriting: boolean;
  readonly vms: readonly LabVmStatus[];
}

export interface LabVmStatus {
  readonly id: VmId;
  readonly name: string;
  readonly hostId: HostId;
  readonly state: VmState;
  readonly guest: GuestFamily;
  readonly generation: 1 | 2;
  readonly configurationVersion: string;
  /** Transactions the guest database has ever committed; 0 until the guest has looked at it. */
  readonly transactions: number;
  /** By this guest since the lab was opened. */
  readonly writtenBytes: number;
  readonly disks: readonly LabDiskStatus[];
  readonly checkpoints: readonly LabCheckpointStatus[];
  readonly merges: readonly LabMergeStatus[];
}

export interface LabDiskStatus {
  readonly slot: DiskSlot;
  /** Path of the file the VM writes to, as the host names it. */
  readonly path: string;
  /** The same file on this machine. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly fileSizeBytes: number;
  readonly chainLength: number;
}

export interface LabCheckpointStatus {
  readonly id: CheckpointId;
  readonly name: string;
  readonly kind: CheckpointKind;
  readonly createdAtMs: number;
  readonly consistency: Consistency;
  readonly quiescing: Quiescing;
}

export interface LabMergeStatus {
  readonly slot: DiskSlot;
  /** The file that is merged into its parent. */
  readonly path: string;
  readonly fraction: number;
  /** Why it does not go on, in words, while it does not. */
  readonly waitsFor?: string;
}
