// Where a VM's files lie: every file of every chain counts for a snapshot, the file it writes to counts for growth.
import type { SnapshotVolumeFacts } from '../../../shared/model/off-host.ts';
import type { DriveFacts, HostFacts, VmFacts } from '../../../shared/model/site.ts';
import type { SiteVolume, SiteVolumes } from './site-volumes.ts';
import { sorted } from './sorted.ts';

export interface PlacedVm {
  readonly vm: VmFacts;
  readonly host: HostFacts;
  /** Each once, by path: where its files lie. */
  readonly volumes: readonly SiteVolume[];
  /** Those of them that something is known about snapshots of. */
  readonly snapshotVolumes: readonly SnapshotVolumeFacts[];
  /** What the rest is: files on no known volume, volumes nobody can say more about. */
  readonly unknowns: readonly string[];
  /** Where its AVHDX files will be: a checkpoint puts them beside the file that it freezes. */
  readonly writtenVolumes: readonly SiteVolume[];
  readonly hasUnknownVolume: boolean;
}

export function placeVm(vm: VmFacts, host: HostFacts, volumes: SiteVolumes): PlacedVm {
  const files = new Map(vm.drives.flatMap(filesOf).map((path) => [path.toLowerCase(), path]));
  const found = sorted(files.values(), String).map((path) => ({ path, volume: volumes.volumeOf(host.id, path) }));
  const all = eachOnce(found.map(({ volume }) => volume));
  const lost = found.filter(({ volume }) => volume === undefined);
  return {
    vm,
    host,
    volumes: all,
    snapshotVolumes: all.flatMap(({ snapshots }) => snapshots ?? []),
    unknowns: [
      ...lost.map(({ path }) => `${path} lies on no volume that is known`),
      ...all
        .filter((volume) => volume.snapshots === undefined)
        .map(({ path }) => `nobody said who can snapshot ${path}`),
    ],
    writtenVolumes: eachOnce(vm.drives.map(({ path }) => volumes.volumeOf(host.id, path))),
    hasUnknownVolume: lost.length > 0,
  };
}

function filesOf({ path, chain }: DriveFacts): readonly string[] {
  return [path, ...chain];
}

function eachOnce(volumes: readonly (SiteVolume | undefined)[]): readonly SiteVolume[] {
  const byId = new Map(volumes.flatMap((volume) => (volume === undefined ? [] : [[volume.volumeId, volume]])));
  return sorted(
    byId.values(),
    ({ path }) => path,
    ({ volumeId }) => volumeId,
  );
}
