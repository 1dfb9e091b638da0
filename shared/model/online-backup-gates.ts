// The three preconditions of online backup, as pure functions over facts. The engine refuses by them, the audit explains
// by them; neither may have rules of its own.
import type { ClusterFacts, HostFacts, SiteFacts, VmFacts } from './site.ts';

export type GateId = 'configuration-version' | 'host-version' | 'cluster-level';

export interface GateResult {
  readonly id: GateId;
  readonly passes: boolean;
  /** The facts it was decided by, as a sentence without its full stop. */
  readonly evidence: string;
}

export const lowestConfigurationVersion = { major: 8, minor: 0 } as const;
/** Windows Server 2016. */
export const lowestHostBuild = 14_393;

/** Cluster functional level that a build makes possible (clusapi.h NTx_MAJOR_VERSION), newest first. */
const levelsByBuild = [
  { build: 26_100, level: 12 },
  { build: 20_348, level: 11 },
  { build: 17_763, level: 10 },
  { build: lowestHostBuild, level: 9 },
] as const;

export interface ConfigurationVersion {
  readonly major: number;
  readonly minor: number;
}

/** `10.0` as numbers; undefined for what is not a version. Text would put 10.0 below 8.0. */
export function parseConfigurationVersion(text: string): ConfigurationVersion | undefined {
  const match = /^(\d{1,4})\.(\d{1,4})$/.exec(text.trim());
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

export function evaluateGates(vm: VmFacts, host: HostFacts, site: SiteFacts): readonly GateResult[] {
  const cluster = vm.isClustered ? site.cluster : undefined;
  return [configurationGate(vm), hostGate(host, cluster), ...(cluster === undefined ? [] : [clusterGate(cluster)])];
}

function configurationGate(vm: VmFacts): GateResult {
  const version = parseConfigurationVersion(vm.configurationVersion);
  const { major, minor } = lowestConfigurationVersion;
  const passes =
    version !== undefined && (version.major > major || (version.major === major && version.minor >= minor));
  return {
    id: 'configuration-version',
    passes,
    evidence: `Configuration version ${vm.configurationVersion}; ${major}.${minor} or later is needed`,
  };
}

function hostGate(host: HostFacts, cluster: ClusterFacts | undefined): GateResult {
  const owners = [
    { name: host.name, buildNumber: host.buildNumber },
    ...(cluster?.nodes ?? []).filter((node) => node.hostId !== host.id),
  ];
  const tooOld = owners.filter((owner) => owner.buildNumber < lowestHostBuild);
  const named = (tooOld.length > 0 ? tooOld : owners).map((owner) => `${owner.name} has build ${owner.buildNumber}`);
  return {
    id: 'host-version',
    passes: tooOld.length === 0,
    evidence: `${named.join(', ')}; every host that can own the VM needs Windows Server 2016 (${lowestHostBuild}) or later`,
  };
}

function clusterGate(cluster: ClusterFacts): GateResult {
  const builds = [...new Set(cluster.nodes.map((node) => node.buildNumber))].sort((a, b) => a - b);
  const level = cluster.functionalLevel;
  const needed = levelOfBuild(builds[0] ?? 0);
  if (builds.length > 1) {
    const nodes = cluster.nodes.map((node) => `${node.name} ${node.buildNumber}`).join(', ');
    return { id: 'cluster-level', passes: false, evidence: `The nodes run different builds: ${nodes}` };
  }
  return {
    id: 'cluster-level',
    passes: needed !== undefined && level >= needed,
    evidence: `Cluster functional level ${level}; its nodes support ${needed ?? 'less than 9'}`,
  };
}

/** The level that this build supports; an unknown build counts as the newest known one below it. */
export function levelOfBuild(buildNumber: number): number | undefined {
  return levelsByBuild.find((entry) => buildNumber >= entry.build)?.level;
}
