// The files of a mounted set of volume snapshots, by the paths that their host gives them: read-only, and never in the
// way of a VM or a merge, because what they read is not what those write.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { HostId } from '../../../shared/model/ids.ts';
import {
  windowsParentCandidates,
  type ByteSource,
  type ParentCandidate,
  type ParentLocator,
  type VhdxFiles,
} from '../../vhdx/index.ts';
import type { FaultPlace, FaultScript } from '../faults.ts';
import { keyOfFile } from '../snapshot/list-files.ts';
import type { SnapshotArea } from '../snapshot/snapshot-area.ts';
import type { SnapshotSets } from '../snapshot/snapshot-sets.ts';
import type { AccessLog } from './access-log.ts';
import { findVolume } from './host-paths.ts';
import type { HostStorage } from './host-storage.ts';

export interface SnapshotFilesOptions {
  readonly hostId: HostId;
  readonly setId: string;
  readonly proxyId: HostId;
  readonly storage: HostStorage;
  readonly snapshots: SnapshotSets;
  readonly accesses: AccessLog;
  readonly faults: FaultScript;
  /** The VM whose file this is, for faults that strike one VM only. */
  readonly ownerOf: (hostPath: string) => FaultPlace;
  /** Throws where the proxy does not answer, or the set is not mounted there any more. */
  readonly assertReadable: () => void;
}

interface Place {
  readonly area: SnapshotArea;
  readonly key: string;
  readonly volumeId: string;
}

export class LabSnapshotFiles implements VhdxFiles {
  readonly #options: SnapshotFilesOptions;

  constructor(options: SnapshotFilesOptions) {
    this.#options = options;
  }

  async open(hostPath: string): Promise<ByteSource> {
    const place = this.#find(hostPath);
    const source = await place.area.openFile(place.key, hostPath);
    this.#record(hostPath, 0);
    const sizeBytes = await source.sizeBytes();
    return {
      path: hostPath,
      sizeBytes: () => source.sizeBytes(),
      read: async (target, position) => {
        this.#options.assertReadable();
        await this.#strike(hostPath, place, position + target.length, sizeBytes);
        const read = await source.read(target, position);
        this.#record(hostPath, read);
        return read;
      },
      close: () => source.close(),
    };
  }

  parentCandidates(childPath: string, locator: ParentLocator): readonly ParentCandidate[] {
    return windowsParentCandidates(childPath, locator);
  }

  identity(hostPath: string): Promise<string> {
    const { volumeId, key } = this.#find(hostPath);
    return Promise.resolve(`${this.#options.setId}:${volumeId}:${key}`);
  }

  /** Error: `vhdx.file-not-found` for what the set does not hold. */
  #find(hostPath: string): Place {
    const { storage, snapshots, setId, assertReadable } = this.#options;
    assertReadable();
    const found = findVolume(storage.volumes, hostPath);
    const volumeId = found?.volume.id ?? '';
    const area = snapshots.areaOf(setId, volumeId);
    const key = keyOfFile(found?.names.join('/') ?? '');
    if (area?.has(key) !== true) throw new AppError('vhdx.file-not-found', { path: hostPath });
    return { area, key, volumeId };
  }

  #record(path: string, bytes: number): void {
    const { accesses, hostId, setId, proxyId } = this.#options;
    accesses.record({ way: 'snapshot', hostId, setId, proxyId }, path, bytes);
  }

  /** Strikes the first read that reaches its place. */
  async #strike(path: string, { volumeId }: Place, end: number, sizeBytes: number): Promise<void> {
    const { faults, ownerOf, hostId, snapshots, setId } = this.#options;
    const place = { ...ownerOf(path), hostId };
    const fault = faults.peek('read-snapshot', place);
    if (fault?.at !== 'read-snapshot' || end <= (fault.fileOffset ?? sizeBytes / 2)) return;
    faults.take('read-snapshot', place);
    if (fault.effect === 'snapshot-lost')
      await snapshots.lose(setId, volumeId, 'its provider had no room left for the old data');
    else
      throw new AppError('vhdx.file-unreadable', { path, reason: 'data error, cyclic redundancy check (0x80070017)' });
  }
}
