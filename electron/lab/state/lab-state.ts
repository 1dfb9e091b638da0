// What lab.json holds: everything that outlives the process, save the disks themselves and their logs. Plain data.
import { z } from 'zod';
import type { CheckpointId, DiskSlot, HostId, VmId } from '../../../shared/model/ids.ts';

const hostId = z.string().transform((id) => id as HostId);
const vmId = z.string().transform((id) => id as VmId);
const checkpointId = z.string().transform((id) => id as CheckpointId);
const slot = z.string().transform((id) => id as DiskSlot);

const hostSchema = z.object({
  id: hostId,
  name: z.string(),
  osName: z.string(),
  buildNumber: z.number(),
  inCluster: z.boolean(),
  nodeState: z.enum(['up', 'down', 'paused', 'joining', 'unknown']),
});

const providerSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['hardware', 'software', 'file-share']),
});

const volumeSchema = z.object({
  id: z.string(),
  /** Absent for a cluster shared volume. */
  hostId: hostId.optional(),
  /** As the host names it. */
  path: z.string(),
  label: z.string(),
  sizeBytes: z.number(),
  /** Below `hosts/` in the lab's folder. */
  folder: z.string(),
  /** Absent in labs that are older than off-host mode, as what follows: see volume-providers.ts. */
  storage: z.enum(['local', 'san', 's2d', 'smb3']).optional(),
  providers: z.array(providerSchema).readonly().optional(),
  serverDomain: z.string().optional(),
  /** How many snapshots it can have at once. */
  maxSnapshots: z.number().optional(),
});

const proxySchema = z.object({
  id: hostId,
  name: z.string(),
  osName: z.string(),
  buildNumber: z.number(),
  clusterName: z.string().optional(),
  domain: z.string().optional(),
  isThisComputer: z.boolean(),
  visibleVolumeIds: z.array(z.string()).readonly(),
  fullAccessVolumeIds: z.array(z.string()).readonly(),
  reachableHostIds: z.array(hostId).readonly().optional(),
});

/** A set of volume snapshots that stands. What it holds lies below `snapshots/` in the lab's folder. */
const snapshotSetSchema = z.object({
  setId: z.string(),
  tag: z.string(),
  /** Where it was made. */
  hostId,
  providerId: z.string(),
  variant: z.enum(['transportable', 'file-share', 'software']),
  createdAtMs: z.number(),
  /** Without those that were lost. */
  volumeIds: z.array(z.string()).readonly(),
  mountedOn: z.array(hostId).readonly(),
});

const diskSchema = z.object({
  slot,
  controllerType: z.enum(['ide', 'scsi']),
  controllerNumber: z.number(),
  controllerLocation: z.number(),
  sizeBytes: z.number(),
  contentKey: z.string(),
  textBytes: z.number(),
  randomBytes: z.number(),
  /** The file the VM writes to, then its parents; as the host names them. */
  files: z.array(z.string()).readonly(),
});

const checkpointSchema = z.object({
  id: checkpointId,
  name: z.string(),
  kind: z.enum(['recovery', 'standard']),
  createdAtMs: z.number(),
  consistency: z.enum(['application', 'crash']),
  quiescing: z.enum(['vss', 'file-system-freeze', 'none']),
  frozen: z.array(z.object({ slot, path: z.string() })).readonly(),
});

const mergeSchema = z.object({
  slot,
  /** The file to be merged, and the parent it goes into. */
  from: z.string(),
  into: z.string(),
});

const vmSchema = z.object({
  id: vmId,
  name: z.string(),
  hostId,
  generation: z.union([z.literal(1), z.literal(2)]),
  configurationVersion: z.string(),
  state: z.enum(['running', 'off', 'saved', 'paused']),
  guest: z.enum(['windows', 'linux']),
  processorCount: z.number(),
  memoryBytes: z.number(),
  vssState: z.enum(['ok', 'degraded', 'disabled', 'no-contact', 'error', 'unknown']),
  activity: z.object({ fileWritesPerSecond: z.number(), transactionsPerSecond: z.number(), quiesceMs: z.number() }),
  disks: z.array(diskSchema).readonly(),
  /** Oldest first. */
  checkpoints: z.array(checkpointSchema).readonly(),
  /** Merges that are not finished; they go on at the next start. */
  merges: z.array(mergeSchema).readonly(),
});

export const labStateSchema = z.object({
  format: z.literal(1),
  scenarioName: z.string(),
  siteName: z.string(),
  seed: z.number(),
  /** Counts everything that gets an id, so that no id comes twice. */
  idCount: z.number(),
  cluster: z.object({ name: z.string(), functionalLevel: z.number() }).optional(),
  hosts: z.array(hostSchema).readonly(),
  volumes: z.array(volumeSchema).readonly(),
  vms: z.array(vmSchema).readonly(),
  /** Machines that can read volume snapshots. Labs that are older than off-host mode have none. */
  proxies: z.array(proxySchema).readonly().default([]),
  snapshotSets: z.array(snapshotSetSchema).readonly().default([]),
});

export type LabState = Readonly<z.infer<typeof labStateSchema>>;
export type HostState = Readonly<z.infer<typeof hostSchema>>;
export type VolumeState = Readonly<z.infer<typeof volumeSchema>>;
export type ProxyState = Readonly<z.infer<typeof proxySchema>>;
export type SnapshotSetRecord = Readonly<z.infer<typeof snapshotSetSchema>>;
export type VmRecord = Readonly<z.infer<typeof vmSchema>>;
export type DiskRecord = Readonly<z.infer<typeof diskSchema>>;
export type CheckpointRecord = Readonly<z.infer<typeof checkpointSchema>>;
export type MergeRecord = Readonly<z.infer<typeof mergeSchema>>;
