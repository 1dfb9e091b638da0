// The page's side of the way before the real loopback host: let in, away, back, and let in no more.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { sessionSeconds } from '../../electron/serve/sessions.ts';
import { TestHost, keyOf } from '../../electron/serve/testing/loopback-fixture.ts';
import { askDoor } from './ask-door.ts';
import { createSocketTransport, type SocketTransport } from './socket-transport.ts';
import { findWindowKey, type KeyStore } from './window-key.ts';

function openPage(host: TestHost, cookie: string): { readonly states: string[]; readonly transport: SocketTransport } {
  const states: string[] = [];
  const page = {
    location: { hash: `#key=${keyOf(cookie)}`, pathname: '/' },
    history: { replaceState: () => undefined },
  };
  let kept: CryptoKey | undefined;
  const store: KeyStore = {
    read: async () => kept,
    write: async (key) => {
      kept = key;
    },
  };
  const transport = createSocketTransport({
    url: `ws://127.0.0.1:${host.port}/contract`,
    key: findWindowKey(page as unknown as Window, store),
    askDoor: () => askDoor((_path, init) => fetch(`${host.origin}/`, { ...init, headers: { Cookie: cookie } })),
    createSocket: (url) => {
      const socket = new WebSocket(url, { origin: host.origin, headers: { Cookie: cookie } });
      // A browser has no such event that would end the page.
      socket.on('error', () => undefined);
      return socket;
    },
    onState: ({ state }) => states.push(state),
  });
  onTestFinished(() => {
    transport.close();
  });
  transport.connect();
  return { states, transport };
}

const reaches = (states: readonly string[], state: string): Promise<unknown> =>
  vi.waitFor(() => expect(states.at(-1)).toBe(state), { timeout: 10_000 });

describe('a window', () => {
  it('comes back after a restart, and says so when it is not let in any more', async () => {
    const first = await TestHost.start({ hasLongKeys: true });
    const { states, transport } = openPage(first, await first.enter());
    await reaches(states, 'open');
    expect(await transport.invoke('app.snapshot', undefined)).toMatchObject({ ok: true });
    await first.host.close('restart');
    await reaches(states, 'lost');
    const second = await TestHost.start({ port: first.port, stored: first.stored });
    await reaches(states, 'open');
    await second.host.close('restart');
    await reaches(states, 'lost');
    const late = new Date(second.nowMs + sessionSeconds * 1000 + 1);
    await TestHost.start({ port: first.port, stored: first.stored, nowMs: late.getTime() });
    await reaches(states, 'refused');
  });

  it('does not take another program on its port for the backend, whatever cookie that one has seen', async () => {
    const ours = await TestHost.start({ hasLongKeys: true });
    const cookie = await ours.enter();
    const { states, transport } = openPage(ours, cookie);
    await reaches(states, 'open');
    await ours.host.close('crash');
    // As a thief of the cookie would: every door is open, but the key is not known.
    const stored = ours.stored.map((session) => ({ ...session, key: 'x'.repeat(43) }));
    const thief = await TestHost.start({ port: ours.port, stored });
    await reaches(states, 'refused');
    expect(await transport.invoke('repository.open', { password: 'p' })).toMatchObject({ ok: false });
    expect(thief.calls).toEqual([]);
  });
});
