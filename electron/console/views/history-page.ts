// A page of earlier runs, newest first, in a size that fits into one message. Pure.
import type { RunState } from '../../../shared/events/run-state.ts';
import type { RunHistoryPage } from '../../../shared/ipc/views.ts';
import type { RunId } from '../../../shared/model/ids.ts';

/** A run of a thousand VMs is large: fifty of them would be too much at once. A page has one run at least. */
export const mostVmsOfPage = 2000;

/** @param runs oldest first */
export function historyPage(
  runs: readonly RunState[],
  limit: number,
  before: RunId | undefined,
): Omit<RunHistoryPage, 'problems'> {
  const newestFirst = [...runs].reverse().filter((run) => before === undefined || run.runId < before);
  let vms = 0;
  const tooMany = newestFirst.findIndex((run, at) => {
    vms += run.vmOrder.length;
    return at > 0 && vms > mostVmsOfPage;
  });
  const page = newestFirst.slice(0, Math.min(limit, tooMany < 0 ? limit : tooMany));
  const last = page.at(-1);
  const hasMore = newestFirst.length > page.length && last !== undefined;
  return { runs: page, ...(hasMore ? { nextBefore: last.runId } : {}) };
}
