// From what was typed to VMs: by exact name, by name in any case, or by id. Pure.
import { AppError } from '../../shared/errors/app-error.ts';
import type { SiteInventory, VmFacts } from '../../shared/model/site.ts';
import { nearWords } from './arguments/near-words.ts';

export function allVms({ hosts }: SiteInventory): readonly VmFacts[] {
  return hosts.flatMap((host) => host.vms);
}

/** @throws AppError `cli.vm-unknown`, `hyperv.vm-ambiguous` */
export function findVm(inventory: SiteInventory, typed: string): VmFacts {
  const vms = allVms(inventory);
  const wanted = typed.toLowerCase();
  const matchers: readonly ((vm: VmFacts) => boolean)[] = [
    (vm) => vm.id === wanted.replace(/^\{(.*)\}$/, '$1'),
    (vm) => vm.name === typed,
    (vm) => vm.name.toLowerCase() === wanted,
  ];
  for (const matches of matchers) {
    const [vm, ...others] = vms.filter(matches);
    if (vm === undefined) continue;
    if (others.length === 0) return vm;
    throw new AppError('hyperv.vm-ambiguous', { vm: typed, ids: [vm, ...others].map((found) => found.id) });
  }
  const near = nearWords(
    typed,
    vms.map((vm) => vm.name),
  );
  throw new AppError('cli.vm-unknown', { vm: typed, site: inventory.site.name, near });
}
