// The part of a site that off-host mode needs: volume snapshots on hosts, mounted on a proxy. Beside `HyperVPort`, and
// implemented by the same adapters. Everything that is made carries a tag and is found and removed by it.
import type { HostId } from '../../../shared/model/ids.ts';
import type {
  OffHostFacts,
  OffHostVariant,
  SnapshotMount,
  VolumeSnapshotFacts,
} from '../../../shared/model/off-host.ts';
import type { HostFiles, JobRef } from './hyperv.ts';

export interface VolumeSnapshotRequest {
  /** Where the set is made: the volumes' host, or the coordinator of a CSV. */
  readonly hostId: HostId;
  /** Each volume once; one set for all of them. */
  readonly volumePaths: readonly string[];
  readonly providerId: string;
  readonly variant: OffHostVariant;
  /** `Stillpoint <run id> <group>`. */
  readonly tag: string;
}

export interface OffHostPort {
  readOffHostFacts(signal?: AbortSignal): Promise<OffHostFacts>;
  /** Asks for one set and returns at once; its job is read with `HyperVPort.readJob`. The answer can be lost: look for the tag before asking again. */
  requestVolumeSnapshot(request: VolumeSnapshotRequest): Promise<JobRef>;
  /** The sets of one host that carry a tag of ours, whoever made them. */
  listVolumeSnapshots(hostId: HostId): Promise<readonly VolumeSnapshotFacts[]>;
  /** Mounts every volume of the set on the proxy; what is mounted already stays so. */
  mountVolumeSnapshot(options: {
    readonly hostId: HostId;
    readonly setId: string;
    readonly expectedTag: string;
    readonly proxyId: HostId;
  }): Promise<readonly SnapshotMount[]>;
  /** Also when it is not mounted. */
  unmountVolumeSnapshot(options: {
    readonly hostId: HostId;
    readonly setId: string;
    readonly expectedTag: string;
    readonly proxyId: HostId;
  }): Promise<void>;
  /** Refused while it is mounted, and where the set carries another tag. Also when it is gone. */
  deleteVolumeSnapshot(options: {
    readonly hostId: HostId;
    readonly setId: string;
    readonly expectedTag: string;
  }): Promise<void>;
  /** The files of the frozen volumes by the paths that their host gives them, read through the proxy. */
  snapshotFiles(options: { readonly hostId: HostId; readonly setId: string; readonly proxyId: HostId }): HostFiles;
}
