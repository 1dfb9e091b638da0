// A socket transport between a socket, a clock, a key and a door in the hands of a test.
import { createSocketTransport, type ConnectionState, type DoorAnswer, type Socket } from '../api/socket-transport.ts';

export class FakeSocket implements Socket {
  onclose: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  readonly sent: unknown[] = [];
  isClosed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.isClosed = true;
    this.onclose?.();
  }

  say(message: unknown): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  }
}

/** Signs by writing down what it signs. */
class FakeKey {
  name: string | undefined = 'key';
  hasOther = false;
  readonly confirmed: (string | undefined)[] = [];
  readonly sign = async (text: string): Promise<string | undefined> =>
    this.name === undefined ? undefined : `${this.name}: ${text}`;
  readonly confirm = async (): Promise<void> => void this.confirmed.push(this.name);
  readonly reject = (): boolean => {
    const hadOther = this.hasOther;
    this.hasOther = false;
    this.name = hadOther ? 'other' : undefined;
    return hadOther;
  };
}

export function setUpTransport() {
  const sockets: FakeSocket[] = [];
  const urls: string[] = [];
  const states: ConnectionState[] = [];
  const timers: { readonly atMs: number; readonly act: () => void }[] = [];
  let nowMs = 1_000_000;
  const key = new FakeKey();
  const door: { answer: DoorAnswer; asked: number } = { answer: 'silent', asked: 0 };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  /** As the backend: asks, and shows that it knows the key. */
  const welcome = async (): Promise<void> => {
    const socket = last(sockets);
    socket.say({ kind: 'challenge', nonce: serverNonce });
    await settle();
    socket.sent.splice(0);
    socket.say({
      kind: 'welcome',
      proof: `${key.name ?? ''}: stillpoint backend 127.0.0.1:1 ${serverNonce} ${windowNonce}`,
    });
  };
  const transport = createSocketTransport({
    url: 'ws://127.0.0.1:1/contract',
    key,
    askDoor: async () => {
      door.asked += 1;
      return door.answer;
    },
    makeNonce: () => windowNonce,
    createSocket: (url) => {
      urls.push(url);
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    clock: {
      nowMs: () => nowMs,
      after: (ms, act) => {
        const timer = { atMs: nowMs + ms, act };
        timers.push(timer);
        return () => {
          if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
        };
      },
    },
    onState: (state) => states.push(state),
  });
  return {
    transport,
    sockets,
    urls,
    states,
    timers,
    key,
    door,
    settle,
    welcome,
    get socket(): FakeSocket {
      return last(sockets);
    },
    /** To the next timer; how long that took. */
    advance: (): number => {
      const timer = last(timers.splice(0, 1));
      const tookMs = timer.atMs - nowMs;
      nowMs = timer.atMs;
      timer.act();
      return tookMs;
    },
    open: async (): Promise<void> => {
      transport.connect();
      await welcome();
    },
  };
}

export const serverNonce = 'a-nonce-of-the-server';
export const windowNonce = 'a-nonce-of-the-window';

export const lost = (call: string, wasSent: boolean) => ({
  ok: false,
  error: { code: 'contract.connection-lost', params: { call, wasSent }, category: 'transient' },
});

function last<T>(things: readonly T[]): T {
  const thing = things.at(-1);
  if (thing === undefined) throw new Error('there is none');
  return thing;
}
