// A cancel in every moment: at each event of a run, and at each call to a host. It always ends merged and on record.
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { RunPolicy } from '../../../shared/model/run.ts';
import { fakeVm } from '../testing/fake-site.ts';
import { TestBench } from '../testing/test-bench.ts';
import type { RunState } from '../../../shared/events/run-state.ts';

const vms = () => [fakeVm('SQL01', 'hv01'), fakeVm('WEB01', 'hv01'), fakeVm('DC01', 'hv01')];

/** Cancels when `isNow` first says so. */
async function cancelled(bench: TestBench, arm: (cancel: () => void) => void, policy?: RunPolicy): Promise<RunState> {
  const engine = bench.engine();
  let cancel: (() => void) | undefined;
  let isDue = false;
  const vmIds = bench.site.vms.map((vm) => vm.id);
  const wish = { mode: 'on-host', consistency: 'application', ...(policy === undefined ? {} : { policy }) } as const;
  const request = { vmIds, ...wish };
  engine.subscribe((event) => {
    if (event.type !== 'question-asked') return;
    const answer = () => engine.answer(event.runId, event.questionId, 'fall-back');
    // After a cancel there is nobody to answer to.
    void bench.clock
      .sleep(1000)
      .then(answer)
      .catch(() => undefined);
  });
  arm(() => {
    isDue = true;
    cancel?.();
  });
  const work = async (): Promise<RunState> => {
    const handle = await engine.startBackup(request);
    cancel = handle.cancel;
    if (isDue) handle.cancel();
    return handle.done;
  };
  return bench.clock.drive(work());
}

function expectMerged(bench: TestBench, state: RunState, where: string): void {
  expect(state, where).toMatchObject({ status: 'ended', effects: {} });
  expect(bench.site.remains, where).toEqual([]);
  expect([...bench.store.openDisks, ...bench.store.locks], where).toEqual([]);
  for (const vm of Object.values(state.vms)) {
    expect(vm.outcome, where).toMatch(/^(succeeded|succeeded-with-warnings|cancelled)$/);
    expect(vm.outcome?.startsWith('succeeded'), where).toBe(vm.restorePointId !== undefined);
    if (vm.checkpoint !== undefined) expect(vm.mergeConfirmedAtMs, where).toBeDefined();
  }
  expect(bench.store.committed.map((document) => document.vm.id).sort(), where).toEqual(
    Object.values(state.vms)
      .filter((vm) => vm.restorePointId !== undefined)
      .map((vm) => vm.vmId)
      .sort(),
  );
}

describe('cancel', () => {
  test('at every event', async () => {
    const reference = new TestBench(vms());
    await reference.backup(reference.engine());
    const count = reference.events.length;
    const outcomes = new Set<string>();
    for (let at = 1; at <= count; at += 1) {
      const bench = new TestBench(vms());
      const state = await cancelled(bench, (cancel) => {
        const original = bench.events.push.bind(bench.events);
        bench.events.push = (...events) => {
          const length = original(...events);
          if (length === at) cancel();
          return length;
        };
      });
      const where = `event ${at}, ${bench.types[at - 1]}`;
      expectMerged(bench, state, where);
      outcomes.add(String(state.outcome));
      expect(bench.events.at(-1)?.type, where).toBe('run-ended');
    }
    process.stdout.write(`cancel sweep, fake site: ${count} events\n`);
    expect(count).toBeGreaterThan(60);
    expect([...outcomes].sort()).toEqual(['cancelled', 'succeeded']);
  });

  test.each<['fall-back' | 'ask', 'job' | 'checkpoint']>([
    ['fall-back', 'job'],
    ['ask', 'job'],
    ['ask', 'checkpoint'],
  ])('at every event of a run that has to fall back (%s, because of the %s)', async (consistency, cause) => {
    const benchOf = (): TestBench => {
      const bench = new TestBench(vms().slice(0, 2));
      const words = { vm: 'SQL01', host: 'hv01', writer: 'SqlServerWriter' };
      if (cause === 'job') bench.site.script.jobError = new AppError('hyperv.vss-writer-failed', words);
      else bench.site.script.achieved = 'crash';
      return bench;
    };
    const outcomes = new Map<string, number>();
    let at = 1;
    for (let isOver = false; !isOver; at += 1) {
      const bench = benchOf();
      const due = { isNow: false };
      const arm = (cancel: () => void): void => {
        const push = bench.events.push.bind(bench.events);
        bench.events.push = (...events) => {
          const length = push(...events);
          if (length === at) cancel();
          due.isNow ||= length === at;
          return length;
        };
      };
      const state = await cancelled(bench, arm, { consistency });
      isOver = !due.isNow;
      expectMerged(bench, state, `event ${at}`);
      expect(Object.values(state.questions).filter((question) => question.state === 'open')).toEqual([]);
      outcomes.set(String(state.outcome), (outcomes.get(String(state.outcome)) ?? 0) + 1);
    }
    process.stdout.write(`cancel sweep, fake site, ${consistency} (${cause}): ${at - 1} events\n`);
    expect(at).toBeGreaterThan(50);
    expect([...outcomes.keys()].sort()).toEqual(['cancelled', 'succeeded-with-warnings']);
  });

  test('at every call to a host', async () => {
    const reference = new TestBench(vms());
    await reference.backup(reference.engine());
    const count = reference.site.calls.length;
    for (let at = 1; at <= count; at += 1) {
      const bench = new TestBench(vms());
      const state = await cancelled(bench, (cancel) => {
        bench.site.script.before = () => {
          if (bench.site.calls.length === at) cancel();
        };
      });
      expectMerged(bench, state, `call ${at}, ${bench.site.calls[at - 1]}`);
    }
    expect(count).toBeGreaterThan(60);
  });

  test('during the commit it waits for the commit: that VM has its restore point', async () => {
    const bench = new TestBench();
    const state = await cancelled(bench, (cancel) => {
      const push = bench.events.push.bind(bench.events);
      bench.events.push = (...events) => {
        if (events.some((event) => event.type === 'vm-phase-entered' && event.phase === 'committing')) cancel();
        return push(...events);
      };
    });
    expect(state).toMatchObject({ outcome: 'succeeded' });
    expect(bench.types).toContain('run-cancel-requested');
  });

  test('closing the engine cancels and waits for the merges', async () => {
    const bench = new TestBench();
    const engine = bench.engine();
    const request = { vmIds: [bench.site.vms[0]!.id], mode: 'on-host', consistency: 'application' } as const;
    const handle = await engine.startBackup(request);
    await bench.clock.drive(bench.clock.sleep(6000));
    expect(bench.site.remains).not.toEqual([]);
    await bench.clock.drive(engine.close());
    expect(bench.site.remains).toEqual([]);
    expect((await handle.done).outcome).toBe('cancelled');
    expect(engine.activeRuns()).toEqual([]);
  });
});
