// Live migration: the VM has another owner, its disks on the shared volume stay where they are, the guest notices nothing.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { HostId, VmId } from '../../../shared/model/ids.ts';
import type { Site } from '../site.ts';

/** Error: `lab.no-such-thing` unless both hosts are nodes of the cluster. */
export async function moveVm(site: Site, vmId: VmId, toHost: HostId): Promise<void> {
  const { hosts, vms } = site.store.state;
  const nodes = hosts.filter((host) => host.inCluster).map((host) => host.id);
  const owner = vms.find((vm) => vm.id === vmId)?.hostId;
  for (const hostId of [owner, toHost])
    if (hostId === undefined || !nodes.includes(hostId))
      throw new AppError('lab.no-such-thing', { what: `cluster node ${hostId ?? ''}` });
  await site.store.updateVm(vmId, (vm) => ({ ...vm, hostId: toHost }));
}
