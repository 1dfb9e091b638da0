// Who reads, and what that puts work on. The console always does; where it runs decides over the way.
import type { PlanLoad, PlanReader } from '../../../shared/model/backup-plan.ts';
import type { OffHostVariant, ProxyFacts } from '../../../shared/model/off-host.ts';

export const onHostReader: PlanReader = {
  mode: 'on-host',
  way: 'host',
  loads: ['host-disks', 'host-network', 'console-network', 'console-processor'],
};

/** What the variant itself loads, wherever the console is. A software snapshot lies on the host's own disks. */
const variantLoads: Readonly<Record<OffHostVariant, readonly PlanLoad[]>> = {
  transportable: ['storage-array'],
  'file-share': ['file-server', 'proxy-network'],
  software: ['host-disks', 'host-network', 'proxy-network'],
};

/** On the proxy, the console hashes and compresses there; elsewhere the proxy only passes the bytes on. */
export function offHostReader(variant: OffHostVariant, { id, isThisComputer }: ProxyFacts): PlanReader {
  const where: readonly PlanLoad[] = isThisComputer
    ? ['proxy-processor']
    : ['proxy-network', 'console-network', 'console-processor'];
  return {
    mode: 'off-host',
    variant,
    way: isThisComputer ? 'local-path' : 'proxy-share',
    proxyId: id,
    loads: [...new Set([...variantLoads[variant], ...where])],
  };
}
