// The table itself: every phase against every phase, and what may never be said.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { vmPhases, type RunOutcome } from '../../../shared/model/run.ts';
import { nextState, phaseTransitions, queuedMachine, type MachineInput, type VmMachine } from './machine.ts';

const outcomes: readonly RunOutcome[] = ['succeeded', 'succeeded-with-warnings', 'failed', 'cancelled', 'interrupted'];
const inputs: readonly MachineInput[] = [
  ...vmPhases.map((phase) => ({ type: 'enter' as const, phase })),
  { type: 'checkpoint-asked' },
  { type: 'checkpoint-made' },
  { type: 'checkpoint-gone' },
  { type: 'checkpoint-left-over' },
  { type: 'committed' },
  ...outcomes.map((outcome) => ({ type: 'end' as const, outcome })),
];

function play(...steps: readonly (MachineInput | MachineInput['type'] | VmMachine['phase'])[]): VmMachine | string {
  let state: VmMachine | string = queuedMachine;
  for (const step of steps) {
    if (typeof state === 'string') return state;
    state = nextState(state, toInput(step));
  }
  return state;
}

function toInput(step: MachineInput | string): MachineInput {
  if (typeof step !== 'string') return step;
  const phase = vmPhases.find((candidate) => candidate === step);
  return phase === undefined ? ({ type: step } as MachineInput) : { type: 'enter', phase };
}

const toRedirected = [
  'preflight',
  'requesting-checkpoint',
  'checkpoint-asked',
  'checkpoint-made',
  'redirected',
] as const;
const firstRequestFailed = [
  ...(['preflight', 'requesting-checkpoint', 'checkpoint-asked', 'quiescing', 'checkpoint-gone'] as const),
] as const;
const toMerging = [...toRedirected, 'reading', 'committing', 'committed', 'merging'] as const;

describe('phases', () => {
  test.each([
    ['queued', ['preflight']],
    ['preflight', ['requesting-checkpoint']],
    ['requesting-checkpoint', ['requesting-checkpoint', 'quiescing', 'redirected', 'merging']],
    ['quiescing', ['requesting-checkpoint', 'redirected', 'merging']],
    ['redirected', ['reading', 'snapshotting-volume', 'merging']],
    ['snapshotting-volume', ['mounting', 'merging']],
    ['mounting', ['reading', 'merging']],
    ['reading', ['committing', 'merging']],
    ['committing', ['merging']],
    ['merging', ['requesting-checkpoint', 'done']],
    ['done', []],
  ] as const)('%s is followed by %j and nothing else', (phase, followers) => {
    expect(phaseTransitions[phase]).toEqual(followers);
  });

  test('the whole way, with and without a visible quiescing', () => {
    expect(play(...toMerging, 'checkpoint-gone', 'done', { type: 'end', outcome: 'succeeded' })).toMatchObject({
      phase: 'done',
      outcome: 'succeeded',
    });
    expect(
      play('preflight', 'requesting-checkpoint', 'checkpoint-asked', 'quiescing', 'checkpoint-made', 'redirected'),
    ).toMatchObject({ phase: 'redirected', onHost: 'made' });
  });
});

describe('a second request', () => {
  test.each([
    ['after one that came to nothing', firstRequestFailed],
    [
      'after one that had to be merged',
      ['preflight', 'requesting-checkpoint', 'checkpoint-asked', 'checkpoint-made', 'merging', 'checkpoint-gone'],
    ],
  ] as const)('goes the whole way %s', (_name, first) => {
    const again = ['requesting-checkpoint', ...toMerging.slice(2), 'checkpoint-gone', 'done'] as const;
    expect(play(...first, ...again)).toMatchObject({ phase: 'done', isSecondRequest: true });
  });
});

describe('what is forbidden', () => {
  test.each([
    ['redirected without a checkpoint', ['preflight', 'requesting-checkpoint', 'redirected'], /needs a checkpoint/],
    ['asking twice', ['preflight', 'requesting-checkpoint', 'checkpoint-asked', 'checkpoint-asked'], /not possible/],
    ['asking before its phase', ['preflight', 'checkpoint-asked'], /not possible/],
    ['ending while it stands', [...toRedirected, { type: 'end', outcome: 'failed' }], /not released/],
    [
      'ending while it may come',
      ['preflight', 'requesting-checkpoint', 'checkpoint-asked', { type: 'end', outcome: 'cancelled' }],
      /not released/,
    ],
    ['gone without merging', [...toRedirected, 'checkpoint-gone'], /not possible/],
    ['done without a confirmed merge', [...toMerging, 'done'], /confirmed merge/],
    [
      'done without a restore point',
      [...toRedirected, 'merging', 'checkpoint-gone', 'done'],
      /committed restore point/,
    ],
    ['success before done', [...toMerging, 'checkpoint-gone', { type: 'end', outcome: 'succeeded' }], /does not fit/],
    ['success with a leftover', [...toMerging, 'checkpoint-left-over', 'done'], /confirmed merge/],
    [
      'cancelled with a leftover',
      [...toMerging, 'checkpoint-left-over', { type: 'end', outcome: 'cancelled' }],
      /left over/,
    ],
    ['merging with nothing there', ['preflight', 'requesting-checkpoint', 'merging'], /nothing is on the host/],
    [
      'a second request while the first may still come to something',
      ['preflight', 'requesting-checkpoint', 'checkpoint-asked', 'quiescing', 'requesting-checkpoint'],
      /not released/,
    ],
    ['a second request after a commit', [...toMerging, 'checkpoint-gone', 'requesting-checkpoint'], /once more/],
    [
      'a third request',
      [...firstRequestFailed, 'requesting-checkpoint', 'checkpoint-asked', 'checkpoint-gone', 'requesting-checkpoint'],
      /once more/,
    ],
    ['anything after the end', [{ type: 'end', outcome: 'cancelled' }, 'preflight'], /has ended/],
  ] as const)('%s', (_name, steps, reason) => {
    expect(play(...steps)).toMatch(reason);
  });

  test('whatever is tried: a success was done, and an end that is not a leftover has nothing on the host', () => {
    const input = fc.constantFrom(...inputs);
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60 }), (steps) => {
        let state: VmMachine = queuedMachine;
        for (const step of steps) {
          const next = nextState(state, step);
          if (typeof next === 'string') continue;
          expect(state.outcome).toBeUndefined();
          state = next;
        }
        if (state.outcome === undefined) return;
        expect(state.onHost === 'nothing' || (state.onHost === 'left-over' && state.outcome === 'failed')).toBe(true);
        if (state.outcome.startsWith('succeeded')) expect(state).toMatchObject({ phase: 'done', isCommitted: true });
      }),
      { numRuns: 2000 },
    );
  });

  test('from every reachable state there is a way to an end', () => {
    const seen = new Map<string, VmMachine>();
    const walk = (state: VmMachine): boolean => {
      const key = JSON.stringify(state);
      if (state.outcome !== undefined) return true;
      if (seen.has(key)) return true;
      seen.set(key, state);
      const nexts = inputs.map((input) => nextState(state, input)).filter((next) => typeof next !== 'string');
      expect(nexts, key).not.toEqual([]);
      return nexts.every(walk);
    };
    expect(walk(queuedMachine)).toBe(true);
    expect(seen.size).toBeGreaterThan(20);
  });
});
