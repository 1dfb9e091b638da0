// Names and hosts for the VMs of a run that is about to begin. A VM that does not exist is the caller's mistake; one
// whose host is silent just now is a VM of the run that will fail by itself, beside the others.
import { AppError, isAppError } from '../../../shared/errors/app-error.ts';
import { toHostId, type VmId } from '../../../shared/model/ids.ts';
import type { RunVm } from '../../../shared/model/run.ts';
import type { HyperVPort } from '../ports/hyperv.ts';

/** Shown for a VM of which nothing could be learnt: its host did not answer. */
const unknownHost = toHostId('unknown');

/** @throws AppError `hyperv.vm-not-found`; or the first error, when nothing could be learnt of any VM */
export async function resolveVms(hyperv: HyperVPort, vmIds: readonly VmId[]): Promise<readonly RunVm[]> {
  const found = await Promise.all(vmIds.map((vmId) => resolveVm(hyperv, vmId)));
  const errors = found.filter((result) => result instanceof AppError);
  const [first] = errors;
  if (first !== undefined && errors.length === found.length) throw first;
  return found.map((result, index) => {
    const vmId = vmIds[index];
    if (!(result instanceof AppError) || vmId === undefined) return result as RunVm;
    return { vmId, name: vmId, hostId: unknownHost };
  });
}

async function resolveVm(hyperv: HyperVPort, vmId: VmId): Promise<RunVm | AppError> {
  try {
    const hostId = await hyperv.findOwner(vmId);
    const { vm } = await hyperv.readVm({ hostId, vmId });
    return { vmId, name: vm.name, hostId };
  } catch (error) {
    if (!(error instanceof AppError) || isAppError(error, 'hyperv.vm-not-found')) throw error;
    return error;
  }
}
