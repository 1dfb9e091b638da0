// The same inventory in one order, whatever order the hosts answered in: evidence and numbers of a plan follow it.
import type { SiteInventory, VmFacts } from '../../../shared/model/site.ts';
import { sorted } from './sorted.ts';

export function orderedInventory(inventory: SiteInventory): SiteInventory {
  const { site } = inventory;
  const { cluster } = site;
  return {
    ...inventory,
    site:
      cluster === undefined
        ? site
        : { ...site, cluster: { ...cluster, nodes: sorted(cluster.nodes, (node) => node.hostId) } },
    hosts: sorted(inventory.hosts, (entry) => entry.host.id).map((entry) => ({
      ...entry,
      vms: entry.vms.map(orderedVm),
    })),
    unreachable: sorted(inventory.unreachable, (host) => host.hostId),
  };
}

function orderedVm(vm: VmFacts): VmFacts {
  return {
    ...vm,
    activities: sorted(vm.activities, String),
    drives: sorted(
      vm.drives,
      (drive) => drive.controllerType,
      (drive) => drive.controllerNumber,
      (drive) => drive.controllerLocation,
    ),
    checkpoints: sorted(vm.checkpoints, (checkpoint) => checkpoint.id),
  };
}
