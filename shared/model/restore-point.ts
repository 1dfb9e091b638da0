// What a restore point says about itself: `vm.json` inside the snapshot. It records what was achieved, not what was
// asked for. Read back from a repository it is hostile input, hence the schema.
import { z } from 'zod';

const text = z.string().max(1024);
const guid = z.string().max(64);
const bytes = z.number().int().nonnegative();
const atMs = z.number().int().nonnegative();

export const restorePointDiskSchema = z.object({
  slot: text,
  /** Absolute path inside the snapshot, for example `/SQL01/disks/scsi-0-0.vhdx`. */
  pathInSnapshot: text,
  /** The file as the host named it before the checkpoint. */
  hostPath: text,
  sizeBytes: bytes,
  /** Bytes read from the frozen chain: what was allocated in it. */
  readBytes: bytes,
  /** Bytes of the synthesized .vhdx. */
  imageSizeBytes: bytes,
  /** New bytes this disk added to the repository, after compression and encryption. */
  storedBytes: bytes,
  blockSizeBytes: bytes,
  logicalSectorSizeBytes: bytes,
  physicalSectorSizeBytes: bytes,
  virtualDiskId: guid,
  /** Identity of the frozen content ([MS-VHDX] DataWriteGuid of the file the checkpoint froze). */
  dataWriteGuid: guid,
  /** The frozen file and its parents, leaf first. */
  chain: z.array(text).max(256),
});

export const restorePointSchema = z.object({
  schemaVersion: z.literal(1),
  product: text,
  runId: text,
  site: text,
  host: text,
  vm: z.object({
    id: guid,
    name: text,
    generation: z.union([z.literal(1), z.literal(2)]),
    configurationVersion: text,
    guest: z.enum(['windows', 'linux', 'unknown']),
    processorCount: z.number().int().nonnegative(),
    memoryBytes: bytes,
  }),
  mode: z.enum(['on-host', 'off-host']),
  consistency: z.object({
    asked: z.enum(['application', 'crash']),
    achieved: z.enum(['application', 'crash']),
    quiescing: z.enum(['vss', 'file-system-freeze', 'none']),
    /** Why less was achieved than asked, where a policy allowed it. */
    why: z.exactOptional(text),
  }),
  checkpoint: z.object({ id: guid, requestedAtMs: atMs, createdAtMs: atMs }),
  timings: z.object({ readStartedAtMs: atMs, readEndedAtMs: atMs }),
  disks: z.array(restorePointDiskSchema).max(512),
  warnings: z.array(text).max(1000),
});

export type RestorePointDisk = Readonly<z.infer<typeof restorePointDiskSchema>>;
export type RestorePointDocument = Readonly<z.infer<typeof restorePointSchema>>;

export type BackupMode = RestorePointDocument['mode'];
