// The port to a Hyper-V site, shaped by what Hyper-V really offers: facts per host in one round trip, asynchronous jobs
// with ids, a merge that shows only by polling, paths as the host names them. The lab implements it; so does the
// PowerShell adapter.
import type { VhdxFiles } from '../../vhdx/index.ts';
import type { CheckpointId, HostId, JobId, VmId } from '../../../shared/model/ids.ts';
import type { Consistency, HostInventory, SiteFacts, VmFacts } from '../../../shared/model/site.ts';

/** A VM and the host that is believed to own it. Ownership moves: see `findOwner`. */
export interface VmRef {
  readonly hostId: HostId;
  readonly vmId: VmId;
}

export interface CheckpointRequest extends VmRef {
  /** The checkpoint's name from the first moment it can be seen (see `checkpointTag`). */
  readonly tag: string;
  readonly consistency: Consistency;
}

export interface RemoveCheckpointRequest extends VmRef {
  readonly checkpointId: CheckpointId;
  /** Re-checked by the adapter in the same call: a checkpoint with another name is refused, never removed. */
  readonly expectedTag: string;
}

export interface JobRef {
  readonly hostId: HostId;
  readonly jobId: JobId;
}

/** Msvm_ConcreteJob.JobState, folded to what a caller decides on. */
export type JobState = 'running' | 'completed' | 'completed-with-warnings' | 'failed';

/** `quiescing`: the guest has been asked to come to rest (VSS or freeze) and has not yet been let go. */
export type JobStage = 'accepted' | 'quiescing' | 'working';

export interface JobStatus {
  readonly state: JobState;
  readonly stage: JobStage;
  /** 0 to 1, where the host states it. */
  readonly fraction?: number;
  /** Of a failed job: already mapped to a typed error, with the host's own text as its cause. */
  readonly error?: Error;
  /** Of a completed checkpoint job, when the host says which checkpoint it made. */
  readonly checkpointId?: CheckpointId;
}

/** A merge that is going on (Msvm_StorageJob of type merging); often the host shows none although it merges. */
export interface MergeJob {
  readonly path: string;
  readonly fraction?: number;
}

/** One VM, re-read: what polling needs and no more. */
export interface VmStatus {
  readonly vm: VmFacts;
  readonly mergeJobs: readonly MergeJob[];
  /** Size of each AVHDX the VM writes to now and the free space of its volume, for the gauge. */
  readonly growth: readonly { readonly path: string; readonly fileSizeBytes: number; readonly freeBytes: number }[];
}

export interface ConfigurationFile {
  /** Base name, for example `<VM GUID>.vmcx`. */
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * Reading disk files of one host by the host's own paths. Files are opened read-only; every handle must be closed
 * before a checkpoint is removed, or the merge meets a sharing violation (0x80070020).
 */
export type HostFiles = VhdxFiles;

export interface HyperVPort {
  readonly siteName: string;
  readSite(signal?: AbortSignal): Promise<SiteFacts>;
  /** Everything of one host in one round trip. */
  readHost(hostId: HostId, signal?: AbortSignal): Promise<HostInventory>;
  /** The host that owns the VM now. @throws AppError `hyperv.vm-not-found` */
  findOwner(vmId: VmId, signal?: AbortSignal): Promise<HostId>;
  /** @throws AppError `hyperv.vm-not-found` where this host does not own the VM (any more). */
  readVm(vm: VmRef, signal?: AbortSignal): Promise<VmStatus>;
  /** Asks for a recovery checkpoint and returns at once. The answer can be lost: look for the tag before asking again. */
  requestCheckpoint(request: CheckpointRequest): Promise<JobRef>;
  readJob(job: JobRef): Promise<JobStatus>;
  /** Asks for removal; the merge that follows is confirmed by `readVm` alone. */
  removeCheckpoint(request: RemoveCheckpointRequest): Promise<JobRef>;
  /** The VM's configuration as frozen by the checkpoint (.vmcx, .vmgs). */
  readConfiguration(vm: VmRef, checkpointId: CheckpointId): Promise<readonly ConfigurationFile[]>;
  hostFiles(hostId: HostId): HostFiles;
  close(): Promise<void>;
}
