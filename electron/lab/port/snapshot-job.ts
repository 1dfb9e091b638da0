// The way of one volume snapshot job: accepted, judged, taken. What VSS would refuse is refused with its own error, and
// then nothing was made. Numbers in comments: return values of Win32_ShadowCopy.Create.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { HostId } from '../../../shared/model/ids.ts';
import type { OffHostVariant, ProviderKind } from '../../../shared/model/off-host.ts';
import type { VolumeSnapshotRequest } from '../../engine/ports/off-host.ts';
import type { Site } from '../site.ts';
import { takeSnapshot } from '../snapshot/take-snapshot.ts';
import { maxSnapshotsOf, providersOf } from '../snapshot/volume-providers.ts';
import type { VolumeState } from '../state/lab-state.ts';
import type { LabVolume } from '../storage/lab-volume.ts';
import type { VmTable } from '../vm/vm-table.ts';
import type { JobHandle } from './jobs.ts';
import { coordinatorOf } from './off-host-facts.ts';

const acceptedMs = 60;
const workMs = 80;
/** Less room than this and the system's provider does not begin. */
const leastRoomBytes = 1024 * 1024;

const neededKind: Readonly<Record<OffHostVariant, ProviderKind>> = {
  transportable: 'hardware',
  'file-share': 'file-share',
  software: 'software',
};

/** Hosts on which one is being made: VSS makes one at a time. */
export type SnapshotsInTheMaking = Set<HostId>;

/** Errors: `hyperv.snapshot-…`: `volume-unknown`, `unsupported`, `limit`, `no-space`, `busy`, `refused`. */
export async function runSnapshotJob(
  site: Site,
  vms: VmTable,
  request: VolumeSnapshotRequest,
  job: JobHandle,
  inTheMaking: SnapshotsInTheMaking,
): Promise<void> {
  const { hostId: host } = request;
  await site.clock.sleep(acceptedMs, site.closing);
  if (inTheMaking.has(host)) throw new AppError('hyperv.snapshot-busy', { host }); // 9
  inTheMaking.add(host);
  try {
    job.reached('working');
    await site.clock.sleep(workMs, site.closing);
    const volumes = judged(site, request);
    const { tag, providerId, variant } = request;
    const fault = site.faults.take('create-snapshot', { hostId: host });
    if (fault?.effect === 'snapshot-refused') {
      const reason = fault.reason ?? 'the provider vetoed it (10)';
      throw new AppError('hyperv.snapshot-refused', { volume: request.volumePaths[0] ?? '', host, reason });
    }
    const setId = site.store.newGuid('volume snapshot');
    const createdAtMs = site.clock.nowMs();
    await takeSnapshot(site, vms, volumes, { setId, tag, hostId: host, providerId, variant, createdAtMs });
    await site.clock.sleep(workMs, site.closing);
  } finally {
    inTheMaking.delete(host);
  }
}

function judged(site: Site, request: VolumeSnapshotRequest): readonly LabVolume[] {
  const { hostId: host, volumePaths } = request;
  const names = volumePaths.map((path) => path.toLowerCase());
  const twice = volumePaths.find((_, at) => names.indexOf(names[at] ?? '') !== at) ?? volumePaths[0];
  if (twice === undefined || new Set(names).size < names.length) {
    // 2; AddToSnapshotSet: VSS_E_OBJECT_ALREADY_EXISTS
    const reason = 'every volume has to be named, and once (2)';
    throw new AppError('hyperv.snapshot-refused', { volume: twice ?? '', host, reason });
  }
  return volumePaths.map((path) => judgedVolume(site, request, path));
}

function judgedVolume(
  site: Site,
  { hostId: host, providerId, variant }: VolumeSnapshotRequest,
  path: string,
): LabVolume {
  const { state } = site.store;
  const isIt = (volume: VolumeState): boolean => volume.path.toLowerCase() === path.toLowerCase();
  const volume = state.volumes.find((candidate) => isIt(candidate) && coordinatorOf(state, candidate) === host);
  const open = site.volumes.find((candidate) => candidate.id === volume?.id);
  const place = { volume: path, host };
  if (volume === undefined || open === undefined) throw new AppError('hyperv.snapshot-volume-unknown', place); // 3
  const provider = providersOf(volume).find((candidate) => candidate.id === providerId.toLowerCase());
  const unsupported = (reason: string): AppError => new AppError('hyperv.snapshot-unsupported', { ...place, reason });
  if (provider === undefined) throw unsupported(`no provider ${providerId} serves this volume`); // 11
  if (provider.kind !== neededKind[variant])
    throw unsupported(`"${provider.name}" makes no snapshots of the kind ${variant}`); // 5
  const limit = maxSnapshotsOf(volume);
  if (open.snapshotCount >= limit) throw new AppError('hyperv.snapshot-limit', { ...place, limit }); // 8
  const isOnVolume = provider.kind !== 'hardware';
  if (isOnVolume && open.freeBytes < leastRoomBytes) throw new AppError('hyperv.snapshot-no-space', place); // 6
  return open;
}
