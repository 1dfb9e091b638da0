// repository.*: make one, choose one, and look whether it is sound.
import { isAppError } from '../../../shared/errors/app-error.ts';
import type { ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import type { RepositoryStatus } from '../../../shared/ipc/views.ts';
import { listRestorePoints } from '../../engine/restore-points/index.ts';
import type { HandlerContext } from './handler-context.ts';

export function repositoryHandlers(context: HandlerContext): ConsoleHandlers['repository'] {
  const { repository, operations, events, settings, random } = context;
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
  const tellChange = (): void => {
    events.emit({ type: 'repository', repository: repository.view });
    events.emit({ type: 'settings', settings: settings.view });
  };
  const changed = async (): Promise<RepositoryStatus> => {
    tellChange();
    return statusNow();
  };
  return {
    makePassword: async () => ({ password: Buffer.from(random.bytes(passwordBytes)).toString('base64url') }),
    init: async ({ location, password, keep }) => {
      await repository.init(location, password, keep);
      return changed();
    },
    open: async ({ location, password, keep }) => {
      await repository.choose(location, password, keep);
      return changed();
    },
    forgetPassword: async () => {
      try {
        await repository.forgetPassword();
      } finally {
        // Gone in this process whatever became of the rest.
        tellChange();
      }
      return settings.view;
    },
    status: statusNow,
    check: ({ operationId }) =>
      operations.run({ kind: 'check', subject: repository.location, operationId }, (tools) =>
        repository.use((opened) => opened.check(tools)),
      ),
  };
}

/** 192 bits: nobody tries them all. */
const passwordBytes = 24;
