// One disk or several, through transfer and commit: what the driver does, without a host.
import { makeRunId, toRestorePointId, type RestorePointId } from '../../../../shared/model/ids.ts';
import type { RestorePointDisk, RestorePointDocument } from '../../../../shared/model/restore-point.ts';
import type { Repository, RepositoryWriter } from '../../../repository/index.ts';
import { openDisk } from '../../../vhdx/index.ts';
import type { ConfigurationFile } from '../../ports/hyperv.ts';
import { transferDisk, type TransferredDisk } from '../../transfer/transfer-disk.ts';
import { commitRestorePoint } from '../commit-restore-point.ts';
import { pathInSnapshot } from '../layout.ts';
import { files } from './disk-files.ts';

export const testVmId = '0c8fd1ab-4f26-4ae4-b36e-bb0f57d5c1f1';

export interface BackUpOptions {
  readonly vmName?: string;
  readonly vmId?: string;
  /** Makes run id and times. */
  readonly number?: number;
  readonly configuration?: readonly ConfigurationFile[];
  readonly previous?: string;
  readonly chunkSizeBytes?: number;
}

export interface BackedUp {
  readonly id: RestorePointId;
  readonly document: RestorePointDocument;
  readonly disks: readonly TransferredDisk[];
  /** Data and tree blobs that this backup added. */
  readonly newBlobs: number;
  readonly storedBytes: number;
}

export async function backUp(
  repository: Repository,
  paths: readonly string[],
  options: BackUpOptions = {},
): Promise<BackedUp> {
  const { chunkSizeBytes } = options;
  const writer = await repository.openWriter(chunkSizeBytes === undefined ? {} : { chunkSizeBytes });
  try {
    const disks: TransferredDisk[] = [];
    const entries: RestorePointDisk[] = [];
    const vmName = options.vmName ?? 'SQL01';
    for (const [i, path] of paths.entries()) {
      const { copied, entry } = await backUpDisk(writer, path, vmName, `scsi-0-${i}`);
      disks.push(copied);
      entries.push(entry);
    }
    const document = documentOf(entries, options);
    const { configuration = [], previous } = options;
    const parent = previous === undefined ? {} : { previous: toRestorePointId(previous) };
    const id = await commitRestorePoint({ writer, document, disks, configuration, ...parent });
    const { newBlobs, storedBytes } = writer.stats;
    return { id, document, disks, newBlobs, storedBytes };
  } finally {
    await writer.close();
  }
}

async function backUpDisk(
  writer: RepositoryWriter,
  path: string,
  vmName: string,
  slot: string,
): Promise<{ readonly copied: TransferredDisk; readonly entry: RestorePointDisk }> {
  const disk = await openDisk(path, files);
  try {
    const { signal } = new AbortController();
    const copied = await transferDisk({ disk, writer, signal, onProgress: () => undefined });
    const entry = {
      slot,
      pathInSnapshot: pathInSnapshot(vmName, slot),
      hostPath: path,
      sizeBytes: disk.sizeBytes,
      readBytes: copied.readBytes,
      imageSizeBytes: copied.imageSizeBytes,
      storedBytes: copied.storedBytes,
      blockSizeBytes: disk.blockSizeBytes,
      logicalSectorSizeBytes: disk.logicalSectorSizeBytes,
      physicalSectorSizeBytes: disk.physicalSectorSizeBytes,
      virtualDiskId: disk.virtualDiskId,
      dataWriteGuid: disk.dataWriteGuid,
      chain: disk.members.map((member) => member.path),
    };
    return { copied, entry };
  } finally {
    await disk.close();
  }
}

export function documentOf(disks: RestorePointDocument['disks'], options: BackUpOptions = {}): RestorePointDocument {
  const { vmName = 'SQL01', vmId = testVmId, number = 1 } = options;
  const atMs = Date.UTC(2026, 10, 24, 3, number, 0, 250);
  return {
    schemaVersion: 1,
    product: 'Stillpoint 0.1.0',
    runId: makeRunId(atMs, 'abcdef'),
    site: 'lab',
    host: 'hv-01',
    vm: {
      id: vmId,
      name: vmName,
      generation: 2,
      configurationVersion: '10.0',
      guest: 'windows',
      processorCount: 2,
      memoryBytes: 4 * 1024 ** 3,
    },
    mode: 'on-host',
    consistency: { asked: 'application', achieved: 'application', quiescing: 'vss' },
    checkpoint: { id: 'c0ffee00-0000-4000-8000-000000000000', requestedAtMs: atMs - 3000, createdAtMs: atMs },
    timings: { readStartedAtMs: atMs, readEndedAtMs: atMs + 1000 },
    disks,
    warnings: [],
  };
}
