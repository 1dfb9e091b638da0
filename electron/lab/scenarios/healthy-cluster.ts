// The default scenario: everything as it should be. Three nodes on two shared volumes of a disk array, a host of its own,
// ten VMs, and two machines that could read for them: one fit for it, one of another Windows Server.
import type { SnapshotProvider } from '../../../shared/model/off-host.ts';
import type { GuestActivity, LabScenario, ScenarioDisk, ScenarioVm } from './scenario.ts';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;
const csv = 'C:\\ClusterStorage\\Volume1';
const csv2 = 'C:\\ClusterStorage\\Volume2';
const domain = 'contoso.local';
/** Of a disk array that nobody makes. */
const arrayProvider: SnapshotProvider = {
  id: '6c1a7e52-0b0d-4f5e-9a36-2f5f5d3c8e01',
  name: 'Contoso Array VSS hardware provider',
  kind: 'hardware',
};
const server2022 = { osName: 'Windows Server 2022 Datacenter', buildNumber: 20_348 } as const;

const busy: GuestActivity = { fileWritesPerSecond: 25, transactionsPerSecond: 15, quiesceMs: 400 };
const usual: GuestActivity = { fileWritesPerSecond: 6, transactionsPerSecond: 6, quiesceMs: 300 };
const quiet: GuestActivity = { fileWritesPerSecond: 1, transactionsPerSecond: 2, quiesceMs: 200 };

/** A dynamic SCSI disk of a Windows guest, as Hyper-V Manager makes it. */
const windowsDisk: Omit<ScenarioDisk, 'label' | 'sizeBytes' | 'textBytes' | 'randomBytes'> = {
  volume: csv,
  type: 'dynamic',
  controllerType: 'scsi',
  controllerNumber: 0,
  controllerLocation: 0,
  blockSizeBytes: 32 * MiB,
  logicalSectorSizeBytes: 512,
};
/** Microsoft's advice for Linux file systems: blocks of 1 MiB. */
const linuxDisk = { ...windowsDisk, blockSizeBytes: MiB };

const windows = { guest: 'windows', state: 'running', generation: 2, configurationVersion: '10.0' } as const;
const linux = { ...windows, guest: 'linux' } as const;

const clusterVms: readonly ScenarioVm[] = [
  {
    ...windows,
    name: 'SQL01',
    host: 'HV01',
    processorCount: 8,
    memoryBytes: 32 * GiB,
    activity: busy,
    disks: [
      { ...windowsDisk, label: 'system', sizeBytes: 2 * GiB, textBytes: 64 * MiB, randomBytes: 56 * MiB },
      {
        ...windowsDisk,
        label: 'data',
        volume: csv2,
        controllerLocation: 1,
        sizeBytes: 1 * GiB,
        textBytes: 70 * MiB,
        randomBytes: 40 * MiB,
      },
    ],
  },
  {
    ...linux,
    name: 'WEB01',
    host: 'HV02',
    configurationVersion: '9.0',
    processorCount: 4,
    memoryBytes: 8 * GiB,
    activity: busy,
    disks: [
      { ...linuxDisk, label: 'root', volume: csv2, sizeBytes: 1 * GiB, textBytes: 60 * MiB, randomBytes: 50 * MiB },
    ],
  },
  {
    ...windows,
    name: 'DC01',
    host: 'HV01',
    processorCount: 2,
    memoryBytes: 4 * GiB,
    activity: quiet,
    disks: [{ ...windowsDisk, label: 'system', sizeBytes: 4 * GiB, textBytes: 40 * MiB, randomBytes: 24 * MiB }],
  },
  {
    ...windows,
    name: 'FILE01',
    host: 'HV02',
    configurationVersion: '9.0',
    processorCount: 4,
    memoryBytes: 8 * GiB,
    activity: usual,
    disks: [
      { ...windowsDisk, label: 'system', sizeBytes: 4 * GiB, textBytes: 32 * MiB, randomBytes: 24 * MiB },
      {
        ...windowsDisk,
        label: 'shares',
        controllerNumber: 1,
        sizeBytes: 8 * GiB,
        logicalSectorSizeBytes: 4096,
        textBytes: 40 * MiB,
        randomBytes: 40 * MiB,
      },
    ],
  },
  {
    ...windows,
    name: 'PRINT01',
    host: 'HV03',
    generation: 1,
    configurationVersion: '8.0',
    processorCount: 2,
    memoryBytes: 4 * GiB,
    activity: quiet,
    disks: [
      {
        ...windowsDisk,
        label: 'system',
        controllerType: 'ide',
        sizeBytes: 2 * GiB,
        textBytes: 30 * MiB,
        randomBytes: 18 * MiB,
      },
    ],
  },
  {
    ...linux,
    name: 'DB02',
    host: 'HV03',
    processorCount: 4,
    memoryBytes: 16 * GiB,
    activity: usual,
    disks: [
      { ...linuxDisk, label: 'root', sizeBytes: 2 * GiB, textBytes: 30 * MiB, randomBytes: 20 * MiB },
      {
        ...linuxDisk,
        label: 'data',
        type: 'fixed',
        controllerLocation: 1,
        sizeBytes: 2 * GiB,
        textBytes: 30 * MiB,
        randomBytes: 20 * MiB,
      },
    ],
  },
  {
    ...linux,
    name: 'MON01',
    host: 'HV03',
    generation: 1,
    configurationVersion: '8.0',
    processorCount: 2,
    memoryBytes: 4 * GiB,
    activity: usual,
    disks: [
      {
        ...linuxDisk,
        label: 'root',
        volume: csv2,
        controllerType: 'ide',
        sizeBytes: 3 * GiB,
        textBytes: 40 * MiB,
        randomBytes: 10 * MiB,
      },
    ],
  },
  {
    ...windows,
    name: 'TEST01',
    host: 'HV02',
    state: 'off',
    processorCount: 2,
    memoryBytes: 4 * GiB,
    activity: quiet,
    disks: [{ ...windowsDisk, label: 'system', sizeBytes: 3 * GiB, textBytes: 20 * MiB, randomBytes: 20 * MiB }],
  },
];

const standaloneVms: readonly ScenarioVm[] = [
  {
    ...windows,
    name: 'BRANCH-APP',
    host: 'HV10',
    configurationVersion: '9.0',
    processorCount: 4,
    memoryBytes: 8 * GiB,
    activity: usual,
    disks: [
      {
        ...windowsDisk,
        label: 'system',
        volume: 'D:\\',
        sizeBytes: 3 * GiB,
        textBytes: 30 * MiB,
        randomBytes: 30 * MiB,
      },
    ],
  },
  {
    ...linux,
    name: 'BRANCH-GW',
    host: 'HV10',
    generation: 1,
    configurationVersion: '8.0',
    processorCount: 1,
    memoryBytes: 2 * GiB,
    activity: quiet,
    disks: [
      {
        ...linuxDisk,
        label: 'root',
        volume: 'D:\\',
        controllerType: 'ide',
        sizeBytes: 2 * GiB,
        textBytes: 16 * MiB,
        randomBytes: 8 * MiB,
      },
    ],
  },
];

export const healthyCluster: LabScenario = {
  name: 'healthy-cluster',
  description: 'Three nodes with two shared volumes and one host of its own; every VM can be backed up online',
  siteName: 'Contoso',
  cluster: {
    name: 'CLUSTER01',
    functionalLevel: 11,
    volumes: [
      { path: csv, label: 'Volume1', sizeBytes: 60 * GiB, storage: 'san', providers: [arrayProvider] },
      { path: csv2, label: 'Volume2', sizeBytes: 40 * GiB, storage: 'san', providers: [arrayProvider] },
    ],
  },
  hosts: [
    ...['HV01', 'HV02', 'HV03'].map((name) => ({ ...server2022, name, inCluster: true, volumes: [] })),
    {
      ...server2022,
      name: 'HV10',
      inCluster: false,
      volumes: [{ path: 'D:\\', label: 'Data', sizeBytes: 20 * GiB }],
    },
  ],
  vms: [...clusterVms, ...standaloneVms],
  proxies: [
    {
      name: 'PROXY01',
      osName: 'Windows Server 2022 Standard',
      buildNumber: 20_348,
      domain,
      isThisComputer: true,
      seesVolumes: [csv, csv2],
      reachesHosts: ['HV01', 'HV02', 'HV03', 'HV10'],
    },
    {
      name: 'PROXY02',
      osName: 'Windows Server 2019 Standard',
      buildNumber: 17_763,
      domain,
      isThisComputer: false,
      seesVolumes: [csv, csv2],
      reachesHosts: ['HV01', 'HV02', 'HV03', 'HV10'],
    },
  ],
};
