// The fold must take anything in any order: it runs on screens, in recovery, and over journals of other versions.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { anyRun, queuedBody, runId } from '../testing/arbitrary-events.ts';
import { toVmId } from '../model/ids.ts';
import { reduceRun, reduceRunEvents } from './reduce-run.ts';
import { isProgress, type RunEvent } from './run-event.ts';
import type { RunState } from './run-state.ts';

const states = (events: readonly RunEvent[]): readonly RunState[] => {
  const seen: RunState[] = [];
  for (const event of events) seen.push(reduceRun(seen.at(-1), event));
  return seen;
};

describe('reduceRun, whatever comes', () => {
  test('is total, pure and monotonic: numbers rise, an end is final, nothing is forgotten', () => {
    fc.assert(
      fc.property(anyRun, (events) => {
        const before = JSON.stringify(events);
        const seen = states(events);
        expect(JSON.stringify(events)).toBe(before);
        seen.forEach((state, index) => {
          const earlier = seen[index - 1];
          expect(state.lastSeq).toBe(events[index]?.seq);
          expect(Object.keys(state.vms)).toEqual(Object.keys(seen[0]!.vms));
          if (earlier === undefined) return;
          if (earlier.status === 'ended') expect(state.status).toBe('ended');
          for (const before of Object.values(earlier.questions)) {
            const question = state.questions[before.questionId]!;
            // Once closed, a question says the same for ever.
            if (before.state !== 'open') expect(question).toEqual(before);
            expect(question.answer !== undefined).toBe(question.state === 'answered');
          }
          expect(state.warnings.length).toBeGreaterThanOrEqual(earlier.warnings.length);
          for (const vmId of state.vmOrder) {
            expect(state.vms[vmId]!.phases.length).toBeGreaterThanOrEqual(earlier.vms[vmId]!.phases.length);
            if (earlier.vms[vmId]!.restorePointId !== undefined) expect(state.vms[vmId]!.restorePointId).toBeDefined();
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  test('a replay of any overlap changes nothing', () => {
    fc.assert(
      fc.property(anyRun, fc.nat(), fc.nat(), (events, a, b) => {
        const from = a % events.length;
        const to = from + (b % (events.length - from + 1));
        const overlapped = [...events.slice(0, to), ...events.slice(from)];
        expect(reduceRunEvents(overlapped)).toEqual(reduceRunEvents(events));
      }),
      { numRuns: 300 },
    );
  });

  test('without progress the facts are the same: the journal tells what the live stream told', () => {
    const facts = (state: RunState | undefined) => ({
      ...state,
      lastSeq: 0,
      vms: Object.values(state?.vms ?? {}).map(
        ({ disks: _disks, mergeFraction: _fraction, growth: _growth, readSamples: _samples, ...vm }) => vm,
      ),
    });
    fc.assert(
      fc.property(anyRun, (events) => {
        const journaled = events.filter((event) => !isProgress(event));
        expect(facts(reduceRunEvents(journaled))).toEqual(facts(reduceRunEvents(events)));
      }),
      { numRuns: 200 },
    );
  });
});

describe('reduceRun, in order', () => {
  const at = (body: Parameters<typeof JSON.stringify>[0], seq: number): RunEvent =>
    ({ ...(body as object), runId, seq, atMs: seq * 10 }) as RunEvent;

  test('a run begins with run-queued', () => {
    expect(() => reduceRun(undefined, at({ type: 'run-started' }, 1))).toThrow(/begins with run-queued/);
    expect(reduceRunEvents([])).toBeUndefined();
  });

  test('an effect is there from its announcement until it is undone, by key', () => {
    const effect = { kind: 'repository-lock', key: 'repository-lock:1', lockId: '1', repositoryPath: 'R' };
    const intended = [at(queuedBody, 1), at({ type: 'effect-intended', effect }, 2)];
    expect(Object.keys(reduceRunEvents(intended)!.effects)).toEqual(['repository-lock:1']);
    const other = at({ type: 'effect-undone', key: 'repository-lock:2', how: 'removed' }, 3);
    const same = at({ type: 'effect-undone', key: 'repository-lock:1', how: 'removed' }, 4);
    expect(Object.keys(reduceRunEvents([...intended, other])!.effects)).toEqual(['repository-lock:1']);
    expect(reduceRunEvents([...intended, other, same])!.effects).toEqual({});
  });

  describe('a question', () => {
    const about = new AppError('engine.interrupted', { vm: 'A', phase: 'redirected' }).toData();
    const asked = (seq: number, vmId = 'vm-a', questionId = 'q1') =>
      at(
        {
          ...{ type: 'question-asked', vmId, questionId, kind: 'consistency', about },
          ...{ options: ['fail', 'fall-back'], deadlineAtMs: 500, defaultChoice: 'fail' },
        },
        seq,
      );
    const answered = (seq: number, questionId = 'q1') =>
      at({ type: 'question-answered', vmId: 'vm-a', questionId, choice: 'fall-back', by: 'admin' }, seq);
    const stateOf = (...events: readonly RunEvent[]) =>
      reduceRunEvents([at(queuedBody, 1), asked(2), ...events])!.questions['q1'];

    test('is open with what was asked, until it is answered', () => {
      expect(stateOf()).toMatchObject({ state: 'open', askedAtMs: 20, deadlineAtMs: 500, vmId: 'vm-a' });
      expect(stateOf(answered(3))).toMatchObject({ state: 'answered', answer: { choice: 'fall-back', atMs: 30 } });
      expect(stateOf(answered(3), answered(4))).toEqual(stateOf(answered(3)));
      expect(stateOf(answered(3, 'q2'))).toEqual(stateOf());
    });

    test.each([
      ['its VM goes on without', { type: 'vm-phase-entered', vmId: 'vm-a', phase: 'merging' }, 'void'],
      ['its VM ends', { type: 'vm-ended', vmId: 'vm-a', outcome: 'cancelled' }, 'void'],
      ['the run ends', { type: 'run-ended', outcome: 'failed' }, 'void'],
      ['a later start recovers', { type: 'recovery-started' }, 'void'],
      ['another VM goes on', { type: 'vm-phase-entered', vmId: 'vm-b', phase: 'reading' }, 'open'],
      ['another VM ends', { type: 'vm-ended', vmId: 'vm-b', outcome: 'succeeded' }, 'open'],
    ])('when %s', (_name, body, state) => {
      expect(stateOf(at(body, 3))).toMatchObject({ state });
      expect(stateOf(answered(3), at(body, 4))).toMatchObject({ state: 'answered' });
    });
  });

  test('a run of before there were policies falls back to nothing', () => {
    expect(reduceRunEvents([at(queuedBody, 1)])!.policy).toEqual({ consistency: 'fail' });
    const request = { ...(queuedBody as { request: object }).request, policy: { consistency: 'ask' } };
    expect(reduceRunEvents([at({ ...queuedBody, request }, 1)])!.policy).toEqual({ consistency: 'ask' });
  });

  test('an event of a VM the run does not have changes nothing but the number', () => {
    const start = reduceRunEvents([at(queuedBody, 1)])!;
    const state = reduceRun(start, at({ type: 'merge-confirmed', vmId: toVmId('vm-nobody-knows') }, 2));
    expect(state).toEqual({ ...start, lastSeq: 2 });
  });
});
