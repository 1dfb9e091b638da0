// Guests of a lab that is left alone write slowly, and at full speed as soon as there is something to see.
import { describe, expect, it } from 'vitest';
import type { AppChange } from '../../shared/ipc/views.ts';
import type { RunEventBody } from '../../shared/events/run-event.ts';
import { makeRunId } from '../../shared/model/ids.ts';
import { TestClock } from '../engine/testing/test-clock.ts';
import { idleAfterMs, idlePace, slowIdleGuests } from './idle-guests.ts';

function newGuests() {
  const clock = new TestClock();
  const startMs = clock.nowMs();
  /** When, since the start, and to what. */
  const paces: (readonly [number, number])[] = [];
  const guests = slowIdleGuests(clock, (pace) => paces.push([clock.nowMs() - startMs, pace]));
  const tell = (number: number, type: 'run-queued' | 'run-ended'): void => {
    const event = { runId: makeRunId(number, 'abcdef'), seq: 1, atMs: 0, type } as unknown as RunEventBody;
    guests.onChange({ type: 'run', event } as AppChange);
  };
  return { guests, paces, tell, pass: (ms: number) => clock.drive(clock.sleep(ms)) };
}

describe('the guests of a lab', () => {
  it('slow down after a while without a backup, and are awake for the next', async () => {
    const { paces, tell, pass } = newGuests();
    await pass(idleAfterMs + 5);
    expect(paces).toEqual([[idleAfterMs, idlePace]]);
    tell(1, 'run-queued');
    expect(paces.at(-1)).toEqual([idleAfterMs + 5, 1]);
  });

  it('do not slow down while a backup goes on, and only a while after the last', async () => {
    const { paces, tell, pass } = newGuests();
    tell(1, 'run-queued');
    tell(2000, 'run-queued');
    await pass(idleAfterMs * 3);
    tell(1, 'run-ended');
    await pass(idleAfterMs * 3);
    tell(2000, 'run-ended');
    await pass(idleAfterMs * 3);
    const slow = paces.filter(([, pace]) => pace === idlePace);
    expect(slow).toEqual([[idleAfterMs * 7, idlePace]]);
  });

  it('are left alone by the end of a run that nobody saw begin, and after the end', async () => {
    const { guests, paces, tell, pass } = newGuests();
    tell(1, 'run-ended');
    guests.end();
    tell(2000, 'run-queued');
    await pass(idleAfterMs * 2);
    expect(paces).toEqual([]);
  });
});
