// The shape of a scenario: a site as plain data. What the lab makes of it (ids, files, guests) is no business of it.
import type { SnapshotProvider, VolumeStorage } from '../../../shared/model/off-host.ts';
import type { GuestFamily, IntegrationServiceState, NodeState } from '../../../shared/model/site.ts';

export interface LabScenario {
  readonly name: string;
  /** One sentence for whoever chooses among scenarios. */
  readonly description: string;
  readonly siteName: string;
  readonly cluster?: ScenarioCluster;
  readonly hosts: readonly ScenarioHost[];
  readonly vms: readonly ScenarioVm[];
  /** Machines that can read volume snapshots in place of the hosts. Default none. */
  readonly proxies?: readonly ScenarioProxy[];
}

export interface ScenarioProxy {
  readonly name: string;
  readonly osName: string;
  readonly buildNumber: number;
  /** Of the cluster that it is a node of. */
  readonly clusterName?: string;
  readonly domain?: string;
  /** Whether the console runs on it. */
  readonly isThisComputer: boolean;
  /** Paths of the volumes whose storage it can reach. */
  readonly seesVolumes: readonly string[];
  /** Paths of the SMB3 shares that its computer account has full access to. Default none. */
  readonly fullAccessVolumes?: readonly string[];
  /** Names of the hosts whose administrative shares it can open. Default: nobody tried. */
  readonly reachesHosts?: readonly string[];
}

export interface ScenarioCluster {
  readonly name: string;
  readonly functionalLevel: number;
  /** Cluster shared volumes: seen by every node under the same path. */
  readonly volumes: readonly ScenarioVolume[];
}

export interface ScenarioHost {
  readonly name: string;
  readonly osName: string;
  readonly buildNumber: number;
  readonly inCluster: boolean;
  /** Of a cluster node. Default `up`. */
  readonly nodeState?: NodeState;
  /** Volumes of this host alone. */
  readonly volumes: readonly ScenarioVolume[];
}

export interface ScenarioVolume {
  /** `D:\` or `C:\ClusterStorage\Volume1`. */
  readonly path: string;
  readonly label: string;
  readonly sizeBytes: number;
  /** Default: `san` for a cluster shared volume, `local` for any other. */
  readonly storage?: VolumeStorage;
  /** Snapshot providers beside the system's own. */
  readonly providers?: readonly SnapshotProvider[];
  readonly serverDomain?: string;
  /** How many snapshots it can have at once. Default 4. */
  readonly maxSnapshots?: number;
}

export interface ScenarioVm {
  readonly name: string;
  /** Name of the host that owns it at the start. */
  readonly host: string;
  readonly generation: 1 | 2;
  readonly configurationVersion: string;
  readonly state: 'running' | 'off' | 'saved' | 'paused';
  readonly guest: Exclude<GuestFamily, 'unknown'>;
  readonly processorCount: number;
  readonly memoryBytes: number;
  /** Of the VSS component (in a Linux guest: hv_vss_daemon). Default `ok`. */
  readonly vssState?: IntegrationServiceState;
  readonly activity: GuestActivity;
  readonly disks: readonly ScenarioDisk[];
}

/** How busy the guest is while the lab's guests run. */
export interface GuestActivity {
  /** Writes of files, 4 to 64 KiB each, at places all over the disks. */
  readonly fileWritesPerSecond: number;
  readonly transactionsPerSecond: number;
  /** How long the guest takes to come to rest once it is asked. */
  readonly quiesceMs: number;
}

export interface ScenarioDisk {
  /** The file is `<volume>\<VM name>\<VM name>-<label>.vhdx`. */
  readonly label: string;
  readonly volume: string;
  readonly type: 'dynamic' | 'fixed';
  readonly controllerType: 'ide' | 'scsi';
  readonly controllerNumber: number;
  readonly controllerLocation: number;
  /** A multiple of 1 MiB, at least 4 MiB. */
  readonly sizeBytes: number;
  readonly blockSizeBytes: number;
  readonly logicalSectorSizeBytes: 512 | 4096;
  /** How much of the disk holds text-like and random content at the start; the rest was never written. */
  readonly textBytes: number;
  readonly randomBytes: number;
}
