// One look over every host of the site. A host that does not answer is named, not skipped.
import { AppError, toAppError } from '../../../shared/errors/app-error.ts';
import type { UnreachableHost, VmFacts } from '../../../shared/model/site.ts';
import type { HyperVPort } from '../ports/hyperv.ts';

export interface SiteSweep {
  readonly vms: readonly VmFacts[];
  readonly unreachable: readonly UnreachableHost[];
}

/** @throws AppError when the site itself does not answer */
export async function sweepSite(hyperv: HyperVPort): Promise<SiteSweep> {
  const { hosts } = await hyperv.readSite();
  const vms: VmFacts[] = [];
  const unreachable: UnreachableHost[] = [];
  await Promise.all(
    hosts.map(async (host) => {
      try {
        vms.push(...(await hyperv.readHost(host.id)).vms);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        unreachable.push({ hostId: host.id, name: host.name, reason: toAppError(error).text.meaning });
      }
    }),
  );
  return { vms: vms.sort((a, b) => a.id.localeCompare(b.id)), unreachable };
}
