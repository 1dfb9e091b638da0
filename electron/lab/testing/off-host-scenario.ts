// The small site for volume snapshots: two shared volumes of a disk array, one VM with a disk on each, and machines that
// are fit to read for it, or not.
import type { SnapshotProvider } from '../../../shared/model/off-host.ts';
import type { LabScenario, ScenarioProxy } from '../scenarios/scenario.ts';
import { smallScenario, smallVolume } from './small-scenario.ts';

const MiB = 1024 * 1024;
export const secondVolume = 'C:\\ClusterStorage\\Volume2';

export const arrayProvider: SnapshotProvider = {
  id: '6c1a7e52-0b0d-4f5e-9a36-2f5f5d3c8e01',
  name: 'Test array',
  kind: 'hardware',
};

const proxy: ScenarioProxy = {
  name: 'PROXY01',
  osName: 'Windows Server 2022 Standard',
  buildNumber: 20_348,
  isThisComputer: true,
  seesVolumes: [smallVolume, secondVolume],
};

export const offHostScenario: LabScenario = {
  ...smallScenario,
  name: 'off-host',
  cluster: {
    name: 'CLUSTER01',
    functionalLevel: 11,
    volumes: [smallVolume, secondVolume].map((path) => ({
      path,
      label: path.slice(-7),
      sizeBytes: 1024 * MiB,
      providers: [arrayProvider],
    })),
  },
  vms: smallScenario.vms.map((vm) => ({
    ...vm,
    disks: vm.disks.map((disk) => (disk.label === 'data' ? { ...disk, volume: secondVolume } : disk)),
  })),
  proxies: [
    proxy,
    { ...proxy, name: 'PROXY02', isThisComputer: false },
    { ...proxy, name: 'INSIDE', isThisComputer: false, clusterName: 'CLUSTER01' },
    { ...proxy, name: 'BLIND', isThisComputer: false, seesVolumes: [smallVolume], reachesHosts: ['HV10'] },
  ],
};
