// The disk files as one host sees them: its own Windows paths over folders of this machine, with the size of volumes
// counted and everything that is open known, so that a file in use is in use for the others.
import { rm } from 'node:fs/promises';
import { AppError, isAppError } from '../../../shared/errors/app-error.ts';
import type { HostId } from '../../../shared/model/ids.ts';
import {
  localFiles,
  windowsParentCandidates,
  type ByteSource,
  type ByteStore,
  type ParentCandidate,
  type ParentLocator,
  type WritableVhdxFiles,
} from '../../vhdx/index.ts';
import { findVolume, toLocalPath } from './host-paths.ts';
import type { LabVolume } from './lab-volume.ts';
import type { OpenFiles } from './open-files.ts';
import { resolveCase } from './resolve-case.ts';

const files = localFiles();

export class HostStorage implements WritableVhdxFiles {
  readonly hostId: HostId;
  readonly volumes: readonly LabVolume[];
  readonly #open: OpenFiles;

  constructor(hostId: HostId, volumes: readonly LabVolume[], openFiles: OpenFiles) {
    this.hostId = hostId;
    this.volumes = volumes;
    this.#open = openFiles;
  }

  /** Error: `vhdx.file-not-found` for what is no place on this host. */
  localPath(hostPath: string): string {
    const path = toLocalPath(this.volumes, hostPath);
    if (path === undefined) throw new AppError('vhdx.file-not-found', { path: hostPath });
    return path;
  }

  /** Error: `vhdx.file-not-found` for a path outside of every volume. */
  volumeOf(hostPath: string): LabVolume {
    const found = findVolume(this.volumes, hostPath);
    if (found === undefined) throw new AppError('vhdx.file-not-found', { path: hostPath });
    return found.volume;
  }

  async open(hostPath: string): Promise<ByteSource> {
    const local = await this.#existing(hostPath);
    return named(hostPath, await underName(hostPath, () => files.open(local)));
  }

  async openWritable(hostPath: string): Promise<ByteStore> {
    const local = await this.#existing(hostPath);
    return this.#accounted(hostPath, local, () => files.openWritable(local));
  }

  async create(hostPath: string): Promise<ByteStore> {
    const local = this.localPath(hostPath);
    return this.#accounted(hostPath, local, () => files.create(local));
  }

  /** Deletes the file; it need not be there. */
  async remove(hostPath: string): Promise<void> {
    const sizeBytes = await this.fileSizeBytes(hostPath);
    await rm(await this.#existing(hostPath), { force: true });
    this.volumeOf(hostPath).give(sizeBytes);
  }

  /** 0 when it is not there. */
  async fileSizeBytes(hostPath: string): Promise<number> {
    try {
      const source = await this.open(hostPath);
      const sizeBytes = await source.sizeBytes();
      await source.close();
      return sizeBytes;
    } catch (error) {
      if (isAppError(error, 'vhdx.file-not-found')) return 0;
      throw error;
    }
  }

  hasReaders(hostPath: string): boolean {
    return this.#open.hasReaders(this.localPath(hostPath));
  }

  parentCandidates(childPath: string, locator: ParentLocator): readonly ParentCandidate[] {
    return windowsParentCandidates(childPath, locator);
  }

  async identity(hostPath: string): Promise<string> {
    const local = await this.#existing(hostPath);
    return underName(hostPath, () => files.identity(local));
  }

  /** Windows does not distinguish case; the folders of this machine may. */
  async #existing(hostPath: string): Promise<string> {
    const { folder } = this.volumeOf(hostPath);
    return resolveCase(folder, this.localPath(hostPath));
  }

  /** Claimed before it is open, so that no reader comes in between. */
  async #accounted(hostPath: string, local: string, open: () => Promise<ByteStore>): Promise<ByteStore> {
    const release = this.#open.addWriter(local);
    try {
      const store = await underName(hostPath, open);
      return await AccountedStore.open(hostPath, store, this.volumeOf(hostPath), release);
    } catch (error) {
      release();
      throw error;
    }
  }
}

/** Errors of this machine name its own files; the host's users know the host's paths. */
export async function underName<T>(hostPath: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (isAppError(error, 'vhdx.file-not-found') || isAppError(error, 'vhdx.file-exists'))
      throw new AppError(error.code, { path: hostPath }, { cause: error });
    if (isAppError(error, 'vhdx.volume-full')) throw new AppError(error.code, { path: hostPath }, { cause: error });
    if (isAppError(error, 'vhdx.file-unreadable') || isAppError(error, 'vhdx.file-unwritable'))
      throw new AppError(error.code, { path: hostPath, reason: error.params.reason }, { cause: error });
    throw error;
  }
}

function named(hostPath: string, source: ByteSource): ByteSource {
  return {
    path: hostPath,
    sizeBytes: () => underName(hostPath, () => source.sizeBytes()),
    read: (target, position) => underName(hostPath, () => source.read(target, position)),
    close: () => source.close(),
  };
}

/** A file whose growth is taken from its volume before it happens. */
class AccountedStore implements ByteStore {
  readonly path: string;
  readonly #store: ByteStore;
  readonly #volume: LabVolume;
  readonly #release: () => void;
  #sizeBytes: number;

  private constructor(path: string, store: ByteStore, volume: LabVolume, release: () => void, sizeBytes: number) {
    this.path = path;
    this.#store = store;
    this.#volume = volume;
    this.#release = release;
    this.#sizeBytes = sizeBytes;
  }

  static async open(path: string, store: ByteStore, volume: LabVolume, release: () => void): Promise<AccountedStore> {
    return new AccountedStore(path, store, volume, release, await store.sizeBytes());
  }

  sizeBytes(): Promise<number> {
    return this.#store.sizeBytes();
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return underName(this.path, () => this.#store.read(target, position));
  }

  async write(data: Uint8Array, position: number): Promise<void> {
    this.#resize(Math.max(this.#sizeBytes, position + data.length));
    await underName(this.path, () => this.#store.write(data, position));
  }

  async truncate(sizeBytes: number): Promise<void> {
    this.#resize(sizeBytes);
    await underName(this.path, () => this.#store.truncate(sizeBytes));
  }

  flush(): Promise<void> {
    return underName(this.path, () => this.#store.flush());
  }

  async close(): Promise<void> {
    this.#release();
    await this.#store.close();
  }

  #resize(sizeBytes: number): void {
    const growth = sizeBytes - this.#sizeBytes;
    if (growth > 0) this.#volume.take(growth, this.path);
    else this.#volume.give(-growth);
    this.#sizeBytes = sizeBytes;
  }
}
