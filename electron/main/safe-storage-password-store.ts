// Keeps passwords of repositories under the protection of the system: DPAPI on Windows, the keychain on macOS, the
// secret service on Linux. One file per repository; without this account's key it is noise.
//
// Where the system has no such protection, `safeStorage` on Linux would encrypt with a key everybody knows. That is not
// called protection here: the private file takes over, with its own description, which says that it is not encrypted.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SafeStorage } from 'electron';
import { z } from 'zod';
import { AppError } from '../../shared/errors/app-error.ts';
import type { PasswordStore } from '../console/password-store.ts';
import { readFileIfThere, writeFileAtomic } from '../platform/atomic-file.ts';
import { rethrowWriting } from '../platform/file-errors.ts';

type Protection = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

export interface PasswordStoreOptions {
  readonly safeStorage: Protection;
  readonly platform: NodeJS.Platform;
  /** Of the installation. */
  readonly root: string;
  /** Takes over where there is no protection; its passwords move here where there is. */
  readonly privateFiles: PasswordStore;
  /** Told every password that passes, so that no log can write it. */
  readonly onPassword: (password: string) => void;
}

/** After `ready`: before it the system is not asked. */
export async function choosePasswordStore(options: PasswordStoreOptions): Promise<PasswordStore> {
  return heard((await isProtected(options)) ? protectedStore(options) : options.privateFiles, options.onPassword);
}

/** `unknown`: asked before `ready`. `basic_text`: a key that is the same on every computer. */
async function isProtected({ safeStorage, platform }: PasswordStoreOptions): Promise<boolean> {
  if (platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())) return false;
  return safeStorage.isAsyncEncryptionAvailable().catch(() => false);
}

function protectedStore({ safeStorage, platform, root, privateFiles }: PasswordStoreOptions): PasswordStore {
  const folder = join(root, 'passwords');
  const fileOf = (location: string): string =>
    join(folder, `${createHash('sha256').update(location).digest('hex')}.bin`);

  const save = async (location: string, password: string): Promise<void> => {
    // With the location inside, the file of one repository cannot be put in the place of another's.
    const sealed = await safeStorage.encryptStringAsync(JSON.stringify({ location, password }));
    await writeFileAtomic(fileOf(location), `${sealed.toString('base64')}\n`);
    await privateFiles.forget(location);
  };

  const load = async (location: string): Promise<string | undefined> => {
    const text = await readFileIfThere(fileOf(location));
    if (text === undefined) return adopt(location);
    const { result, shouldReEncrypt } = await safeStorage
      .decryptStringAsync(Buffer.from(text, 'base64'))
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : 'it does not fit';
        throw new AppError('password.not-unlocked', { location, reason }, { cause: error });
      });
    const password = passwordIn(result, location);
    if (shouldReEncrypt) await save(location, password);
    return password;
  };

  /** One that a way in without protection has kept in a private file. */
  const adopt = async (location: string): Promise<string | undefined> => {
    const password = await privateFiles.load(location);
    if (password !== undefined) await save(location, password);
    return password;
  };

  return {
    view: {
      kind: 'os-protected',
      description: `Encrypted by ${protectorOf(platform)}, in a file in ${folder}. Programs that run as you can have it decrypted.`,
    },
    load,
    save,
    forget: async (location) => {
      const path = fileOf(location);
      await rm(path, { force: true }).catch((error: unknown) => rethrowWriting(path, error));
      await privateFiles.forget(location);
    },
  };
}

const sealedSchema = z.strictObject({ location: z.string(), password: z.string().min(1) });

function passwordIn(json: string, location: string): string {
  const parsed = sealedSchema.safeParse(parseJson(json));
  if (parsed.success && parsed.data.location === location) return parsed.data.password;
  throw new AppError('password.not-unlocked', { location, reason: 'it belongs to another repository' });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function protectorOf(platform: NodeJS.Platform): string {
  if (platform === 'win32') return 'Windows for your account (DPAPI)';
  return platform === 'darwin' ? 'your keychain' : 'the secret service of your desktop';
}

function heard(store: PasswordStore, onPassword: (password: string) => void): PasswordStore {
  return {
    view: store.view,
    load: async (location) => {
      const password = await store.load(location);
      if (password !== undefined) onPassword(password);
      return password;
    },
    save: async (location, password) => {
      onPassword(password);
      await store.save(location, password);
    },
    forget: (location) => store.forget(location),
  };
}
