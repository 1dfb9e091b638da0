// Plans of small sites, written by hand from the facts.
import { describe, expect, it } from 'vitest';
import type { BackupPlan } from '../../../shared/model/backup-plan.ts';
import { toHostId, toVmId } from '../../../shared/model/ids.ts';
import { defaultPlanSettings } from './default-plan-settings.ts';
import { planBackup } from './plan-backup.ts';
import {
  array,
  csv,
  gigabyte,
  planInput,
  planProxy,
  planVm,
  planVolume,
  shareAgent,
  system,
  vmIdOf,
} from './testing/plan-site.ts';

const csv1 = csv(1, 'hv01');
const csv2 = csv(2, 'hv01');
const on = (volume: { readonly path: string }, name: string): string => `${volume.path}\\${name}.vhdx`;
const sets = ({ groups }: BackupPlan) =>
  groups.map(({ id, hostId, volumes, provider, vmIds }) => [
    id,
    hostId,
    volumes.map(({ volumeId }) => volumeId),
    provider.name,
    vmIds,
  ]);
const ids = (...names: string[]) => names.map(vmIdOf);

describe('three VMs on two volumes, a SAN and a proxy that Stillpoint runs on', () => {
  const vms = [
    planVm('WEB01', 'hv02', [on(csv1, 'web')]),
    planVm('SQL01', 'hv01', [on(csv1, 'sql'), on(csv2, 'sql-data')]),
    planVm('FILE01', 'hv02', [on(csv2, 'file')]),
  ];
  const plan = planBackup(planInput({ vms, volumes: [csv1, csv2], cluster: 'CL01' }));

  it('are one group, as the middle one joins both volumes', () => {
    expect(plan.groups).toEqual([
      {
        id: 'g1r1',
        volumeGroup: 1,
        round: 1,
        hostId: 'hv01',
        volumes: [
          { volumeId: 'csv1', path: 'C:\\ClusterStorage\\Volume1' },
          { volumeId: 'csv2', path: 'C:\\ClusterStorage\\Volume2' },
        ],
        variant: 'transportable',
        provider: array,
        proxyId: 'px01',
        vmsPerSnapshot: 8,
        vmIds: ids('FILE01', 'SQL01', 'WEB01'),
        reader: {
          mode: 'off-host',
          variant: 'transportable',
          way: 'local-path',
          proxyId: 'px01',
          loads: ['storage-array', 'proxy-processor'],
        },
      },
    ]);
    expect(plan.recommendation).toEqual({
      mode: 'off-host',
      variant: 'transportable',
      reason: { id: 'host-without-read-load' },
    });
  });

  it('go through the documented sequence', () => {
    const [file, sql, web] = ids('FILE01', 'SQL01', 'WEB01');
    const each = (vmId: typeof file) =>
      (['read-disks', 'commit', 'merge'] as const).map((kind) => ({ kind, vmId, groupId: 'g1r1' }));
    expect(plan.steps).toEqual([
      { kind: 'request-checkpoint', vmId: file, groupId: 'g1r1' },
      { kind: 'request-checkpoint', vmId: sql, groupId: 'g1r1' },
      { kind: 'request-checkpoint', vmId: web, groupId: 'g1r1' },
      { kind: 'take-snapshot', groupId: 'g1r1' },
      { kind: 'mount-snapshot', groupId: 'g1r1' },
      ...each(file),
      ...each(sql),
      ...each(web),
      { kind: 'unmount-snapshot', groupId: 'g1r1' },
      { kind: 'delete-snapshot', groupId: 'g1r1' },
    ]);
  });

  it('are estimated from file sizes and stated rates', () => {
    const { slowest, fastest } = defaultPlanSettings.assumedReadBytesPerSecond;
    expect(plan.estimate).toEqual({
      bytesToRead: 40 * gigabyte,
      vmsOfUnknownSize: [],
      // Four disks at once at the best; one after the other at the worst.
      readingMs: { least: (40 * gigabyte * 1000) / (fastest * 4), most: (40 * gigabyte * 1000) / slowest },
      loads: ['storage-array', 'proxy-processor'],
      assumptions: [
        { kind: 'read-rate-assumed', slowest, fastest },
        { kind: 'disks-at-once', least: 1, most: 4 },
        { kind: 'reading-only' },
      ],
    });
    expect(plan.volumes.map(({ verdict, growthBytes }) => [verdict, growthBytes])).toEqual([
      ['unknown', undefined],
      ['unknown', undefined],
    ]);
  });

  it('are forecast from what was measured', () => {
    const rates = { [vmIdOf('FILE01')]: 1000, [vmIdOf('SQL01')]: 2000, [vmIdOf('WEB01')]: 4000 };
    const observed = { readBytesPerSecond: gigabyte, writeBytesPerSecondByVm: rates };
    const measured = planBackup({ ...planInput({ vms, volumes: [csv1, csv2], cluster: 'CL01' }), observed });
    expect(measured.estimate.readingMs).toEqual({ least: 10_000, most: 40_000 });
    // 40 s at most for each checkpoint of the group; what SQL01 writes is counted on both of its volumes.
    expect(measured.volumes.map(({ path, growthBytes, verdict }) => [path, growthBytes, verdict])).toEqual([
      ['C:\\ClusterStorage\\Volume1', 40 * 6000, 'pass'],
      ['C:\\ClusterStorage\\Volume2', 40 * 3000, 'pass'],
    ]);
    expect(measured.estimate.growthBytes).toBe(40 * 7000);
    expect(measured.estimate.assumptions).toContainEqual({ kind: 'writes-on-every-volume' });
  });
});

describe('volumes of two coordinators', () => {
  const far = csv(2, 'hv02');
  const vms = [
    planVm('A', 'hv01', [on(csv1, 'a')]),
    planVm('B', 'hv01', [on(csv1, 'b1'), on(far, 'b2')]),
    planVm('C', 'hv01', [on(far, 'c')]),
  ];
  const input = planInput({ vms, volumes: [csv1, far], cluster: 'CL01' });

  it('leave out the VM that spans them, and stay two groups', () => {
    const plan = planBackup(input);
    expect(sets(plan)).toEqual([
      ['g1r1', 'hv01', ['csv1'], 'Array', ids('A')],
      ['g2r1', 'hv02', ['csv2'], 'Array', ids('C')],
    ]);
    expect(plan.refusals).toMatchObject([{ name: 'B', code: 'off-host-not-possible' }]);
    expect(plan.refusals[0]?.meaning).toContain('C:\\ClusterStorage\\Volume2 is snapshotted on hv02');
    expect(plan.recommendation.reason).toEqual({ id: 'vms-differ' });
  });

  it.each(['ask', 'fall-back'] as const)('take it on-host by the policy %s, and say so', (modePolicy) => {
    const plan = planBackup({ ...input, settings: { ...defaultPlanSettings, modePolicy } });
    expect(plan.refusals).toEqual([]);
    expect(plan.vms.map(({ name, mode, fallback }) => [name, mode, fallback])).toEqual([
      ['A', 'off-host', undefined],
      ['C', 'off-host', undefined],
      ['B', 'on-host', modePolicy],
    ]);
    expect(plan.steps.slice(-4)).toEqual(
      ['request-checkpoint', 'read-disks', 'commit', 'merge'].map((kind) => ({ kind, vmId: vmIdOf('B') })),
    );
  });
});

describe('limits', () => {
  const one = csv(1, 'hv01', { providers: [system] });
  const names = ['A', 'B', 'C', 'D', 'E', 'F'];
  const vms = names.map((name, i) => planVm(name, i < 4 ? 'hv01' : 'hv02', [on(one, name)]));

  it('split six VMs into two rounds of a software snapshot, each host half in each', () => {
    const plan = planBackup(planInput({ vms, volumes: [one] }));
    expect(sets(plan)).toEqual([
      ['g1r1', 'hv01', ['csv1'], 'Microsoft Software', ids('A', 'C', 'F')],
      ['g1r2', 'hv01', ['csv1'], 'Microsoft Software', ids('B', 'D', 'E')],
    ]);
    expect(plan.groups[1]?.after).toBe('g1r1');
    expect(plan.recommendation).toMatchObject({ mode: 'on-host', reason: { id: 'moves-processor-time-only' } });
  });

  it('take them in one round of a hardware snapshot', () => {
    expect(planBackup(planInput({ vms, volumes: [csv1] })).groups.length).toBe(1);
  });

  it('open a further round for VMs that do not fit together, rather than pass a limit', () => {
    const third = csv(3, 'hv01');
    const ring = [
      planVm('X', 'hv01', [on(csv1, 'x1'), on(csv2, 'x2')]),
      planVm('Y', 'hv01', [on(csv2, 'y1'), on(third, 'y2')]),
      planVm('Z', 'hv01', [on(csv1, 'z1'), on(third, 'z2')]),
    ];
    const settings = { ...defaultPlanSettings, vmsPerSnapshot: { software: 1, hardware: 1 } };
    expect(sets(planBackup(planInput({ vms: ring, volumes: [csv1, csv2, third] }, { settings })))).toEqual([
      ['g1r1', 'hv01', ['csv1', 'csv2'], 'Array', ids('X')],
      ['g1r2', 'hv01', ['csv2', 'csv3'], 'Array', ids('Y')],
      ['g1r3', 'hv01', ['csv1', 'csv3'], 'Array', ids('Z')],
    ]);
  });

  it('give VMs that no one provider serves a round of each', () => {
    const other = csv(2, 'hv01', { providers: [{ ...array, id: 'a1', name: 'Other' }] });
    const both = csv(1, 'hv01', { providers: [array, { ...array, id: 'a1', name: 'Other' }] });
    const third = csv(3, 'hv01', { providers: [array] });
    const spanning = [
      planVm('X', 'hv01', [on(both, 'x1'), on(other, 'x2')]),
      planVm('Y', 'hv01', [on(both, 'y1'), on(third, 'y2')]),
    ];
    expect(sets(planBackup(planInput({ vms: spanning, volumes: [both, other, third] })))).toEqual([
      ['g1r1', 'hv01', ['csv1', 'csv3'], 'Array', ids('Y')],
      ['g1r2', 'hv01', ['csv1', 'csv2'], 'Other', ids('X')],
    ]);
  });
});

describe('a small shop without a SAN', () => {
  const local = planVolume('D:\\', 'hv01', { storage: 'local', providers: [system], freeBytes: 150 * gigabyte });
  const vms = [planVm('DC01', 'hv01', ['D:\\DC01\\a.vhdx'])];

  it('is told what an off-host backup would move, and may have it labelled so', () => {
    const writes = { readBytesPerSecond: gigabyte, writeBytesPerSecondByVm: { [vmIdOf('DC01')]: 2 * gigabyte } };
    const plan = planBackup(planInput({ vms, volumes: [local] }, { observed: writes }));
    expect(plan.groups).toMatchObject([{ variant: 'software', vmsPerSnapshot: 4 }]);
    expect(plan.readers).toMatchObject([{ loads: ['host-disks', 'host-network', 'proxy-network', 'proxy-processor'] }]);
    expect(plan.recommendation).toEqual({
      mode: 'on-host',
      reason: { id: 'moves-processor-time-only', evidence: 'D:\\ has only Microsoft Software (software)' },
    });
    // 10 s at 2 GB/s, and the same copied by the snapshot: 150 - 40 leaves the 100 GB of the reserve.
    expect(plan.volumes).toMatchObject([
      { growthBytes: 20 * gigabyte, snapshotBytes: 20 * gigabyte, reserveBytes: 100 * gigabyte, verdict: 'pass' },
    ]);
  });

  it('has no room for a guest that writes faster', () => {
    const observed = { readBytesPerSecond: gigabyte, writeBytesPerSecondByVm: { [vmIdOf('DC01')]: 6 * gigabyte } };
    const plan = planBackup(planInput({ vms, volumes: [local] }, { observed, mode: 'on-host' }));
    expect(plan.volumes).toMatchObject([{ growthBytes: 60 * gigabyte, verdict: 'fail' }]);
  });

  it('keeps 4 GB of a small volume', () => {
    const small = { ...local, sizeBytes: 20 * gigabyte, freeBytes: 4 * gigabyte - 1 };
    const plan = planBackup(planInput({ vms, volumes: [small] }, { mode: 'on-host' }));
    expect(plan.volumes).toMatchObject([{ reserveBytes: 4 * gigabyte, verdict: 'fail' }]);
  });

  it('gets a plain plan where nobody looked for off-host', () => {
    const plan = planBackup(planInput({ vms, volumes: [local] }, { mode: 'on-host', offHost: undefined }));
    expect(plan).toMatchObject({ groups: [], refusals: [], recommendation: { mode: 'on-host' } });
    expect(plan.proxyId).toBeUndefined();
    expect(plan.vms).toMatchObject([{ mode: 'on-host', why: { id: 'as-asked' }, bytesToRead: 10 * gigabyte }]);
    expect(plan.readers.map(({ way }) => way)).toEqual(['host']);
    expect(plan.volumes).toMatchObject([{ path: 'D:\\', hostId: 'hv01', freeBytes: 150 * gigabyte }]);
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['request-checkpoint', 'read-disks', 'commit', 'merge']);
  });

  it('is not promised a size that no host said', () => {
    const [vm] = vms;
    const drives = vm!.drives.map(({ fileSizeBytes: _unknown, ...drive }) => drive);
    const plan = planBackup(planInput({ vms: [{ ...vm!, drives }], volumes: [local] }, { mode: 'on-host' }));
    expect(plan.estimate).toMatchObject({ vmsOfUnknownSize: ids('DC01'), assumptions: [] });
    expect([plan.estimate.bytesToRead, plan.estimate.readingMs]).toEqual([undefined, undefined]);
  });
});

describe('who and where', () => {
  it('reads an SMB3 share from the file server’s snapshot, through the proxy’s share from elsewhere', () => {
    const share = planVolume('\\\\FS01\\VMs', 'fs01', {
      storage: 'smb3',
      providers: [shareAgent],
      serverDomain: 'corp.example',
    });
    const vms = [planVm('A', 'hv01', ['\\\\fs01\\vms\\a.vhdx']), planVm('B', 'hv02', ['\\\\FS01\\VMs\\b.vhdx'])];
    const proxies = [planProxy([share], { isThisComputer: false })];
    const plan = planBackup(planInput({ vms, volumes: [share], proxies }));
    expect(sets(plan)).toEqual([['g1r1', 'fs01', [share.volumeId], 'File Server Agent', ids('A', 'B')]]);
    expect(plan.readers).toEqual([
      {
        mode: 'off-host',
        variant: 'file-share',
        way: 'proxy-share',
        proxyId: 'px01',
        loads: ['file-server', 'proxy-network', 'console-network', 'console-processor'],
      },
    ]);
    expect(plan.recommendation.reason.id).toBe('file-server-reads');
  });

  it('takes the proxy that spares the hosts most, and the one that is asked for', () => {
    const near = planProxy([csv1], { visibleVolumeIds: [] });
    const seeing = planProxy([csv1], { id: toHostId('px02'), name: 'PX02', isThisComputer: false });
    const vms = [planVm('A', 'hv01', [on(csv1, 'a')])];
    const input = planInput({ vms, volumes: [csv1], proxies: [near, seeing] });
    expect(planBackup(input)).toMatchObject({ proxyId: 'px02', groups: [{ variant: 'transportable' }] });
    const asked = planBackup({ ...input, proxyId: near.id });
    expect(asked).toMatchObject({ proxyId: 'px01', groups: [{ variant: 'software' }] });
  });

  it('tells a VM on a silent host from one that is nowhere', () => {
    const input = planInput({ vms: [], volumes: [csv1] }, { vmIds: [toVmId('gone')] });
    expect(planBackup(input).refusals).toMatchObject([{ code: 'hyperv.vm-not-found' }]);
    const unreachable = [{ hostId: toHostId('hv03'), name: 'HV03', reason: 'no answer' }];
    const silent = planBackup({ ...input, inventory: { ...input.inventory, unreachable } });
    expect(silent.refusals).toMatchObject([{ code: 'hyperv.host-unreachable' }]);
  });

  it('counts a VM that is named twice once', () => {
    const vms = [planVm('A', 'hv01', [on(csv1, 'a')])];
    const plan = planBackup(planInput({ vms, volumes: [csv1] }, { vmIds: [vmIdOf('A'), vmIdOf('A')] }));
    expect(plan.groups.flatMap(({ vmIds }) => vmIds)).toEqual(ids('A'));
  });
});
