// The one policy of the page, whoever hands it out. Nothing from elsewhere, no inline script; styles made at run time
// (Fluent writes its rules into style elements) carry the nonce of the response. facts: Fluent v9 fails without it.

import { AppError } from '../../../shared/errors/app-error.ts';

export interface PolicyOptions {
  /** Of this response alone: base64 or base64url. */
  readonly nonce: string;
}

/** Nothing that ends a source or a directive; CSP Level 3, section 2.3.1. */
const nonceForm = /^[A-Za-z0-9+/_-]+={0,2}$/;

// SECURITY: point 7 of Electron's list. `connect-src 'self'` covers the WebSocket of the loopback host: same origin.
export function contentSecurityPolicy({ nonce }: PolicyOptions): string {
  if (!nonceForm.test(nonce))
    throw new AppError('bug.unexpected', { reason: 'the nonce of the page has another form' });
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
