// One proxy for a plan: the one that was asked for, or the one that serves most VMs without the hosts reading.
import type { PlanWay } from '../../../shared/model/backup-plan.ts';
import type { ProxyFacts } from '../../../shared/model/off-host.ts';
import type { PlanContext } from './common-conditions.ts';
import type { PlacedVm } from './place-vm.ts';
import { sorted } from './sorted.ts';
import { vmWays } from './vm-ways.ts';

export function chooseProxy(vms: readonly PlacedVm[], context: PlanContext): ProxyFacts | undefined {
  const { offHost, askedProxyId } = context;
  const proxies = sorted(offHost?.proxies ?? [], ({ id }) => id);
  if (askedProxyId !== undefined) return proxies.find(({ id }) => id === askedProxyId);
  const served = (proxy: ProxyFacts) => {
    const ways = vms.flatMap((placed) => vmWays(placed, { ...context, proxy }).filter(isOpenOffHost));
    const moved = ways.filter(({ variant }) => variant === 'software').length;
    return { proxy, spared: ways.length - moved, moved };
  };
  const [best] = sorted(
    proxies.map(served),
    ({ spared }) => -spared,
    ({ moved }) => -moved,
    ({ proxy }) => (proxy.isThisComputer ? 0 : 1),
    ({ proxy }) => proxy.id,
  );
  return best?.proxy;
}

function isOpenOffHost({ mode, verdict }: PlanWay): boolean {
  return mode === 'off-host' && verdict === 'pass';
}
