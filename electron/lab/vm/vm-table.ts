// All VMs of an opened lab with their mergers, by id.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { VmId } from '../../../shared/model/ids.ts';
import type { LabVm } from './lab-vm.ts';
import type { Merger } from './merger.ts';

export interface RunningVm {
  readonly vm: LabVm;
  readonly merger: Merger;
}

export class VmTable {
  readonly all: readonly RunningVm[];

  constructor(all: readonly RunningVm[]) {
    this.all = all;
  }

  /** @param where who was asked, for the error `hyperv.vm-not-found`. */
  get(vmId: VmId, where: string): RunningVm {
    const found = this.all.find(({ vm }) => vm.id === vmId);
    if (found === undefined) throw new AppError('hyperv.vm-not-found', { vm: vmId, host: where });
    return found;
  }
}
