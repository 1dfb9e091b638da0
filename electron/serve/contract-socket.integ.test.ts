// Windows on their sockets: calls, events, and whoever does not keep to the protocol.
import fc from 'fast-check';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../shared/ipc/define-contract.ts';
import type { AppEvent } from '../../shared/ipc/views.ts';
import { proofText } from '../../shared/ipc/wire.ts';
import { TestHost, keyOf } from './testing/loopback-fixture.ts';
import { signed } from './window-proof.ts';

const event = (seq: number): AppEvent => ({ seq, change: { type: 'restore-points' } });
const isEvent = (seq: number) => (message: Record<string, unknown>) =>
  message['kind'] === 'event' && (message['payload'] as AppEvent).seq === seq;

describe('the upgrade', () => {
  it.each<[string, number, Parameters<TestHost['open']>[1], string]>([
    ['without an Origin', 403, { origin: undefined }, '/contract'],
    ['on another path', 404, {}, '/'],
    ['on the page', 404, {}, '/index.html'],
    ['on a longer path', 404, {}, '/contract/x'],
    ['with a query', 404, {}, '/contract?x=1'],
  ])('is refused %s', async (_name, status, options, path) => {
    const host = await TestHost.start();
    expect(await host.open(await host.enter(), options, path).opened).toBe(status);
    expect(host.host.socketCount).toBe(0);
  });

  it('is refused when too many windows are open, and works again when one is closed', async () => {
    const host = await TestHost.start({ limits: { sockets: 2 } });
    const cookie = await host.enter();
    const first = host.open(cookie);
    const second = host.open(cookie);
    expect([await first.opened, await second.opened]).toEqual([undefined, undefined]);
    expect(await host.open(cookie).opened).toBe(503);
    first.ws.close();
    await first.closed;
    expect(await host.open(cookie).opened).toBeUndefined();
  });
});

describe('the key of a window', () => {
  it.each<[string, (cookie: string, host: TestHost) => string]>([
    ['another key', () => 'key-3'],
    ['the cookie, which every port of this computer is shown', (cookie) => cookie.split('=')[1] ?? ''],
    ['the digest on disk', (_cookie, { stored }) => stored[0]?.sha256 ?? ''],
  ])('has to be held: who proves %s is told so and carries out nothing', async (_name, keyOf) => {
    const host = await TestHost.start();
    const cookie = await host.enter();
    const window = host.open(cookie, { key: keyOf(cookie, host) });
    expect(await window.opened).toBe(1008);
    expect(window.heard).toEqual([{ kind: 'refused', reason: 'this is not a window that was let in' }]);
    expect(host.calls).toEqual([]);
  });

  it.each([
    ['a call', '{"kind":"call","id":1,"name":"app.snapshot"}'],
    ['no JSON', 'hello'],
    ['binary', new Uint8Array([1])],
    ['a proof without a nonce', JSON.stringify({ kind: 'proof', proof: '0'.repeat(64) })],
    ['a proof too short', JSON.stringify({ kind: 'proof', nonce: 'a-nonce-of-the-window', proof: '0'.repeat(16) })],
    ['a proof and more', JSON.stringify({ kind: 'proof', nonce: 'n'.repeat(20), proof: '0'.repeat(64), admin: true })],
  ])('comes before everything else: %s is refused', async (_name, message) => {
    const host = await TestHost.start();
    const window = host.open(await host.enter(), { key: undefined });
    await once(window.ws, 'message');
    host.emit(event(1));
    window.ws.send(message);
    expect(await window.opened).toBe(1008);
    expect(window.heard).toEqual([{ kind: 'refused', reason: 'this is not a window that was let in' }]);
    expect(host.calls).toEqual([]);
  });

  it('is asked for anew each time: a proof that was listened to opens nothing', async () => {
    const host = await TestHost.start();
    const cookie = await host.enter();
    const proofs: string[] = [];
    const spied = host.open(cookie);
    const send = spied.ws.send.bind(spied.ws);
    spied.ws.send = ((text: string) => {
      proofs.push(text);
      send(text);
    }) as typeof spied.ws.send;
    await spied.opened;
    const replaying = host.open(cookie, { key: undefined });
    await once(replaying.ws, 'message');
    replaying.ws.send(proofs[0]!);
    expect(await replaying.opened).toBe(1008);
  });

  it('has to be shown soon', async () => {
    const host = await TestHost.start({ limits: { pingEveryMs: 20 } });
    expect(await host.open(await host.enter(), { key: undefined }).opened).toBe(1006);
  });

  it('is shown by the backend too, each side in words of its own', async () => {
    const host = await TestHost.start();
    const cookie = await host.enter();
    const window = host.open(cookie);
    const messages: Record<string, unknown>[] = [];
    window.ws.on('message', (data) =>
      messages.push(JSON.parse((data as Buffer).toString()) as Record<string, unknown>),
    );
    await window.opened;
    const [challenge, welcome] = messages;
    const handshake = {
      host: `127.0.0.1:${host.port}`,
      serverNonce: String(challenge?.['nonce']),
      windowNonce: 'a-nonce-of-the-window',
    };
    expect(welcome).toEqual({ kind: 'welcome', proof: signed(keyOf(cookie), proofText('backend', handshake)) });
    expect(proofText('backend', handshake)).not.toBe(proofText('window', handshake));
  });
});

describe('a window', () => {
  it('is answered when the backend throws what it should not', async () => {
    const host = await TestHost.start({ invoke: () => Promise.reject(new Error('a fault')) });
    const window = host.open(await host.enter());
    await window.opened;
    expect(await window.call('x.y')).toMatchObject({ ok: false, error: { code: 'bug.unexpected' } });
  });

  it('gets an answer to every call, with nothing for an input that is not there', async () => {
    const host = await TestHost.start();
    const window = host.open(await host.enter());
    await window.opened;
    const answers = await Promise.all([window.call('app.snapshot'), window.call('runs.show', { runId: null })]);
    expect(answers).toEqual([
      { ok: true, value: { name: 'app.snapshot' } },
      { ok: true, value: { name: 'runs.show', input: { runId: null } } },
    ]);
    expect(host.calls[0]).toEqual({ name: 'app.snapshot', input: undefined });
  });

  it('hears the same events as every other, in order', async () => {
    const host = await TestHost.start();
    const cookie = await host.enter();
    const windows = [host.open(cookie), host.open(cookie)];
    for (const window of windows) await window.opened;
    for (let seq = 1; seq <= 50; seq += 1) host.emit(event(seq));
    for (const window of windows) await window.hear(isEvent(50));
    expect(windows[0]!.heard).toEqual(windows[1]!.heard);
    expect(windows[0]!.heard).toHaveLength(50);
    expect(windows[0]!.heard[0]).toEqual({ kind: 'event', name: 'app.changed', payload: event(1) });
  });

  it('is answered, not left waiting, when a result cannot be written down', async () => {
    const host = await TestHost.start({ invoke: async () => ({ ok: true, value: 1n }) });
    const window = host.open(await host.enter());
    await window.opened;
    expect(await window.call('x.y')).toMatchObject({ ok: false, error: { code: 'bug.unexpected' } });
  });

  it('may have 64 calls under way; one more is refused, and there is room again afterwards', async () => {
    const gate = Promise.withResolvers<Result<unknown>>();
    const host = await TestHost.start({ invoke: () => gate.promise });
    const window = host.open(await host.enter());
    await window.opened;
    const first = Array.from({ length: 64 }, () => window.call('x.y'));
    expect(await window.call('x.y')).toMatchObject({ ok: false, error: { code: 'contract.too-many-calls' } });
    expect(host.calls).toHaveLength(64);
    gate.resolve({ ok: true, value: 'done' });
    expect(new Set(await Promise.all(first))).toHaveLength(64);
    expect(await window.call('x.y')).toEqual({ ok: true, value: 'done' });
  });

  it('that fetches nothing falls behind, and finds out by the number of the newest event', async () => {
    const host = await TestHost.start({ limits: { waitingBytes: 64 * 1024 } });
    const cookie = await host.enter();
    const slow = host.open(cookie);
    const quick = host.open(cookie);
    await slow.opened;
    await quick.opened;
    slow.ws.pause();
    const large = 'x'.repeat(4096);
    const last = 4000;
    for (let seq = 1; seq <= last; seq += 1) host.emit({ ...event(seq), note: large } as AppEvent);
    slow.ws.resume();
    await slow.hear(isEvent(last));
    expect(slow.heard.length).toBeLessThan(last);
    // It is no longer behind: what comes next arrives, and a snapshot can be asked for.
    host.emit(event(last + 1));
    await slow.hear(isEvent(last + 1));
    expect(await slow.call('app.snapshot')).toMatchObject({ ok: true });
    const events = (slow.heard as Record<string, unknown>[]).filter((message) => message['kind'] === 'event');
    const seqs = events.map((message) => (message['payload'] as AppEvent).seq);
    expect(seqs, 'in order, none twice').toEqual([...new Set(seqs)].sort((one, other) => one - other));
  });

  it('that answers no ping is hung up on', async () => {
    const host = await TestHost.start({ limits: { pingEveryMs: 20 } });
    const cookie = await host.enter();
    const answering = host.open(cookie);
    let pings = 0;
    const pinged = Promise.withResolvers<undefined>();
    answering.ws.on('ping', () => {
      pings += 1;
      if (pings === 4) pinged.resolve(undefined);
    });
    const silent = host.open(cookie, { autoPong: false });
    expect((await silent.closed).code).toBe(1006);
    await pinged.promise;
    expect(await answering.call('app.snapshot')).toMatchObject({ ok: true });
  });
});

describe('a message that is none', () => {
  it.each<[string, string | Uint8Array, number, string]>([
    ['no JSON', 'hello', 1008, 'a message is not JSON'],
    ['half a call', '{"kind":"call","id":1', 1008, 'a message is not JSON'],
    ['a list', '[]', 1008, 'a message is not an object'],
    ['null', 'null', 1008, 'a message is not an object'],
    ['an answer', '{"kind":"answer","id":1,"result":{"ok":true}}', 1008, 'a message is not a call'],
    ['an event', '{"kind":"event","name":"app.changed"}', 1008, 'a message is not a call'],
    ['an id that is text', '{"kind":"call","id":"1","name":"a.b"}', 1008, 'the id of a call is not a whole number'],
    ['an id below 0', '{"kind":"call","id":-1,"name":"a.b"}', 1008, 'the id of a call is not a whole number'],
    ['an id too large', '{"kind":"call","id":1e99,"name":"a.b"}', 1008, 'the id of a call is not a whole number'],
    ['no name', '{"kind":"call","id":1}', 1008, 'the name of a call is not a short text'],
    ['a name that is a list', '{"kind":"call","id":1,"name":["a.b"]}', 1008, 'the name of a call is not a short text'],
    [
      'a long name',
      `{"kind":"call","id":1,"name":"${'a'.repeat(201)}"}`,
      1008,
      'the name of a call is not a short text',
    ],
    [
      'a field too many',
      '{"kind":"call","id":1,"name":"a.b","admin":true}',
      1008,
      'a call has a field that calls do not',
    ],
    ['binary', new Uint8Array([1, 2, 3]), 1008, 'a message is binary'],
    ['too large', `"${'x'.repeat(2 ** 20)}"`, 1009, 'a message is too large'],
  ])('(%s) is refused once, in words, and ends the connection', async (_name, message, code, reason) => {
    const host = await TestHost.start();
    const cookie = await host.enter();
    const window = host.open(cookie);
    const other = host.open(cookie);
    await window.opened;
    await other.opened;
    window.ws.send(message);
    window.ws.send('{"kind":"call","id":2,"name":"runs.start"}');
    const closed = await window.closed;
    expect(closed.code).toBe(code);
    expect(closed.reason).toContain(reason);
    expect(window.heard).toEqual([{ kind: 'refused', reason: expect.stringContaining(reason) as string }]);
    expect(host.calls).toEqual([]);
    expect(await other.call('app.snapshot')).toMatchObject({ ok: true });
  });

  it('is refused also when it comes in pieces', async () => {
    const host = await TestHost.start();
    const window = host.open(await host.enter());
    await window.opened;
    const piece = 'x'.repeat(2 ** 18);
    for (let i = 0; i < 5; i += 1) window.ws.send(piece, { fin: false });
    expect((await window.closed).code).toBe(1009);
    expect(window.heard).toEqual([{ kind: 'refused', reason: 'a message is too large' }]);
  });

  it('a call in pieces is a call', async () => {
    const host = await TestHost.start();
    const window = host.open(await host.enter());
    await window.opened;
    window.ws.send('{"kind":"call","id":7,', { fin: false });
    window.ws.send('"name":"a.b"}', { fin: true });
    expect(await window.hear((message) => message['id'] === 7)).toMatchObject({ kind: 'answer' });
  });

  it('whatever is sent, the host lives and carries out nothing but calls', async () => {
    const host = await TestHost.start();
    const cookie = await host.enter();
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), async (message) => {
        const window = host.open(cookie);
        await window.opened;
        window.ws.send(message);
        expect((await window.closed).code).toBe(1008);
        expect(window.heard).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
    expect(host.calls).toEqual([]);
    expect(await host.open(cookie).opened).toBeUndefined();
  });
});
