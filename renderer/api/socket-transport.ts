// The contract over the WebSocket of the loopback host, kept open: a connection that is lost is tried again until
// `close`. Owns which call waits for which answer; must not know which calls there are, nor repeat one by itself: whether
// a lost one was carried out is not known here.
import { AppError } from '../../shared/errors/app-error.ts';
import type { Transport } from '../../shared/ipc/create-api.ts';
import type { Result } from '../../shared/ipc/define-contract.ts';
import { readServerMessage, type CallMessage, type ServerMessage } from '../../shared/ipc/wire.ts';

export interface ConnectionState {
  readonly state: 'connecting' | 'open' | 'lost';
  /** While it is lost: when it is tried again. Milliseconds since the Unix epoch. */
  readonly nextTryAtMs?: number;
}

/** What is used of the browser's WebSocket. `never`: whatever event it hands over, what is set here takes it. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface TransportClock {
  nowMs(): number;
  /** Returns what calls it off. */
  after(ms: number, act: () => void): () => void;
}

export interface SocketTransportOptions {
  /** `ws://127.0.0.1:PORT/contract` */
  readonly url: string;
  readonly createSocket?: (url: string) => Socket;
  readonly clock?: TransportClock;
  readonly onState: (state: ConnectionState) => void;
}

export interface SocketTransport extends Transport {
  /** Begins. Before it nothing is opened, and `onState` is silent. */
  connect(): void;
  /** For good. */
  close(): void;
}

export const firstRetryMs = 250;
export const longestRetryMs = 5000;

interface Pending {
  readonly name: string;
  readonly answer: (result: Result<unknown>) => void;
}

export function createSocketTransport(options: SocketTransportOptions): SocketTransport {
  return new ReconnectingSocket(options);
}

class ReconnectingSocket implements SocketTransport {
  readonly #options: Required<SocketTransportOptions>;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>();
  #socket: Socket | undefined;
  #isOpen = false;
  #isClosed = false;
  #nextId = 0;
  #retryMs = firstRetryMs;
  #callOffRetry: (() => void) | undefined;

  constructor(options: SocketTransportOptions) {
    this.#options = { createSocket: (url) => new WebSocket(url), clock: pageClock, ...options };
  }

  // Arrow functions: `createApi` takes them off the object.
  readonly invoke = (name: string, input: unknown): Promise<Result<unknown>> => {
    const socket = this.#isOpen ? this.#socket : undefined;
    if (socket === undefined) return Promise.resolve(connectionLost(name, false));
    const id = this.#nextId++;
    const message: CallMessage = { kind: 'call', id, name, ...(input === undefined ? {} : { input }) };
    return new Promise((answer) => {
      this.#pending.set(id, { name, answer });
      socket.send(JSON.stringify(message));
    });
  };

  readonly subscribe = (name: string, listener: (payload: unknown) => void): (() => void) => {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  };

  connect(): void {
    if (this.#socket === undefined && this.#callOffRetry === undefined && !this.#isClosed) this.#open();
  }

  close(): void {
    this.#isClosed = true;
    this.#callOffRetry?.();
    this.#callOffRetry = undefined;
    const socket = this.#socket;
    this.#letGo();
    socket?.close();
  }

  #open(): void {
    const { url, createSocket, onState } = this.#options;
    onState({ state: 'connecting' });
    const socket = createSocket(url);
    this.#socket = socket;
    // A socket that was let go may still call back: what it says is no longer ours.
    socket.onopen = () => this.#socket === socket && this.#onOpen();
    socket.onmessage = ({ data }: { readonly data: unknown }) => this.#socket === socket && this.#onMessage(data);
    socket.onclose = () => this.#socket === socket && this.#onLost();
  }

  #onOpen(): void {
    this.#isOpen = true;
    this.#retryMs = firstRetryMs;
    this.#options.onState({ state: 'open' });
  }

  #onLost(): void {
    const { clock, onState } = this.#options;
    this.#letGo();
    const waitMs = this.#retryMs;
    this.#retryMs = Math.min(waitMs * 2, longestRetryMs);
    this.#callOffRetry = clock.after(waitMs, () => {
      this.#callOffRetry = undefined;
      this.#open();
    });
    onState({ state: 'lost', nextTryAtMs: clock.nowMs() + waitMs });
  }

  /** Every call that still waits gets its answer: there will be none from the other side. */
  #letGo(): void {
    this.#socket = undefined;
    this.#isOpen = false;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { name, answer } of pending) answer(connectionLost(name, true));
  }

  #onMessage(data: unknown): void {
    const message = typeof data === 'string' ? readServerMessage(data) : undefined;
    if (message === undefined) {
      // Something else than our backend, or one of another version: a new connection begins with a new snapshot.
      const socket = this.#socket;
      this.#onLost();
      socket?.close();
      return;
    }
    this.#take(message);
  }

  #take(message: ServerMessage): void {
    switch (message.kind) {
      case 'answer':
        this.#pending.get(message.id)?.answer(message.result);
        this.#pending.delete(message.id);
        return;
      case 'event':
        for (const listener of [...(this.#listeners.get(message.name) ?? [])]) listener(message.payload);
        return;
      case 'refused':
        // The other side hangs up next, and what still waits is answered then.
        return;
    }
  }
}

function connectionLost(call: string, wasSent: boolean): Result<unknown> {
  return { ok: false, error: new AppError('contract.connection-lost', { call, wasSent }).toData() };
}

const pageClock: TransportClock = {
  nowMs: () => Date.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
