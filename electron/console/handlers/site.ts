// site.*: what the hosts say, and what it means for online backup.
import type { ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import { readinessView } from '../views/readiness-view.ts';
import { vmPage } from '../views/vm-rows.ts';
import type { HandlerContext } from './handler-context.ts';

export function siteHandlers({ site }: HandlerContext): ConsoleHandlers['site'] {
  return {
    inventory: async (input) => (await site.read(input)).inventory,
    gates: async (input) => (await site.read(input)).report,
    readiness: async (input) => readinessView((await site.read(input)).report),
    vms: async ({ refresh, after, limit }) => {
      const { rows, inventory } = await site.read({ refresh });
      return vmPage(rows, inventory.readAtMs, { after, limit });
    },
  };
}
