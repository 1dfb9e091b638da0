// What other people and products do to the site while a backup goes on.
import { AppError } from '../../shared/errors/app-error.ts';
import type { VmId } from '../../shared/model/ids.ts';
import type { LabOperations } from './lab.ts';
import { storageOf, type Site } from './site.ts';
import { takeSnapshot } from './snapshot/take-snapshot.ts';
import { systemProvider } from './snapshot/volume-providers.ts';
import { createCheckpoint, type NewCheckpoint } from './vm/create-checkpoint.ts';
import { moveVm } from './vm/move-vm.ts';
import { removeCheckpoint } from './vm/remove-checkpoint.ts';
import type { RunningVm, VmTable } from './vm/vm-table.ts';

export function labOperations(site: Site, vms: VmTable): LabOperations {
  const find = (vmId: VmId): RunningVm => vms.get(vmId, 'the lab');
  const create = (vmId: VmId, name: string, kind: NewCheckpoint['kind']) =>
    createCheckpoint(site, find(vmId).vm, { name, kind, consistency: 'crash', quiescing: 'none' });
  return {
    createUserCheckpoint: async (vmId, name) => create(vmId, name, 'standard'),
    createForeignCheckpoint: async (vmId, name) => create(vmId, name, 'recovery'),
    removeCheckpoint: async (vmId, checkpointId) => {
      const running = find(vmId);
      await removeCheckpoint(site, running, checkpointId);
      await running.merger.idle();
    },
    createForeignVolumeSnapshot: async (hostId, volumePaths) => {
      const volumes = storageOf(site, hostId).volumes.filter((volume) => volumePaths.includes(volume.path));
      if (volumes.length < volumePaths.length)
        throw new AppError('lab.no-such-thing', { what: `such volumes on ${hostId}: ${volumePaths.join(', ')}` });
      const setId = site.store.newGuid('foreign volume snapshot');
      await takeSnapshot(site, vms, volumes, {
        setId,
        tag: 'OtherBackup',
        hostId,
        providerId: systemProvider.id,
        variant: 'software',
        createdAtMs: site.clock.nowMs(),
      });
      return setId;
    },
    deleteVolumeSnapshot: (setId) => site.snapshots.delete(setId),
    migrateVm: async (vmId, toHost) => {
      find(vmId);
      await moveVm(site, vmId, toHost);
    },
    resizeVolume: async (hostId, volumePath, sizeBytes) => {
      const volume = storageOf(site, hostId).volumes.find((candidate) => candidate.path === volumePath);
      if (volume === undefined) throw new AppError('lab.no-such-thing', { what: `volume ${volumePath} on ${hostId}` });
      await site.store.update((state) => ({
        ...state,
        volumes: state.volumes.map((other) => (other.id === volume.id ? { ...other, sizeBytes } : other)),
      }));
      volume.sizeBytes = sizeBytes;
    },
  };
}
