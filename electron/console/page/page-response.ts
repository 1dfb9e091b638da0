// The page as a closed table of files, and what is answered to a request for one of them. Pure: a name from outside is
// only ever compared with the names in the table, so that no path can lead out of it.
import { contentSecurityPolicy } from './content-security-policy.ts';

export interface PageFile {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** Key: absolute path as a browser asks for it, for example `/assets/index-4f2a.js`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

export interface PageResponse {
  readonly status: 200 | 404 | 405;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface PageRequest {
  readonly method: string;
  /** As it came: path of the URL, not decoded, without the query. */
  readonly path: string;
  /** Random, at least 128 bits, of this response alone. */
  readonly nonce: string;
}

export const indexPath = '/index.html';
/** In index.html, where the nonce of the response is put. */
export const noncePlaceholder = '__STILLPOINT_NONCE__';

export function respondWithPage(files: PageFiles, { method, path, nonce }: PageRequest): PageResponse {
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'Only GET is answered here.', { Allow: 'GET, HEAD' });
  const name = path === '/' ? indexPath : path;
  const file = files.get(name);
  if (file === undefined) return plain(404, 'There is no such file.');
  const body = name === indexPath ? withNonce(file.bytes, nonce) : file.bytes;
  return {
    status: 200,
    headers: {
      ...securityHeaders,
      'Content-Type': file.contentType,
      'Content-Length': String(body.byteLength),
      // Names of assets carry a hash of their content; the page itself must never be an old one.
      'Cache-Control': name === indexPath ? 'no-store' : 'private, max-age=31536000, immutable',
      ...(name === indexPath ? { 'Content-Security-Policy': contentSecurityPolicy({ nonce }) } : {}),
    },
    body: method === 'HEAD' ? new Uint8Array() : body,
  };
}

/** On every answer, a refusal included. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
};

function plain(status: 404 | 405, text: string, headers: Readonly<Record<string, string>> = {}): PageResponse {
  const body = new TextEncoder().encode(`${text}\n`);
  return { status, headers: { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body };
}

function withNonce(page: Uint8Array, nonce: string): Uint8Array {
  return new TextEncoder().encode(new TextDecoder().decode(page).replaceAll(noncePlaceholder, nonce));
}
