// Passwords under the system's protection, without one, and with files that somebody changed.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { privateFilePasswordStore } from '../platform/index.ts';
import type { PasswordStore } from '../console/password-store.ts';
import { choosePasswordStore, type PasswordStoreOptions } from './safe-storage-password-store.ts';

type Protection = PasswordStoreOptions['safeStorage'];
type Backend = ReturnType<Protection['getSelectedStorageBackend']>;

/** Encrypts so that a reader sees nothing and a change is noticed, as the system's does. */
function fakeProtection(key: number): Protection & { renewed: boolean } {
  const mix = (bytes: Uint8Array): Buffer => Buffer.from(bytes.map((byte) => byte ^ key));
  return {
    renewed: false,
    isAsyncEncryptionAvailable: async () => true,
    getSelectedStorageBackend: () => 'gnome_libsecret',
    encryptStringAsync: async (text) => mix(Buffer.from(`sealed${text}`)),
    async decryptStringAsync(sealed) {
      const text = mix(sealed).toString();
      if (!text.startsWith('sealed')) throw new Error('Error while decrypting the ciphertext provided');
      return { result: text.slice('sealed'.length), shouldReEncrypt: this.renewed };
    },
  };
}

let root = '';
let heard: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stillpoint-passwords-'));
  heard = [];
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const choose = (
  safeStorage: Protection = fakeProtection(0x5a),
  platform: NodeJS.Platform = 'win32',
): Promise<PasswordStore> =>
  choosePasswordStore({
    safeStorage,
    platform,
    root,
    privateFiles: privateFilePasswordStore(root),
    onPassword: (password) => void heard.push(password),
  });
const files = (): readonly string[] => readdirSync(join(root, 'passwords'));
const fileOf = (name: string | undefined): string => join(root, 'passwords', name ?? '');

describe('with protection of the system', () => {
  it('keeps, gives back and forgets, one file per repository, readable by this account alone', async () => {
    const store = await choose();
    await store.save('D:\\one', ' päss ');
    await store.save('D:\\two', 'other');
    expect([await store.load('D:\\one'), await store.load('D:\\two')]).toEqual([' päss ', 'other']);
    expect(files()).toHaveLength(2);
    for (const name of files()) {
      expect(name).toMatch(/^[0-9a-f]{64}\.bin$/);
      expect(statSync(fileOf(name)).mode & 0o777).toBe(0o600);
      expect(Buffer.from(readFileSync(fileOf(name), 'utf8'), 'base64').toString()).not.toMatch(/päss|other|one|two/);
    }
    await store.forget('D:\\one');
    await store.forget('D:\\never');
    expect([await store.load('D:\\one'), await store.load('D:\\two')]).toEqual([undefined, 'other']);
    expect(heard).toEqual([' päss ', 'other', ' päss ', 'other', 'other']);
  });

  it.each<readonly [NodeJS.Platform, string]>([
    ['win32', 'DPAPI'],
    ['darwin', 'keychain'],
    ['linux', 'secret service'],
  ])('says on %s by what it is protected, and what it does not hold against', async (platform, word) => {
    const { view } = await choose(fakeProtection(1), platform);
    expect(view.kind).toBe('os-protected');
    expect(view.description).toContain(word);
    expect(view.description).toContain('Programs that run as you');
  });

  it('cannot be unlocked by another account', async () => {
    await (await choose(fakeProtection(1))).save('/r', 'word');
    await expect((await choose(fakeProtection(2))).load('/r')).rejects.toMatchObject({ code: 'password.not-unlocked' });
  });

  it('takes no file of another repository', async () => {
    const store = await choose();
    await store.save('/one', 'word');
    const [one] = files();
    await store.save('/two', 'other');
    const two = files().find((name) => name !== one);
    copyFileSync(fileOf(one), fileOf(two));
    await expect(store.load('/two')).rejects.toMatchObject({ code: 'password.not-unlocked' });
  });

  it.each(['', 'not base64 at all', 'AAAA'])('takes a file with %j for one that cannot be unlocked', async (text) => {
    const store = await choose();
    await store.save('/one', 'word');
    writeFileSync(fileOf(files()[0]), text);
    await expect(store.load('/one')).rejects.toMatchObject({ code: 'password.not-unlocked' });
  });

  it('keeps it anew when the system has a better key', async () => {
    const safeStorage = fakeProtection(1);
    const store = await choose(safeStorage);
    await store.save('/one', 'word');
    const before = statSync(fileOf(files()[0])).ino;
    safeStorage.renewed = true;
    expect(await store.load('/one')).toBe('word');
    expect(statSync(fileOf(files()[0])).ino).not.toBe(before);
  });

  it('takes over what another way in kept without protection, and removes the bare file', async () => {
    await privateFilePasswordStore(root).save('/one', 'word');
    const store = await choose();
    expect(await store.load('/one')).toBe('word');
    expect(files()).toEqual([expect.stringMatching(/\.bin$/)]);
    await privateFilePasswordStore(root).save('/one', 'word');
    await store.forget('/one');
    expect(files()).toEqual([]);
  });
});

describe('without protection of the system', () => {
  const unprotected = (change: Partial<Protection>): Protection => ({ ...fakeProtection(1), ...change });
  const backend = (name: Backend): Partial<Protection> => ({ getSelectedStorageBackend: () => name });

  it.each<readonly [string, Partial<Protection>, NodeJS.Platform]>([
    ['a key that everybody has', backend('basic_text'), 'linux'],
    ['a question before the time', backend('unknown'), 'linux'],
    ['no key', { isAsyncEncryptionAvailable: async () => false }, 'win32'],
    ['an error', { isAsyncEncryptionAvailable: () => Promise.reject(new Error('no')) }, 'darwin'],
  ])('%s is not called protection', async (_case, change, platform) => {
    const store = await choose(unprotected(change), platform);
    expect(store.view.kind).toBe('private-file');
    expect(store.view.description).toContain('not encrypted');
    await store.save('/one', 'word');
    expect(files()).toEqual([expect.stringMatching(/\.txt$/)]);
    expect([await store.load('/one'), heard]).toEqual(['word', ['word', 'word']]);
  });

  it('asks for the kind of key on Linux alone', async () => {
    expect((await choose(unprotected(backend('basic_text')), 'win32')).view.kind).toBe('os-protected');
  });
});
