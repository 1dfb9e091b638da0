// When it ends: every order of windows, work and Ctrl-C, with time in the hands of the test.
import { describe, expect, it } from 'vitest';
import type { RunState } from '../../shared/events/run-state.ts';
import type { ActiveWork } from '../../shared/ipc/active-work.ts';
import { Ending, firstWindowMs, reloadMs } from './ending.ts';

const run = (over: Partial<RunState> = {}): RunState =>
  ({ runId: 'r-1', status: 'running', effects: {}, ...over }) as RunState;
const operation = {
  id: 'o',
  kind: 'verify',
  subject: 'abcd1234',
  status: 'running',
  doneBytes: 0,
  totalBytes: 0,
} as const;
const idle: ActiveWork = { runs: [], operations: [] };

function setUp(work: ActiveWork = idle, { finish = async () => undefined }: { finish?: () => Promise<unknown> } = {}) {
  const timers: { readonly ms: number; readonly act: () => void }[] = [];
  const listeners = new Set<() => void>();
  const log: string[] = [];
  const state = { work, sockets: 0 };
  const ending = new Ending({
    work: async () => state.work,
    onWorkChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    socketCount: () => state.sockets,
    shut: () => log.push('(shut)'),
    finish: async () => {
      log.push('(finish)');
      await finish();
    },
    say: (line) => log.push(line),
    after: (ms, act) => {
      const timer = { ms, act };
      timers.push(timer);
      return () => {
        if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
      };
    },
  });
  let isDone = false;
  ending.done.then(
    () => (isDone = true),
    () => undefined,
  );
  /** Everything that was started has come to rest: all of it is promises, no timers. */
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
  };
  return {
    ending,
    state,
    log,
    timers,
    isDone: () => isDone,
    settle,
    sockets: async (count: number) => {
      state.sockets = count;
      ending.socketsChanged();
      await settle();
    },
    changed: async (now: ActiveWork) => {
      state.work = now;
      for (const listener of [...listeners]) listener();
      await settle();
    },
    timer: async () => {
      const timer = timers.shift();
      timer?.act();
      await settle();
      return timer?.ms;
    },
  };
}

describe('Ctrl-C', () => {
  it('ends at once when nothing is going on', async () => {
    const all = setUp();
    all.ending.interrupt();
    await all.ending.done;
    expect(all.log).toEqual(['(shut)', '(finish)']);
  });

  it('says what is cancelled and merged, and at the second one that it still is', async () => {
    const gate = Promise.withResolvers<undefined>();
    const all = setUp({ runs: [run()], operations: [operation] }, { finish: () => gate.promise });
    all.ending.interrupt();
    await all.settle();
    all.ending.interrupt();
    all.ending.interrupt();
    expect(all.isDone()).toBe(false);
    all.state.work = { runs: [run({ status: 'ended', outcome: 'cancelled' })], operations: [] };
    gate.resolve(undefined);
    await all.ending.done;
    expect(all.log).toEqual([
      '(shut)',
      'Cancelling run r-1, the verify of abcd1234: its checkpoints are being merged ...',
      '(finish)',
      expect.stringMatching(/^Still ending/),
      expect.stringMatching(/^Still ending/),
      'Run r-1: cancelled, its checkpoints are merged.',
    ]);
  });

  it.each<[string, Partial<RunState>]>([
    ['has not ended', { status: 'cancelling' }],
    [
      'has left something',
      { status: 'ended', outcome: 'cancelled', effects: { x: {} as RunState['effects'][string] } },
    ],
  ])('does not call a run merged that %s', async (_name, over) => {
    const finish = async (): Promise<void> => {
      all.state.work = { runs: [run(over)], operations: [] };
    };
    const all = setUp({ runs: [run()], operations: [] }, { finish });
    all.ending.interrupt();
    await all.ending.done;
    expect(all.log.at(-1)).toMatch(/^Run r-1 could not be settled/);
  });

  it('does not speak of checkpoints where only something is verified', async () => {
    const all = setUp({ runs: [], operations: [operation] });
    all.ending.interrupt();
    await all.ending.done;
    expect(all.log[1]).toBe('Cancelling the verify of abcd1234: what is not complete is removed ...');
  });

  it('tells what went wrong in ending', async () => {
    const all = setUp(idle, { finish: () => Promise.reject(new Error('disk full')) });
    all.ending.interrupt();
    await expect(all.ending.done).rejects.toThrow('disk full');
  });
});

describe('a window that was closed', () => {
  it('ends Stillpoint when nothing is going on and it does not come back', async () => {
    const all = setUp();
    await all.sockets(1);
    all.ending.windowClosed();
    await all.sockets(0);
    expect(all.timers).toHaveLength(1);
    expect(await all.timer()).toBe(reloadMs);
    expect(all.isDone()).toBe(true);
  });

  it('before it was ever seen is waited for: another browser process may have taken it over', async () => {
    const all = setUp();
    all.ending.windowClosed();
    expect(all.timers.map(({ ms }) => ms)).toEqual([firstWindowMs]);
    await all.sockets(1);
    expect(all.timers).toEqual([]);
    await all.sockets(0);
    expect(await all.timer()).toBe(reloadMs);
    expect(all.isDone()).toBe(true);
  });

  it('and loaded again in that moment ends nothing, even when a run ends just then', async () => {
    const all = setUp({ runs: [run()], operations: [] });
    await all.sockets(1);
    all.ending.windowClosed();
    await all.sockets(0);
    await all.changed(idle);
    expect(all.isDone()).toBe(false);
    await all.sockets(1);
    expect(all.timers).toEqual([]);
    await all.changed(idle);
    expect(all.log).toEqual([]);
  });

  it('lets a run go on to its end, says so once, and ends then', async () => {
    const all = setUp({ runs: [run()], operations: [] });
    await all.sockets(1);
    all.ending.windowClosed();
    await all.sockets(0);
    await all.timer();
    await all.changed({ runs: [run()], operations: [] });
    expect(all.log).toEqual(['The window is closed. Stillpoint goes on until run r-1 is done; Ctrl-C cancels.']);
    await all.changed(idle);
    expect(all.log.slice(1)).toEqual(['(shut)', '(finish)']);
    expect(all.isDone()).toBe(true);
  });

  it('while another one comes: it goes on, and ends with that one', async () => {
    const all = setUp({ runs: [run()], operations: [] });
    all.ending.windowClosed();
    await all.timer();
    await all.sockets(1);
    await all.changed(idle);
    expect(all.log.at(-1)).toBe('A window is open again: Stillpoint goes on.');
    expect(all.isDone()).toBe(false);
    await all.sockets(0);
    await all.timer();
    expect(all.isDone()).toBe(true);
  });

  it('that came back and is loaded again is waited for anew, even when the run ends just then', async () => {
    const all = setUp({ runs: [run()], operations: [] });
    await all.sockets(1);
    all.ending.windowClosed();
    await all.sockets(0);
    await all.timer();
    await all.sockets(1);
    await all.sockets(0);
    await all.changed(idle);
    expect(all.isDone()).toBe(false);
    expect(await all.timer()).toBe(reloadMs);
    expect(all.isDone()).toBe(true);
  });

  it('while a second one is open ends nothing', async () => {
    const all = setUp();
    await all.sockets(2);
    all.ending.windowClosed();
    await all.sockets(1);
    expect(all.timers).toEqual([]);
    expect(all.isDone()).toBe(false);
  });

  it('is not what ends it without that word: a served page may go and come', async () => {
    const all = setUp();
    await all.sockets(1);
    await all.sockets(0);
    expect(all.timers).toEqual([]);
  });
});
