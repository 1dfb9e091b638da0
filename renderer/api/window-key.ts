// The key with which this window shows the backend that it was let in, and sees that it speaks with the backend and not
// with another program on its port. It comes in the fragment of the address, once, and is kept in this browser.
//
// SECURITY: what IndexedDB keeps belongs to our port alone, other than a cookie; and a key that is not extractable can be
// used by a page but never read out again, not by ours and not by one that somebody else serves on our port one day.
import { keyParameter } from '../../shared/ipc/wire.ts';

export interface WindowKey {
  /** HMAC-SHA-256 in hexadecimal. Undefined where this browser has no key. */
  sign(text: string): Promise<string | undefined>;
  /** The backend holds it too: it is kept. */
  confirm(): Promise<void>;
  /** The backend does not know it. True: there is another one to try. */
  reject(): boolean;
}

export interface KeyStore {
  read(): Promise<CryptoKey | undefined>;
  write(key: CryptoKey): Promise<void>;
}

type Page = Pick<Window, 'location' | 'history'>;

/** Takes the key out of the address bar at once, before anything else reads the address. */
export function findWindowKey({ location, history }: Page, store: KeyStore): WindowKey {
  const [, given] = new RegExp(`^#${keyParameter}=([\\w-]{43})$`).exec(location.hash) ?? [];
  if (given !== undefined) history.replaceState(null, '', location.pathname);
  // A page of another port could lead here with a key that it knows: one is kept only when the backend has confirmed it.
  let fresh = given === undefined ? undefined : importKey(given);
  return {
    sign: async (text) => {
      // Read each time: another window of this browser may have been let in anew.
      const key = await (fresh ?? store.read());
      if (key === undefined) return undefined;
      return hexOf(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text)));
    },
    confirm: async () => {
      if (fresh === undefined) return;
      await store.write(await fresh);
      fresh = undefined;
    },
    reject: () => {
      const hadFresh = fresh !== undefined;
      fresh = undefined;
      return hadFresh;
    },
  };
}

function importKey(text: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', new TextEncoder().encode(text), algorithm, false, ['sign']);
}

function hexOf(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
