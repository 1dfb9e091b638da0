// A site small enough for hundreds of checkpoints in a test: two nodes, a host of its own, and disks of some MiB.
import type { GuestActivity, LabScenario, ScenarioDisk, ScenarioVm } from '../scenarios/scenario.ts';

const MiB = 1024 * 1024;
export const smallVolume = 'C:\\ClusterStorage\\Volume1';

const activity: GuestActivity = { fileWritesPerSecond: 40, transactionsPerSecond: 25, quiesceMs: 200 };

const disk: ScenarioDisk = {
  label: 'system',
  volume: smallVolume,
  type: 'dynamic',
  controllerType: 'scsi',
  controllerNumber: 0,
  controllerLocation: 0,
  sizeBytes: 24 * MiB,
  blockSizeBytes: MiB,
  logicalSectorSizeBytes: 512,
  textBytes: 3 * MiB,
  randomBytes: 3 * MiB,
};

const vm: ScenarioVm = {
  name: 'SQL01',
  host: 'HV01',
  generation: 2,
  configurationVersion: '10.0',
  state: 'running',
  guest: 'windows',
  processorCount: 2,
  memoryBytes: 1024 * MiB,
  activity,
  disks: [disk, { ...disk, label: 'data', controllerLocation: 1, sizeBytes: 16 * MiB, blockSizeBytes: 2 * MiB }],
};

export const smallScenario: LabScenario = {
  name: 'small',
  description: 'For tests',
  siteName: 'Test site',
  cluster: {
    name: 'CLUSTER01',
    functionalLevel: 11,
    volumes: [{ path: smallVolume, label: 'Volume1', sizeBytes: 1024 * MiB }],
  },
  hosts: [
    ...['HV01', 'HV02'].map((name) => ({
      name,
      osName: 'Windows Server 2022 Datacenter',
      buildNumber: 20_348,
      inCluster: true,
      volumes: [],
    })),
    {
      name: 'HV10',
      osName: 'Windows Server 2022 Standard',
      buildNumber: 20_348,
      inCluster: false,
      volumes: [{ path: 'D:\\', label: 'Data', sizeBytes: 1024 * MiB }],
    },
  ],
  vms: [
    vm,
    {
      ...vm,
      name: 'WEB01',
      host: 'HV02',
      guest: 'linux',
      disks: [{ ...disk, label: 'root', logicalSectorSizeBytes: 4096 }],
    },
    { ...vm, name: 'TEST01', state: 'off', disks: [{ ...disk, type: 'fixed' }] },
    { ...vm, name: 'BRANCH', host: 'HV10', disks: [{ ...disk, volume: 'D:\\', controllerType: 'ide' }] },
  ],
};
