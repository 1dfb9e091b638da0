// Who may come in: browsers that once had the printed address. Each has a cookie, of which only the digest is kept here, so
// that serve.json alone lets nobody in; and a key, which is not sent to anybody again (window-proof.ts).
//
// SECURITY: a cookie belongs to a host name, not to a port: browsers send it to everything on 127.0.0.1. So it fetches the
// files of the page and nothing else; for calls the key is needed. Neither outlives the port it was made for.
import { createHash } from 'node:crypto';

export interface StoredSession {
  /** Of the cookie. */
  readonly sha256: string;
  readonly key: string;
  readonly expiresAtMs: number;
}

/** After the last load of the page, or after its last window was closed. */
export const sessionSeconds = 12 * 60 * 60;
/** The cookie is kept longer than what it stands for: it is here that a session ends. */
export const cookieSeconds = 30 * 24 * 60 * 60;
/** What would prolong a session by less is not worth a write. */
const renewalMs = 30 * 60 * 1000;
export const mostSessions = 20;
/** Of one name; another local page could set more to drown ours. */
const mostCookies = 10;

export interface SessionsOptions {
  readonly port: number;
  readonly stored: readonly StoredSession[];
  readonly nowMs: () => number;
  /** At least 256 bits, in letters that a cookie may hold. */
  readonly makeKey: () => string;
  /** Resolves when it is kept. */
  readonly onChanged: (sessions: readonly StoredSession[]) => Promise<unknown>;
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

  /** A new one, kept before it is given out. `cookie`: the value of `Set-Cookie`. */
  async issue(): Promise<{ readonly cookie: string; readonly key: string }> {
    const { makeKey, onChanged } = this.#options;
    const [cookie, key] = [makeKey(), makeKey()];
    const open = this.#sessions.filter((session) => this.#isOpen(session));
    this.#sessions = [...open, { sha256: digestOf(cookie), key, expiresAtMs: this.#newEndMs() }].slice(-mostSessions);
    await onChanged(this.#sessions);
    const attributes = `HttpOnly; SameSite=Strict; Path=/; Max-Age=${cookieSeconds}`;
    return { cookie: `${this.cookieName}=${cookie}; ${attributes}`, key };
  }

  /** @param cookieHeader as it came */
  find(cookieHeader: string | undefined): StoredSession | undefined {
    const digests = cookiesNamed(this.cookieName, cookieHeader ?? '')
      .slice(0, mostCookies)
      .map(digestOf);
    return this.#sessions.find((session) => this.#isOpen(session) && digests.includes(session.sha256));
  }

  /** It is in use: also when the computer slept past its end while its window stood open. */
  renew(sha256: string): void {
    const expiresAtMs = this.#newEndMs();
    const session = this.#sessions.find((candidate) => candidate.sha256 === sha256);
    if (session === undefined || (this.#isOpen(session) && expiresAtMs - session.expiresAtMs < renewalMs)) return;
    this.#sessions = this.#sessions.map((one) => (one === session ? { ...one, expiresAtMs } : one));
    void this.#options.onChanged(this.#sessions);
  }

  #newEndMs(): number {
    return this.#options.nowMs() + sessionSeconds * 1000;
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
