// What is answered to a request, as a pure function but for the spending of the token: who is let in, and with what.
// Whoever is not let in learns nothing but how to come in.
import { respondWithPage, securityHeaders, type PageFiles } from '../console/page/page-response.ts';
import type { OneTimeToken } from './one-time-token.ts';
import type { Sessions } from './sessions.ts';

/** As it came from outside. */
export interface OutsideRequest {
  readonly method: string;
  readonly url: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly cookie: string | undefined;
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
}

export interface House extends Door {
  readonly files: PageFiles;
  readonly makeNonce: () => string;
}

export function answerRequest(house: House, request: OutsideRequest): Answer {
  const refusal = refuseForeign(house, request);
  if (refusal !== undefined) return refusal;
  const { path, token } = partsOf(request.url);
  if (request.method === 'GET' && path === '/' && token !== undefined) return enter(house, request, token);
  if (!house.sessions.isGood(request.cookie)) return notLetIn(house);
  return respondWithPage(house.files, { method: request.method, path, nonce: house.makeNonce() });
}

/** Undefined where a WebSocket may be opened. */
export function refuseUpgrade(
  door: Door,
  request: OutsideRequest,
  { path, isFull }: { readonly path: string; readonly isFull: boolean },
): Answer | undefined {
  // SECURITY: a page of another origin can open a WebSocket here, and its browser sends our cookie along when that page is
  // of another port of this host. Only the Origin, which no page can choose, tells it from ours: so it must be there.
  const foreign = refuseForeign(door, request);
  if (foreign !== undefined) return foreign;
  if (request.origin === undefined) return plain(403, 'This address is for the window of Stillpoint alone.');
  if (!door.sessions.isGood(request.cookie)) return notLetIn(door);
  if (request.url !== path) return plain(404, 'There is nothing of that kind here.');
  if (isFull) return plain(503, 'Too many windows of Stillpoint are open. Close one and try again.');
  return undefined;
}

/** The printed address: a token for a session. Answered with a redirect, so that the token leaves the address bar. */
function enter(door: Door, request: OutsideRequest, token: string): Answer {
  if (door.token.spend(token)) return redirect({ 'Set-Cookie': door.sessions.issue() });
  return door.sessions.isGood(request.cookie) ? redirect({}) : notLetIn(door);
}

// SECURITY: a name that points to 127.0.0.1 for a moment (DNS rebinding) makes a foreign page same-origin with us, but
// its Host header still carries that name.
function refuseForeign({ port }: Door, { host, origin }: OutsideRequest): Answer | undefined {
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return plain(421, 'Stillpoint answers on 127.0.0.1 and localhost only, under the address it printed.');
  }
  if (origin !== undefined && origin !== `http://${host}`) return plain(403, 'This page is not for other pages.');
  return undefined;
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

function redirect(headers: Readonly<Record<string, string>>): Answer {
  return {
    status: 303,
    headers: { ...securityHeaders, Location: '/', 'Cache-Control': 'no-store', 'Content-Length': '0', ...headers },
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
