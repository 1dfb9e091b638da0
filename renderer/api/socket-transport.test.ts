// The page's side of the wire, over a socket and a clock in the hands of the test.
import { describe, expect, it } from 'vitest';
import type { Result } from '../../shared/ipc/define-contract.ts';
import { lost, setUpTransport } from '../testing/socket-bench.ts';
import { firstRetryMs, longestRetryMs } from './socket-transport.ts';

describe('a socket transport', () => {
  it('opens nothing and says nothing before it is told to, and opens once', async () => {
    const { transport, sockets, states, urls } = setUpTransport();
    expect(sockets).toHaveLength(0);
    expect(states).toEqual([]);
    transport.connect();
    transport.connect();
    expect(sockets).toHaveLength(1);
    expect(urls).toEqual(['ws://127.0.0.1:1/contract']);
    expect(states).toEqual([{ state: 'connecting' }]);
  });

  it('gives each call its own answer, in whatever order they come, and leaves out an input that is not there', async () => {
    const all = setUpTransport();
    await all.open();
    const first = all.transport.invoke('app.snapshot', undefined);
    const second = all.transport.invoke('runs.show', { runId: 'r' });
    expect(all.socket.sent).toEqual([
      { kind: 'call', id: 0, name: 'app.snapshot' },
      { kind: 'call', id: 1, name: 'runs.show', input: { runId: 'r' } },
    ]);
    all.socket.say({ kind: 'answer', id: 1, result: { ok: true, value: 'second' } });
    all.socket.say({ kind: 'answer', id: 7, result: { ok: true, value: 'of nobody' } });
    all.socket.say({ kind: 'answer', id: 0, result: { ok: true, value: 'first' } });
    expect(await first).toEqual({ ok: true, value: 'first' });
    expect(await second).toEqual({ ok: true, value: 'second' });
  });

  it('hands events to whoever listens, until they stop, also over a new connection', async () => {
    const all = setUpTransport();
    const heard: unknown[] = [];
    const stop = all.transport.subscribe('app.changed', (payload) => heard.push(payload));
    await all.open();
    all.socket.say({ kind: 'event', name: 'app.changed', payload: 1 });
    all.socket.say({ kind: 'event', name: 'app.other', payload: 2 });
    all.socket.onclose?.();
    all.advance();
    await all.welcome();
    all.socket.say({ kind: 'event', name: 'app.changed', payload: 3 });
    stop();
    all.socket.say({ kind: 'event', name: 'app.changed', payload: 4 });
    expect(heard).toEqual([1, 3]);
  });

  it('answers what waits when the connection is lost, and what is asked meanwhile at once', async () => {
    const all = setUpTransport();
    const early = await all.transport.invoke('app.snapshot', undefined);
    expect(early).toMatchObject(lost('app.snapshot', false));
    await all.open();
    const waiting = all.transport.invoke('runs.start', {});
    all.socket.onclose?.();
    expect(await waiting).toMatchObject(lost('runs.start', true));
    expect(await all.transport.invoke('runs.cancel', {})).toMatchObject(lost('runs.cancel', false));
    expect(all.socket.sent).toHaveLength(1);
    expect(all.states.at(-1)).toEqual({ state: 'lost', nextTryAtMs: 1_000_000 + firstRetryMs });
  });

  it('tries again ever more slowly, and quickly again after it was open', async () => {
    const all = setUpTransport();
    all.transport.connect();
    const waits: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      all.socket.onclose?.();
      waits.push(all.advance());
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, longestRetryMs, longestRetryMs]);
    expect(all.sockets).toHaveLength(8);
    await all.welcome();
    expect(all.states.at(-1)).toEqual({ state: 'open' });
    all.socket.onclose?.();
    expect(all.advance()).toBe(firstRetryMs);
    expect(all.timers).toHaveLength(1);
  });

  it.each([
    ['no JSON', 'hello'],
    ['another kind', { kind: 'shout' }],
    ['an answer without a result', { kind: 'answer', id: 0 }],
    ['an answer with a result that is none', { kind: 'answer', id: 0, result: { ok: 'yes' } }],
    ['an answer with an error that is none', { kind: 'answer', id: 0, result: { ok: false } }],
  ])('gives up a connection that speaks otherwise (%s), and makes a new one', async (_name, message) => {
    const all = setUpTransport();
    await all.open();
    const { socket } = all;
    const waiting = all.transport.invoke('app.snapshot', undefined);
    socket.say(message);
    expect(socket.isClosed).toBe(true);
    expect(await waiting).toMatchObject(lost('app.snapshot', true));
    expect(all.timers).toHaveLength(1);
    all.advance();
    expect(all.sockets).toHaveLength(2);
  });

  it('takes no binary message', async () => {
    const all = setUpTransport();
    await all.open();
    all.socket.onmessage?.({ data: new ArrayBuffer(4) });
    expect(all.states.at(-1)?.state).toBe('lost');
  });

  it('does not hear a socket that it has given up', async () => {
    const all = setUpTransport();
    await all.open();
    const old = all.socket;
    old.onclose?.();
    all.advance();
    await all.welcome();
    const states = [...all.states];
    const asked = all.transport.invoke('app.snapshot', undefined);
    old.say({ kind: 'answer', id: 0, result: { ok: true, value: 'old' } });
    old.onclose?.();
    expect(all.states).toEqual(states);
    all.socket.say({ kind: 'answer', id: 0, result: { ok: true, value: 'new' } });
    expect(await asked).toEqual({ ok: true, value: 'new' } satisfies Result<unknown>);
  });

  it('waits for the hang-up after a refusal, and then answers what was under way', async () => {
    const all = setUpTransport();
    await all.open();
    const asked = all.transport.invoke('app.snapshot', undefined);
    all.socket.say({ kind: 'refused', reason: 'a message is not JSON' });
    expect(all.states.at(-1)?.state).toBe('open');
    all.socket.onclose?.();
    expect(await asked).toMatchObject(lost('app.snapshot', true));
  });

  it.each(['open', 'lost'] as const)('ends for good while it is %s', async (state) => {
    const all = setUpTransport();
    await all.open();
    if (state === 'lost') all.socket.onclose?.();
    const asked = all.transport.invoke('app.snapshot', undefined);
    all.transport.close();
    expect(await asked).toMatchObject({ ok: false });
    expect(all.timers).toEqual([]);
    all.transport.connect();
    expect(all.sockets).toHaveLength(1);
  });
});
