// The timeline shows what the events said, for every run that can be.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reduceRunEvents } from '../../../shared/events/reduce-run.ts';
import type { RunEventBody } from '../../../shared/events/run-event.ts';
import { toVmId } from '../../../shared/model/ids.ts';
import { vmPhases, type VmPhase } from '../../../shared/model/run.ts';
import { anyRun, queuedBody, runId } from '../../../shared/testing/arbitrary-events.ts';
import { phaseSteps } from './phase-steps.ts';

const vmId = toVmId('vm-a');

function vmAfter(...bodies: readonly RunEventBody[]) {
  const run = reduceRunEvents(
    [queuedBody, ...bodies].map((body, i) => ({ ...body, runId, seq: i + 1, atMs: i * 1000 })),
  );
  return run!.vms[vmId]!;
}
const enter = (phase: VmPhase): RunEventBody => ({ type: 'vm-phase-entered', vmId, phase });
const statesOf = (vm: ReturnType<typeof vmAfter>) =>
  Object.fromEntries(phaseSteps(vm, 'on-host', 100_000).map((step) => [step.phase, step.state]));

describe('the steps of a VM', () => {
  it('are all ahead while it waits', () => {
    expect(new Set(Object.values(statesOf(vmAfter())))).toEqual(new Set(['ahead']));
  });

  it('are behind, going on, and ahead in the middle; what was not seen is passed over', () => {
    const vm = vmAfter(enter('preflight'), enter('requesting-checkpoint'), enter('redirected'), enter('reading'));
    expect(statesOf(vm)).toEqual({
      preflight: 'done',
      'requesting-checkpoint': 'done',
      quiescing: 'passed-over',
      redirected: 'done',
      reading: 'current',
      committing: 'ahead',
      merging: 'ahead',
      done: 'ahead',
    });
    const steps = phaseSteps(vm, 'on-host', 9000);
    expect(steps.find((step) => step.phase === 'preflight')?.durationMs).toBe(1000);
    expect(steps.find((step) => step.phase === 'reading')?.durationMs).toBe(5000);
  });

  it('show where it failed, and that it was merged all the same', () => {
    const vm = vmAfter(
      enter('preflight'),
      enter('requesting-checkpoint'),
      enter('reading'),
      enter('merging'),
      { type: 'merge-confirmed', vmId },
      { type: 'vm-ended', vmId, outcome: 'cancelled' },
    );
    expect(statesOf(vm)).toMatchObject({
      reading: 'failed',
      merging: 'done',
      committing: 'passed-over',
      done: 'passed-over',
    });
  });

  it('never show a merge as done that was not confirmed, nor state how long what did not end has taken', () => {
    const ways: readonly (readonly VmPhase[])[] = [['reading'], ['reading', 'committing'], ['quiescing']];
    for (const way of ways) {
      const ended = [enter('merging'), { type: 'vm-ended', vmId, outcome: 'failed' } as const];
      const vm = vmAfter(enter('preflight'), ...way.map(enter), ...ended);
      const merging = phaseSteps(vm, 'on-host', 100_000).find((step) => step.phase === 'merging');
      expect(merging).toMatchObject({ state: 'failed' });
      expect(merging).not.toHaveProperty('durationMs');
    }
    const refused = vmAfter(enter('preflight'), { type: 'vm-ended', vmId, outcome: 'failed' });
    const [preflight] = phaseSteps(refused, 'on-host', 100_000);
    expect(preflight).toMatchObject({ phase: 'preflight', state: 'failed' });
    expect(preflight).not.toHaveProperty('durationMs');
  });

  it('end with done when all went through', () => {
    const all = vmPhases.slice(1).map(enter);
    const confirmed = [{ type: 'merge-confirmed', vmId }, enter('done')] as const;
    const vm = vmAfter(...all.slice(0, -1), ...confirmed, { type: 'vm-ended', vmId, outcome: 'succeeded' });
    expect(new Set(Object.values(statesOf(vm)))).toEqual(new Set(['done']));
  });

  it('are the same set for every run, with at most one going on and no time below zero', () => {
    fc.assert(
      fc.property(anyRun, (events) => {
        const run = reduceRunEvents(events)!;
        for (const vm of Object.values(run.vms)) {
          for (const mode of ['on-host', 'off-host'] as const) {
            const steps = phaseSteps(vm, mode, 1e12);
            expect(steps).toHaveLength(mode === 'on-host' ? vmPhases.length - 3 : vmPhases.length - 1);
            expect(steps.filter((step) => step.state === 'current').length).toBeLessThanOrEqual(1);
            for (const step of steps) expect(step.durationMs ?? 0).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
