// The three preconditions of online backup, as pure functions over facts. The engine refuses by them, the audit explains
// by them; neither may have rules of its own. What is not known is `unknown`, which lets nothing pass.
import type { ClusterFacts, HostFacts, SiteFacts, VmFacts } from './site.ts';

export type GateId = 'vm-version' | 'host-version' | 'functional-level';
export type Verdict = 'pass' | 'fail' | 'unknown';

/** What was decided, and the facts it was decided by, as a sentence without its full stop. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly evidence: string;
}

export interface GateResult extends Judgement {
  readonly id: GateId;
  readonly passes: boolean;
}

export const lowestConfigurationVersion = { major: 8, minor: 0 } as const;
/** Windows Server 2016. */
export const lowestHostBuild = 14_393;
/** Of a cluster whose nodes all run Windows Server 2016. */
export const lowestFunctionalLevel = 9;
/** Azure Stack HCI sets this bit on the level of the Windows Server release it is made of (clusapi.h). */
const azureStackHciBit = 0x8000;

/** Functional level that a released build supports (clusapi.h NTx_MAJOR_VERSION). Builds between them are not known. */
const releases: ReadonlyMap<number, { readonly name: string; readonly level: number }> = new Map([
  [14_393, { name: 'Windows Server 2016', level: 9 }],
  [17_763, { name: 'Windows Server 2019', level: 10 }],
  [20_348, { name: 'Windows Server 2022', level: 11 }],
  [26_100, { name: 'Windows Server 2025', level: 12 }],
]);

export interface ConfigurationVersion {
  readonly major: number;
  readonly minor: number;
}

/** `10.0` as numbers; undefined for what is not a version. Text would put 10.0 below 8.0. */
export function parseConfigurationVersion(text: string): ConfigurationVersion | undefined {
  const match = /^(\d{1,4})\.(\d{1,4})$/.exec(text.trim());
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

export function judgeConfigurationVersion(text: string): Judgement {
  const version = parseConfigurationVersion(text);
  const { major, minor } = lowestConfigurationVersion;
  const needed = `${major}.${minor} or later is needed`;
  if (version === undefined) return { verdict: 'unknown', evidence: `"${text}" is not a version; ${needed}` };
  const passes = version.major > major || (version.major === major && version.minor >= minor);
  return { verdict: passes ? 'pass' : 'fail', evidence: `Configuration version ${text}; ${needed}` };
}

/** A build number is positive; a host that could not say has none. */
export function judgeHostBuild(buildNumber: number): Verdict {
  if (!Number.isSafeInteger(buildNumber) || buildNumber <= 0) return 'unknown';
  return buildNumber >= lowestHostBuild ? 'pass' : 'fail';
}

/** Without the bit that tells Azure Stack HCI from Windows Server. */
export function plainFunctionalLevel(level: number): number {
  return Number.isSafeInteger(level) && level >= 0 && level <= 0xffff_ffff ? level % azureStackHciBit : level;
}

/** `Windows Server 2022`, or undefined for a build that is not one of the releases. */
export function releaseNameOf(buildNumber: number): string | undefined {
  return releases.get(buildNumber)?.name;
}

/** The level that this build supports, where it is known. */
export function levelOfBuild(buildNumber: number): number | undefined {
  return releases.get(buildNumber)?.level;
}

/** All nodes on one build, and the level raised to what that build supports. */
export function judgeFunctionalLevel(cluster: ClusterFacts): Judgement {
  const builds = [...new Set(cluster.nodes.map((node) => node.buildNumber))].sort((a, b) => a - b);
  const level = plainFunctionalLevel(cluster.functionalLevel);
  const [lowest] = builds;
  const has = `Cluster functional level ${level}`;
  if (!Number.isSafeInteger(level))
    return { verdict: 'unknown', evidence: 'The cluster did not say its functional level' };
  if (lowest === undefined) return { verdict: 'unknown', evidence: `${has}; the cluster named no node` };
  if (builds.some((build) => judgeHostBuild(build) === 'unknown')) {
    return { verdict: 'unknown', evidence: `${has}; not every node could say its build: ${nodesOf(cluster)}` };
  }
  if (builds.length > 1) {
    return { verdict: 'fail', evidence: `The nodes run different builds: ${nodesOf(cluster)}` };
  }
  if (level < lowestFunctionalLevel) {
    return { verdict: 'fail', evidence: `${has}; ${lowestFunctionalLevel} or later is needed` };
  }
  const supported = levelOfBuild(lowest);
  if (supported === undefined) {
    return { verdict: 'unknown', evidence: `${has}; which level build ${lowest} supports is not known` };
  }
  if (level > supported) {
    return { verdict: 'unknown', evidence: `${has}; its nodes support ${supported}, which does not fit together` };
  }
  return { verdict: level === supported ? 'pass' : 'fail', evidence: `${has}; its nodes support ${supported}` };
}

export function evaluateGates(vm: VmFacts, host: HostFacts, site: SiteFacts): readonly GateResult[] {
  const cluster = vm.isClustered ? site.cluster : undefined;
  return [
    gate('vm-version', judgeConfigurationVersion(vm.configurationVersion)),
    gate('host-version', judgeOwners(host, cluster)),
    ...(cluster === undefined ? [] : [gate('functional-level', judgeFunctionalLevel(cluster))]),
  ];
}

function judgeOwners(host: HostFacts, cluster: ClusterFacts | undefined): Judgement {
  const owners = [
    { name: host.name, buildNumber: host.buildNumber },
    ...(cluster?.nodes ?? []).filter((node) => node.hostId !== host.id),
  ];
  const of = (verdict: Verdict) => owners.filter((owner) => judgeHostBuild(owner.buildNumber) === verdict);
  const verdict = (['fail', 'unknown'] as const).find((candidate) => of(candidate).length > 0) ?? 'pass';
  const named = of(verdict).map((owner) => `${owner.name} has build ${owner.buildNumber}`);
  const needed = `every host that can own the VM needs Windows Server 2016 (${lowestHostBuild}) or later`;
  return { verdict, evidence: `${named.join(', ')}; ${needed}` };
}

function nodesOf(cluster: ClusterFacts): string {
  return cluster.nodes.map((node) => `${node.name} ${node.buildNumber}`).join(', ');
}

function gate(id: GateId, judgement: Judgement): GateResult {
  return { id, passes: judgement.verdict === 'pass', ...judgement };
}
