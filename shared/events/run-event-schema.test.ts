// What is written is read back as it was; what was not written by us is refused.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyRun, queuedBody, runId } from '../testing/arbitrary-events.ts';
import { runEventSchema } from './run-event-schema.ts';

const head = { runId, seq: 1, atMs: 1 };
const queuedWith = (change: object) => ({
  ...queuedBody,
  request: { ...(queuedBody as { readonly request: object }).request, ...change },
});
const parses = (value: unknown): boolean => runEventSchema.safeParse(value).success;

describe('runEventSchema', () => {
  test('every event survives JSON unchanged', () => {
    fc.assert(
      fc.property(anyRun, (events) => {
        for (const event of events) {
          const read = runEventSchema.parse(JSON.parse(JSON.stringify(event)));
          expect(JSON.stringify(read)).toBe(JSON.stringify(runEventSchema.parse(event)));
          expect(read).toEqual(JSON.parse(JSON.stringify(event)));
        }
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['nothing', null],
    ['text', 'run-started'],
    ['an unknown type', { ...head, type: 'run-imagined' }],
    ['no number', { runId, atMs: 1, type: 'run-started' }],
    ['number 0', { ...head, seq: 0, type: 'run-started' }],
    ['a number that is none', { ...head, seq: 1.5, type: 'run-started' }],
    ['a run id out of a path', { ...head, runId: '../../etc', type: 'run-started' }],
    ['an unknown phase', { ...head, type: 'vm-phase-entered', vmId: 'a', phase: 'dreaming' }],
    ['an empty id', { ...head, type: 'merge-confirmed', vmId: '' }],
    ['an endless id', { ...head, type: 'merge-confirmed', vmId: 'x'.repeat(5000) }],
    [
      'negative bytes',
      {
        ...head,
        type: 'disk-progress',
        vmId: 'a',
        disk: { slot: 's', totalBytes: -1, readBytes: 0, skippedBytes: 0, storedBytes: 0 },
      },
    ],
    ['a fraction above one', { ...head, type: 'merge-progress', vmId: 'a', fraction: 1.01 }],
    ['an error that is text', { ...head, type: 'run-ended', outcome: 'failed', error: 'oops' }],
    [
      'an answer that is none',
      { ...head, type: 'question-answered', vmId: 'a', questionId: 'q1', choice: 'perhaps', by: 'admin' },
    ],
    [
      'an answer by nobody known',
      { ...head, type: 'question-answered', vmId: 'a', questionId: 'q1', choice: 'fail', by: 'the cat' },
    ],
    ['an unknown policy', { ...head, ...queuedWith({ policy: { consistency: 'hope' } }) }],
    ['an effect of no kind', { ...head, type: 'effect-intended', effect: { kind: 'house', key: 'k' } }],
  ])('refuses %s', (_name, value) => {
    expect(parses(value)).toBe(false);
  });

  test.each([undefined, 'fail', 'ask', 'fall-back'])('a request with policy %s is read', (consistency) => {
    const policy = consistency === undefined ? {} : { policy: { consistency } };
    const read = runEventSchema.parse({ ...head, ...queuedWith(policy) });
    expect(read).toMatchObject({ request: policy });
    expect('policy' in (read as { request: object }).request).toBe(consistency !== undefined);
  });

  test('an error code of another version stays readable', () => {
    const error = {
      code: 'future.code',
      category: 'user',
      params: {},
      title: 't',
      meaning: 'm',
      nextStep: 'n',
      details: [],
    };
    expect(parses({ ...head, type: 'run-ended', outcome: 'failed', error })).toBe(true);
    expect(parses({ ...head, ...queuedBody, owner: { hostname: 'pc', pid: 7, startedAtMs: 1 } })).toBe(true);
  });
});
