// The truth about a whole lab: finds the disk and the moment, and lets the model of that disk answer.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { CheckpointId, DiskSlot } from '../../../shared/model/ids.ts';
import { pageBytes } from '../content/page-content.ts';
import type { LabTruth } from '../lab.ts';
import type { LabVm } from '../vm/lab-vm.ts';
import type { VmTable } from '../vm/vm-table.ts';

export function labTruth(vms: VmTable): LabTruth {
  return {
    checkpointSha256: async (checkpointId, slot) => {
      const { vm, position } = find(vms, checkpointId, slot);
      return vm.truthOf(slot).sha256(position);
    },
    liveSha256: async (vmId, slot) => vms.get(vmId, 'the lab').vm.truthOf(slot).sha256(),
    changedBytesSince: async (checkpointId, slot, later) => {
      const { vm, position } = find(vms, checkpointId, slot);
      const end = later === undefined ? undefined : find(vms, later, slot).position;
      const pages = await vm.truthOf(slot).changedPageCount(position, end);
      return { pages, bytes: pages * pageBytes };
    },
  };
}

/** Error: `lab.no-such-thing`. */
function find(
  vms: VmTable,
  checkpointId: CheckpointId,
  slot: DiskSlot,
): { readonly vm: LabVm; readonly position: number } {
  for (const { vm } of vms.all) {
    if (!vm.record.disks.some((disk) => disk.slot === slot)) continue;
    const position = vm.logOf(slot).markOf(checkpointId);
    if (position !== undefined) return { vm, position };
  }
  throw new AppError('lab.no-such-thing', { what: `checkpoint ${checkpointId} of a disk ${slot}` });
}
