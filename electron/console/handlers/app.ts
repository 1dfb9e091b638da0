// app.*: the whole picture at once.
import { contractVersion, type ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import type { HandlerContext } from './handler-context.ts';

export function appHandlers({ events, target, repository, recovery, product }: HandlerContext): ConsoleHandlers['app'] {
  return {
    snapshot: async () => ({
      contractVersion,
      lastSeq: events.lastSeq,
      product,
      target: target.view,
      recovery,
      repository: repository.view,
      runs: events.runs,
      operations: events.operations,
    }),
  };
}
