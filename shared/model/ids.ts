// Branded ids: a VM id can not be passed where a run id is meant, at no cost at run time.
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Name of a host as the site knows it (a NetBIOS or DNS name), lower case. */
export type HostId = Branded<'host'>;
/** The GUID Hyper-V gave the VM, lower case, without braces. Names are not unique, ids are. */
export type VmId = Branded<'vm'>;
/** Hyper-V's id of a checkpoint, lower case GUID. */
export type CheckpointId = Branded<'checkpoint'>;
/** Id of an asynchronous job on a host (Msvm_ConcreteJob.InstanceID). */
export type JobId = Branded<'job'>;
/** `r-YYYYMMDD-HHMMSS-xxxxxx`: sorts by time, can be read aloud, safe in file names and checkpoint names. */
export type RunId = Branded<'run'>;
/** Id of a restore point: the 64 hex digits of its restic snapshot. */
export type RestorePointId = Branded<'restore-point'>;
/** A disk's place in its VM, for example `scsi-0-1`: stable while the file under it changes with every checkpoint. */
export type DiskSlot = Branded<'disk-slot'>;

export const toHostId = (name: string): HostId => name.toLowerCase() as HostId;
export const toVmId = (guid: string): VmId => guid.toLowerCase() as VmId;
export const toCheckpointId = (guid: string): CheckpointId => guid.toLowerCase() as CheckpointId;
export const toJobId = (id: string): JobId => id as JobId;
export const toRestorePointId = (hex: string): RestorePointId => hex as RestorePointId;

export function toDiskSlot(controllerType: string, controllerNumber: number, controllerLocation: number): DiskSlot {
  return `${controllerType.toLowerCase()}-${controllerNumber}-${controllerLocation}` as DiskSlot;
}

const runIdPattern = /^r-\d{8}-\d{6}-[0-9a-f]{6}$/;

export function isRunId(text: string): text is RunId {
  return runIdPattern.test(text);
}

/** @param randomHex six lower-case hex digits from the caller's source of randomness. */
export function makeRunId(atMs: number, randomHex: string): RunId {
  const digits = new Date(atMs).toISOString().replace(/[-:]/g, '');
  return `r-${digits.slice(0, 8)}-${digits.slice(9, 15)}-${randomHex}` as RunId;
}
