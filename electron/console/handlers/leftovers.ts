// leftovers.*: what stands on hosts and in the repository although no run accounts for it.
import type { ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import type { HandlerContext } from './handler-context.ts';

export function leftoverHandlers({ engine }: HandlerContext): ConsoleHandlers['leftovers'] {
  return {
    list: () => engine.findLeftovers(),
    clean: ({ ids }) => engine.cleanLeftovers(ids),
  };
}
