// The three gates as a table: versions are numbers, levels are those of the lowest build.
import { describe, expect, test } from 'vitest';
import { toHostId, toVmId } from './ids.ts';
import { evaluateGates, levelOfBuild, parseConfigurationVersion, type GateId } from './online-backup-gates.ts';
import type { ClusterFacts, SiteFacts, VmFacts } from './site.ts';

const vm = (configurationVersion: string, isClustered = false): VmFacts => ({
  id: toVmId('vm'),
  name: 'SQL01',
  hostId: toHostId('hv01'),
  isClustered,
  generation: 2,
  configurationVersion,
  state: 'running',
  activities: [],
  guest: 'windows',
  processorCount: 1,
  memoryBytes: 1,
  integrationServices: [],
  drives: [],
  checkpoints: [],
});

function failing(facts: {
  version?: string;
  hostBuild?: number;
  builds?: readonly number[];
  level?: number;
}): GateId[] {
  const builds = facts.builds;
  const cluster: ClusterFacts | undefined =
    builds === undefined
      ? undefined
      : {
          name: 'c',
          functionalLevel: facts.level ?? 11,
          nodes: builds.map((buildNumber, index) => ({
            hostId: toHostId(`hv0${index + 1}`),
            name: `HV0${index + 1}`,
            state: 'up',
            buildNumber,
          })),
        };
  const site: SiteFacts = { name: 's', hosts: [], ...(cluster === undefined ? {} : { cluster }) };
  const buildNumber = facts.hostBuild ?? builds?.[0] ?? 20_348;
  const host = { id: toHostId('hv01'), name: 'HV01', osName: 'Windows Server', buildNumber };
  const results = evaluateGates(vm(facts.version ?? '9.0', builds !== undefined), host, site);
  for (const result of results) expect(result.evidence).not.toMatch(/\.$|^$/);
  return results.filter((result) => !result.passes).map((result) => result.id);
}

describe('configuration version', () => {
  test.each([
    ['5.0', false],
    ['7.1', false],
    ['7.99', false],
    ['8.0', true],
    ['8.1', true],
    ['9.3', true],
    ['10.0', true],
    ['12.0', true],
    ['', false],
    ['eight', false],
    ['8', false],
    ['254.0', true],
  ])('%s passes: %s', (version, passes) => {
    expect(failing({ version })).toEqual(passes ? [] : ['vm-version']);
  });

  test('is read as numbers', () => {
    expect(parseConfigurationVersion('10.0')).toEqual({ major: 10, minor: 0 });
    expect(parseConfigurationVersion('10.0.1')).toBeUndefined();
  });
});

describe('hosts and cluster', () => {
  test.each([
    ['2012 R2', { hostBuild: 9600 }, ['host-version']],
    ['2016', { hostBuild: 14_393 }, []],
    ['a build nobody knows yet', { hostBuild: 30_000 }, []],
    ['all of 2022, level raised', { builds: [20_348, 20_348], level: 11 }, []],
    ['all of 2022, level not raised', { builds: [20_348, 20_348], level: 10 }, ['functional-level']],
    ['all of 2016, level 9', { builds: [14_393, 14_393], level: 9 }, []],
    ['2016 nodes at level 8', { builds: [14_393, 14_393], level: 8 }, ['functional-level']],
    ['mixed builds', { builds: [17_763, 20_348], level: 10 }, ['functional-level']],
    ['a 2012 R2 node among them', { builds: [20_348, 9600], level: 8 }, ['host-version', 'functional-level']],
    ['all of 2012 R2', { builds: [9600, 9600], level: 8 }, ['host-version', 'functional-level']],
  ] as const)('%s', (_name, facts, expected) => {
    expect(failing(facts)).toEqual(expected);
  });

  test('what is not known does not pass', () => {
    expect(failing({ builds: [25_398, 25_398], level: 11 })).toEqual(['functional-level']);
    expect(failing({ hostBuild: 0 })).toEqual(['host-version']);
    expect([9600, 14_393, 17_763, 20_348, 25_398, 26_100].map(levelOfBuild)).toEqual([
      undefined,
      9,
      10,
      11,
      undefined,
      12,
    ]);
  });
});
