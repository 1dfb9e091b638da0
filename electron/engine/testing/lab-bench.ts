// The engine on the real lab with a real repository and journal files, for integration tests: small disks, virtual time.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RunEvent } from '../../../shared/events/run-event.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import { createLab, openLab, VirtualClock, type Lab, type LabScenario, type ScenarioDisk } from '../../lab/index.ts';
import { FileJournalStore } from '../../platform/index.ts';
import {
  createLocalStorage,
  initRepository,
  repositoryWorkerSourceUrl,
  type Repository,
} from '../../repository/index.ts';
import { tempDir } from '../../../testing/temp-dir.ts';
import { createEngine, type Engine, type EngineDeps } from '../create-engine.ts';
import type { RepositorySource } from '../run/data-path.ts';
import { countingRandom } from './test-bench.ts';

const mib = 1024 ** 2;
const password = 'a password for tests';

const disk: ScenarioDisk = {
  label: 'system',
  volume: 'D:\\',
  type: 'dynamic',
  controllerType: 'scsi',
  controllerNumber: 0,
  controllerLocation: 0,
  sizeBytes: 12 * mib,
  blockSizeBytes: mib,
  logicalSectorSizeBytes: 512,
  textBytes: mib,
  randomBytes: mib,
};
const vm = {
  host: 'HV01',
  generation: 2,
  configurationVersion: '9.0',
  state: 'running',
  guest: 'windows',
  processorCount: 2,
  memoryBytes: 2 ** 31,
  activity: { fileWritesPerSecond: 1, transactionsPerSecond: 1, quiesceMs: 300 },
} as const;

/** One host, two small VMs: a Windows guest with one disk, a Linux guest with two. */
export const smallScenario: LabScenario = {
  name: 'small',
  description: 'One host and two small VMs, for tests.',
  siteName: 'small',
  hosts: [
    {
      name: 'HV01',
      osName: 'Windows Server 2022 Datacenter',
      buildNumber: 20_348,
      inCluster: false,
      volumes: [{ path: 'D:\\', label: 'VMs', sizeBytes: 1024 * mib }],
    },
  ],
  vms: [
    { ...vm, name: 'SQL01', disks: [disk] },
    { ...vm, name: 'WEB01', guest: 'linux', disks: [disk, { ...disk, label: 'data', controllerLocation: 1 }] },
  ],
};

/** Two nodes that share a volume, and one VM on it. */
export const smallCluster: LabScenario = {
  ...smallScenario,
  name: 'small-cluster',
  cluster: {
    name: 'CL01',
    functionalLevel: 11,
    volumes: [{ path: 'C:\\ClusterStorage\\Volume1', label: 'CSV', sizeBytes: 1024 * mib }],
  },
  hosts: ['HV01', 'HV02'].map((name) => ({
    name,
    osName: 'Windows Server 2022 Datacenter',
    buildNumber: 20_348,
    inCluster: true,
    volumes: [],
  })),
  vms: [{ ...vm, name: 'SQL01', disks: [{ ...disk, volume: 'C:\\ClusterStorage\\Volume1' }] }],
};

export interface LabBench {
  readonly clock: VirtualClock;
  readonly events: RunEvent[];
  readonly journal: FileJournalStore;
  readonly journalFolder: string;
  readonly repositoryFolder: string;
  readonly password: string;
  /** Opened once and shared: what is tested here is the engine, not how a repository opens. */
  readonly repository: Repository;
  readonly source: RepositorySource;
  lab: Lab;
  /** The hosts themselves go down and come up again; their disks and merges are where they were. */
  restartLab(): Promise<void>;
  engine(overrides?: Partial<EngineDeps>): Engine;
  /** Backs up the named VMs (all when none is named) to the end. */
  backup(engine: Engine, ...names: readonly string[]): Promise<RunState>;
  /** Checkpoints with a tag of ours, AVHDX files in use, locks: what no run may leave. */
  remains(): Promise<readonly string[]>;
}

export async function createLabBench(scenario: LabScenario = smallScenario): Promise<LabBench> {
  const folder = tempDir('stillpoint-engine');
  const labFolder = join(folder, 'lab');
  const repositoryFolder = join(folder, 'repository');
  const clock = new VirtualClock({ mode: 'auto', startMs: Date.UTC(2026, 10, 24, 2, 15, 30) });
  const journalFolder = join(folder, 'runs');
  const journal = new FileJournalStore(journalFolder);
  const storage = createLocalStorage(repositoryFolder);
  const repository = await initRepository(storage, password, {
    workerUrl: repositoryWorkerSourceUrl,
    workers: 1,
    clock,
    host: { hostname: 'pc', username: 'me', pid: process.pid, uid: 0, gid: 0, isProcessRunning: () => true },
    scryptCost: { n: 1024, r: 8, p: 1 },
  });
  const shared = withoutClose(repository);
  const source: RepositorySource = { location: repositoryFolder, open: () => Promise.resolve(shared) };
  const random = countingRandom();
  const events: RunEvent[] = [];
  const bench: LabBench = {
    clock,
    events,
    journal,
    journalFolder,
    repositoryFolder,
    password,
    repository,
    source,
    lab: await createLab({ folder: labFolder, clock, scenario, seed: 7 }),
    restartLab: async () => {
      await bench.lab.close();
      bench.lab = await openLab({ folder: labFolder, clock });
    },
    engine: (overrides = {}) => {
      const product = 'Stillpoint test';
      const engine = createEngine({
        ...{ hyperv: bench.lab.port, clock, random, journal, repository: source, product },
        ...overrides,
      });
      engine.subscribe((event) => events.push(event));
      return engine;
    },
    backup: async (engine, ...names) => {
      const { vms } = await bench.lab.status();
      const vmIds = vms.filter((vm) => names.length === 0 || names.includes(vm.name)).map((vm) => vm.id);
      return (await engine.startBackup({ vmIds, mode: 'on-host', consistency: 'application' })).done;
    },
    remains: () => remainsOf(bench),
  };
  onTestFinished(async () => {
    await bench.lab.close();
    await repository.close();
  });
  return bench;
}

async function remainsOf({ lab, repository }: LabBench): Promise<readonly string[]> {
  const { vms } = await lab.status();
  return [
    ...vms.flatMap((vm) => [
      ...vm.checkpoints.map((checkpoint) => `${vm.name}: ${checkpoint.name}`),
      ...vm.disks.filter((disk) => disk.path.endsWith('.avhdx')).map((disk) => disk.path),
      ...vm.merges.map((merge) => `merging ${merge.path}`),
    ]),
    ...(await repository.listLocks()).map((lock) => `lock ${lock.id}`),
  ];
}

/** Its users open and close it run by run; here it stays open for the next one. */
function withoutClose(repository: Repository): Repository {
  return new Proxy(repository, {
    get: (target, key) => {
      if (key === 'close') return () => Promise.resolve();
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
