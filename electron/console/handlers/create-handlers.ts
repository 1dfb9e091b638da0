// One handler per call of the contract, put together from one file per group.
import type { ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import { appHandlers } from './app.ts';
import { folderHandlers } from './folders.ts';
import type { HandlerContext } from './handler-context.ts';
import { labHandlers } from './lab.ts';
import { leftoverHandlers } from './leftovers.ts';
import { repositoryHandlers } from './repository.ts';
import { restorePointHandlers } from './restore-points.ts';
import { runHandlers } from './runs.ts';
import { settingsHandlers } from './settings.ts';
import { siteHandlers } from './site.ts';

export function createHandlers(context: HandlerContext): ConsoleHandlers {
  return {
    app: appHandlers(context),
    site: siteHandlers(context),
    runs: runHandlers(context),
    restorePoints: restorePointHandlers(context),
    repository: repositoryHandlers(context),
    operations: {
      cancel: async ({ operationId }) => ({ isCancelling: context.operations.cancel(operationId) }),
    },
    settings: settingsHandlers(context),
    folders: folderHandlers(context),
    leftovers: leftoverHandlers(context),
    lab: labHandlers(context),
  };
}
