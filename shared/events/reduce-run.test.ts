// The fold must take anything in any order: it runs on screens, in recovery, and over journals of other versions.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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

  test('an event of a VM the run does not have changes nothing but the number', () => {
    const start = reduceRunEvents([at(queuedBody, 1)])!;
    const state = reduceRun(start, at({ type: 'merge-confirmed', vmId: toVmId('vm-nobody-knows') }, 2));
    expect(state).toEqual({ ...start, lastSeq: 2 });
  });
});
