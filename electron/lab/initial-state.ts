// From a scenario to the state of a new lab: ids are given, paths are made, and nothing is written yet. Pure.
import { win32 } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import type { VolumeStorage } from '../../shared/model/off-host.ts';
import { toDiskSlot, toHostId, toVmId } from '../../shared/model/ids.ts';
import { guidOf } from './content/prng.ts';
import type { LabScenario, ScenarioDisk, ScenarioVm, ScenarioVolume } from './scenarios/scenario.ts';
import { systemProvider } from './snapshot/volume-providers.ts';
import type { DiskRecord, LabState, ProxyState, VmRecord, VolumeState } from './state/lab-state.ts';

/** Error: `lab.no-such-thing` where a VM names a host that the scenario has not. */
export function initialState(scenario: LabScenario, seed: number): LabState {
  return {
    format: 1,
    scenarioName: scenario.name,
    siteName: scenario.siteName,
    seed,
    idCount: 0,
    ...(scenario.cluster === undefined
      ? {}
      : { cluster: { name: scenario.cluster.name, functionalLevel: scenario.cluster.functionalLevel } }),
    hosts: scenario.hosts.map(({ name, osName, buildNumber, inCluster, nodeState }) => ({
      id: toHostId(name),
      name,
      osName,
      buildNumber,
      inCluster,
      nodeState: nodeState ?? 'up',
    })),
    volumes: volumesOf(scenario),
    vms: scenario.vms.map((vm) => vmOf(scenario, vm, seed)),
    proxies: proxiesOf(scenario),
    snapshotSets: [],
  };
}

/** A path that several hosts have names the volume of each of them. */
function proxiesOf(scenario: LabScenario): readonly ProxyState[] {
  const volumes = volumesOf(scenario);
  const idsOf = (paths: readonly string[] = []): readonly string[] =>
    volumes.filter((volume) => paths.includes(volume.path)).map((volume) => volume.id);
  return (scenario.proxies ?? []).map(({ seesVolumes, fullAccessVolumes, reachesHosts, ...proxy }) => ({
    ...proxy,
    id: toHostId(proxy.name),
    visibleVolumeIds: idsOf(seesVolumes),
    fullAccessVolumeIds: idsOf(fullAccessVolumes),
    ...(reachesHosts === undefined ? {} : { reachableHostIds: reachesHosts.map(toHostId) }),
  }));
}

function volumesOf(scenario: LabScenario): readonly VolumeState[] {
  const shared = (scenario.cluster?.volumes ?? []).map((volume) => ({
    ...snapshotTraits(volume, 'san'),
    id: `cluster-${folderName(volume.path)}`,
    folder: `cluster/${folderName(volume.path)}`,
  }));
  const local = scenario.hosts.flatMap((host) =>
    host.volumes.map((volume) => ({
      ...snapshotTraits(volume, 'local'),
      id: `${toHostId(host.name)}-${folderName(volume.path)}`,
      hostId: toHostId(host.name),
      folder: `${toHostId(host.name)}/${folderName(volume.path)}`,
    })),
  );
  return [...shared, ...local];
}

function snapshotTraits(volume: ScenarioVolume, usual: VolumeStorage): ScenarioVolume {
  const { storage = usual, providers = [] } = volume;
  return { ...volume, storage, providers: [...providers, systemProvider] };
}

function vmOf(scenario: LabScenario, vm: ScenarioVm, seed: number): VmRecord {
  if (!scenario.hosts.some((host) => host.name === vm.host))
    throw new AppError('lab.no-such-thing', { what: `host ${vm.host}, where ${vm.name} should be` });
  const id = toVmId(guidOf(`vm ${seed} ${scenario.name} ${vm.name}`));
  return {
    id,
    name: vm.name,
    hostId: toHostId(vm.host),
    generation: vm.generation,
    configurationVersion: vm.configurationVersion,
    state: vm.state,
    guest: vm.guest,
    processorCount: vm.processorCount,
    memoryBytes: vm.memoryBytes,
    vssState: vm.vssState ?? 'ok',
    activity: vm.activity,
    disks: vm.disks.map((disk) => diskOf(vm, disk, `${seed} ${id} ${disk.label}`)),
    checkpoints: [],
    merges: [],
  };
}

function diskOf(vm: ScenarioVm, disk: ScenarioDisk, contentKey: string): DiskRecord {
  const { controllerType, controllerNumber, controllerLocation, sizeBytes, textBytes, randomBytes } = disk;
  return {
    slot: toDiskSlot(controllerType, controllerNumber, controllerLocation),
    controllerType,
    controllerNumber,
    controllerLocation,
    sizeBytes,
    contentKey,
    textBytes,
    randomBytes,
    files: [win32.join(disk.volume, vm.name, `${vm.name}-${disk.label}.vhdx`)],
  };
}

/** `D:\` is `D`, `C:\ClusterStorage\Volume1` is `Volume1`. */
function folderName(volumePath: string): string {
  return win32.basename(volumePath).replace(/[^A-Za-z0-9_-]/g, '') || volumePath.charAt(0);
}
