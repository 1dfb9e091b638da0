// What a volume lies on and who can snapshot it, also for a lab whose state is older than that question.
import type { SnapshotProvider, VolumeStorage } from '../../../shared/model/off-host.ts';
import type { VolumeState } from '../state/lab-state.ts';

/** The system's own provider: copy on write on the volume itself. Source: VSS documentation. */
export const systemProvider: SnapshotProvider = {
  id: 'b5946137-7b9f-4925-af80-51abd60b20d5',
  name: 'Microsoft Software Shadow Copy provider 1.0',
  kind: 'software',
};

/** As many as the product allows itself by default; VSS itself would keep 64 (software) or 512 in all. */
const defaultMaxSnapshots = 4;

export function storageKindOf({ storage, hostId }: VolumeState): VolumeStorage {
  return storage ?? (hostId === undefined ? 'san' : 'local');
}

export function providersOf({ providers }: VolumeState): readonly SnapshotProvider[] {
  return providers ?? [systemProvider];
}

export function maxSnapshotsOf({ maxSnapshots }: VolumeState): number {
  return maxSnapshots ?? defaultMaxSnapshots;
}
