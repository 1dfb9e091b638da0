// Who may come in: browsers that once had the printed address. A key is known to its browser alone; here only its digest
// is kept, so that serve.json lets nobody in.
//
// SECURITY: a cookie belongs to a host name, not to a port: browsers send it to everything on 127.0.0.1. So a key does not
// outlive the port it was made for (whoever sat on that port meanwhile may have seen it), the cookie's name carries the
// port, and what keeps the pages of other local ports out is the Origin check, not the cookie.
import { createHash } from 'node:crypto';

export interface StoredSession {
  readonly sha256: string;
  readonly expiresAtMs: number;
}

export const sessionSeconds = 12 * 60 * 60;
export const mostSessions = 20;
/** Of one name; another local page could set more to drown ours. */
const mostCookies = 10;

export interface SessionsOptions {
  readonly port: number;
  readonly stored: readonly StoredSession[];
  readonly nowMs: () => number;
  /** At least 256 bits, in letters that a cookie may hold. */
  readonly makeKey: () => string;
  readonly onChanged: (sessions: readonly StoredSession[]) => void;
}

export class Sessions {
  readonly #options: SessionsOptions;
  /** Oldest first. */
  #sessions: readonly StoredSession[];

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#sessions = options.stored;
  }

  get cookieName(): string {
    return `stillpoint-${this.#options.port}`;
  }

  /** A new one, as the value of `Set-Cookie`. */
  issue(): string {
    const key = this.#options.makeKey();
    const expiresAtMs = this.#options.nowMs() + sessionSeconds * 1000;
    const open = this.#sessions.filter((session) => this.#isOpen(session));
    this.#sessions = [...open, { sha256: digestOf(key), expiresAtMs }].slice(-mostSessions);
    this.#options.onChanged(this.#sessions);
    return `${this.cookieName}=${key}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${sessionSeconds}`;
  }

  /** @param cookieHeader as it came */
  isGood(cookieHeader: string | undefined): boolean {
    const digests = cookiesNamed(this.cookieName, cookieHeader ?? '')
      .slice(0, mostCookies)
      .map(digestOf);
    return this.#sessions.some((session) => this.#isOpen(session) && digests.includes(session.sha256));
  }

  #isOpen({ expiresAtMs }: StoredSession): boolean {
    const leftMs = expiresAtMs - this.#options.nowMs();
    // A clock that was set back must not keep one open for ever.
    return leftMs > 0 && leftMs <= sessionSeconds * 1000;
  }
}

function cookiesNamed(name: string, header: string): readonly string[] {
  return header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at !== -1 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
