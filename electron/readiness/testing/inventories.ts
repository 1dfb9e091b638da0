// Inventories for tests, built from what matters and nothing else.
import { toHostId, toVmId, type HostId } from '../../../shared/model/ids.ts';
import type { HostInventory, SiteInventory, UnreachableHost, VmFacts } from '../../../shared/model/site.ts';

export interface VmSpec {
  readonly name: string;
  readonly version: string;
  readonly isClustered?: boolean;
}

export interface HostSpec {
  readonly name: string;
  readonly build: number;
  readonly inCluster?: boolean;
  readonly isSilent?: boolean;
  readonly vms?: readonly VmSpec[];
}

export interface SiteSpec {
  readonly hosts: readonly HostSpec[];
  /** With it the site is a cluster. */
  readonly level?: number;
}

export function inventoryOf({ hosts, level }: SiteSpec): SiteInventory {
  const nodes = hosts.filter((host) => host.inCluster ?? level !== undefined);
  const answering = hosts.filter((host) => host.isSilent !== true);
  return {
    site: {
      name: 'SHOP',
      hosts: hosts.map((host) => ({
        id: toHostId(host.name),
        name: host.name,
        inCluster: host.inCluster ?? level !== undefined,
      })),
      ...(level === undefined
        ? {}
        : {
            cluster: {
              name: 'SHOP-CLU',
              functionalLevel: level,
              nodes: nodes.map(({ name, build, isSilent }) => ({
                hostId: toHostId(name),
                name,
                state: isSilent === true ? ('down' as const) : ('up' as const),
                buildNumber: build,
              })),
            },
          }),
    },
    hosts: answering.map((host, index) => hostInventory(host, index, host.inCluster ?? level !== undefined)),
    unreachable: hosts.filter((host) => host.isSilent === true).map(silentHost),
    readAtMs: 1,
  };
}

function hostInventory({ name, build, vms = [] }: HostSpec, hostIndex: number, inCluster: boolean): HostInventory {
  const id = toHostId(name);
  return {
    host: { id, name, osName: 'Windows Server', buildNumber: build },
    volumes: [],
    vms: vms.map((vm, index) => vmFacts(vm, id, hostIndex * 100_000 + index, vm.isClustered ?? inCluster)),
  };
}

function silentHost({ name }: HostSpec): UnreachableHost {
  return { hostId: toHostId(name), name, reason: 'no route to it' };
}

function vmFacts({ name, version }: VmSpec, hostId: HostId, number: number, isClustered: boolean): VmFacts {
  return {
    id: toVmId(`00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`),
    name,
    hostId,
    isClustered,
    generation: 2,
    configurationVersion: version,
    state: 'running',
    activities: [],
    guest: 'windows',
    processorCount: 1,
    memoryBytes: 1,
    integrationServices: [],
    drives: [],
    checkpoints: [],
  };
}
