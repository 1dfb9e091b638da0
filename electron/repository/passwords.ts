// The passwords of a repository: each is a key file that holds the same master key ("restic design.rst", Keys).
import { AppError, isAppError } from '../../shared/errors/app-error.ts';
import { damagedFile } from './damaged-file.ts';
import { formatReason } from './format/format-error.ts';
import { idOf, isId } from './format/id.ts';
import { decodeKeyFile, encodeKeyFile, openKeyFile, type KeyFile } from './format/key-file.ts';
import { limits } from './format/limits.ts';
import { type SealingKey } from './format/sealing.ts';
import { type KeyId, type PasswordKey } from './model.ts';
import { type RepositoryCore } from './repository-core.ts';
import { type RepositoryStorage } from './repository-storage.ts';

export interface UnlockedKey {
  readonly key: SealingKey;
  readonly keyId: KeyId;
}

/**
 * Finds the key the password opens. A damaged key file does not stand in the way of another one, but is named when
 * none opens: it may have been the right one.
 */
export async function unlock(storage: RepositoryStorage, password: string): Promise<UnlockedKey> {
  const files = await storage.list('key');
  if (files.length === 0) throw new AppError('repository.not-a-repository', { location: storage.location });
  let damage: AppError | undefined;
  for (const { name } of files.slice(0, limits.keysTried)) {
    try {
      const key = await tryKey(storage, name, password);
      if (key !== undefined) return { key, keyId: name };
    } catch (error) {
      if (!isAppError(error) || error.category !== 'integrity') throw error;
      damage ??= error;
    }
  }
  throw damage ?? new AppError('repository.wrong-password', { location: storage.location });
}

async function tryKey(storage: RepositoryStorage, id: KeyId, password: string): Promise<SealingKey | undefined> {
  const file = await readKeyFile(storage, id);
  try {
    return await openKeyFile(file, password);
  } catch (error) {
    throw damagedFile(storage, { kind: 'key', name: id }, formatReason(error), error);
  }
}

async function readKeyFile(storage: RepositoryStorage, id: KeyId): Promise<KeyFile> {
  const file = { kind: 'key', name: id } as const;
  const bytes = await storage.read(file, limits.keyFileBytes);
  if (idOf(bytes) !== id) throw damagedFile(storage, file, 'its name is not the hash of its content');
  try {
    return decodeKeyFile(bytes);
  } catch (error) {
    throw damagedFile(storage, file, formatReason(error), error);
  }
}

export async function addPassword(
  core: Pick<RepositoryCore, 'storage' | 'key' | 'host' | 'clock' | 'scryptCost'>,
  password: string,
): Promise<KeyId> {
  if (password === '') throw new AppError('repository.empty-password', { location: core.storage.location });
  const bytes = await encodeKeyFile(core.key, password, core.host, core.clock.nowMs(), core.scryptCost);
  const id = idOf(bytes);
  await core.storage.writeAtomic({ kind: 'key', name: id }, [bytes]);
  return id;
}

export async function listPasswords(core: RepositoryCore): Promise<readonly PasswordKey[]> {
  const keys: PasswordKey[] = [];
  for (const { name } of await core.storage.list('key')) {
    const { createdAtMs, hostname, username } = await readKeyFile(core.storage, name);
    keys.push({ id: name, createdAtMs, hostname, username, isCurrent: name === core.keyId });
  }
  return keys;
}

/** Keeps the key in use, and with it at least one. */
export async function removePassword(core: RepositoryCore, id: KeyId): Promise<void> {
  const { storage, keyId } = core;
  if (id === keyId) throw new AppError('repository.key-in-use', { location: storage.location, key: id });
  const file = { kind: 'key', name: id } as const;
  if (!isId(id) || !(await storage.exists(file))) {
    throw new AppError('repository.key-not-found', { location: storage.location, key: id });
  }
  await storage.remove(file);
}
