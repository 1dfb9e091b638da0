// app://stillpoint/: the page out of its table of files. Owns which addresses are answered at all; what is answered is
// respondWithPage's.
import type { CustomScheme, Protocol } from 'electron';
import { respondWithPage, securityHeaders, type PageFiles } from '../console/page/page-response.ts';
import { pageOrigin, pageScheme } from './page-address.ts';

// SECURITY: point 18 of Electron's list. `standard` gives the page an origin of its own, `secure` what secure contexts
// have. bypassCSP, service workers, extensions and CORS stay off.
export const pageSchemes: readonly CustomScheme[] = [
  { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
];

interface AddressedRequest {
  readonly url: string;
  readonly method: string;
}

/** @param newNonce at least 128 random bits, new for every call */
export function servePage(protocol: Pick<Protocol, 'handle'>, files: PageFiles, newNonce: () => string): void {
  protocol.handle(pageScheme, (request) => answerPageRequest(files, request, newNonce()));
}

// SECURITY: point 18. Nothing is decoded, normalised or joined to a folder: a path is a key of the table as it stands,
// or there is no such file. Names made by the build need no percent sign, so one is refused outright.
export function answerPageRequest(files: PageFiles, { url, method }: AddressedRequest, nonce: string): Response {
  const path = pathOf(url);
  if (path === undefined) return new Response('There is no such file.\n', { status: 404, headers: securityHeaders });
  const { status, headers, body } = respondWithPage(files, { method, path, nonce });
  return new Response(Uint8Array.from(body), { status, headers });
}

/** Undefined for every other host, port or credentials, for a query, and for whatever is not a plain name. */
function pathOf(url: string): string | undefined {
  if (!url.startsWith(`${pageOrigin}/`)) return undefined;
  const path = url.slice(pageOrigin.length);
  // `/` alone would be a second address of the page, which no check of senders knows.
  return /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/.test(path) ? path : undefined;
}
