// What off-host mode needs to know beside an inventory: which volumes can be snapshotted by whom, and which machines can
// read such a snapshot. Facts only; what they mean for a VM is decided by the plan. Sources of the words: VSS
// (Win32_ShadowCopy, diskshadow LIST PROVIDERS), FailoverClusters, [MS-FSRVP].
import type { HostId } from './ids.ts';

/** VSS_PROVIDER_TYPE: 1 system and 2 software are `software`, 3 is `hardware`, 4 is `file-share` (vss.h). */
export type ProviderKind = 'hardware' | 'software' | 'file-share';

export interface SnapshotProvider {
  /** GUID, lower case. The system's own software provider is {b5946137-7b9f-4925-af80-51abd60b20d5}. */
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
}

/** What a volume lies on. `s2d`: Storage Spaces Direct, whose volumes no machine outside of the cluster can see. */
export type VolumeStorage = 'local' | 'san' | 's2d' | 'smb3';

export interface SnapshotVolumeFacts {
  /** The same for one volume wherever it is seen from; CSVs included. */
  readonly volumeId: string;
  /** Root as its hosts name it: `D:\`, `C:\ClusterStorage\Volume1`, `\\FS01\VMs`. */
  readonly path: string;
  readonly label: string;
  /** The host it belongs to; of a cluster shared volume the coordinator, where its snapshots are taken. */
  readonly hostId: HostId;
  readonly isClusterShared: boolean;
  readonly storage: VolumeStorage;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** Those that can snapshot this volume. */
  readonly providers: readonly SnapshotProvider[];
  /** Standing now, whoever made them. */
  readonly snapshotCount: number;
  /** Domain of the file server of an SMB3 share; absent where nobody could say. */
  readonly serverDomain?: string;
}

/** A machine that can read volume snapshots in place of the hosts. */
export interface ProxyFacts {
  /** Name of the machine, as `HostId` is made. */
  readonly id: HostId;
  readonly name: string;
  readonly osName: string;
  readonly buildNumber: number;
  /** Transportable snapshots cannot be imported into a cluster whose volume they are of. */
  readonly clusterName?: string;
  readonly domain?: string;
  /** Stillpoint runs on it: what it mounts is read by a local path. */
  readonly isThisComputer: boolean;
  /** Volumes whose storage it can reach, so that a transportable snapshot of them can be imported. */
  readonly visibleVolumeIds: readonly string[];
  /** SMB3 shares that its computer account has full access to. */
  readonly fullAccessVolumeIds: readonly string[];
  /** Hosts whose administrative shares it can open, so that it can read a software snapshot there; absent where nobody tried. */
  readonly reachableHostIds?: readonly HostId[];
}

export interface OffHostFacts {
  readonly volumes: readonly SnapshotVolumeFacts[];
  readonly proxies: readonly ProxyFacts[];
  readonly readAtMs: number;
}

/** `transportable`: hardware snapshot, imported by the proxy. `file-share`: the file server's own snapshot of an SMB3 share. `software`: a snapshot on the host, read over SMB: it moves processor time, not disk load. */
export type OffHostVariant = 'transportable' | 'file-share' | 'software';

/** One volume snapshot set of ours, as it stands on a host. Found by its tag, removed by its id. */
export interface VolumeSnapshotFacts {
  /** Of the set (VSS SnapshotSetId), lower case GUID. */
  readonly setId: string;
  readonly tag: string;
  readonly hostId: HostId;
  readonly volumePaths: readonly string[];
  readonly providerId: string;
  readonly createdAtMs: number;
  /** Where it is mounted, if it is. */
  readonly mounts: readonly SnapshotMount[];
}

export interface SnapshotMount {
  readonly proxyId: HostId;
  readonly volumePath: string;
  /** Root under which the proxy sees the frozen volume; what lay at `volumePath\a\b` is `root\a\b`. */
  readonly root: string;
}
