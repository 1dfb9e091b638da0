// Who is spoken with: the handshake of window and backend, and what a failed attempt means.
import { describe, expect, it } from 'vitest';
import { lost, serverNonce, setUpTransport, windowNonce } from '../testing/socket-bench.ts';
import { welcomeWithinMs } from './socket-transport.ts';

describe('the handshake', () => {
  it('comes first: nothing is said, and nothing heard, before the backend has shown that it holds the key', async () => {
    const all = setUpTransport();
    const heard: unknown[] = [];
    all.transport.subscribe('app.changed', (payload) => heard.push(payload));
    all.transport.connect();
    expect(await all.transport.invoke('repository.open', { password: 'p' })).toMatchObject(
      lost('repository.open', false),
    );
    all.socket.say({ kind: 'challenge', nonce: serverNonce });
    await all.settle();
    const signed = `stillpoint window 127.0.0.1:1 ${serverNonce} ${windowNonce}`;
    expect(all.socket.sent).toEqual([{ kind: 'proof', nonce: windowNonce, proof: `key: ${signed}` }]);
    expect(await all.transport.invoke('repository.open', { password: 'p' })).toMatchObject({ ok: false });
    all.socket.say({ kind: 'event', name: 'app.changed', payload: 1 });
    expect([heard, all.states.at(-1)?.state, all.socket.isClosed]).toEqual([[], 'lost', true]);
    expect(all.key.confirmed).toEqual([]);
  });

  it('keeps the key once it was welcome', async () => {
    const all = setUpTransport();
    await all.open();
    expect(all.states.at(-1)).toEqual({ state: 'open' });
    expect(all.key.confirmed).toEqual(['key']);
  });

  it.each([
    ['by guessing', 'x'],
    ['by giving back what the window said', `key: stillpoint window 127.0.0.1:1 ${serverNonce} ${windowNonce}`],
    ['with what it heard at another port', `key: stillpoint backend 127.0.0.1:2 ${serverNonce} ${windowNonce}`],
  ])('a program in the place of the backend that welcomes %s is left for good', async (_name, proof) => {
    const all = setUpTransport();
    all.transport.connect();
    all.socket.say({ kind: 'challenge', nonce: serverNonce });
    await all.settle();
    all.socket.say({ kind: 'welcome', proof });
    expect([all.states.at(-1), all.socket.isClosed, all.timers]).toEqual([{ state: 'refused' }, true, []]);
    expect(await all.transport.invoke('app.snapshot', undefined)).toMatchObject({ ok: false });
  });

  it.each([
    ['before it has asked', { kind: 'welcome', proof: 'undefined' }],
    ['with a call', { kind: 'answer', id: 0, result: { ok: true } }],
  ])('whoever begins %s is not the backend', async (_name, message) => {
    const all = setUpTransport();
    all.transport.connect();
    all.socket.say(message);
    expect([all.states.at(-1)?.state, all.socket.isClosed]).toEqual(['lost', true]);
  });

  it('ends for good without a key, and with one that the backend does not know', async () => {
    const without = setUpTransport();
    without.key.name = undefined;
    without.transport.connect();
    without.socket.say({ kind: 'challenge', nonce: serverNonce });
    await without.settle();
    expect(without.states.at(-1)).toEqual({ state: 'refused' });
    const unknown = setUpTransport();
    unknown.transport.connect();
    unknown.socket.say({ kind: 'challenge', nonce: serverNonce });
    await unknown.settle();
    unknown.socket.say({ kind: 'refused', reason: 'this is not a window that was let in' });
    expect([unknown.states.at(-1), unknown.timers]).toEqual([{ state: 'refused' }, []]);
  });

  it('goes on with the key of before when the one in the address is none: a link from elsewhere', async () => {
    const all = setUpTransport();
    all.key.hasOther = true;
    all.transport.connect();
    all.socket.say({ kind: 'challenge', nonce: serverNonce });
    await all.settle();
    all.socket.say({ kind: 'refused', reason: 'this is not a window that was let in' });
    expect(all.states.at(-1)?.state).toBe('lost');
    all.advance();
    await all.welcome();
    expect([all.states.at(-1), all.key.confirmed]).toEqual([{ state: 'open' }, ['other']]);
  });

  it('is not waited for without end', async () => {
    const all = setUpTransport();
    all.transport.connect();
    expect(all.advance()).toBe(welcomeWithinMs);
    expect([all.states.at(-1)?.state, all.socket.isClosed]).toEqual(['lost', true]);
  });
});

describe('an attempt that failed', () => {
  it.each(['silent', 'let-in'] as const)('is made again while the door is %s', async (answer) => {
    const all = setUpTransport();
    all.door.answer = answer;
    all.transport.connect();
    all.socket.onclose?.();
    await all.settle();
    expect([all.door.asked, all.states.at(-1)?.state, all.timers.length]).toEqual([1, 'lost', 1]);
  });

  it('is the last one when the window is not let in: its session is over', async () => {
    const all = setUpTransport();
    await all.open();
    all.door.answer = 'refused';
    all.socket.onclose?.();
    await all.settle();
    expect([all.door.asked, all.states.at(-1)?.state], 'one that was open is tried again first').toEqual([0, 'lost']);
    all.advance();
    all.socket.onclose?.();
    await all.settle();
    expect([all.states.at(-1), all.timers]).toEqual([{ state: 'refused' }, []]);
    all.transport.connect();
    expect(all.sockets).toHaveLength(2);
  });

  it('is forgotten when the next one was quicker than the answer at the door', async () => {
    const all = setUpTransport();
    all.door.answer = 'refused';
    all.transport.connect();
    all.socket.onclose?.();
    all.advance();
    all.socket.say({ kind: 'challenge', nonce: serverNonce });
    await all.settle();
    expect(all.states.at(-1)).toEqual({ state: 'refused' });
  });
});
