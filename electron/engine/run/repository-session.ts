// The repository for the length of one run: opened and locked before any host is touched, its locks on the journal
// before they are written, and settled at the end.
import { AppError, toAppError } from '../../../shared/errors/app-error.ts';
import type { RepositoryLockEffect } from '../../../shared/events/run-event.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { Repository, RepositoryWriter } from '../../repository/index.ts';
import { largestChunkBytes } from '../transfer/chunk-size.ts';
import type { CleanupStack } from './cleanup-stack.ts';
import type { RepositorySource } from './data-path.ts';
import type { RunLog } from './run-log.ts';

export interface OpenedRepository {
  readonly repository: Repository;
  /** The one writer of the run: all its VMs share it. */
  readonly writer: RepositoryWriter;
}

export function lockEffectOf(lockId: string, repositoryPath: string): RepositoryLockEffect {
  return { kind: 'repository-lock', key: `repository-lock:${lockId}`, lockId, repositoryPath };
}

/**
 * Opens the repository and a writer. What has to be undone is pushed onto `cleanup`, also when this rejects half way.
 * @throws AppError `repository.*`, `engine.journal-not-written`
 */
export async function openRepositorySession(
  source: RepositorySource,
  log: RunLog,
  cleanup: CleanupStack,
): Promise<OpenedRepository> {
  const repository = await source.open();
  cleanup.push(() => repository.close());
  // A lock is renewed under a new id while the run goes on; every id is announced, and all are settled at the end.
  const announced: string[] = [];
  cleanup.push(() => settleLocks(repository, log, announced));
  const writer = await repository.openWriter({
    chunkSizeBytes: largestChunkBytes,
    onLock: async (lockId) => {
      const effect = lockEffectOf(lockId, source.location);
      await log.emit({ type: 'effect-intended', effect });
      announced.push(lockId);
    },
  });
  cleanup.push(() => writer.close());
  return { repository, writer };
}

/** A lock that cannot be removed is no failure of the backup: it is said, stays on record, and recovery tries again. */
async function settleLocks(repository: Repository, log: RunLog, lockIds: readonly string[]): Promise<void> {
  if (lockIds.length === 0) return;
  try {
    // The writer has removed its lock when it was closed; that it is gone is looked at all the same.
    await removeLocks(repository, lockIds, (key) => log.tell({ type: 'effect-undone', key, how: 'removed' }));
  } catch (error) {
    await log.tell({ type: 'run-warning', warning: lockWarning(log.state.runId, lockIds, error).toData() });
  }
}

/** Removes those that are still there; tells about each one by the key of its effect. */
export async function removeLocks(
  repository: Repository,
  lockIds: readonly string[],
  onSettled: (key: string, how: 'removed' | 'already-gone') => Promise<void>,
): Promise<void> {
  const present = new Set((await repository.listLocks()).map((lock) => lock.id));
  for (const lockId of lockIds) {
    if (present.has(lockId)) await repository.removeLock(lockId);
    await onSettled(lockEffectOf(lockId, '').key, present.has(lockId) ? 'removed' : 'already-gone');
  }
}

export function lockWarning(run: RunId, lockIds: readonly string[], cause: unknown): AppError {
  const reason = toAppError(cause).text.title;
  return new AppError('engine.lock-not-removed', { run, lock: lockIds.join(', '), reason }, { cause });
}
