// Less consistency than was asked for: what each policy makes of it, on the fake site. Nothing is downgraded in silence.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { QuestionChoice } from '../../../shared/events/run-event.ts';
import type { RunState, VmRunState } from '../../../shared/events/run-state.ts';
import { restorePointSchema } from '../../../shared/model/restore-point.ts';
import type { PolicyChoice } from '../../../shared/model/run.ts';
import { runStory } from '../../../shared/words/run-story.ts';
import type { Engine } from '../create-engine.ts';
import { readRunJournal } from '../journal/run-journal.ts';
import { fakeVm } from '../testing/fake-site.ts';
import { TestBench } from '../testing/test-bench.ts';

const only = (state: RunState): VmRunState => Object.values(state.vms)[0]!;
const questionsOf = (state: RunState) => Object.values(state.questions);

/** What can keep a VM from being application-consistent, and how the site is told to do it. */
const causes = {
  'a checkpoint that came back as less': (bench: TestBench): void => {
    bench.site.script.achieved = 'crash';
  },
  'a job that failed in the guest': (bench: TestBench): void => {
    const words = { vm: 'SQL01', host: 'hv01', writer: 'SqlServerWriter' };
    bench.site.script.jobError = new AppError('hyperv.vss-writer-failed', words);
  },
} as const;
const everyCause = Object.entries(causes);

function benchWith(cause: (bench: TestBench) => void): TestBench {
  const bench = new TestBench([fakeVm('SQL01', 'hv01')]);
  cause(bench);
  return bench;
}

function expectClean(bench: TestBench, state: RunState): void {
  expect(state).toMatchObject({ status: 'ended', effects: {} });
  expect(bench.site.remains).toEqual([]);
  expect([...bench.store.openDisks, ...bench.store.locks]).toEqual([]);
  expect(questionsOf(state).filter((question) => question.state === 'open')).toEqual([]);
}

const backUp = (bench: TestBench, engine: Engine, consistency: PolicyChoice): Promise<RunState> =>
  bench.backup(engine, 'application', { consistency });

/** Answers each question when it is asked, after a while. */
function answering(bench: TestBench, choice: QuestionChoice, afterMs = 0): Engine {
  const engine = bench.engine();
  engine.subscribe((event) => {
    if (event.type !== 'question-asked') return;
    const answer = () => engine.answer(event.runId, event.questionId, choice);
    if (afterMs === 0) void answer();
    else void bench.clock.sleep(afterMs).then(answer);
  });
  return engine;
}

function expectFallenBack(bench: TestBench, state: RunState): void {
  expectClean(bench, state);
  expect(only(state)).toMatchObject({
    outcome: 'succeeded-with-warnings',
    checkpoint: { consistency: 'crash', quiescing: 'none' },
    warnings: [{ code: 'engine.consistency-fallen-back' }],
  });
  const [document] = bench.store.committed;
  expect(document?.consistency).toMatchObject({ asked: 'application', achieved: 'crash', quiescing: 'none' });
  expect(document?.consistency.why).not.toBe('');
  expect(document?.warnings).toHaveLength(1);
  expect(restorePointSchema.parse(document)).toEqual(document);
}

describe.each(everyCause)('%s', (_name, cause) => {
  it('fails where nothing else was said, and where that was said', async () => {
    for (const policy of [undefined, { consistency: 'fail' }] as const) {
      const bench = benchWith(cause);
      const state = await bench.backup(bench.engine(), 'application', policy);
      expectClean(bench, state);
      expect(only(state)).toMatchObject({ outcome: 'failed', warnings: [] });
      expect(only(state).error?.code).toMatch(/consistency-not-achieved|vss-writer-failed/);
      expect(bench.store.committed).toEqual([]);
      expect(bench.site.calls.filter((call) => call === 'requestCheckpoint')).toHaveLength(1);
    }
  });

  it('falls back, marked in the run, in the story and in the restore point', async () => {
    const bench = benchWith(cause);
    const state = await backUp(bench, bench.engine(), 'fall-back');
    expectFallenBack(bench, state);
    expect(bench.types).not.toContain('question-asked');
    expect(bench.store.committed[0]?.consistency.why).toContain('policy');
    expect(runStory(state).some(({ text, tone }) => tone === 'warning' && text.includes('crash-consistent'))).toBe(
      true,
    );
  });

  it.each<[QuestionChoice]>([['fall-back'], ['fail']])('asks, and does what is answered: %s', async (choice) => {
    const bench = benchWith(cause);
    const state = await backUp(bench, answering(bench, choice, 5000), 'ask');
    expect(questionsOf(state)).toMatchObject([
      {
        questionId: 'q1',
        kind: 'consistency',
        state: 'answered',
        answer: { choice, by: 'admin' },
        defaultChoice: 'fail',
      },
    ]);
    const story = runStory(state).map((line) => line.text);
    const at = story.findIndex((text) => text.startsWith('SQL01 waits for an answer, for 2 min 0 s at most'));
    expect(story[at]).toContain('Without an answer, its backup fails.');
    expect(story[at + 1]).toMatch(/^The answer for SQL01: .*(is accepted|its backup fails)\.$/);
    if (choice === 'fall-back') {
      expectFallenBack(bench, state);
      expect(bench.store.committed[0]?.consistency.why).toContain('accepted when asked');
      return;
    }
    expectClean(bench, state);
    expect(only(state).outcome).toBe('failed');
    expect(bench.store.committed).toEqual([]);
  });

  it('fails when nobody answers in time', async () => {
    const bench = benchWith(cause);
    const state = await backUp(bench, bench.engine(), 'ask');
    expectClean(bench, state);
    const [question] = questionsOf(state);
    expect(question).toMatchObject({ state: 'answered', answer: { choice: 'fail', by: 'deadline' } });
    expect(question!.deadlineAtMs - question!.askedAtMs).toBe(2 * 60_000);
    expect(question!.answer!.atMs).toBe(question!.deadlineAtMs);
    expect(only(state).outcome).toBe('failed');
  });

  it('a cancel ends the wait, and voids the question', async () => {
    const bench = benchWith(cause);
    const engine = bench.engine();
    const work = async (): Promise<RunState> => {
      const vmIds = bench.site.vms.map((vm) => vm.id);
      const policy = { consistency: 'ask' } as const;
      const handle = await engine.startBackup({ vmIds, mode: 'on-host', consistency: 'application', policy });
      engine.subscribe((event) => {
        if (event.type === 'question-asked') handle.cancel();
      });
      return handle.done;
    };
    const state = await bench.clock.drive(work());
    expectClean(bench, state);
    expect(state.outcome).toBe('cancelled');
    expect(questionsOf(state)).toMatchObject([{ state: 'void' }]);
    await expect(engine.answer(state.runId, 'q1', 'fall-back')).rejects.toMatchObject({
      code: 'engine.question-closed',
    });
  });

  it('is on record before it goes on: the journal tells the same', async () => {
    const bench = benchWith(cause);
    const state = await backUp(bench, answering(bench, 'fall-back'), 'ask');
    const types = (await readRunJournal(bench.journal, state.runId)).map((event) => event.type);
    expect(types.indexOf('question-answered')).toBeGreaterThan(types.indexOf('question-asked'));
    expect(types.indexOf('vm-warning')).toBeGreaterThan(types.indexOf('question-answered'));
  });
});

describe('a second request', () => {
  it('goes out only when nothing of the first is left, is the last one, and asks for crash consistency', async () => {
    const bench = benchWith(causes['a job that failed in the guest']);
    const asked: unknown[] = [];
    const original = bench.site.requestCheckpoint.bind(bench.site);
    bench.site.requestCheckpoint = (request) => {
      asked.push([request.consistency, bench.site.remains.length]);
      return original(request);
    };
    const state = await backUp(bench, bench.engine(), 'fall-back');
    expectFallenBack(bench, state);
    expect(asked).toEqual([
      ['application', 0],
      ['crash', 0],
    ]);
    expect(only(state).phases.filter(({ phase }) => phase === 'requesting-checkpoint')).toHaveLength(2);
    const how = bench.events.flatMap((event) => (event.type === 'effect-undone' ? [event.how] : []));
    expect(how).toEqual(['never-made', 'removed', 'removed']);
  });

  it('is not made for a failure that has nothing to do with the guest', async () => {
    const bench = benchWith(({ site }) => {
      site.script.jobError = new AppError('hyperv.checkpoint-failed', {
        vm: 'SQL01',
        host: 'hv01',
        reason: 'no memory',
      });
    });
    const state = await backUp(bench, bench.engine(), 'fall-back');
    expect(only(state).error?.code).toBe('hyperv.checkpoint-failed');
    expect(bench.site.mutations).toEqual(['requestCheckpoint']);
  });

  it('is not made while the first may have left something that cannot be removed', async () => {
    const bench = benchWith(causes['a job that failed in the guest']);
    bench.site.script.before = (method) => {
      if (method === 'readVm' && bench.types.includes('quiescing') && bench.site.calls.includes('requestCheckpoint'))
        throw new AppError('hyperv.host-unreachable', { host: 'hv01', reason: 'no answer' });
    };
    const state = await backUp(bench, bench.engine(), 'fall-back');
    expect(only(state)).toMatchObject({
      outcome: 'failed',
      error: { code: 'engine.merge-not-confirmed' },
      warnings: [{ code: 'hyperv.vss-writer-failed' }],
    });
    expect(bench.site.calls.filter((call) => call === 'requestCheckpoint')).toHaveLength(1);
    expect(Object.keys(state.effects)).toHaveLength(1);
  });
});

describe('an answer', () => {
  const asking = async (answer: (engine: Engine, state: RunState) => Promise<void>): Promise<RunState> => {
    const bench = benchWith(causes['a checkpoint that came back as less']);
    const engine = bench.engine({ settings: { questionMs: 1000 } });
    const checks: Promise<void>[] = [];
    engine.subscribe((event) => {
      if (event.type === 'question-asked') checks.push(answer(engine, engine.activeRuns()[0]!));
    });
    const state = await backUp(bench, engine, 'ask');
    expect(checks).toHaveLength(1);
    await Promise.all(checks);
    return state;
  };

  it('is taken once', async () => {
    const state = await asking(async (engine, { runId }) => {
      const first = engine.answer(runId, 'q1', 'fall-back');
      await expect(engine.answer(runId, 'q1', 'fail')).rejects.toMatchObject({ code: 'engine.question-closed' });
      await first;
    });
    expect(only(state).outcome).toBe('succeeded-with-warnings');
  });

  it.each<[string, string, string]>([
    ['to a question nobody asked', 'q2', 'engine.question-closed'],
    ['that was not offered', 'q1', 'engine.choice-not-offered'],
  ])('%s is refused, and the question stays open', async (_name, questionId, code) => {
    const choice = (code === 'engine.choice-not-offered' ? 'perhaps' : 'fall-back') as QuestionChoice;
    const state = await asking(async (engine, { runId }) => {
      await expect(engine.answer(runId, questionId, choice)).rejects.toMatchObject({ code });
    });
    expect(questionsOf(state)[0]?.answer).toMatchObject({ by: 'deadline' });
  });

  it('resolves when it is on record', async () => {
    await asking(async (engine, { runId }) => {
      await engine.answer(runId, 'q1', 'fall-back');
      const [question] = Object.values(engine.activeRuns()[0]!.questions);
      expect(question).toMatchObject({ state: 'answered' });
    });
  });
});

describe('while it waits for an answer', () => {
  it('the files that grow are watched, and the fuse blows', async () => {
    const bench = benchWith(causes['a checkpoint that came back as less']);
    Object.assign(bench.site.script, { volumeBytes: 2 ** 37, freeBytes: 2 ** 34, growthBytesPerSecond: 2 ** 26 });
    for (const vm of bench.site.vms)
      vm.drives = vm.drives.map((drive) => ({ ...drive, sizeBytes: 2 ** 30, fileSizeBytes: 2 ** 30 }));
    const state = await backUp(bench, bench.engine(), 'ask');
    expectClean(bench, state);
    expect(only(state).error?.code).toBe('engine.fuse-blown');
    expect(questionsOf(state)).toMatchObject([{ state: 'void' }]);
  });
});
