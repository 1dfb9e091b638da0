// An interrupted run is called settled only when it is, and a merge confirmed only when there was one.
import { expect, it } from 'vitest';
import { reduceRunEvents } from '../../../shared/events/reduce-run.ts';
import type { RunEventBody } from '../../../shared/events/run-event.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import { toVmId } from '../../../shared/model/ids.ts';
import { queuedBody, runId } from '../../../shared/testing/arbitrary-events.ts';
import { recoveredWords } from './recovered-words.ts';

const ended: RunEventBody = { type: 'run-ended', outcome: 'interrupted' };
const recovering: RunEventBody = { type: 'recovery-started' };
const merged: RunEventBody = { type: 'merge-confirmed', vmId: toVmId('vm-a') };
const stateAfter = (bodies: readonly RunEventBody[], change: Partial<RunState> = {}): RunState => ({
  ...reduceRunEvents([queuedBody, ...bodies].map((body, at) => ({ ...body, runId, seq: at + 1, atMs: at })))!,
  ...change,
});
const effects = { c: { kind: 'checkpoint' } } as unknown as RunState['effects'];
const lock = { l: { kind: 'repository-lock' } } as unknown as RunState['effects'];

it.each([
  ['merged', stateAfter([recovering, merged, ended]), true, 'their merge is confirmed'],
  ['ended before anything was made', stateAfter([recovering, ended]), true, 'made no checkpoint'],
  ['merged, with a lock in its repository', stateAfter([merged, ended], { effects: lock }), true, 'is confirmed'],
  ['not settled yet', stateAfter([recovering, merged]), false, 'still there'],
  ['ended with a checkpoint on record', stateAfter([merged, ended], { effects }), false, 'still there'],
])('a run that is %s', (_name, run, isSettled, words) => {
  const { text, ...rest } = recoveredWords(run);
  expect(rest).toEqual({ isSettled });
  expect(text).toContain(words);
});
