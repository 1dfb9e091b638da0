// The gates are decided by numbers: tables of real releases, and properties over everything that could be sent.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHostId, toVmId } from './ids.ts';
import {
  evaluateGates,
  judgeConfigurationVersion,
  judgeFunctionalLevel,
  judgeHostBuild,
  parseConfigurationVersion,
  plainFunctionalLevel,
  type Verdict,
} from './online-backup-gates.ts';
import type { ClusterFacts, HostFacts, SiteFacts, VmFacts } from './site.ts';

function cluster(functionalLevel: number, ...builds: readonly number[]): ClusterFacts {
  const nodes = builds.map((buildNumber, i) => ({
    hostId: toHostId(`hv${i}`),
    name: `HV${i}`,
    state: 'up' as const,
    buildNumber,
  }));
  return { name: 'CLU', functionalLevel, nodes };
}

describe('VM configuration version', () => {
  it.each<[string, Verdict]>([
    ['5.0', 'fail'],
    ['6.2', 'fail'],
    ['7.1', 'fail'],
    ['7.9999', 'fail'],
    ['8.0', 'pass'],
    ['8.3', 'pass'],
    ['9.0', 'pass'],
    ['10.0', 'pass'],
    ['12.0', 'pass'],
    [' 10.0 ', 'pass'],
    ['', 'unknown'],
    ['8', 'unknown'],
    ['8.', 'unknown'],
    ['8.0.1', 'unknown'],
    ['-9.0', 'unknown'],
    ['1e9.0', 'unknown'],
    ['８.０', 'unknown'],
    ['99999.0', 'unknown'],
    ['NaN.NaN', 'unknown'],
  ])('%j is %s', (text, verdict) => {
    expect(judgeConfigurationVersion(text).verdict).toBe(verdict);
  });

  it('compares as numbers, whatever the text looks like', () => {
    const part = fc.integer({ min: 0, max: 9999 });
    fc.assert(
      fc.property(part, part, (major, minor) => {
        const expected = major * 10_000 + minor >= 8 * 10_000 ? 'pass' : 'fail';
        expect(judgeConfigurationVersion(`${major}.${minor}`).verdict).toBe(expected);
      }),
    );
  });

  it('never lets through what is not a version', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { verdict, evidence } = judgeConfigurationVersion(text);
        expect(verdict === 'pass').toBe((parseConfigurationVersion(text)?.major ?? 0) >= 8);
        expect(evidence).toContain(text);
      }),
    );
  });
});

describe('host version', () => {
  it.each<[number, Verdict]>([
    [9600, 'fail'],
    [14_392, 'fail'],
    [14_393, 'pass'],
    [17_763, 'pass'],
    [99_999, 'pass'],
    [0, 'unknown'],
    [-1, 'unknown'],
    [NaN, 'unknown'],
    [14_393.5, 'unknown'],
  ])('build %d is %s', (build, verdict) => {
    expect(judgeHostBuild(build)).toBe(verdict);
  });
});

describe('cluster functional level', () => {
  it.each<[string, ClusterFacts, Verdict]>([
    ['2016', cluster(9, 14_393, 14_393), 'pass'],
    ['2019', cluster(10, 17_763, 17_763), 'pass'],
    ['2022', cluster(11, 20_348, 20_348, 20_348), 'pass'],
    ['2025', cluster(12, 26_100), 'pass'],
    ['2022, level not raised', cluster(10, 20_348, 20_348), 'fail'],
    ['2025, level of 2016', cluster(9, 26_100, 26_100), 'fail'],
    ['mixed 2019 and 2022', cluster(10, 17_763, 20_348), 'fail'],
    ['mixed, one of 2012 R2', cluster(8, 9600, 14_393), 'fail'],
    ['2012 R2', cluster(8, 9600, 9600), 'fail'],
    ['unknown build above 2016', cluster(11, 25_398, 25_398), 'unknown'],
    ['unknown build far above', cluster(13, 30_000), 'unknown'],
    ['level above what the nodes support', cluster(12, 20_348, 20_348), 'unknown'],
    ['a node that did not say', cluster(11, 20_348, 0), 'unknown'],
    ['no node', cluster(11), 'unknown'],
    ['Azure Stack HCI 22H2', cluster(0x8000 | 11, 20_348, 20_348), 'pass'],
    ['Azure Stack HCI, level not raised', cluster(0x8000 | 10, 20_348), 'fail'],
    ['a level that is no number', cluster(NaN, 20_348), 'unknown'],
  ])('%s: %#', (_name, facts, verdict) => {
    expect(judgeFunctionalLevel(facts).verdict).toBe(verdict);
  });

  it('passes only where all nodes run one known release and the level is that of the release', () => {
    const levels = new Map([
      [14_393, 9],
      [17_763, 10],
      [20_348, 11],
      [26_100, 12],
    ]);
    const build = fc.oneof(fc.constantFrom(...levels.keys()), fc.integer({ min: -1, max: 40_000 }));
    fc.assert(
      fc.property(fc.array(build, { maxLength: 5 }), fc.integer({ min: 0, max: 0xffff }), (builds, level) => {
        const passes = judgeFunctionalLevel(cluster(level, ...builds)).verdict === 'pass';
        const isOneRelease = builds.length > 0 && new Set(builds).size === 1;
        expect(passes).toBe(isOneRelease && levels.get(builds[0] ?? 0) === level % 0x8000);
      }),
    );
  });

  it('drops the bit of Azure Stack HCI and nothing else', () => {
    expect([9, 11, 0x800b, 0x8009].map(plainFunctionalLevel)).toEqual([9, 11, 11, 9]);
  });
});

describe('the gates of a VM', () => {
  const host: HostFacts = { id: toHostId('HV0'), name: 'HV0', osName: 'Windows Server 2022', buildNumber: 20_348 };
  const vm = (isClustered: boolean): VmFacts => ({
    id: toVmId('0b1ce123-0000-4000-8000-000000000001'),
    name: 'SQL01',
    hostId: host.id,
    isClustered,
    generation: 2,
    configurationVersion: '10.0',
    state: 'running',
    activities: [],
    guest: 'windows',
    processorCount: 2,
    memoryBytes: 0,
    integrationServices: [],
    drives: [],
    checkpoints: [],
  });
  const site = (facts?: ClusterFacts): SiteFacts => ({
    name: 'S',
    hosts: [{ id: host.id, name: 'HV0', inCluster: facts !== undefined }],
    ...(facts === undefined ? {} : { cluster: facts }),
  });

  it('has no cluster gate for a VM that is not clustered', () => {
    expect(evaluateGates(vm(false), host, site(cluster(8, 9600))).map(({ id, passes }) => [id, passes])).toEqual([
      ['vm-version', true],
      ['host-version', true],
    ]);
  });

  it('counts every node of the cluster, not only the one that owns the VM now', () => {
    const gates = evaluateGates(vm(true), host, site(cluster(8, 20_348, 9600)));
    expect(gates.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['vm-version', 'pass'],
      ['host-version', 'fail'],
      ['functional-level', 'fail'],
    ]);
    expect(gates[1]?.evidence).toContain('HV1 has build 9600');
  });

  it('does not pass while a node has not said its build', () => {
    const [, hosts] = evaluateGates(vm(true), host, site(cluster(11, 20_348, 0)));
    expect(hosts).toMatchObject({ passes: false, verdict: 'unknown' });
  });
});
