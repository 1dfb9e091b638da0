// The process dies at every call it makes and around every line it journals; a new one recovers. On the fake site, so
// that every point can be tried; the lab's sweep with real disks is in kill-sweep.integ.test.ts.
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import { fakeVm } from '../testing/fake-site.ts';
import { backUpAll, liveAndDie, mortalEngine } from '../testing/mortal-engine.ts';
import { MortalProcess } from '../testing/mortal-process.ts';
import { TestBench } from '../testing/test-bench.ts';

/** What was asked for before the death must not turn up behind the back of the recovery. */
const anHourPasses = (bench: TestBench) => bench.clock.drive(bench.clock.sleep(60 * 60_000));

function expectSettled(bench: TestBench, runs: readonly RunState[], where: string): void {
  expect(bench.site.remains, where).toEqual([]);
  expect([...bench.store.locks], where).toEqual([]);
  for (const run of runs) {
    expect(run, where).toMatchObject({ status: 'ended', effects: {} });
    const committed = bench.store.committed.filter((document) => document.runId === run.runId);
    const known = Object.values(run.vms).filter((vm) => vm.restorePointId !== undefined);
    expect(known.map((vm) => vm.name).sort(), where).toEqual(committed.map((document) => document.vm.name).sort());
  }
}

async function nextBackupWorks(bench: TestBench, where: string): Promise<void> {
  const state = await bench.backup(bench.engine());
  expect(state.outcome, where).toBe('succeeded');
  expect(bench.site.remains, where).toEqual([]);
}

describe('killed at every point', () => {
  test('a run of two VMs: recovery leaves nothing and knows every restore point', async () => {
    const vms = () => [fakeVm('SQL01', 'hv01'), fakeVm('WEB01', 'hv02')];
    const places = new Map<string, number>();
    let point = 1;
    for (; ; point += 1) {
      const bench = new TestBench(vms());
      const life = new MortalProcess(point);
      await liveAndDie(bench, life, backUpAll(bench, mortalEngine(bench, life)));
      if (!life.isDead) break;
      places.set(life.diedAt, (places.get(life.diedAt) ?? 0) + 1);
      const where = `point ${point}, ${life.diedAt}`;
      const engine = bench.engine();
      const report = await bench.clock.drive(engine.recover());
      expect(report.problems, where).toEqual([]);
      await anHourPasses(bench);
      const { runs, problems } = await engine.history();
      expect(problems, where).toEqual([]);
      expectSettled(bench, runs, where);
      if (!life.diedAt.endsWith('after journaling run-ended')) {
        for (const run of runs) expect(run.outcome, where).toBe('interrupted');
      }
      expect((await engine.recover()).runs, where).toEqual([]);
      if (point % 5 === 0) await nextBackupWorks(bench, where);
    }
    process.stdout.write(`kill sweep, fake site: ${point - 1} points, ${places.size} different places\n`);
    expect(point).toBeGreaterThan(150);
    expect([...places.keys()]).toEqual(
      expect.arrayContaining([
        'before host.requestCheckpoint',
        'after host.requestCheckpoint',
        'before data.commitRestorePoint',
        'after data.commitRestorePoint',
        'while journaling effect-intended',
        'after journaling merge-confirmed',
      ]),
    );
  });

  test.each<['fall-back' | 'ask', 'job' | 'checkpoint']>([
    ['fall-back', 'job'],
    ['ask', 'job'],
    ['ask', 'checkpoint'],
  ])('a run that has to fall back (%s, because of the %s)', async (consistency, cause) => {
    const places = new Set<string>();
    let point = 1;
    for (; ; point += 1) {
      const bench = new TestBench();
      const words = { vm: 'SQL01', host: 'hv01', writer: 'SqlServerWriter' };
      if (cause === 'job') bench.site.script.jobError = new AppError('hyperv.vss-writer-failed', words);
      else bench.site.script.achieved = 'crash';
      const life = new MortalProcess(point);
      await liveAndDie(bench, life, backUpAll(bench, mortalEngine(bench, life), { consistency }));
      if (!life.isDead) break;
      places.add(life.diedAt);
      const where = `point ${point}, ${life.diedAt}`;
      const engine = bench.engine();
      await bench.clock.drive(engine.recover());
      await anHourPasses(bench);
      const { runs, problems } = await engine.history();
      expect(problems, where).toEqual([]);
      expectSettled(bench, runs, where);
      const open = runs.flatMap((run) => Object.values(run.questions)).filter((question) => question.state === 'open');
      expect(open, where).toEqual([]);
    }
    process.stdout.write(`kill sweep, fake site, ${consistency} (${cause}): ${point - 1} points\n`);
    expect(point).toBeGreaterThan(90);
    if (consistency === 'ask') expect([...places]).toContain('after journaling question-asked');
  });

  test('a recovery that is itself killed at every point, and repeated', async () => {
    let tried = 0;
    for (const first of [30, 45, 60, 75, 90, 105, 120]) {
      for (let point = 1; ; point += 1) {
        const bench = new TestBench();
        const life = new MortalProcess(first);
        await liveAndDie(bench, life, backUpAll(bench, mortalEngine(bench, life)));
        const second = new MortalProcess(point);
        await liveAndDie(bench, second, () => mortalEngine(bench, second).recover());
        if (!second.isDead) break;
        tried += 1;
        const where = `killed ${life.diedAt}, recovery killed ${second.diedAt}`;
        const engine = bench.engine();
        await bench.clock.drive(engine.recover());
        await anHourPasses(bench);
        const { runs, problems } = await engine.history();
        expect(problems, where).toEqual([]);
        expectSettled(bench, runs, where);
      }
    }
    process.stdout.write(`kill sweep of recovery, fake site: ${tried} points\n`);
    expect(tried).toBeGreaterThan(60);
  });
});
