// A data path and a repository without bytes, for unit tests of the run: disks take time, commits are remembered.
import { AppError } from '../../../shared/errors/app-error.ts';
import { toRestorePointId, toVmId } from '../../../shared/model/ids.ts';
import type { RestorePointDocument } from '../../../shared/model/restore-point.ts';
import type { Repository, RepositoryWriter } from '../../repository/index.ts';
import type { VirtualDisk } from '../../vhdx/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { DataPath, FoundRestorePoint, RepositorySource } from '../run/data-path.ts';

export class FakeStore {
  readonly committed: RestorePointDocument[] = [];
  readonly locks = new Set<string>();
  readonly openDisks = new Set<string>();
  #lockCount = 0;
  /** Thrown by the next opening, as a wrong password would. */
  openError: AppError | undefined;
  /** Thrown by every transfer, as a full disk would. */
  transferError: AppError | undefined;
  isLockStuck = false;
  /** How long each disk is read. */
  readMs = 1000;

  readonly source: RepositorySource = {
    location: 'R:\\backups',
    open: () => (this.openError === undefined ? Promise.resolve(this.#repository()) : Promise.reject(this.openError)),
  };

  #repository(): Repository {
    const parts: Partial<Repository> = {
      location: this.source.location,
      openWriter: async (options) => {
        this.#lockCount += 1;
        const id = `lock-${this.#lockCount}`;
        await options?.onLock?.(id);
        this.locks.add(id);
        return this.#writer(id);
      },
      listLocks: () => {
        const locks = [...this.locks].map((id) => ({ ...fakeLock, id }));
        return Promise.resolve(locks);
      },
      removeLock: async (id) => {
        if (this.isLockStuck) throw new AppError('repository.not-writable', { location: 'R:\\backups', reason: 'no' });
        this.locks.delete(id);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    return parts as Repository;
  }

  #writer(lockId: string): RepositoryWriter {
    const parts: Partial<RepositoryWriter> = {
      close: async () => {
        if (!this.isLockStuck) this.locks.delete(lockId);
        return Promise.resolve();
      },
    };
    return parts as RepositoryWriter;
  }
}

const fakeLock = { createdAtMs: 0, isExclusive: false, hostname: 'here', username: 'me', pid: 1, isStale: false };

/** Four steps of progress per disk, 250 ms each unless told otherwise; a commit takes 300 ms and is visible in the middle of it. */
export function fakeData(store: FakeStore, clock: Clock): DataPath {
  return {
    openDisk: (_files, path) => {
      store.openDisks.add(path);
      return Promise.resolve(fakeDisk(path, () => store.openDisks.delete(path)));
    },
    pathInSnapshot: (vmName, slot) => `/${vmName}/disks/${slot}.vhdx`,
    transferDisk: async ({ signal, onProgress }) => {
      const progress = { totalBytes: 400, readBytes: 0, skippedBytes: 0, storedBytes: 0 };
      for (let step = 1; step <= 4; step += 1) {
        await clock.sleep(store.readMs / 4, signal);
        if (store.transferError !== undefined) throw store.transferError;
        progress.readBytes = step * 100;
        progress.storedBytes = step * 50;
        for (let chunk = 0; chunk < 10; chunk += 1) onProgress({ ...progress });
      }
      return { ...progress, imageSizeBytes: 450 };
    },
    commitRestorePoint: async ({ document }) => {
      await clock.sleep(150);
      store.committed.push(document);
      await clock.sleep(150);
      return toRestorePointId(restorePointIdOf(document));
    },
    findRestorePoints: (_repository, runId) =>
      Promise.resolve({
        restorePoints: store.committed.filter((document) => document.runId === runId).map(foundOf),
        damaged: [],
      }),
  };
}

function foundOf(document: RestorePointDocument): FoundRestorePoint {
  return { id: toRestorePointId(restorePointIdOf(document)), vmId: toVmId(document.vm.id), disks: [] };
}

function restorePointIdOf(document: RestorePointDocument): string {
  return Buffer.from(`${document.runId} ${document.vm.name}`).toString('hex').padEnd(64, '0').slice(0, 64);
}

function fakeDisk(path: string, onClose: () => void): VirtualDisk {
  return {
    path,
    type: 'dynamic',
    sizeBytes: 2 ** 30,
    blockSizeBytes: 2 ** 20,
    logicalSectorSizeBytes: 512,
    physicalSectorSizeBytes: 4096,
    virtualDiskId: '11111111-1111-4111-8111-111111111111',
    dataWriteGuid: '22222222-2222-4222-8222-222222222222',
    fileWriteGuid: '33333333-3333-4333-8333-333333333333',
    members: [],
    read: () => Promise.resolve(),
    extents: async function* () {
      yield* [];
    },
    assertUnchanged: () => Promise.resolve(),
    close: () => {
      onClose();
      return Promise.resolve();
    },
  };
}
