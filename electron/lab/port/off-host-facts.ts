// What off-host mode needs to know of the lab, in the words of the port. Reads, changes nothing.
import type { HostId } from '../../../shared/model/ids.ts';
import type {
  OffHostFacts,
  ProxyFacts,
  SnapshotMount,
  SnapshotVolumeFacts,
  VolumeSnapshotFacts,
} from '../../../shared/model/off-host.ts';
import type { Site } from '../site.ts';
import { providersOf, storageKindOf } from '../snapshot/volume-providers.ts';
import type { LabState, ProxyState, SnapshotSetRecord, VolumeState } from '../state/lab-state.ts';

/** Volumes of a host that is down are left out: nobody answers for them. */
export function offHostFacts(site: Site, answers: (hostId: HostId) => boolean): OffHostFacts {
  const { state } = site.store;
  return {
    volumes: state.volumes.flatMap((volume) => {
      const hostId = coordinatorOf(state, volume);
      return hostId === undefined || !answers(hostId) ? [] : [volumeFacts(site, volume, hostId)];
    }),
    proxies: state.proxies.map(proxyFacts),
    readAtMs: site.clock.nowMs(),
  };
}

/** The host of a volume; of a cluster shared one the first node that is up. */
export function coordinatorOf(state: LabState, volume: VolumeState): HostId | undefined {
  if (volume.hostId !== undefined) return volume.hostId;
  return state.hosts.find((host) => host.inCluster && host.nodeState === 'up')?.id;
}

/** The host where a set is found now: where it was made or, when that node of a cluster is down, the coordinator. */
export function holderOf(state: LabState, set: SnapshotSetRecord): HostId {
  const maker = state.hosts.find((host) => host.id === set.hostId);
  const volume = state.volumes.find((candidate) => set.volumeIds.includes(candidate.id));
  if (maker?.nodeState !== 'down' || volume === undefined) return set.hostId;
  return coordinatorOf(state, volume) ?? set.hostId;
}

export function snapshotFacts(state: LabState, set: SnapshotSetRecord): VolumeSnapshotFacts {
  return {
    setId: set.setId,
    tag: set.tag,
    hostId: holderOf(state, set),
    volumePaths: volumesOf(state, set).map((volume) => volume.path),
    providerId: set.providerId,
    createdAtMs: set.createdAtMs,
    mounts: set.mountedOn.flatMap((proxyId) => mountsOf(state, set, proxyId)),
  };
}

/** One for each volume, where a machine finds it that has the set mounted. */
export function mountsOf(state: LabState, set: SnapshotSetRecord, proxyId: HostId): readonly SnapshotMount[] {
  return volumesOf(state, set).map((volume) => ({ proxyId, volumePath: volume.path, root: rootOf(set, volume) }));
}

function volumesOf(state: LabState, set: SnapshotSetRecord): readonly VolumeState[] {
  return state.volumes.filter((volume) => set.volumeIds.includes(volume.id));
}

/** An imported snapshot is a volume of the proxy; the others are reached over SMB, at the moment's name (MS-SMB2, @GMT). */
function rootOf(set: SnapshotSetRecord, volume: VolumeState): string {
  if (set.variant === 'transportable') return `C:\\Stillpoint\\Snapshots\\${set.setId}\\${volume.id}`;
  const [date = '', time = ''] = new Date(set.createdAtMs).toISOString().split('T');
  const moment = `@GMT-${date.replaceAll('-', '.')}-${time.slice(0, 8).replaceAll(':', '.')}`;
  const share = volume.path.replace(/\\$/, '').replace(/^([A-Za-z]):/, `\\\\${set.hostId.toUpperCase()}\\$1$`);
  return `${share}\\${moment}`;
}

function volumeFacts(site: Site, volume: VolumeState, hostId: HostId): SnapshotVolumeFacts {
  const { id, path, label, serverDomain } = volume;
  const open = site.volumes.find((candidate) => candidate.id === id);
  return {
    volumeId: id,
    path,
    label,
    hostId,
    isClusterShared: volume.hostId === undefined,
    storage: storageKindOf(volume),
    sizeBytes: open?.sizeBytes ?? volume.sizeBytes,
    freeBytes: open?.freeBytes ?? 0,
    providers: providersOf(volume),
    snapshotCount: open?.snapshotCount ?? 0,
    ...(serverDomain === undefined ? {} : { serverDomain }),
  };
}

function proxyFacts({ clusterName, domain, reachableHostIds, ...proxy }: ProxyState): ProxyFacts {
  return {
    ...proxy,
    ...(clusterName === undefined ? {} : { clusterName }),
    ...(domain === undefined ? {} : { domain }),
    ...(reachableHostIds === undefined ? {} : { reachableHostIds }),
  };
}
