// The last look before anything is asked of a host: fresh facts of one VM, and every reason not to begin. Reads only.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { HostInventory, VmFacts } from '../../../shared/model/site.ts';
import { vmRefusal } from './vm-refusal.ts';
import type { VmRun } from './vm-run.ts';

/**
 * The VM's facts, when nothing speaks against a backup. Nothing on the host is changed by it.
 * @throws AppError `engine.*` or `hyperv.*`, naming the VM and the reason
 */
export async function preflight(run: VmRun): Promise<VmFacts> {
  const { tools, fuse } = run.options;
  const { signal } = run;
  const patience = { silenceMs: tools.settings.hostSilenceMs, signal };
  run.options.assertRepositoryWorks();
  await run.access.patiently(() => run.access.locate(signal), patience);
  const site = await run.access.patiently(() => tools.hyperv.readSite(signal), patience);
  const inventory = await run.access.patiently(({ hostId }) => tools.hyperv.readHost(hostId, signal), patience);
  const vm = findVm(inventory, run);
  const refusal = vmRefusal(vm, inventory.host, site);
  if (refusal !== undefined) throw refusal;
  const forecasts = fuse.begin({ vm, blow: (error) => run.blowFuse(error) }, inventory, site);
  for (const forecast of forecasts) await run.warn(forecast);
  return vm;
}

function findVm(inventory: HostInventory, run: VmRun): VmFacts {
  const vm = inventory.vms.find((candidate) => candidate.id === run.options.vm.vmId);
  if (vm === undefined) throw new AppError('hyperv.vm-not-found', run.access.words);
  return vm;
}
