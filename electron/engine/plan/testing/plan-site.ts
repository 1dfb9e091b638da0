// Sites for the plan's tests, in few words: VMs by the paths of their disks, volumes by what can snapshot them.
import { toHostId, toVmId, type VmId } from '../../../../shared/model/ids.ts';
import type {
  OffHostFacts,
  ProxyFacts,
  SnapshotProvider,
  SnapshotVolumeFacts,
} from '../../../../shared/model/off-host.ts';
import type { SiteInventory, VmFacts } from '../../../../shared/model/site.ts';
import { fakeDrive, fakeVm } from '../../testing/fake-site.ts';
import { defaultPlanSettings } from '../default-plan-settings.ts';
import type { PlanInput } from '../plan-backup.ts';

export const gigabyte = 1024 ** 3;
export const array: SnapshotProvider = { id: 'a0', name: 'Array', kind: 'hardware' };
export const system: SnapshotProvider = { id: 'b5', name: 'Microsoft Software', kind: 'software' };
export const shareAgent: SnapshotProvider = { id: 'f5', name: 'File Server Agent', kind: 'file-share' };

export const vmIdOf = (name: string): VmId => fakeVm(name, 'hv01').id;

/** @param paths of its disks, each of one file of 10 GB */
export function planVm(name: string, host: string, paths: readonly string[], change: Partial<VmFacts> = {}): VmFacts {
  const drives = paths.map((path, i) =>
    fakeDrive(name, i, { path, chain: [path], fileSizeBytes: 10 * gigabyte, sizeBytes: 40 * gigabyte }),
  );
  return fakeVm(name, host, { drives, ...change });
}

export function planVolume(path: string, host: string, change: Partial<SnapshotVolumeFacts> = {}): SnapshotVolumeFacts {
  return {
    volumeId: `${host}:${path}`,
    path,
    label: '',
    hostId: toHostId(host),
    isClusterShared: false,
    storage: 'san',
    sizeBytes: 1000 * gigabyte,
    freeBytes: 500 * gigabyte,
    providers: [system, array],
    snapshotCount: 0,
    ...change,
  };
}

/** A cluster shared volume, coordinated by this host. */
export function csv(number: number, host: string, change: Partial<SnapshotVolumeFacts> = {}): SnapshotVolumeFacts {
  return planVolume(`C:\\ClusterStorage\\Volume${number}`, host, {
    volumeId: `csv${number}`,
    isClusterShared: true,
    ...change,
  });
}

/** Sees and reaches everything that is named; runs Stillpoint. */
export function planProxy(volumes: readonly SnapshotVolumeFacts[], change: Partial<ProxyFacts> = {}): ProxyFacts {
  return {
    id: toHostId('px01'),
    name: 'PX01',
    osName: 'Windows Server 2022',
    buildNumber: 20_348,
    domain: 'corp.example',
    isThisComputer: true,
    visibleVolumeIds: volumes.map(({ volumeId }) => volumeId),
    fullAccessVolumeIds: volumes.map(({ volumeId }) => volumeId),
    reachableHostIds: [...new Set(volumes.map(({ hostId }) => hostId))],
    ...change,
  };
}

export interface PlanSiteSpec {
  readonly vms: readonly VmFacts[];
  readonly volumes: readonly SnapshotVolumeFacts[];
  readonly proxies?: readonly ProxyFacts[];
  /** Name of the cluster that all hosts are in. */
  readonly cluster?: string;
  readonly hosts?: readonly string[];
  readonly hostBuild?: number;
}

export function planSite(spec: PlanSiteSpec): { readonly inventory: SiteInventory; readonly offHost: OffHostFacts } {
  const { vms, volumes, proxies = [planProxy(volumes)], cluster, hostBuild = 20_348 } = spec;
  const names = spec.hosts ?? ['hv01', 'hv02'];
  const ids = names.map(toHostId);
  const nodes = ids.map((hostId) => ({ hostId, name: hostId, state: 'up' as const, buildNumber: hostBuild }));
  const site = { name: 'S', hosts: ids.map((id) => ({ id, name: id, inCluster: cluster !== undefined })) };
  return {
    inventory: {
      site: cluster === undefined ? site : { ...site, cluster: { name: cluster, functionalLevel: 11, nodes } },
      hosts: ids.map((id) => ({
        host: { id, name: id, osName: 'Windows Server', buildNumber: hostBuild },
        volumes: volumes
          .filter((volume) => volume.isClusterShared || volume.hostId === id)
          .map(({ path, label, sizeBytes, freeBytes, isClusterShared }) => ({
            path,
            label,
            sizeBytes,
            freeBytes,
            isClusterShared,
          })),
        vms: vms.filter(({ hostId }) => hostId === id),
      })),
      unreachable: [],
      readAtMs: 1000,
    },
    offHost: { volumes, proxies, readAtMs: 1000 },
  };
}

export function planInput(spec: PlanSiteSpec, change: Partial<PlanInput> = {}): PlanInput {
  return {
    ...planSite(spec),
    vmIds: spec.vms.map(({ id }) => toVmId(id)),
    mode: 'off-host',
    consistency: 'application',
    settings: defaultPlanSettings,
    ...change,
  };
}
