// site.*: what the hosts say, and what it means for online backup.
import type { ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import { evaluateReadiness } from '../../readiness/index.ts';
import type { HandlerContext } from './handler-context.ts';

export function siteHandlers({ site }: HandlerContext): ConsoleHandlers['site'] {
  return {
    inventory: (input) => site.inventory(input),
    gates: async (input) => evaluateReadiness(await site.inventory(input)),
  };
}
