// app.*: the whole picture at once.
import { contractVersion, type ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import type { HandlerContext } from './handler-context.ts';

export function appHandlers(context: HandlerContext): ConsoleHandlers['app'] {
  const { events, target, repository, settings, recovery, product } = context;
  return {
    snapshot: async () => ({
      contractVersion,
      lastSeq: events.lastSeq,
      product,
      target: target.view,
      recovery,
      repository: repository.view,
      settings: settings.view,
      runs: events.runs,
      operations: events.operations,
    }),
  };
}
