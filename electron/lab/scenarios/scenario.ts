// The shape of a scenario: a site as plain data. What the lab makes of it (ids, files, guests) is no business of it.
import type { GuestFamily, IntegrationServiceState, NodeState } from '../../../shared/model/site.ts';

export interface LabScenario {
  readonly name: string;
  /** One sentence for whoever chooses among scenarios. */
  readonly description: string;
  readonly siteName: string;
  readonly cluster?: ScenarioCluster;
  readonly hosts: readonly ScenarioHost[];
  readonly vms: readonly ScenarioVm[];
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
