// repository.*: make one, choose one, and look whether it is sound.
import { isAppError } from '../../../shared/errors/app-error.ts';
import type { ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import type { RepositoryStatus } from '../../../shared/ipc/views.ts';
import { listRestorePoints } from '../../engine/restore-points/index.ts';
import type { HandlerContext } from './handler-context.ts';

export function repositoryHandlers(context: HandlerContext): ConsoleHandlers['repository'] {
  const { repository, operations, events } = context;
  const statusNow = async (): Promise<RepositoryStatus> => {
    const { view } = repository;
    try {
      return await repository.use(async (opened) => {
        const { restorePoints, otherSnapshots } = await listRestorePoints(opened);
        return {
          ...view,
          isOpen: true,
          repositoryId: opened.id,
          restorePoints: restorePoints.length,
          otherSnapshots,
        };
      });
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { ...view, isOpen: false, error: error.toData() };
    }
  };
  const changed = async (): Promise<RepositoryStatus> => {
    events.emit({ type: 'repository', repository: repository.view });
    return statusNow();
  };
  return {
    init: async ({ location, password }) => {
      await repository.init(location, password);
      return changed();
    },
    open: async ({ location, password }) => {
      await repository.choose(location, password);
      return changed();
    },
    status: statusNow,
    check: ({ operationId }) =>
      operations.run({ kind: 'check', subject: repository.location, operationId }, (tools) =>
        repository.use((opened) => opened.check(tools)),
      ),
  };
}
