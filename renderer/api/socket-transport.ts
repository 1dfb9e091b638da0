// The contract over the WebSocket of the loopback host, kept open: a connection that is lost is tried again until
// `close`, or until the backend says that this window is not let in any more. Owns which call waits for which answer; must
// not know which calls there are, nor repeat one by itself: whether a lost one was carried out is not known here.
import { AppError } from '../../shared/errors/app-error.ts';
import type { Transport } from '../../shared/ipc/create-api.ts';
import type { Result } from '../../shared/ipc/define-contract.ts';
import {
  proofText,
  readServerMessage,
  type CallMessage,
  type ProofMessage,
  type ServerMessage,
} from '../../shared/ipc/wire.ts';
import type { WindowKey } from './window-key.ts';

export interface ConnectionState {
  /** `refused`: for good. This window is not let in, or something else answers where its backend was. */
  readonly state: 'connecting' | 'open' | 'lost' | 'refused';
  /** While it is lost: when it is tried again. Milliseconds since the Unix epoch. */
  readonly nextTryAtMs?: number;
}

/** What is used of the browser's WebSocket. `never`: whatever event it hands over, what is set here takes it. */
export interface Socket {
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
  readonly key: WindowKey;
  /** Asked after an attempt that failed: whether whoever answers there would let this window in. */
  readonly askDoor: () => Promise<DoorAnswer>;
  /** At least 128 random bits. */
  readonly makeNonce?: () => string;
  readonly createSocket?: (url: string) => Socket;
  readonly clock?: TransportClock;
  readonly onState: (state: ConnectionState) => void;
}

/** `silent`: nobody answers, or somebody who may still turn out to be the backend. */
export type DoorAnswer = 'let-in' | 'refused' | 'silent';

export interface SocketTransport extends Transport {
  /** Begins. Before it nothing is opened, and `onState` is silent. */
  connect(): void;
  /** For good. */
  close(): void;
}

export const firstRetryMs = 250;
export const longestRetryMs = 5000;
/** From the opening of the socket to the welcome of the backend. */
export const welcomeWithinMs = 10_000;

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
  /** What the backend has to say in its welcome. */
  #expectedProof: string | undefined;
  #callOffWelcome: () => void = () => undefined;
  #isOpen = false;
  #isClosed = false;
  #nextId = 0;
  #retryMs = firstRetryMs;
  #callOffRetry: (() => void) | undefined;

  constructor(options: SocketTransportOptions) {
    this.#options = { createSocket: (url) => new WebSocket(url), clock: pageClock, makeNonce: randomNonce, ...options };
  }

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
    const { url, clock, createSocket, onState } = this.#options;
    onState({ state: 'connecting' });
    const socket = createSocket(url);
    this.#socket = socket;
    // A socket that was let go may still call back: what it says is no longer ours.
    socket.onmessage = ({ data }: { readonly data: unknown }) => this.#socket === socket && this.#onMessage(data);
    socket.onclose = () => this.#socket === socket && this.#onLost();
    this.#callOffWelcome = clock.after(welcomeWithinMs, () => this.#giveUp(socket));
  }

  /** SECURITY: neither side says anything before both have shown that they hold the key. */
  async #shakeHands(socket: Socket, serverNonce: string): Promise<void> {
    const { url, key, makeNonce } = this.#options;
    const nonce = makeNonce();
    const handshake = { host: new URL(url).host, serverNonce, windowNonce: nonce };
    const sign = (side: 'window' | 'backend'): Promise<string | undefined> =>
      // A browser that cannot get at its key has none.
      key.sign(proofText(side, handshake)).catch(() => undefined);
    const [proof, expected] = await Promise.all([sign('window'), sign('backend')]);
    if (this.#socket !== socket) return;
    if (proof === undefined || expected === undefined) {
      this.#refuse();
      return;
    }
    this.#expectedProof = expected;
    socket.send(JSON.stringify({ kind: 'proof', nonce, proof } satisfies ProofMessage));
  }

  #onWelcome(proof: string): void {
    if (proof !== this.#expectedProof) {
      this.#onWrongKey();
      return;
    }
    // Not kept: it is needed again at the next load of the page, and missed then.
    this.#options.key.confirm().catch(() => undefined);
    this.#onOpen();
  }

  #onWrongKey(): void {
    if (this.#options.key.reject()) this.#giveUp(this.#socket);
    else this.#refuse();
  }

  #refuse(): void {
    this.close();
    this.#options.onState({ state: 'refused' });
  }

  #onOpen(): void {
    this.#callOffWelcome();
    this.#isOpen = true;
    this.#retryMs = firstRetryMs;
    this.#options.onState({ state: 'open' });
  }

  #onLost(): void {
    const { clock, onState } = this.#options;
    const wasOpen = this.#isOpen;
    this.#letGo();
    const waitMs = this.#retryMs;
    this.#retryMs = Math.min(waitMs * 2, longestRetryMs);
    this.#callOffRetry = clock.after(waitMs, () => {
      this.#callOffRetry = undefined;
      this.#open();
    });
    onState({ state: 'lost', nextTryAtMs: clock.nowMs() + waitMs });
    if (!wasOpen) void this.#askDoor();
  }

  /** A browser does not say why a socket did not open: a session that is over looks like a backend that is away. */
  async #askDoor(): Promise<void> {
    const answer = await this.#options.askDoor().catch((): DoorAnswer => 'silent');
    if (answer === 'refused' && !this.#isOpen && !this.#isClosed) this.#refuse();
  }

  /** Another connection may come to more. */
  #giveUp(socket: Socket | undefined): void {
    if (socket === undefined || this.#socket !== socket) return;
    this.#onLost();
    socket.close();
  }

  /** Every call that still waits gets its answer: there will be none from the other side. */
  #letGo(): void {
    this.#callOffWelcome();
    this.#socket = undefined;
    this.#expectedProof = undefined;
    this.#isOpen = false;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { name, answer } of pending) answer(connectionLost(name, true));
  }

  #onMessage(data: unknown): void {
    const message = typeof data === 'string' ? readServerMessage(data) : undefined;
    // Something else than our backend, or one of another version: a new connection begins with a new snapshot.
    if (message === undefined) this.#giveUp(this.#socket);
    else if (this.#isOpen) this.#take(message);
    else this.#takeBeforeWelcome(message);
  }

  #takeBeforeWelcome(message: ServerMessage): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    if (message.kind === 'challenge' && this.#expectedProof === undefined) void this.#shakeHands(socket, message.nonce);
    else if (message.kind === 'welcome' && this.#expectedProof !== undefined) this.#onWelcome(message.proof);
    else if (message.kind === 'refused' && this.#expectedProof !== undefined) this.#onWrongKey();
    else this.#giveUp(socket);
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
      case 'challenge':
      case 'welcome':
        this.#giveUp(this.#socket);
        return;
    }
  }
}

function connectionLost(call: string, wasSent: boolean): Result<unknown> {
  return { ok: false, error: new AppError('contract.connection-lost', { call, wasSent }).toData() };
}

function randomNonce(): string {
  return crypto.randomUUID();
}

const pageClock: TransportClock = {
  nowMs: () => Date.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
