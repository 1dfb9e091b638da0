// Locks: taking a non-exclusive one, keeping it fresh while a writer works, and looking at those of others. The rules
// are restic's ("restic design.rst", Locks; internal/restic/lock.go), so that both programs respect each other.
import { AppError, isAppError } from '../../shared/errors/app-error.ts';
import { idOf } from './format/id.ts';
import { limits } from './format/limits.ts';
import { decodeLock, encodeLock, refreshEveryMs } from './format/lock-codec.ts';
import { sealUnpacked } from './format/unpacked.ts';
import { type Lock, type LockId } from './model.ts';
import { readSealed, type RepositoryCore } from './repository-core.ts';
import { type RepositoryFile } from './repository-storage.ts';

/** restic waits as long before it looks a second time: two that lock at once then see each other. */
const settleMs = 200;

type LockCore = Pick<RepositoryCore, 'storage' | 'key' | 'host' | 'clock'>;

export async function listLocks(core: LockCore): Promise<readonly Lock[]> {
  const files = await core.storage.list('lock');
  const locks: Lock[] = [];
  for (const file of files) {
    // An empty file is what an interrupted upload leaves on some stores; restic ignores it too.
    const lock = file.sizeBytes === 0 ? undefined : await readLock(core, file.name);
    if (lock !== undefined) locks.push(lock);
  }
  return locks;
}

async function readLock(core: LockCore, id: LockId): Promise<Lock | undefined> {
  try {
    return await readSealed(core, lockFile(id), limits.lockFileBytes, (json) =>
      decodeLock(id, json, core.host, core.clock.nowMs()),
    );
  } catch (error) {
    // Its owner removed it between the listing and now.
    if (isAppError(error, 'repository.file-missing')) return undefined;
    throw error;
  }
}

export async function removeLock(core: LockCore, id: LockId): Promise<void> {
  await core.storage.remove(lockFile(id));
}

export async function removeStaleLocks(core: LockCore): Promise<readonly Lock[]> {
  const stale = (await listLocks(core)).filter((lock) => lock.isStale);
  for (const lock of stale) await removeLock(core, lock.id);
  return stale;
}

/** Our own lock, from taking it to giving it back. */
export class LockKeeper {
  readonly #core: LockCore;
  readonly #onLock: (id: LockId) => void | Promise<void>;
  readonly #stop = new AbortController();
  /** Every lock file of ours that may exist; the newest is `#id`. */
  readonly #written = new Set<LockId>();
  #id: LockId | undefined;
  #refreshing: Promise<void> = Promise.resolve();

  constructor(core: LockCore, onLock: (id: LockId) => void | Promise<void> = () => undefined) {
    this.#core = core;
    this.#onLock = onLock;
  }

  /** Rejects with `repository.locked`, and leaves no lock, when another program holds an exclusive one. */
  async acquire(signal?: AbortSignal): Promise<void> {
    await this.#refuseExclusive();
    try {
      this.#id = await this.#write();
      await this.#core.clock.sleep(settleMs, signal);
      await this.#refuseExclusive();
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  /** Renews the lock until it is released; a renewal that fails is told once and ends the keeping. */
  keep(onLost: (error: unknown) => void): void {
    this.#refreshing = this.#keep().catch((error: unknown) => {
      if (!this.#stop.signal.aborted) onLost(error);
    });
  }

  /** Rejects with `repository.lock-lost` when somebody removed the lock: then data may have been removed as well. */
  async assertHeld(): Promise<void> {
    for (let id = this.#id; id !== undefined; id = this.#id) {
      if (await this.#core.storage.exists(lockFile(id))) return;
      // A renewal may have put a new one in its place meanwhile.
      if (id === this.#id) break;
    }
    throw new AppError('repository.lock-lost', {
      location: this.#core.storage.location,
      reason: 'The lock file was removed by somebody else',
    });
  }

  async release(): Promise<void> {
    this.#stop.abort();
    await this.#refreshing;
    this.#id = undefined;
    for (const id of this.#written) await this.#remove(id);
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#core.clock.sleep(refreshEveryMs, signal);
      await this.assertHeld();
      const previous = this.#id;
      this.#id = await this.#write();
      if (previous !== undefined) await this.#remove(previous);
    }
  }

  async #remove(id: LockId): Promise<void> {
    await removeLock(this.#core, id);
    this.#written.delete(id);
  }

  async #write(): Promise<LockId> {
    const { host, clock, key, storage } = this.#core;
    const bytes = sealUnpacked(key, encodeLock(host, clock.nowMs()));
    const id = idOf(bytes);
    await this.#onLock(id);
    this.#written.add(id);
    await storage.writeAtomic(lockFile(id), [bytes]);
    return id;
  }

  async #refuseExclusive(): Promise<void> {
    const other = (await listLocks(this.#core)).find((lock) => lock.isExclusive && lock.id !== this.#id);
    if (other === undefined) return;
    throw new AppError('repository.locked', {
      location: this.#core.storage.location,
      lockId: other.id,
      host: other.hostname,
      pid: other.pid,
      username: other.username,
      since: new Date(other.createdAtMs).toISOString(),
      exclusive: other.isExclusive,
    });
  }
}

function lockFile(id: LockId): RepositoryFile {
  return { kind: 'lock', name: id };
}
