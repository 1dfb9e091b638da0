// Creating and opening a repository.
import { AppError } from '../../shared/errors/app-error.ts';
import { decodeConfig, newConfig, supportedVersion, type RepositoryConfig } from './format/config-codec.ts';
import { defaultScryptCost } from './format/key-file.ts';
import { limits } from './format/limits.ts';
import { randomSealingKey, seal } from './format/sealing.ts';
import { type Repository, type RepositoryDeps } from './model.ts';
import { addPassword, unlock } from './passwords.ts';
import { createCore, readSealed } from './repository-core.ts';
import { type RepositoryFile, type RepositoryStorage } from './repository-storage.ts';
import { createRepository } from './repository.ts';

const configFile: RepositoryFile = { kind: 'config', name: '' };

/** Makes a new, empty repository. Rejects with `repository.already-exists` where there is one. */
export async function initRepository(
  storage: RepositoryStorage,
  password: string,
  deps: RepositoryDeps,
): Promise<Repository> {
  const { location } = storage;
  const isThere = (await storage.exists(configFile)) || (await storage.list('key')).length > 0;
  if (isThere) throw new AppError('repository.already-exists', { location });
  const key = randomSealingKey();
  const { config, json } = newConfig();
  await storage.prepare();
  const keyId = await addPassword(
    { storage, key, ...deps, scryptCost: deps.scryptCost ?? defaultScryptCost },
    password,
  );
  // Last: a folder without it is no repository, so an interrupted creation shows as what it is.
  await storage.writeAtomic(configFile, [seal(key, Buffer.from(json))]);
  return createRepository(createCore(storage, deps, { key, keyId, config }));
}

/**
 * Rejects with `repository.not-a-repository`, `repository.wrong-password`, `repository.unsupported-version` or
 * `repository.damaged-file`. The worker threads start at the first task; indexes are read when first needed.
 */
export async function openRepository(
  storage: RepositoryStorage,
  password: string,
  deps: RepositoryDeps,
): Promise<Repository> {
  if (!(await storage.exists(configFile))) {
    throw new AppError('repository.not-a-repository', { location: storage.location });
  }
  const { key, keyId } = await unlock(storage, password);
  const config = await readSealed<RepositoryConfig>({ storage, key }, configFile, limits.configBytes, decodeConfig);
  if (config.version !== supportedVersion) {
    throw new AppError('repository.unsupported-version', { location: storage.location, version: config.version });
  }
  return createRepository(createCore(storage, deps, { key, keyId, config }));
}
