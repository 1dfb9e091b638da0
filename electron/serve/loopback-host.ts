// The HTTP server on 127.0.0.1: binds what answer-request.ts decides and the sockets to Node. Never another interface.
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { AppEvent } from '../../shared/ipc/views.ts';
import { contractPath, type EventMessage } from '../../shared/ipc/wire.ts';
import type { LoopbackConnection } from '../platform/index.ts';
import type { Invoke } from '../console/ending-gate.ts';
import type { PageFiles } from '../console/page/page-response.ts';
import {
  admitSocket,
  answerRequest,
  authorityOf,
  type Answer,
  type House,
  type OutsideRequest,
} from './answer-request.ts';
import { ContractSocket, SpokenWebSocket, socketLimits, type SocketLimits } from './contract-socket.ts';
import type { OneTimeToken } from './one-time-token.ts';
import type { Sessions, StoredSession } from './sessions.ts';
import { WindowProof } from './window-proof.ts';

export interface HostLimits extends SocketLimits {
  readonly sockets: number;
  readonly pingEveryMs: number;
  readonly headersMs: number;
}

export interface LoopbackHostOptions {
  readonly files: PageFiles;
  readonly token: OneTimeToken;
  readonly sessionsOf: (port: number) => Sessions;
  readonly makeNonce: () => string;
  /** Whether the account at the other end may use the printed address. Otherwise: everybody who knows it. */
  readonly mayEnter?: (connection: LoopbackConnection) => Promise<boolean>;
  readonly invoke: Invoke;
  readonly onAppChanged: (listener: (event: AppEvent) => void) => () => void;
  /** How many windows there are now. */
  readonly onSockets?: (count: number) => void;
  readonly limits?: Partial<HostLimits>;
}

const defaultLimits: HostLimits = { ...socketLimits, sockets: 32, pingEveryMs: 30_000, headersMs: 10_000 };
/** For the other side to answer our goodbye. */
const closeTimeoutMs = 2000;

interface OpenWindow {
  readonly socket: ContractSocket;
  /** Its session does not end while it is open. */
  readonly stayIn: () => void;
}

export class LoopbackHost {
  readonly #options: LoopbackHostOptions;
  readonly #limits: HostLimits;
  readonly #server: Server;
  readonly #socketServer: WebSocketServer;
  readonly #sockets = new Map<WebSocket, OpenWindow>();
  #house: House | undefined;
  #stop: () => void = () => undefined;

  constructor(options: LoopbackHostOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    const { headersMs } = this.#limits;
    this.#server = createServer({
      // A caller that sends its request drop by drop must not hold a connection for ever.
      headersTimeout: headersMs,
      requestTimeout: 3 * headersMs,
      connectionsCheckingInterval: headersMs / 4,
      keepAliveTimeout: 5000,
      // Whatever else this browser met on 127.0.0.1 sends its cookies along: they must not lock ours out.
      maxHeaderSize: 64 * 1024,
    });
    this.#server.maxHeadersCount = 64;
    this.#server.maxConnections = 256;
    this.#server.on('request', (request, response) => this.#onRequest(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    // `closeTimeout` is of ws 8.19 and later, which its types do not know yet.
    const socketOptions = {
      noServer: true,
      clientTracking: false,
      maxPayload: this.#limits.messageBytes,
      perMessageDeflate: false,
      closeTimeout: closeTimeoutMs,
      WebSocket: SpokenWebSocket,
    };
    this.#socketServer = new WebSocketServer(socketOptions);
  }

  get socketCount(): number {
    return this.#sockets.size;
  }

  /** @param port 0 for any free one. Gives the one it is. Rejects with the system's error where it cannot be had. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    // On TCP it is never a path, nor null while listening.
    const { port: actual } = this.#server.address() as AddressInfo;
    const { files, token, sessionsOf, makeNonce, onAppChanged, mayEnter = async () => true } = this.#options;
    this.#house = { port: actual, token, sessions: sessionsOf(actual), files, makeNonce, mayEnter };
    const unsubscribe = onAppChanged((event) => this.#spread(event));
    const pinging = setInterval(() => {
      for (const { socket, stayIn } of this.#sockets.values()) {
        socket.ping();
        if (socket.isProven) stayIn();
      }
    }, this.#limits.pingEveryMs);
    this.#stop = () => {
      unsubscribe();
      clearInterval(pinging);
    };
    return actual;
  }

  /** Says goodbye to the windows (1001) and resolves when nothing is open any more. */
  async close(reason: string): Promise<void> {
    this.#stop();
    // A connection that is kept alive could otherwise still open a window, which nobody would close.
    this.#house = undefined;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await Promise.all(
      [...this.#sockets].map(async ([ws, { socket }]) => {
        const gone = new Promise<void>((resolve) => ws.once('close', () => resolve()));
        socket.close(reason);
        await gone;
      }),
    );
    this.#server.closeAllConnections();
    await closed;
  }

  #spread(event: AppEvent): void {
    if (this.#sockets.size === 0) return;
    const text = JSON.stringify({ kind: 'event', name: 'app.changed', payload: event } satisfies EventMessage);
    for (const { socket } of this.#sockets.values()) socket.sendEvent(text);
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    if (this.#house === undefined) return void response.destroy();
    answerRequest(this.#house, outsideOf(request)).then(
      ({ status, headers, body }) => {
        response.writeHead(status, headers);
        response.end(request.method === 'HEAD' ? undefined : body);
      },
      () => response.destroy(),
    );
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Whoever hangs up in the middle of being refused is no news.
    socket.on('error', () => undefined);
    const house = this.#house;
    if (house === undefined) return void socket.destroy();
    const isFull = this.#sockets.size >= this.#limits.sockets;
    const entry = admitSocket(house, outsideOf(request), { path: contractPath, isFull });
    // Node looks after this connection no longer: a caller that does not hang up would stay, and keep us from ending.
    if ('refusal' in entry) return void socket.end(rawAnswer(entry.refusal), () => socket.destroy());
    this.#socketServer.handleUpgrade(request, socket, head, (ws) => this.#adopt(ws, house, entry.session));
  }

  #adopt(ws: WebSocket, house: House, session: StoredSession): void {
    const { invoke, onSockets } = this.#options;
    const { port, sessions } = house;
    const proof = new WindowProof({ key: session.key, host: authorityOf(port) });
    const socket = new ContractSocket(ws, { invoke, limits: this.#limits, proof });
    this.#sockets.set(ws, { socket, stayIn: () => sessions.renew(session.sha256) });
    onSockets?.(this.#sockets.size);
    ws.on('close', () => {
      this.#sockets.delete(ws);
      onSockets?.(this.#sockets.size);
    });
  }
}

function outsideOf({ method, url, headers, socket }: IncomingMessage): OutsideRequest {
  const { host, origin, cookie, 'sec-fetch-site': site } = headers;
  return {
    method: method ?? '',
    url: url ?? '',
    host,
    origin,
    cookie,
    site: typeof site === 'string' ? site : undefined,
    callerPort: socket.remotePort ?? 0,
  };
}

function rawAnswer({ status, headers, body }: Answer): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head), body]);
}
