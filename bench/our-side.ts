// Our side of the benchmark as a process of its own, so that it is measured as the others are, start and end included.
//   node our-side.js init    REPOSITORY PASSWORD-FILE
//   node our-side.js backup  REPOSITORY PASSWORD-FILE DISK NUMBER
//   node our-side.js restore REPOSITORY PASSWORD-FILE RESTORE-POINT FOLDER
// Prints one line of JSON: what came of it, and how long the event loop was kept waiting.
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  commitRestorePoint,
  findLatestOfVm,
  pathInSnapshot,
  restoreDisks,
} from '../electron/engine/restore-points/index.ts';
import { transferDisk } from '../electron/engine/transfer/transfer-disk.ts';
import { localNewFiles, systemClock, thisAccount } from '../electron/platform/index.ts';
import { createLocalStorage, initRepository, openRepository, type Repository } from '../electron/repository/index.ts';
import { localFiles, openDisk } from '../electron/vhdx/index.ts';
import { makeRunId } from '../shared/model/ids.ts';

export interface OurResult {
  readonly id: string;
  readonly storedBytes: number;
  readonly readBytes: number;
  readonly eventLoopMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

const vmName = 'BENCH';
const vmId = '0c8fd1ab-4f26-4ae4-b36e-bb0f57d5c1f1';
const slot = 'scsi-0-0';

const [task, location = '', passwordFile = '', ...rest] = process.argv.slice(2);
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const password = readFileSync(passwordFile, 'utf8').trim();
const open = task === 'init' ? initRepository : openRepository;
const repository = await open(createLocalStorage(location), password, {
  // Beside the bundle of this file.
  workerUrl: new URL('./repository-worker.js', import.meta.url),
  clock: systemClock,
  host: thisAccount,
});
const done = await work(repository, rest);
await repository.close();
delay.disable();
const eventLoopMs = { p50: toMs(delay.percentile(50)), p99: toMs(delay.percentile(99)), max: toMs(delay.max) };
process.stdout.write(`${JSON.stringify({ ...done, eventLoopMs } satisfies OurResult)}\n`);

async function work(target: Repository, words: readonly string[]): Promise<Omit<OurResult, 'eventLoopMs'>> {
  if (task === 'backup') return backUp(target, words);
  if (task === 'restore') return restore(target, words);
  return { id: target.id, storedBytes: 0, readBytes: 0 };
}

function toMs(nanoseconds: number): number {
  return Math.round(nanoseconds / 1e4) / 100;
}

async function backUp(
  target: Repository,
  [path = '', number = '1']: readonly string[],
): Promise<Omit<OurResult, 'eventLoopMs'>> {
  const previous = await findLatestOfVm(target, vmId);
  const writer = await target.openWriter();
  const disk = await openDisk(path, localFiles());
  const { signal } = new AbortController();
  const copied = await transferDisk({ disk, writer, signal, onProgress: () => undefined });
  await disk.close();
  const atMs = Date.UTC(2026, 10, 24) + Number(number) * 60_000;
  const id = await commitRestorePoint({
    writer,
    disks: [copied],
    configuration: [],
    ...(previous === undefined ? {} : { previous }),
    document: {
      schemaVersion: 1,
      product: 'Stillpoint bench',
      runId: makeRunId(atMs, 'abcdef'),
      site: 'bench',
      host: 'bench',
      vm: {
        id: vmId,
        name: vmName,
        generation: 2,
        configurationVersion: '10.0',
        guest: 'unknown',
        processorCount: 1,
        memoryBytes: 0,
      },
      mode: 'on-host',
      consistency: { asked: 'crash', achieved: 'crash', quiescing: 'none' },
      checkpoint: { id: vmId, requestedAtMs: atMs, createdAtMs: atMs },
      timings: { readStartedAtMs: atMs, readEndedAtMs: atMs },
      disks: [
        {
          slot,
          pathInSnapshot: pathInSnapshot(vmName, slot),
          hostPath: path,
          sizeBytes: disk.sizeBytes,
          readBytes: copied.readBytes,
          imageSizeBytes: copied.imageSizeBytes,
          storedBytes: copied.storedBytes,
          blockSizeBytes: copied.blockSizeBytes,
          logicalSectorSizeBytes: disk.logicalSectorSizeBytes,
          physicalSectorSizeBytes: disk.physicalSectorSizeBytes,
          virtualDiskId: disk.virtualDiskId,
          dataWriteGuid: disk.dataWriteGuid,
          chain: [path],
        },
      ],
      warnings: [],
    },
  });
  const { storedBytes } = writer.stats;
  await writer.close();
  return { id, storedBytes, readBytes: copied.readBytes };
}

async function restore(
  source: Repository,
  [id = '', folder = '']: readonly string[],
): Promise<Omit<OurResult, 'eventLoopMs'>> {
  const [restored] = await restoreDisks(source, localNewFiles(), id, { folder });
  return { id, storedBytes: 0, readBytes: restored?.imageSizeBytes ?? 0 };
}
