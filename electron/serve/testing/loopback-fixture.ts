// A loopback host with a tiny page and a backend in the hands of the test, on a real port; and clients for it.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import type { AppEvent } from '../../../shared/ipc/views.ts';
import { proofText } from '../../../shared/ipc/wire.ts';
import type { PageFiles } from '../../console/page/page-response.ts';
import type { Invoke } from '../../console/ending-gate.ts';
import { LoopbackHost, type HostLimits, type LoopbackHostOptions } from '../loopback-host.ts';
import { OneTimeToken } from '../one-time-token.ts';
import { Sessions, type StoredSession } from '../sessions.ts';
import { signed } from '../window-proof.ts';

export const testToken = 'the-token-of-this-test';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
export const testPage: PageFiles = new Map([
  ['/index.html', { contentType: 'text/html; charset=utf-8', bytes: text('<p nonce="__STILLPOINT_NONCE__">page</p>') }],
  ['/assets/index-1.js', { contentType: 'text/javascript; charset=utf-8', bytes: text('run()') }],
]);

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface TestHostOptions {
  readonly invoke?: Invoke;
  readonly limits?: Partial<HostLimits>;
  readonly stored?: readonly StoredSession[];
  readonly port?: number;
  readonly mayEnter?: LoopbackHostOptions['mayEnter'];
  readonly nowMs?: number;
  /** As long as real ones. */
  readonly hasLongKeys?: boolean;
}

export class TestHost {
  readonly host: LoopbackHost;
  readonly calls: { readonly name: string; readonly input: unknown }[] = [];
  stored: readonly StoredSession[];
  nowMs = 1_700_000_000_000;
  /** How long it takes to keep a session. */
  keeping: Promise<unknown> = Promise.resolve();
  port = 0;
  readonly #listeners = new Set<(event: AppEvent) => void>();
  #keys = 0;

  static async start(options: TestHostOptions = {}): Promise<TestHost> {
    const test = new TestHost(options);
    test.port = await test.host.listen(options.port ?? 0);
    onTestFinished(() => test.host.close('the test is over'));
    return test;
  }

  private constructor({ invoke, limits, stored = [], nowMs = this.nowMs, hasLongKeys, mayEnter }: TestHostOptions) {
    this.stored = stored;
    this.nowMs = nowMs;
    this.host = new LoopbackHost({
      files: testPage,
      token: new OneTimeToken(testToken),
      makeNonce: () => 'nonce-of-this-answer',
      invoke: async (name, input) => {
        this.calls.push({ name, input });
        return invoke === undefined ? { ok: true, value: { name, input } } : invoke(name, input);
      },
      onAppChanged: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      sessionsOf: (port) =>
        new Sessions({
          port,
          stored: this.stored,
          nowMs: () => this.nowMs,
          makeKey: () => `key-${String((this.#keys += 1))}`.padEnd(hasLongKeys === true ? 43 : 0, '-'),
          onChanged: async (sessions) => {
            this.stored = sessions;
            await this.keeping;
          },
        }),
      ...(limits === undefined ? {} : { limits }),
      ...(mayEnter === undefined ? {} : { mayEnter }),
    });
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  emit(event: AppEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Headers that are given replace ours; undefined leaves one out. */
  ask(path: string, { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {}) {
    return ask(this.port, path, method, headers);
  }

  /** The cookie of a browser that used the printed address. */
  async enter(token = testToken): Promise<string> {
    return enteredWith(await this.ask(`/?token=${token}`));
  }

  open(cookie: string, options: WindowOptions = {}, path = '/contract'): TestWindow {
    return new TestWindow(`ws://127.0.0.1:${this.port}${path}`, {
      origin: this.origin,
      key: keyOf(cookie),
      ...options,
      headers: { Cookie: cookie, ...options.headers },
    });
  }
}

/** What a browser keeps for a page that was let in, by its cookie. */
const keys = new Map<string, string>();

/** The cookie; the key that came with it is remembered, as the page does. */
export function enteredWith({ status, headers, body }: HttpAnswer): string {
  const [cookie = ''] = headers['set-cookie']?.[0]?.split(';') ?? [];
  const [, key] = /^\/#key=([\w-]+)$/.exec(headers.location ?? '') ?? [];
  if (cookie === '' || key === undefined) throw new Error(`not let in: ${status} ${body}`);
  keys.set(cookie, key);
  return cookie;
}

export function keyOf(cookie: string): string {
  return keys.get(cookie) ?? 'no key';
}

export async function ask(
  port: number,
  path: string,
  method: string,
  headers: Record<string, string>,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on('error', reject);
    });
    request.on('error', reject).end();
  });
}

/** Bytes as they are; resolves with everything that came back when the other side hangs up. */
export async function sendRaw(port: number, bytes: string): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1');
  return new Promise((resolve, reject) => {
    let answer = '';
    socket.setEncoding('latin1').on('data', (part: string) => (answer += part));
    socket.on('close', () => resolve(answer)).on('error', reject);
    socket.write(bytes);
  });
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export interface WindowOptions extends ClientOptions {
  /** Undefined: it never proves anything. */
  readonly key?: string | undefined;
}

/** A window as a program: what it hears after its welcome, in order. */
export class TestWindow {
  readonly ws: WebSocket;
  readonly heard: unknown[] = [];
  /** Undefined: welcome. Otherwise the status of the refusal, or the code of the hang-up. */
  readonly opened: Promise<number | undefined>;
  readonly closed: Promise<Closed>;
  readonly #waiting = new Set<() => void>();
  #onWelcome: () => void = () => undefined;
  #nextId = 0;

  constructor(url: string, { key, ...options }: WindowOptions) {
    this.ws = new WebSocket(url, options);
    this.opened = new Promise((resolve) => {
      this.#onWelcome = () => resolve(undefined);
      this.ws.on('close', (code) => resolve(code));
      this.ws.on('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
    });
    this.closed = new Promise((resolve) => {
      this.ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    // A refused or torn connection is what the tests are about: they look at `opened` and `closed`.
    this.ws.on('error', () => undefined);
    this.ws.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString('utf8')) as Record<string, unknown>;
      if (this.#shakesHands(message, key, new URL(url).host)) return;
      this.heard.push(message);
      for (const check of [...this.#waiting]) check();
    });
    onTestFinished(() => this.ws.terminate());
  }

  #shakesHands({ kind, nonce }: Record<string, unknown>, key: string | undefined, host: string): boolean {
    if (kind === 'welcome') this.#onWelcome();
    if (kind === 'challenge' && key !== undefined) {
      const windowNonce = 'a-nonce-of-the-window';
      const proof = signed(key, proofText('window', { host, serverNonce: String(nonce), windowNonce }));
      this.ws.send(JSON.stringify({ kind: 'proof', nonce: windowNonce, proof }));
    }
    return kind === 'welcome' || kind === 'challenge';
  }

  /** The first message that fits, also one that came before. */
  async hear(fits: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    return new Promise((resolve) => {
      const check = (): void => {
        const message = (this.heard as Record<string, unknown>[]).find(fits);
        if (message === undefined) return;
        this.#waiting.delete(check);
        resolve(message);
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** The result of the call. */
  async call(name: string, input?: unknown): Promise<unknown> {
    const id = this.#nextId++;
    this.ws.send(JSON.stringify({ kind: 'call', id, name, ...(input === undefined ? {} : { input }) }));
    return (await this.hear((message) => message['kind'] === 'answer' && message['id'] === id))['result'];
  }
}
