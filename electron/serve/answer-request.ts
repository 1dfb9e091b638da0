// What is answered to a request, as a pure function but for token and sessions: who is let in, and with what.
// Whoever is not let in learns nothing but how to come in.
import type { LoopbackConnection } from '../platform/index.ts';
import { keyParameter } from '../../shared/ipc/wire.ts';
import { indexPath, respondWithPage, securityHeaders, type PageFiles } from '../console/page/page-response.ts';
import type { OneTimeToken } from './one-time-token.ts';
import type { Sessions, StoredSession } from './sessions.ts';

/** As it came from outside. */
export interface OutsideRequest {
  readonly method: string;
  readonly url: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly cookie: string | undefined;
  /** `Sec-Fetch-Site`: where the browser came from. */
  readonly site: string | undefined;
  /** Of the caller's end of the connection. */
  readonly callerPort: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Door {
  readonly port: number;
  readonly token: OneTimeToken;
  readonly sessions: Sessions;
  /** Whether the account at the other end may use the printed address. */
  readonly mayEnter: (connection: LoopbackConnection) => Promise<boolean>;
}

export interface House extends Door {
  readonly files: PageFiles;
  readonly makeNonce: () => string;
}

/** Resolves when what it grants is remembered: whoever has the answer is let in, also after a crash. */
export async function answerRequest(house: House, request: OutsideRequest): Promise<Answer> {
  const refusal = refuseForeign(house, request);
  if (refusal !== undefined) return refusal;
  const { path, token } = partsOf(request.url);
  if (request.method === 'GET' && path === '/' && token !== undefined) return enter(house, request, token);
  const session = house.sessions.find(request.cookie);
  if (session === undefined) return notLetIn(house);
  if (path === '/' || path === indexPath) house.sessions.renew(session.sha256);
  return respondWithPage(house.files, { method: request.method, path, nonce: house.makeNonce() });
}

/** Whether a WebSocket may be opened, and of which session it is. */
export function admitSocket(
  door: Door,
  request: OutsideRequest,
  { path, isFull }: { readonly path: string; readonly isFull: boolean },
): { readonly session: StoredSession } | { readonly refusal: Answer } {
  // SECURITY: a page of another origin can open a WebSocket here, and its browser sends our cookie along when that page is
  // of another port of this host. Only the Origin, which no page can choose, tells it from ours: so it must be there.
  const foreign = refuseForeign(door, request);
  if (foreign !== undefined) return { refusal: foreign };
  if (request.origin === undefined)
    return { refusal: plain(403, 'This address is for the window of Stillpoint alone.') };
  const session = door.sessions.find(request.cookie);
  if (session === undefined) return { refusal: notLetIn(door) };
  if (request.url !== path) return { refusal: plain(404, 'There is nothing of that kind here.') };
  if (isFull) return { refusal: plain(503, 'Too many windows of Stillpoint are open. Close one and try again.') };
  return { session };
}

/**
 * The printed address: a token for a session. Answered with a redirect, so that the token leaves the address bar. What
 * stands behind the `#` of an address is never sent to anybody; the page takes it out of the address bar.
 */
async function enter(door: Door, request: OutsideRequest, token: string): Promise<Answer> {
  // SECURITY: a browser that is started with the address shows it in the list of processes, which every account may read.
  if (!(await door.mayEnter({ port: door.port, callerPort: request.callerPort })))
    return plain(403, 'This address is for the account that started Stillpoint.');
  if (door.token.spend(token)) {
    const { cookie, key } = await door.sessions.issue();
    return redirect({ to: `/#${keyParameter}=${key}`, site: request.site, headers: { 'Set-Cookie': cookie } });
  }
  return door.sessions.find(request.cookie) === undefined ? notLetIn(door) : redirect({ to: '/', site: request.site });
}

// SECURITY: a name that points to 127.0.0.1 for a moment (DNS rebinding) makes a foreign page same-origin with us, but
// its Host header still carries that name. `localhost` is refused as well: it may mean ::1 too, where any other account can
// listen on our port beside us.
function refuseForeign({ port }: Door, { host, origin }: OutsideRequest): Answer | undefined {
  if (host !== authorityOf(port))
    return plain(421, 'Stillpoint answers on 127.0.0.1 only, under the address it printed.');
  if (origin !== undefined && origin !== `http://${host}`) return plain(403, 'This page is not for other pages.');
  return undefined;
}

/** Host and port as browsers write them: 80 is left out. */
export function authorityOf(port: number): string {
  return port === 80 ? '127.0.0.1' : `127.0.0.1:${port}`;
}

/** The path as it came, not decoded. */
function partsOf(url: string): { readonly path: string; readonly token: string | undefined } {
  const at = url.indexOf('?');
  if (at === -1) return { path: url, token: undefined };
  const token = new URLSearchParams(url.slice(at)).get('token') ?? undefined;
  return { path: url.slice(0, at), token };
}

function notLetIn({ port }: Door): Answer {
  return plain(
    403,
    'Stillpoint does not know this browser.\n' +
      'Open the address with ?token= that Stillpoint printed when it started. It is good once.\n' +
      `In a browser that has a Stillpoint window already, http://127.0.0.1:${port}/ opens another one.\n` +
      'Otherwise end Stillpoint and start it again: it prints a new address.',
  );
}

interface Redirection {
  readonly to: string;
  readonly site: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A link in a page of another site (a terminal in a browser, a chat) brings no `SameSite=Strict` cookie along, nor does what
 * it is redirected to: the browser has to set out once more, from us.
 */
function redirect({ to, site, headers }: Redirection): Answer {
  const isFromElsewhere = site === 'cross-site';
  return {
    status: isFromElsewhere ? 200 : 303,
    headers: {
      ...securityHeaders,
      ...(isFromElsewhere ? { Refresh: `0; url=${to}` } : { Location: to }),
      'Cache-Control': 'no-store',
      'Content-Length': '0',
      ...headers,
    },
    body: new Uint8Array(),
  };
}

function plain(status: number, text: string): Answer {
  const body = new TextEncoder().encode(`${text}\n`);
  const headers = {
    ...securityHeaders,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(body.byteLength),
    'Cache-Control': 'no-store',
    // Whoever is refused has no reason to stay.
    Connection: 'close',
  };
  return { status, headers, body };
}
