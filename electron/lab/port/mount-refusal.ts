// Why a machine would refuse to mount a set of volume snapshots. Pure. Source: VSS documentation on transportable shadow
// copies; [MS-FSRVP] for file shares.
import type { LabState, ProxyState, SnapshotSetRecord } from '../state/lab-state.ts';

/** Undefined where it would not. */
export function mountRefusal(state: LabState, set: SnapshotSetRecord, proxy: ProxyState): string | undefined {
  const volumes = state.volumes.filter((volume) => set.volumeIds.includes(volume.id));
  if (set.variant === 'software') {
    const isBeyondReach = proxy.reachableHostIds?.includes(set.hostId) === false;
    return isBeyondReach ? `it cannot open the administrative shares of ${set.hostId}` : undefined;
  }
  if (set.variant === 'file-share') {
    const closed = volumes.find((volume) => !proxy.fullAccessVolumeIds.includes(volume.id));
    return closed === undefined ? undefined : `its computer account has no full access to ${closed.path}`;
  }
  const shared = volumes.find((volume) => volume.hostId === undefined);
  if (shared !== undefined && proxy.clusterName !== undefined && proxy.clusterName === state.cluster?.name)
    return `it is a node of ${proxy.clusterName}, the cluster that has ${shared.path}`;
  const hidden = volumes.find((volume) => !proxy.visibleVolumeIds.includes(volume.id));
  if (hidden !== undefined) return `it does not see the storage of ${hidden.path}`;
  const importer = set.mountedOn.find((other) => other !== proxy.id);
  return importer === undefined ? undefined : `${importer} has imported it, and one machine can`;
}
