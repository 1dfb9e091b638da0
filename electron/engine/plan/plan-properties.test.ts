// What holds for every plan, whatever the site: nobody is lost or served twice, no limit is passed, and the order in
// which hosts answer changes nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BackupPlan, PlanGroup, PlanSettings } from '../../../shared/model/backup-plan.ts';
import { toCheckpointId, toHostId } from '../../../shared/model/ids.ts';
import type { CheckpointFacts, VmFacts } from '../../../shared/model/site.ts';
import { fakeDrive } from '../testing/fake-site.ts';
import { defaultPlanSettings } from './default-plan-settings.ts';
import { planBackup, type PlanInput } from './plan-backup.ts';
import { array, csv, gigabyte, planInput, planProxy, planVm, planVolume, system } from './testing/plan-site.ts';

const hosts = ['hv01', 'hv02', 'hv03'];
const second = { id: 'a1', name: 'Second array', kind: 'hardware' } as const;

/** Local volumes of each host, and cluster shared ones with any coordinator. */
const anyVolumes = fc
  .array(
    fc.record({
      isLocal: fc.boolean(),
      host: fc.constantFrom(...hosts),
      providers: fc.constantFrom([system], [array, system], [second], [array, second], []),
      snapshotCount: fc.integer({ min: 0, max: 5 }),
      storage: fc.constantFrom('san', 'san', 'san', 'local', 's2d'),
      freeBytes: fc.integer({ min: 0, max: 1000 }).map((gigabytes) => gigabytes * gigabyte),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((specs) =>
    specs.map(({ isLocal, host, ...facts }, i) =>
      isLocal ? planVolume(`${'DEFGHIJK'[i]}:\\`, host, facts) : csv(i + 1, host, facts),
    ),
  );

const foreign = (id: string): CheckpointFacts => ({
  id: toCheckpointId(id),
  name: id,
  kind: 'recovery',
  createdAtMs: 0,
  frozenDrives: [],
});

/** Nothing, most of the time; else what is told of in an order of its own. */
const troubles: readonly Partial<VmFacts>[] = [
  {},
  {},
  {},
  {},
  { state: 'off' },
  { activities: ['migrating', 'exporting'] },
  { checkpoints: [foreign('b'), foreign('a')] },
  { drives: [fakeDrive('OLD', 1, { format: 'vhd' }), fakeDrive('OLD', 0, { format: 'vhd' })] },
];

const anyInput: fc.Arbitrary<PlanInput> = anyVolumes.chain((volumes) => {
  const disk = fc.nat({ max: volumes.length - 1 });
  const vm = fc.record({
    host: fc.constantFrom(...hosts),
    disks: fc.oneof(
      { weight: 4, arbitrary: fc.array(disk, { minLength: 1, maxLength: 1 }) },
      fc.array(disk, { maxLength: 3 }),
    ),
    trouble: fc.constantFrom(...troubles),
    writes: fc.option(fc.integer({ min: 0, max: 50_000_000 }), { nil: undefined }),
  });
  return fc
    .record({
      vms: fc.array(vm, { minLength: 1, maxLength: 24 }),
      mode: fc.constantFrom('on-host' as const, 'off-host' as const, 'off-host' as const),
      modePolicy: fc.constantFrom('fail' as const, 'ask' as const, 'fall-back' as const),
      software: fc.integer({ min: 1, max: 4 }),
      hardware: fc.integer({ min: 1, max: 8 }),
      isLooked: fc.integer({ min: 0, max: 9 }),
      rate: fc.option(fc.integer({ min: 1, max: 10 ** 9 }), { nil: undefined }),
    })
    .map(({ vms, mode, modePolicy, software, hardware, isLooked, rate }) => {
      const facts = vms.map(({ host, disks, trouble }, i) =>
        planVm(
          `VM${i}`,
          host,
          disks.map((number, j) => `${volumes[number]!.path}\\vm${i}-${j}.vhdx`.replace('\\\\', '\\')),
          trouble,
        ),
      );
      const settings: PlanSettings = { ...defaultPlanSettings, modePolicy, vmsPerSnapshot: { software, hardware } };
      const writes = vms.flatMap(({ writes: bytes }, i) =>
        bytes === undefined ? [] : [[facts[i]!.id, bytes] as const],
      );
      const proxies = [
        planProxy(volumes),
        planProxy(volumes, { id: toHostId('px02'), name: 'PX02', isThisComputer: false, visibleVolumeIds: [] }),
      ];
      const input = planInput({ vms: facts, volumes, proxies, cluster: 'CL01', hosts }, { mode, settings });
      return {
        ...input,
        ...(isLooked === 0 ? { offHost: undefined } : {}),
        observed: {
          writeBytesPerSecondByVm: Object.fromEntries(writes),
          ...(rate === undefined ? {} : { readBytesPerSecond: rate }),
        },
      };
    });
});

function shuffled(input: PlanInput, seed: number): PlanInput {
  const shuffle = <T>(items: readonly T[]): readonly T[] =>
    items
      .map((item, i) => ({ item, key: Math.imul(i + 1, seed | 1) ^ (seed >>> (i % 7)) }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);
  const shuffledVm = (vm: VmFacts): VmFacts => ({
    ...vm,
    drives: shuffle(vm.drives),
    activities: shuffle(vm.activities),
    checkpoints: shuffle(vm.checkpoints),
  });
  const { inventory, offHost } = input;
  const { cluster } = inventory.site;
  const site = {
    ...inventory.site,
    hosts: shuffle(inventory.site.hosts),
    ...(cluster === undefined ? {} : { cluster: { ...cluster, nodes: shuffle(cluster.nodes) } }),
  };
  return {
    ...input,
    vmIds: shuffle(input.vmIds),
    inventory: {
      ...inventory,
      site,
      hosts: shuffle(inventory.hosts).map((entry) => ({
        ...entry,
        volumes: shuffle(entry.volumes),
        vms: shuffle(entry.vms).map(shuffledVm),
      })),
    },
    offHost: offHost && {
      ...offHost,
      volumes: shuffle(offHost.volumes).map((volume) => ({ ...volume, providers: shuffle(volume.providers) })),
      proxies: shuffle(offHost.proxies),
    },
  };
}

const volumesOf = (input: PlanInput, { vmIds }: Pick<PlanGroup, 'vmIds'>): readonly (readonly string[])[] =>
  vmIds.map((vmId) => {
    const vm = input.inventory.hosts.flatMap(({ vms }) => vms).find(({ id }) => id === vmId)!;
    const roots = vm.drives.map(({ path }) => path.replace(/^(.:\\ClusterStorage\\[^\\]+|.:\\).*$/, '$1'));
    return [...new Set(roots)];
  });

const ofMode = (plan: BackupPlan, mode: string) => plan.vms.filter((vm) => vm.mode === mode).map(({ vmId }) => vmId);

describe('every plan', () => {
  const holds = (property: (plan: BackupPlan, input: PlanInput) => void): void =>
    fc.assert(
      fc.property(anyInput, (input) => property(planBackup(input), input)),
      { numRuns: 200 },
    );

  it('has each chosen VM in exactly one place', () => {
    holds((plan, input) => {
      const inGroups = plan.groups.flatMap(({ vmIds }) => vmIds);
      const places = [...inGroups, ...ofMode(plan, 'on-host'), ...plan.refusals.map(({ vmId }) => vmId)];
      expect(places.toSorted()).toEqual(input.vmIds.toSorted());
      expect(inGroups).toEqual(ofMode(plan, 'off-host'));
      if (input.mode === 'on-host' || input.offHost === undefined) expect(inGroups).toEqual([]);
    });
  });

  it('keeps every volume snapshot within its limit, on one host, by a provider of all its volumes', () => {
    holds((plan, input) => {
      for (const group of plan.groups) {
        const facts = input.offHost!.volumes.filter(({ volumeId }) =>
          group.volumes.some((own) => own.volumeId === volumeId),
        );
        const { software, hardware } = input.settings.vmsPerSnapshot;
        const perVolume = Map.groupBy(volumesOf(input, group).flat(), (path) => path);
        const most = Math.max(...[...perVolume.values()].map((vms) => vms.length));
        expect(most).toBeLessThanOrEqual(group.variant === 'transportable' ? hardware : software);
        expect(new Set(facts.map(({ hostId }) => hostId))).toEqual(new Set([group.hostId]));
        expect(facts.every(({ providers }) => providers.some(({ id }) => id === group.provider.id))).toBe(true);
        expect(facts.every(({ snapshotCount }) => snapshotCount < input.settings.snapshotsPerVolume)).toBe(true);
        // A VM's volumes are all in its set, and nothing else is.
        expect([...perVolume.keys()].toSorted()).toEqual(group.volumes.map(({ path }) => path).toSorted());
      }
    });
  });

  it('has groups of one round that share no volume, and rounds in a row', () => {
    holds(({ groups }) => {
      for (const round of Map.groupBy(groups, (group) => group.round).values()) {
        const volumes = round.flatMap((group) => group.volumes.map(({ volumeId }) => volumeId));
        expect(new Set(volumes).size).toBe(volumes.length);
      }
      for (const { round, volumeGroup, after } of groups) {
        expect(after).toBe(round === 1 ? undefined : `g${volumeGroup}r${round - 1}`);
        if (after !== undefined) expect(groups.map(({ id }) => id)).toContain(after);
      }
    });
  });

  it('goes off-host only with every condition passed, and says why not otherwise', () => {
    holds(({ vms, groups, refusals }, input) => {
      for (const vm of vms) {
        const group = groups.find(({ id }) => id === vm.groupId);
        const way = vm.ways.find(({ variant, mode }) => mode === vm.mode && variant === group?.variant);
        if (vm.mode !== undefined) expect(way?.conditions.every(({ verdict }) => verdict === 'pass')).toBe(true);
        if (vm.mode !== input.mode && vm.mode !== undefined) expect(vm.fallback).toBe(input.settings.modePolicy);
        if (vm.mode === input.mode) expect(vm.fallback).toBeUndefined();
        if (vm.mode === undefined) expect(refusals.map(({ vmId }) => vmId)).toContain(vm.vmId);
      }
    });
  });

  it('takes each step once, in the documented order', () => {
    holds(({ steps, groups, vms }) => {
      const at = (kind: string, key: string) =>
        steps.findIndex(
          (step) =>
            step.kind === kind &&
            (('vmId' in step && step.vmId === key) || (!('vmId' in step) && step.groupId === key)),
        );
      const planned = vms.filter(({ mode }) => mode !== undefined);
      expect(steps.length).toBe(4 * planned.length + 4 * groups.length);
      for (const { vmId, groupId } of planned) {
        const own = ['request-checkpoint', 'read-disks', 'commit', 'merge'].map((kind) => at(kind, vmId));
        const [asked, read, , merged] = own;
        expect(own).toEqual(own.toSorted((a, b) => a - b));
        expect(asked).toBeGreaterThanOrEqual(0);
        if (groupId === undefined) continue;
        const set = ['take-snapshot', 'mount-snapshot', 'unmount-snapshot', 'delete-snapshot'].map((kind) =>
          at(kind, groupId),
        );
        const order = [asked!, set[0]!, set[1]!, read!, merged!, set[2]!, set[3]!];
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }
    });
  });

  it('says of a volume that it fits only where growth is known and leaves the reserve', () => {
    holds(({ volumes }) => {
      for (const { verdict, freeBytes, reserveBytes, growthBytes, snapshotBytes = 0, sizeBytes } of volumes) {
        expect(reserveBytes).toBeGreaterThanOrEqual(Math.max(4 * gigabyte, sizeBytes * 0.1));
        if (verdict === 'pass') expect(freeBytes - growthBytes! - snapshotBytes).toBeGreaterThanOrEqual(reserveBytes);
        if (freeBytes < reserveBytes) expect(verdict).toBe('fail');
      }
    });
  });

  it('is the same whatever order the facts come in, and leaves them as they are', () => {
    fc.assert(
      fc.property(anyInput, fc.integer(), (input, seed) => {
        const before = JSON.stringify(input);
        const plan = planBackup(input);
        expect(planBackup(shuffled(input, seed))).toEqual(plan);
        expect(JSON.stringify(input)).toBe(before);
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a plan of 1,000 VMs', () => {
  it('has a bounded number of steps, full rounds, and each host in every round', () => {
    const volumes = Array.from({ length: 10 }, (_unused, i) => csv(i + 1, hosts[i % 3]!));
    const vms = Array.from({ length: 1000 }, (_unused, i) =>
      planVm(`VM${i}`, hosts[Math.floor(i / 10) % 3]!, [`${volumes[i % 10]!.path}\\${i}.vhdx`]),
    );
    const plan = planBackup(planInput({ vms, volumes, cluster: 'CL01', hosts }));
    expect(plan.refusals).toEqual([]);
    expect(plan.groups.length).toBe(10 * Math.ceil(100 / 8));
    expect(plan.steps.length).toBe(4 * 1000 + 4 * plan.groups.length);
    const hostOf = new Map(vms.map(({ id, hostId }) => [id, hostId]));
    for (const { vmIds } of plan.groups) {
      const perHost = [...Map.groupBy(vmIds, (id) => hostOf.get(id)).values()].map((own) => own.length);
      expect(perHost.length).toBe(3);
      expect(Math.max(...perHost) - Math.min(...perHost)).toBeLessThanOrEqual(1);
    }
  });
});
