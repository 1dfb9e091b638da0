// Pages of earlier runs: every run once, newest first, and none too large for one message.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RunState } from '../../../shared/events/run-state.ts';
import { makeRunId, toVmId, type RunId } from '../../../shared/model/ids.ts';
import { historyPage, mostVmsOfPage } from './history-page.ts';

const runOf = (vms: number, at: number): RunState =>
  ({
    runId: makeRunId(at * 1000, 'abcdef'),
    vmOrder: Array.from({ length: vms }, (_, index) => toVmId(`vm-${index}`)),
  }) as Partial<RunState> as RunState;

it('gives every run once, newest first, in pages that stay small', () => {
  const sizes = fc.array(fc.constantFrom(1, 3, 700, 1500, mostVmsOfPage + 1), { maxLength: 12 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 5 }), (vms, limit) => {
      const runs = vms.map(runOf);
      const seen: RunId[] = [];
      let before: RunId | undefined;
      do {
        const page = historyPage(runs, limit, before);
        const vmsOfPage = page.runs.reduce((sum, run) => sum + run.vmOrder.length, 0);
        expect(page.runs.length).toBeLessThanOrEqual(limit);
        if (page.runs.length > 1) expect(vmsOfPage).toBeLessThanOrEqual(mostVmsOfPage);
        if (runs.length > 0) expect(page.runs.length).toBeGreaterThan(0);
        seen.push(...page.runs.map((run) => run.runId));
        before = page.nextBefore;
      } while (before !== undefined);
      expect(seen).toEqual(runs.map((run) => run.runId).reverse());
    }),
  );
});
