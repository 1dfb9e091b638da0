// What every part of an open repository shares: storage, key, threads, clock, who we are, index; and reading and
// writing of the small files that hold one JSON document.
import { damagedFile } from './damaged-file.ts';
import { formatReason } from './format/format-error.ts';
import { idOf } from './format/id.ts';
import { type RepositoryConfig } from './format/config-codec.ts';
import { defaultScryptCost } from './format/key-file.ts';
import { type SealingKey } from './format/sealing.ts';
import { openUnpacked } from './format/unpacked.ts';
import { IndexStore } from './index-store.ts';
import { type RepositoryClock, type RepositoryDeps, type RepositoryHost, type ScryptCost } from './model.ts';
import { type RepositoryFile, type RepositoryStorage } from './repository-storage.ts';
import { WorkerPool } from './worker/worker-pool.ts';

export interface RepositoryCore {
  readonly storage: RepositoryStorage;
  readonly config: RepositoryConfig;
  /** In shared memory, so that handing it to a thread costs nothing. */
  readonly key: SealingKey;
  /** Id of the key file the password opened. */
  readonly keyId: string;
  readonly pool: WorkerPool;
  readonly clock: RepositoryClock;
  readonly host: RepositoryHost;
  readonly index: IndexStore;
  readonly zstdLevel: number;
  readonly scryptCost: ScryptCost;
}

/**
 * Measured on 466 MB of programs, text and random data beside restic 0.14 (`auto`): level 3 stores 1 % less than restic
 * with half its processor time; level 1 would save a quarter of ours again and store 5 % more.
 */
const defaultZstdLevel = 3;

export function createCore(
  storage: RepositoryStorage,
  deps: RepositoryDeps,
  opened: { readonly key: SealingKey; readonly keyId: string; readonly config: RepositoryConfig },
): RepositoryCore {
  const key = new Uint8Array(new SharedArrayBuffer(opened.key.length));
  key.set(opened.key);
  const pool = new WorkerPool(deps.workerUrl, deps.workers);
  const index = new IndexStore(storage, key, pool);
  const { clock, host, zstdLevel = defaultZstdLevel, scryptCost = defaultScryptCost } = deps;
  return { storage, config: opened.config, key, keyId: opened.keyId, pool, clock, host, index, zstdLevel, scryptCost };
}

/** Reads a sealed JSON file, checks that its name is its hash, and decodes it; damage names the file. */
export async function readSealed<T>(
  core: Pick<RepositoryCore, 'storage' | 'key'>,
  file: RepositoryFile,
  maxBytes: number,
  decode: (json: Uint8Array) => T,
): Promise<T> {
  const bytes = await core.storage.read(file, maxBytes);
  if (file.name !== '' && idOf(bytes) !== file.name) {
    throw damagedFile(core.storage, file, 'its name is not the hash of its content');
  }
  try {
    // A document may grow under compression, but not without bound.
    return decode(openUnpacked(core.key, bytes, maxBytes * 4));
  } catch (error) {
    throw damagedFile(core.storage, file, formatReason(error), error);
  }
}
