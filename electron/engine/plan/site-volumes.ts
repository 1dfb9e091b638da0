// Which volume a disk file lies on, by the paths of hosts. Two sources are put together: what the hosts said of their
// volumes, and what off-host facts say of the same ones.
import type { HostId } from '../../../shared/model/ids.ts';
import type { OffHostFacts, SnapshotVolumeFacts } from '../../../shared/model/off-host.ts';
import type { SiteInventory } from '../../../shared/model/site.ts';
import { pathSegments } from './path-segments.ts';
import { sorted } from './sorted.ts';

export interface SiteVolume {
  /** Of the off-host facts; otherwise made of host and path. */
  readonly volumeId: string;
  readonly path: string;
  /** Absent for what is seen alike from every host: cluster shared volumes and shares. */
  readonly hostId?: HostId;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** Absent where nobody said who can snapshot it. */
  readonly snapshots?: SnapshotVolumeFacts;
}

export interface SiteVolumes {
  /** The volume of a file as this host names it; undefined where no volume that is known holds it. */
  volumeOf(hostId: HostId, path: string): SiteVolume | undefined;
}

export function siteVolumes(inventory: SiteInventory, offHost: OffHostFacts | undefined): SiteVolumes {
  const byPlace = new Map<string, SiteVolume>();
  for (const snapshots of sorted(offHost?.volumes ?? [], (volume) => volume.volumeId)) {
    const { volumeId, path, hostId, isClusterShared, sizeBytes, freeBytes } = snapshots;
    const owner = isClusterShared || isShare(path) ? undefined : hostId;
    const volume = { volumeId, path, sizeBytes, freeBytes, snapshots };
    add(byPlace, owner === undefined ? volume : { ...volume, hostId: owner });
  }
  for (const { host, volumes } of sorted(inventory.hosts, (entry) => entry.host.id)) {
    for (const { path, isClusterShared, sizeBytes, freeBytes } of sorted(volumes, (volume) => volume.path)) {
      const owner = isClusterShared || isShare(path) ? undefined : host.id;
      const volumeId = `${owner ?? 'site'}|${path.toLowerCase()}`;
      const volume = { volumeId, path, sizeBytes, freeBytes };
      add(byPlace, owner === undefined ? volume : { ...volume, hostId: owner });
    }
  }
  return {
    volumeOf(hostId, path) {
      const segments = pathSegments(path);
      if (segments === undefined) return undefined;
      for (let length = segments.length; length > 0; length -= 1) {
        const root = segments.slice(0, length);
        const volume = byPlace.get(placeOf(hostId, root)) ?? byPlace.get(placeOf(undefined, root));
        if (volume !== undefined) return isHiddenCsv(segments, length) ? undefined : volume;
      }
      return undefined;
    },
  };
}

/** Seen twice, the smaller free space counts: the other answer is older, or as old. */
function add(byPlace: Map<string, SiteVolume>, volume: SiteVolume): void {
  const segments = pathSegments(volume.path);
  if (segments === undefined) return;
  const place = placeOf(volume.hostId, segments);
  const known = byPlace.get(place);
  byPlace.set(
    place,
    known === undefined ? volume : { ...known, freeBytes: Math.min(known.freeBytes, volume.freeBytes) },
  );
}

function placeOf(hostId: HostId | undefined, segments: readonly string[]): string {
  return `${hostId ?? ''}|${segments.join('\\')}`;
}

function isShare(path: string): boolean {
  return pathSegments(path)?.[0]?.startsWith('\\\\') === true;
}

/** What lies under C:\ClusterStorage\X is on a cluster shared volume, known or not, and never on C:. */
function isHiddenCsv(segments: readonly string[], matched: number): boolean {
  return segments[1] === 'clusterstorage' && segments.length > 2 && matched < 3;
}
