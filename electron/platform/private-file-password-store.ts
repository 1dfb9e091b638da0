// Keeps passwords of repositories in files that only this account can read: what the loopback host and the command line
// can offer where no window has the system's own protection at hand.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PasswordStoreView } from '../../shared/ipc/views.ts';
import { readFileIfThere, writeFileAtomic } from './atomic-file.ts';
import { rethrowWriting } from './file-errors.ts';

/** Fits the port `PasswordStore` of the console, which this folder must not import. */
export interface PrivateFilePasswordStore {
  readonly view: PasswordStoreView;
  load(location: string): Promise<string | undefined>;
  save(location: string, password: string): Promise<void>;
  forget(location: string): Promise<void>;
}

/** `root`: the folder of the installation. One file per repository; an empty one counts as none. */
export function privateFilePasswordStore(root: string): PrivateFilePasswordStore {
  const folder = join(root, 'passwords');
  const fileOf = (location: string): string =>
    join(folder, `${createHash('sha256').update(location).digest('hex')}.txt`);
  return {
    view: {
      kind: 'private-file',
      description:
        `In a file in ${folder}. It is not encrypted: this account and the administrators of this computer can ` +
        'read it.',
    },
    load: async (location) => {
      const text = await readFileIfThere(fileOf(location));
      // Only the end of the line is ours: a password may begin or end with a space.
      const password = text?.replace(/\r?\n$/, '');
      return password === '' ? undefined : password;
    },
    save: (location, password) => writeFileAtomic(fileOf(location), `${password}\n`),
    forget: async (location) => {
      const path = fileOf(location);
      await rm(path, { force: true }).catch((error: unknown) => rethrowWriting(path, error));
    },
  };
}
