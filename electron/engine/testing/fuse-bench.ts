// A lab whose volume has little room, for the fuse: guests write at any speed, reading takes virtual time only, and every
// moment in which somebody does something the free space is looked at, from the files themselves.
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunEvent } from '../../../shared/events/run-event.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import { toHostId, toVmId } from '../../../shared/model/ids.ts';
import { tempDir } from '../../../testing/temp-dir.ts';
import { createLab, VirtualClock, type Lab, type LabScenario, type ScenarioDisk } from '../../lab/index.ts';
import { openDisk } from '../../vhdx/index.ts';
import { createEngine, type Engine } from '../create-engine.ts';
import type { Clock } from '../ports/clock.ts';
import { FakeStore, fakeData } from './fake-data.ts';
import { MemoryJournal } from './memory-journal.ts';
import { countingRandom } from './test-bench.ts';

const MiB = 1024 ** 2;
const GiB = 1024 * MiB;
const host = toHostId('hv01');
const volume = 'D:\\';

export interface FuseLabOptions {
  readonly seed: number;
  readonly vmCount: number;
  readonly writesPerSecond: number;
  readonly blockSizeBytes: number;
}

export interface FuseBench {
  readonly clock: Clock;
  readonly lab: Lab;
  readonly engine: Engine;
  /** Of each look while a checkpoint of ours was asked for or stood: free space less reserve, the least of the last run. */
  readonly leastSpareBytes: number;
  readonly events: RunEvent[];
  /** How long each disk is read, in virtual time. */
  readMs: () => number;
  /** Called when a disk begins to be read. */
  onRead: () => void;
  /** Sets the volume's size so that so much is free above the reserve. */
  makeRoom(spareBytes: number): Promise<void>;
  backup(): Promise<RunState>;
  remains(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** The rule of the product, said once more: the test must not ask the code it tests. */
export function expectedReserve(sizeBytes: number): number {
  return Math.max(sizeBytes / 10, Math.min(4 * GiB, sizeBytes / 4));
}

export async function createFuseBench(options: FuseLabOptions): Promise<FuseBench> {
  const inner = new VirtualClock({ mode: 'auto', startMs: Date.UTC(2026, 10, 24, 2) });
  const standing = new Set<string>();
  const watched = { folder: '', sizeBytes: 64 * GiB, leastSpareBytes: Infinity };
  const look = (): void => {
    if (standing.size === 0) return;
    const spare = watched.sizeBytes - usedBytesBelow(watched.folder) - expectedReserve(watched.sizeBytes);
    watched.leastSpareBytes = Math.min(watched.leastSpareBytes, spare);
  };
  const clock: Clock = {
    nowMs: () => inner.nowMs(),
    sleep: async (ms, signal) => {
      await inner.sleep(ms, signal);
      look();
    },
  };
  const folder = join(tempDir('stillpoint-fuse'), 'lab');
  const lab = await createLab({ folder, clock, scenario: scenarioOf(options), seed: options.seed });
  watched.folder = dirname(lab.localPath(host, `${volume}x`));
  const store = new FakeStore();
  const data = fakeData(store, clock);
  const events: RunEvent[] = [];
  const engine = createEngine({
    hyperv: lab.port,
    clock,
    random: countingRandom(),
    journal: new MemoryJournal(),
    repository: store.source,
    product: 'Stillpoint test',
    data: {
      ...data,
      // The frozen chain is really open: a handle that stayed open would stop the merge.
      openDisk: (files, path) => openDisk(path, files),
      transferDisk: async ({ signal }) => {
        bench.onRead();
        await clock.sleep(bench.readMs(), signal);
        return { totalBytes: 0, readBytes: 0, skippedBytes: 0, storedBytes: 0, imageSizeBytes: 0 };
      },
    },
  });
  engine.subscribe((event) => {
    events.push(event);
    if (event.type === 'effect-intended' && event.effect.kind === 'checkpoint') standing.add(event.effect.key);
    if (event.type === 'effect-undone') standing.delete(event.key);
    look();
  });
  const bench: FuseBench = {
    clock,
    lab,
    engine,
    events,
    readMs: () => 1000,
    onRead: () => undefined,
    get leastSpareBytes() {
      return watched.leastSpareBytes;
    },
    makeRoom: async (spareBytes) => {
      // The files are the same for both sides only while nobody writes between two steps.
      await nextTurn();
      const used = usedBytesBelow(watched.folder);
      watched.sizeBytes = sizeFor(used + spareBytes);
      await lab.operations.resizeVolume(host, volume, watched.sizeBytes);
    },
    backup: async () => {
      watched.leastSpareBytes = Infinity;
      events.length = 0;
      const vmIds = (await lab.status()).vms.map((vm) => toVmId(vm.id));
      return (await engine.startBackup({ vmIds, mode: 'on-host', consistency: 'application' })).done;
    },
    remains: async () => {
      const { vms } = await lab.status();
      return vms.flatMap((vm) => [
        ...vm.checkpoints.map((checkpoint) => checkpoint.name),
        ...vm.disks.filter((disk) => disk.path.endsWith('.avhdx')).map((disk) => disk.path),
        ...vm.merges.map((merge) => `merging ${merge.path}`),
      ]);
    },
    close: () => lab.close(),
  };
  return bench;
}

function scenarioOf({ vmCount, writesPerSecond, blockSizeBytes }: FuseLabOptions): LabScenario {
  const disk: ScenarioDisk = {
    label: 'system',
    volume,
    type: 'dynamic',
    controllerType: 'scsi',
    controllerNumber: 0,
    controllerLocation: 0,
    sizeBytes: 6 * GiB,
    blockSizeBytes,
    logicalSectorSizeBytes: 512,
    textBytes: MiB,
    randomBytes: 0,
  };
  return {
    name: 'fuse',
    description: 'One host, one volume, guests that write.',
    siteName: 'fuse',
    hosts: [
      {
        name: 'HV01',
        osName: 'Windows Server 2022 Datacenter',
        buildNumber: 20_348,
        inCluster: false,
        volumes: [{ path: volume, label: 'VMs', sizeBytes: 64 * GiB }],
      },
    ],
    vms: Array.from({ length: vmCount }, (_, at) => ({
      name: `VM${at + 1}`,
      host: 'HV01',
      generation: 2,
      configurationVersion: '9.0',
      state: 'running',
      guest: at % 2 === 0 ? 'windows' : 'linux',
      processorCount: 2,
      memoryBytes: 2 ** 31,
      activity: { fileWritesPerSecond: writesPerSecond, transactionsPerSecond: 1, quiesceMs: 300 },
      disks: [disk],
    })),
  };
}

/** The smallest size that has so much outside of its reserve. */
function sizeFor(unreservedBytes: number): number {
  const candidates = [unreservedBytes / 0.75, unreservedBytes + 4 * GiB, unreservedBytes / 0.9];
  return Math.ceil(Math.max(...candidates.filter((size) => size - expectedReserve(size) <= unreservedBytes + 1)));
}

function usedBytesBelow(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += usedBytesBelow(path);
    // A file that a merge has just removed is none.
    else bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
