// Every condition passes, fails and is unknown by its own fact alone, and only a pass opens the way.
import { describe, expect, it } from 'vitest';
import type { PlanConditionId } from '../../../shared/model/backup-plan.ts';
import { toHostId } from '../../../shared/model/ids.ts';
import type { OffHostVariant, ProxyFacts, SnapshotVolumeFacts } from '../../../shared/model/off-host.ts';
import type { Verdict } from '../../../shared/model/online-backup-gates.ts';
import type { VmFacts } from '../../../shared/model/site.ts';
import { fakeDrive } from '../testing/fake-site.ts';
import { planBackup, type PlanInput } from './plan-backup.ts';
import { array, csv, planInput, planProxy, planVm, planVolume, shareAgent, system } from './testing/plan-site.ts';

interface Change {
  readonly first?: Partial<SnapshotVolumeFacts>;
  readonly second?: Partial<SnapshotVolumeFacts>;
  readonly proxy?: Partial<ProxyFacts>;
  readonly vm?: Partial<VmFacts>;
  readonly input?: Partial<PlanInput>;
  readonly cluster?: string;
  readonly hostBuild?: number;
  readonly paths?: readonly string[];
}

const share: Partial<SnapshotVolumeFacts> = {
  storage: 'smb3',
  providers: [shareAgent],
  serverDomain: 'CORP.example',
};

/** One VM with a disk on each of two volumes of one host; the facts of one variant all well unless changed. */
function inputOf(variant: OffHostVariant, change: Change): PlanInput {
  const isShare = variant === 'file-share';
  const volume = (number: number, own?: Partial<SnapshotVolumeFacts>) =>
    isShare
      ? planVolume(`\\\\FS01\\VMs${number}`, 'fs01', { ...share, ...own })
      : csv(number, 'hv01', { ...(variant === 'software' ? { providers: [system] } : {}), ...own });
  const volumes = [volume(1, change.first), volume(2, change.second)];
  const paths = change.paths ?? volumes.map(({ path }) => `${path}\\a.vhdx`);
  return planInput(
    {
      vms: [planVm('SQL01', 'hv01', paths, change.vm)],
      volumes,
      proxies: [planProxy(volumes, change.proxy)],
      cluster: change.cluster ?? 'CL01',
      ...(change.hostBuild === undefined ? {} : { hostBuild: change.hostBuild }),
    },
    change.input,
  );
}

type Row = readonly [PlanConditionId, OffHostVariant, string, Change, Verdict];
const hv02 = toHostId('hv02');
const table: readonly Row[] = [
  ['backed-up-online', 'transportable', 'the VM is off', { vm: { state: 'off' } }, 'fail'],
  ['volumes-known', 'transportable', 'a mount without a letter', { paths: ['\\\\?\\Volume{0a}\\a.vhdx'] }, 'unknown'],
  [
    'volumes-known',
    'transportable',
    'a parent lies elsewhere',
    {
      vm: {
        drives: [
          fakeDrive('SQL01', 0, {
            path: 'C:\\ClusterStorage\\Volume1\\a.avhdx',
            chain: ['C:\\ClusterStorage\\Volume1\\a.avhdx', 'X:\\a.vhdx'],
          }),
        ],
      },
    },
    'unknown',
  ],
  ['not-on-s2d', 'transportable', 'one volume is S2D', { second: { storage: 's2d' } }, 'fail'],
  ['one-snapshot-host', 'transportable', 'two coordinators', { second: { hostId: hv02 } }, 'fail'],
  ['room-for-snapshot', 'transportable', 'three stand', { first: { snapshotCount: 3 } }, 'pass'],
  ['room-for-snapshot', 'transportable', 'four stand', { first: { snapshotCount: 4 } }, 'fail'],
  ['room-for-snapshot', 'transportable', 'no number', { first: { snapshotCount: Number.NaN } }, 'unknown'],
  ['proxy-chosen', 'transportable', 'another is asked for', { input: { proxyId: toHostId('px09') } }, 'fail'],
  ['proxy-chosen', 'transportable', 'it is the host', { proxy: { id: toHostId('hv01') } }, 'fail'],
  ['proxy-chosen', 'transportable', 'nobody looked', { input: { offHost: undefined } }, 'unknown'],
  ['hardware-provider', 'transportable', 'only the system’s', { second: { providers: [system] } }, 'fail'],
  ['hardware-provider', 'transportable', 'none at all', { second: { providers: [] } }, 'fail'],
  [
    'hardware-provider',
    'transportable',
    'two arrays, none for both',
    { second: { providers: [{ ...array, id: 'a1' }] } },
    'fail',
  ],
  ['hardware-provider', 'transportable', 'nobody looked', { input: { offHost: undefined } }, 'unknown'],
  ['proxy-outside-cluster', 'transportable', 'the same cluster', { proxy: { clusterName: 'cl01' } }, 'fail'],
  ['proxy-outside-cluster', 'transportable', 'another cluster', { proxy: { clusterName: 'CL02' } }, 'pass'],
  ['proxy-outside-cluster', 'transportable', 'a node of it', { proxy: { id: hv02 } }, 'fail'],
  ['same-os-build', 'transportable', 'an older proxy', { proxy: { buildNumber: 17_763 } }, 'fail'],
  ['same-os-build', 'transportable', 'a newer proxy', { proxy: { buildNumber: 26_100 } }, 'fail'],
  ['same-os-build', 'transportable', 'a proxy that did not say', { proxy: { buildNumber: 0 } }, 'unknown'],
  ['volumes-visible', 'transportable', 'one is not', { proxy: { visibleVolumeIds: ['csv1'] } }, 'fail'],
  ['file-share-provider', 'file-share', 'no agent', { first: { providers: [] } }, 'fail'],
  ['file-share-provider', 'file-share', 'no share', { first: { storage: 'san' } }, 'fail'],
  ['full-access-to-share', 'file-share', 'one is not', { proxy: { fullAccessVolumeIds: [] } }, 'fail'],
  ['same-domain', 'file-share', 'another', { proxy: { domain: 'other.example' } }, 'fail'],
  ['same-domain', 'file-share', 'a proxy without', { vm: {}, proxy: noDomain() }, 'unknown'],
  ['software-provider', 'software', 'none', { first: { providers: [] } }, 'fail'],
  ['software-provider', 'software', 'a share', { first: { storage: 'smb3' } }, 'fail'],
  ['proxy-reaches-host', 'software', 'not this one', { proxy: { reachableHostIds: [hv02] } }, 'fail'],
  ['proxy-reaches-host', 'software', 'nobody tried', { proxy: noReach() }, 'unknown'],
];

/** As JSON from an adapter that left the field out. */
function noDomain(): Partial<ProxyFacts> {
  return { domain: undefined } as unknown as Partial<ProxyFacts>;
}
function noReach(): Partial<ProxyFacts> {
  return { reachableHostIds: undefined } as unknown as Partial<ProxyFacts>;
}

const wayOf = (input: PlanInput, variant: OffHostVariant) =>
  planBackup(input).vms[0]!.ways.find((way) => way.variant === variant)!;

describe('the conditions of off-host mode', () => {
  it.each<OffHostVariant>(['transportable', 'file-share', 'software'])('all pass where all is well: %s', (variant) => {
    const way = wayOf(inputOf(variant, {}), variant);
    expect(way.conditions.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(way.conditions.every(({ fix }) => fix === undefined)).toBe(true);
    expect(planBackup(inputOf(variant, {})).groups).toMatchObject([{ variant }]);
  });

  it.each(table)('%s, %s: %s', (id, variant, _what, change, verdict) => {
    const way = wayOf(inputOf(variant, change), variant);
    const condition = way.conditions.find((candidate) => candidate.id === id)!;
    expect(condition.verdict).toBe(verdict);
    expect(condition.found).not.toBe('');
    expect(condition.fix === undefined).toBe(verdict === 'pass');
    expect(way.verdict === 'pass').toBe(verdict === 'pass');
    if (verdict === 'pass') return;
    expect(planBackup(inputOf(variant, change)).groups.map((group) => group.variant)).not.toContain(variant);
  });

  it('each have a row that stops the way', () => {
    const stopping = new Set(table.filter(([, , , , verdict]) => verdict !== 'pass').map(([id]) => id));
    const ids = (['transportable', 'file-share', 'software'] as const).flatMap((variant) =>
      wayOf(inputOf(variant, {}), variant).conditions.map(({ id }) => id),
    );
    expect([...stopping].sort()).toEqual([...new Set(ids)].sort());
  });

  it.each<[string, VmFacts['drives'][number]]>([
    ['a pass-through disk', fakeDrive('SQL01', 0, { format: 'pass-through' })],
    ['a shared disk', fakeDrive('SQL01', 0, { isShared: true })],
    ['a VHD Set', fakeDrive('SQL01', 0, { format: 'vhdset' })],
  ])('no mode takes %s, whatever the policy', (_name, drive) => {
    for (const mode of ['on-host', 'off-host'] as const) {
      const input = inputOf('transportable', { vm: { drives: [drive] } });
      const plan = planBackup({ ...input, mode, settings: { ...input.settings, modePolicy: 'fall-back' } });
      expect(plan.refusals).toMatchObject([{ code: 'engine.unsupported-disk' }]);
      expect(plan.vms[0]?.ways.every(({ verdict }) => verdict === 'fail')).toBe(true);
      expect(plan.vms[0]?.mode).toBeUndefined();
      expect([plan.groups, plan.steps]).toEqual([[], []]);
    }
  });

  it('speaks of S2D as the reason to stay on-host', () => {
    const s2d = { storage: 's2d' } as const;
    const plan = planBackup({ ...inputOf('transportable', { first: s2d, second: s2d }), mode: 'on-host' });
    expect(plan.recommendation).toMatchObject({ mode: 'on-host', reason: { id: 'off-host-not-possible' } });
    expect(plan.recommendation.reason.evidence).toContain('Storage Spaces Direct');
  });
});
