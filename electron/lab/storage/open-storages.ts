// Opens the volumes of a lab and gives each host the view of them that it has: the cluster's shared ones and its own.
import type { HostId } from '../../../shared/model/ids.ts';
import type { LabState } from '../state/lab-state.ts';
import { HostStorage } from './host-storage.ts';
import { LabVolume } from './lab-volume.ts';
import type { OpenFiles } from './open-files.ts';

export interface Storages {
  readonly volumes: readonly LabVolume[];
  readonly storages: ReadonlyMap<HostId, HostStorage>;
}

export async function storagesOf(labFolder: string, state: LabState, openFiles: OpenFiles): Promise<Storages> {
  const volumes = await Promise.all(state.volumes.map((volume) => LabVolume.open(volume, labFolder)));
  const storages = new Map<HostId, HostStorage>();
  for (const { id, inCluster } of state.hosts) {
    const seen = volumes.filter((volume) => (volume.isClusterShared ? inCluster : volume.hostId === id));
    storages.set(id, new HostStorage(id, seen, openFiles));
  }
  return { volumes, storages };
}
