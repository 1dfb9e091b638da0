// runs.*: starting, stopping, and looking back.
import { AppError, isAppError } from '../../../shared/errors/app-error.ts';
import type { ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { defaultPlanSettings, planBackup, type RunHandle } from '../../engine/index.ts';
import { previewBackup } from '../preview-backup.ts';
import { historyPage } from '../views/history-page.ts';
import type { RepositoryAccess } from '../repository-access.ts';
import type { HandlerContext } from './handler-context.ts';

export function runHandlers(context: HandlerContext): ConsoleHandlers['runs'] {
  const { engine, repository, events, site, settings, target } = context;
  const active = new Map<RunId, RunHandle>();
  const hasEnded = (runId: RunId): boolean => events.runOf(runId)?.status === 'ended';
  return {
    preview: async (request) => {
      const { inventory } = await site.readCurrent();
      return previewBackup({
        ...request,
        inventory,
        activeRuns: engine.activeRuns(),
        repository: repository.view,
        repositoryRefusal: refusalOf(repository),
        concurrency: settings.concurrency,
      });
    },
    plan: async ({ vmIds, mode, consistency }) => {
      const { inventory } = await site.readCurrent();
      return planBackup({
        inventory,
        offHost: await target.port.readOffHostFacts?.(),
        vmIds,
        mode,
        consistency,
        settings: { ...defaultPlanSettings, ...settings.concurrency },
      });
    },
    start: async ({ policy, ...request }) => {
      // A run that could only fail is not begun.
      repository.assertChosen();
      // One that has told of its end may not have let go of its VMs in the same moment.
      await Promise.all([...active.values()].filter((run) => hasEnded(run.runId)).map((run) => run.done));
      const handle = await engine.startBackup({ ...request, ...(policy === undefined ? {} : { policy }) });
      active.set(handle.runId, handle);
      void handle.done.finally(() => active.delete(handle.runId));
      return { runId: handle.runId };
    },
    answer: async ({ runId, questionId, choice }) => {
      await engine.answer(runId, questionId, choice);
      return { isAnswered: true };
    },
    cancel: async ({ runId }) => {
      const handle = hasEnded(runId) ? undefined : active.get(runId);
      handle?.cancel();
      return { isCancelling: handle !== undefined };
    },
    show: async ({ runId }) => {
      const run = events.runOf(runId) ?? (await engine.history()).runs.find((candidate) => candidate.runId === runId);
      if (run === undefined) throw new AppError('console.run-not-found', { run: runId });
      return run;
    },
    history: async ({ limit, before }) => {
      const { runs, problems } = await engine.history();
      return { ...historyPage(runs, limit, before), problems };
    },
  };
}

function refusalOf(repository: RepositoryAccess): AppError | undefined {
  try {
    repository.assertChosen();
    return undefined;
  } catch (error) {
    if (isAppError(error)) return error;
    throw error;
  }
}
