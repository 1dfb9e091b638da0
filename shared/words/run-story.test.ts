// The log is told anew when there is something new in it, and only then.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reduceRun } from '../events/reduce-run.ts';
import { isProgress } from '../events/run-event.ts';
import type { RunState } from '../events/run-state.ts';
import { anyRun } from '../testing/arbitrary-events.ts';
import { isSameStory, runStory } from './run-story.ts';

it('is the same story only where every sentence is the same, and figures alone never make another one', () => {
  fc.assert(
    fc.property(anyRun, (events) => {
      let state: RunState | undefined;
      for (const event of events) {
        const before = state;
        state = reduceRun(state, event);
        if (before === undefined) continue;
        if (isSameStory(before, state)) expect(runStory(state)).toEqual(runStory(before));
        if (isProgress(event)) expect(isSameStory(before, state)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
