// What the port calls the host's files: read-only, by the host's paths, refused where Windows would refuse.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { HostId } from '../../../shared/model/ids.ts';
import type { ByteSource, ParentCandidate, ParentLocator, VhdxFiles } from '../../vhdx/index.ts';
import type { FaultPlace, FaultScript } from '../faults.ts';
import type { AccessLog } from './access-log.ts';
import type { HostStorage } from './host-storage.ts';
import type { OpenFiles } from './open-files.ts';

export interface HostFilesOptions {
  readonly hostId: HostId;
  readonly storage: HostStorage;
  readonly openFiles: OpenFiles;
  readonly accesses: AccessLog;
  readonly faults: FaultScript;
  /** The VM whose file this is, for faults that strike one VM only. */
  readonly ownerOf: (hostPath: string) => FaultPlace;
  /** Throws where the host does not answer. */
  readonly assertReachable: (hostId: HostId) => void;
}

export class LabHostFiles implements VhdxFiles {
  readonly #options: HostFilesOptions;

  constructor(options: HostFilesOptions) {
    this.#options = options;
  }

  async open(hostPath: string): Promise<ByteSource> {
    const { storage, openFiles, assertReachable, hostId } = this.#options;
    assertReachable(hostId);
    const local = storage.localPath(hostPath);
    if (openFiles.hasWriters(local))
      throw new AppError('vhdx.file-unreadable', {
        path: hostPath,
        reason: 'a VM or a merge writes to it now (0x80070020, sharing violation)',
      });
    // Counted before it is open, so that no merge can begin in between.
    const release = openFiles.addReader(local);
    try {
      return await this.#watched(await storage.open(hostPath), release);
    } catch (error) {
      release();
      throw error;
    }
  }

  parentCandidates(childPath: string, locator: ParentLocator): readonly ParentCandidate[] {
    return this.#options.storage.parentCandidates(childPath, locator);
  }

  identity(hostPath: string): Promise<string> {
    this.#options.assertReachable(this.#options.hostId);
    return this.#options.storage.identity(hostPath);
  }

  async #watched(source: ByteSource, release: () => void): Promise<ByteSource> {
    const sizeBytes = await source.sizeBytes();
    this.#record(source.path, 0);
    return {
      path: source.path,
      sizeBytes: () => source.sizeBytes(),
      read: async (target, position) => {
        this.#strike(source.path, position + target.length, sizeBytes);
        const read = await source.read(target, position);
        this.#record(source.path, read);
        return read;
      },
      close: async () => {
        release();
        await source.close();
      },
    };
  }

  #record(path: string, bytes: number): void {
    this.#options.accesses.record({ way: 'host', hostId: this.#options.hostId }, path, bytes);
  }

  /** A bad sector strikes the first read that reaches it. */
  #strike(path: string, end: number, sizeBytes: number): void {
    const { faults, ownerOf, assertReachable, hostId } = this.#options;
    assertReachable(hostId);
    const place = { ...ownerOf(path), hostId };
    const fault = faults.peek('read', place);
    if (fault?.at !== 'read' || end <= (fault.fileOffset ?? sizeBytes / 2)) return;
    faults.take('read', place);
    throw new AppError('vhdx.file-unreadable', { path, reason: 'data error, cyclic redundancy check (0x80070017)' });
  }
}
