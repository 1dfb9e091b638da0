// The key of this window: where it comes from, when it is kept, and what it signs.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { askDoor } from './ask-door.ts';
import { findWindowKey, type KeyStore } from './window-key.ts';

const given = 'k'.repeat(43);
const hmac = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('hex');

function setUp(hash: string) {
  const replaced: unknown[] = [];
  const kept: { key: CryptoKey | undefined } = { key: undefined };
  const store: KeyStore = {
    read: async () => kept.key,
    write: async (key) => {
      kept.key = key;
    },
  };
  const page = {
    location: { hash, pathname: '/' },
    history: { replaceState: (...args: unknown[]) => void replaced.push(args[2]) },
  } as unknown as Window;
  return { key: findWindowKey(page, store), store, kept, replaced, page };
}

describe('the key of a window', () => {
  it('is taken out of the address at once, and signs as the backend does', async () => {
    const { key, replaced } = setUp(`#key=${given}`);
    expect(replaced).toEqual(['/']);
    expect(await key.sign('text')).toBe(hmac(given, 'text'));
  });

  it('is kept only when the backend has confirmed it, and cannot be read out then', async () => {
    const { key, kept, store, page } = setUp(`#key=${given}`);
    await key.sign('text');
    expect(kept.key).toBeUndefined();
    await key.confirm();
    expect(kept.key?.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', kept.key!)).rejects.toThrow();
    Reflect.set(page, 'location', { hash: '#/activity', pathname: '/' });
    const later = findWindowKey(page, store);
    expect(await later.sign('text')).toBe(hmac(given, 'text'));
    expect(later.reject(), 'there is no other').toBe(false);
  });

  it('that the backend does not know gives way to the one of before', async () => {
    const { key, store, page } = setUp(`#key=${given}`);
    await key.confirm();
    Reflect.set(page, 'location', { hash: `#key=${'x'.repeat(43)}`, pathname: '/' });
    const foreign = findWindowKey(page, store);
    expect(await foreign.sign('text')).toBe(hmac('x'.repeat(43), 'text'));
    expect(foreign.reject()).toBe(true);
    expect(await foreign.sign('text')).toBe(hmac(given, 'text'));
    await foreign.confirm();
    expect(await key.sign('text')).toBe(hmac(given, 'text'));
  });

  it.each(['', '#/activity', '#key=', '#key=short', `#key=${'k'.repeat(44)}`, `#/key=${given}`])(
    'is none in %j, and the address stays',
    async (hash) => {
      const { key, replaced } = setUp(hash);
      expect(replaced).toEqual([]);
      expect(await key.sign('text')).toBeUndefined();
    },
  );
});

describe('the door', () => {
  it.each([
    [200, 'let-in'],
    [503, 'let-in'],
    [403, 'refused'],
    [421, 'refused'],
    [404, 'refused'],
    [0, 'refused'],
  ])('that answers %i: %s', async (status, answer) => {
    const asked: unknown[] = [];
    const fetchPage = async (...args: unknown[]): Promise<Response> => {
      asked.push(args);
      return { status } as Response;
    };
    expect(await askDoor(fetchPage)).toBe(answer);
    expect(asked).toMatchObject([['/', { method: 'HEAD', redirect: 'manual', cache: 'no-store' }]]);
  });

  it('that does not answer is silent', async () => {
    expect(await askDoor(() => Promise.reject(new TypeError('Failed to fetch')))).toBe('silent');
  });
});
