// The disk files as one host sees them: its own Windows paths over folders of this machine, with the size of volumes
// counted and everything that is open known, so that a file in use is in use for the others.
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
import { AccountedStore } from './accounted-store.ts';
import { findVolume, toLocalPath } from './host-paths.ts';
import type { LabVolume } from './lab-volume.ts';
import type { OpenFiles } from './open-files.ts';
import { resolveCase } from './resolve-case.ts';
import { underName } from './under-name.ts';

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
    const { gate } = this.volumeOf(hostPath);
    return this.#accounted(hostPath, local, () => gate.change(() => files.create(local)));
  }

  /** Deletes the file; it need not be there. */
  async remove(hostPath: string): Promise<void> {
    const sizeBytes = await this.fileSizeBytes(hostPath);
    await this.volumeOf(hostPath).removeFile(await this.#existing(hostPath), sizeBytes);
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
      const volume = this.volumeOf(hostPath);
      return new AccountedStore({
        path: hostPath,
        key: volume.keyOf(local),
        store,
        volume,
        release,
        sizeBytes: await store.sizeBytes(),
      });
    } catch (error) {
      release();
      throw error;
    }
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
