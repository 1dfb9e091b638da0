// The one policy of the page, whoever hands it out. Nothing from elsewhere, no inline script; styles made at run time
// (Fluent writes its rules into style elements) carry the nonce of the response. facts: Fluent v9 fails without it.

export interface PolicyOptions {
  /** Of this response alone. */
  readonly nonce: string;
}

// SECURITY: point 7 of Electron's list. `connect-src 'self'` covers the WebSocket of the loopback host: same origin.
export function contentSecurityPolicy({ nonce }: PolicyOptions): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
