// The lab's state in the words of the port: facts as a host states them. Reads, changes nothing.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { HostId } from '../../../shared/model/ids.ts';
import {
  vssComponentId,
  type CheckpointFacts,
  type ClusterFacts,
  type DriveFacts,
  type HostFacts,
  type SiteFacts,
  type VmActivity,
  type VmFacts,
  type VmState,
  type VolumeFacts,
} from '../../../shared/model/site.ts';
import type { VmStatus } from '../../engine/ports/hyperv.ts';
import { storageOf, type Site } from '../site.ts';
import type { CheckpointRecord, HostState, LabState } from '../state/lab-state.ts';
import type { LabVm } from '../vm/lab-vm.ts';
import type { Merger } from '../vm/merger.ts';

export function siteFacts(state: LabState): SiteFacts {
  const cluster = clusterFacts(state);
  return {
    name: state.siteName,
    ...(cluster === undefined ? {} : { cluster }),
    hosts: state.hosts.map(({ id, name, inCluster }) => ({ id, name, inCluster })),
  };
}

export function hostFacts(state: LabState, hostId: HostId): HostFacts {
  const { id, name, osName, buildNumber } = hostOf(state, hostId);
  return { id, name, osName, buildNumber };
}

export function volumeFacts(site: Site, hostId: HostId): readonly VolumeFacts[] {
  return storageOf(site, hostId).volumes.map(({ path, label, sizeBytes, freeBytes, isClusterShared }) => ({
    path,
    label,
    sizeBytes,
    freeBytes,
    isClusterShared,
  }));
}

export async function vmFacts(state: LabState, vm: LabVm): Promise<VmFacts> {
  const { record } = vm;
  const isClustered = hostOf(state, record.hostId).inCluster;
  return {
    id: record.id,
    name: record.name,
    hostId: record.hostId,
    isClustered,
    generation: record.generation,
    configurationVersion: record.configurationVersion,
    state: stateOf(vm),
    activities: activitiesOf(vm),
    guest: record.guest,
    processorCount: record.processorCount,
    memoryBytes: record.memoryBytes,
    integrationServices: [{ componentId: vssComponentId, name: 'Backup (volume shadow copy)', state: record.vssState }],
    drives: await driveFacts(vm),
    checkpoints: record.checkpoints.map(checkpointFacts),
  };
}

export async function vmStatus(state: LabState, vm: LabVm, merger: Merger): Promise<VmStatus> {
  const facts = await vmFacts(state, vm);
  const growing = facts.drives.filter((drive) => drive.path.toLowerCase().endsWith('.avhdx'));
  return {
    vm: facts,
    mergeJobs: vm.record.merges.map(({ slot, from }) => {
      const progress = merger.progressOf(slot);
      return { path: from, ...(progress === undefined ? {} : { fraction: progress.fraction }) };
    }),
    growth: growing.map(({ path, fileSizeBytes }) => ({
      path,
      fileSizeBytes: fileSizeBytes ?? 0,
      freeBytes: vm.storage.volumeOf(path).freeBytes,
    })),
  };
}

export function stateOf(vm: LabVm): VmState {
  return vm.record.state === 'running' && vm.isStuck ? 'critical' : vm.record.state;
}

export function activitiesOf(vm: LabVm): readonly VmActivity[] {
  const activities: VmActivity[] = [];
  if (vm.isCreatingCheckpoint) activities.push('creating-checkpoint');
  if (vm.record.merges.length > 0) activities.push('merging-disks');
  return activities;
}

/** Error: `hyperv.host-unreachable` for a host nobody knows. */
export function hostOf(state: LabState, hostId: HostId): HostState {
  const host = state.hosts.find((candidate) => candidate.id === hostId);
  if (host !== undefined) return host;
  throw new AppError('hyperv.host-unreachable', { host: hostId, reason: 'no host of this name answers' });
}

function clusterFacts(state: LabState): ClusterFacts | undefined {
  if (state.cluster === undefined) return undefined;
  const nodes = state.hosts.filter((host) => host.inCluster);
  return {
    ...state.cluster,
    nodes: nodes.map(({ id, name, nodeState, buildNumber }) => ({ hostId: id, name, state: nodeState, buildNumber })),
  };
}

async function driveFacts(vm: LabVm): Promise<readonly DriveFacts[]> {
  const drives: DriveFacts[] = [];
  for (const disk of vm.record.disks) {
    const path = disk.files[0] ?? '';
    drives.push({
      slot: disk.slot,
      controllerType: disk.controllerType,
      controllerNumber: disk.controllerNumber,
      controllerLocation: disk.controllerLocation,
      path,
      format: 'vhdx',
      isShared: false,
      sizeBytes: disk.sizeBytes,
      fileSizeBytes: await vm.storage.fileSizeBytes(path),
      chain: disk.files,
    });
  }
  return drives;
}

function checkpointFacts(checkpoint: CheckpointRecord): CheckpointFacts {
  const { id, name, kind, createdAtMs, consistency, quiescing, frozen } = checkpoint;
  return { id, name, kind, createdAtMs, consistency, quiescing, frozenDrives: frozen };
}
