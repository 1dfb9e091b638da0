// The figures of a plan: what is read, how long that takes, what grows. Each number follows from the facts by hand.
import { describe, expect, it } from 'vitest';
import { defaultPlanSettings } from './default-plan-settings.ts';
import { planBackup, type PlanInput } from './plan-backup.ts';
import { csv, gigabyte, planInput, planVm, planVolume, system, vmIdOf } from './testing/plan-site.ts';

const volume = csv(1, 'hv01');
const pathOf = (name: string): string => `${volume.path}\\${name}.vhdx`;
const names = ['A', 'B', 'C', 'D', 'E', 'F'];
const vms = names.map((name) => planVm(name, 'hv01', [pathOf(name)]));
const rates = (bytesPerSecond: number) => Object.fromEntries(names.map((name) => [vmIdOf(name), bytesPerSecond]));
const measured: Partial<PlanInput> = {
  observed: { readBytesPerSecond: gigabyte, writeBytesPerSecondByVm: rates(1000) },
};

describe('the time of reading', () => {
  it.each([
    [1, 60_000],
    [2, 30_000],
    [4, 15_000],
    [6, 10_000],
    [60, 10_000],
  ])('with %i disks of a proxy at once is %i ms at the best, and one after the other at the worst', (most, least) => {
    const settings = { ...defaultPlanSettings, disksAtOncePerProxy: most };
    const plan = planBackup(planInput({ vms, volumes: [volume] }, { ...measured, settings }));
    expect(plan.estimate.readingMs).toEqual({ least, most: 60_000 });
  });

  it('on-host grows with the hosts that read', () => {
    const spread = names.map((name, i) => planVm(name, i % 2 === 0 ? 'hv01' : 'hv02', [pathOf(name)]));
    const settings = { ...defaultPlanSettings, disksAtOncePerHost: 1 };
    const plan = planBackup(planInput({ vms: spread, volumes: [volume] }, { ...measured, settings, mode: 'on-host' }));
    expect(plan.estimate.readingMs).toEqual({ least: 30_000, most: 60_000 });
  });
});

describe('the bytes of a disk', () => {
  const withDrive = (change: object) => {
    const vm = planVm('A', 'hv01', [pathOf('A')]);
    return { ...vm, drives: vm.drives.map((drive) => ({ ...drive, ...change })) };
  };
  it.each([
    ['one file: its size', {}, 10 * gigabyte],
    ['a chain: the virtual size, as only the newest file is measured', { chain: ['a', 'b'] }, 40 * gigabyte],
    ['a chain of unknown virtual size', { chain: ['a', 'b'], sizeBytes: undefined }, undefined],
    ['no size', { fileSizeBytes: 0 }, undefined],
  ])('%s', (_name, change, bytes) => {
    const plan = planBackup(planInput({ vms: [withDrive(change)], volumes: [volume] }, { mode: 'on-host' }));
    expect([plan.vms[0]?.bytesToRead, plan.estimate.bytesToRead]).toEqual([bytes, bytes]);
  });
});

describe('the growth on a volume', () => {
  const growth = (input: PlanInput) => planBackup(input).volumes.map(({ growthBytes }) => growthBytes);

  it('off-host is that of one round, whose checkpoints all stand until the last VM is read', () => {
    const settings = { ...defaultPlanSettings, vmsPerSnapshot: { software: 3, hardware: 3 } };
    const all = planInput({ vms, volumes: [volume] }, measured);
    expect(growth(all)).toEqual([6 * 60 * 1000]);
    expect(growth({ ...all, settings })).toEqual([3 * 30 * 1000]);
  });

  it('on-host is that of the VMs that are worked on at the same time', () => {
    const settings = { ...defaultPlanSettings, vmsAtOnce: 2 };
    expect(growth(planInput({ vms, volumes: [volume] }, { ...measured, mode: 'on-host', settings }))).toEqual([
      2 * 10 * 1000,
    ]);
  });

  it('is on the volume that the VM writes to now, not where its parents lie', () => {
    const parent = planVolume('D:\\', 'hv01');
    const [vm] = vms;
    const drives = vm!.drives.map((drive) => ({ ...drive, chain: [drive.path, 'D:\\parent.vhdx'] }));
    const plan = planBackup(planInput({ vms: [{ ...vm!, drives }], volumes: [volume, parent] }, measured));
    expect(plan.volumes.map(({ path }) => path)).toEqual([volume.path]);
    expect(plan.groups[0]?.volumes.map(({ path }) => path)).toEqual([volume.path, 'D:\\']);
  });

  it.each([
    [150, 'pass'],
    [140, 'pass'],
    [139, 'fail'],
    [119, 'fail'],
  ])('counts twice under a software snapshot: with %i GB free, %s', (free, verdict) => {
    const local = planVolume('D:\\', 'hv01', { providers: [system], freeBytes: free * gigabyte });
    const observed = { readBytesPerSecond: gigabyte, writeBytesPerSecondByVm: rates(2 * gigabyte) };
    const input = planInput({ vms: [planVm('A', 'hv01', ['D:\\a.vhdx'])], volumes: [local] }, { observed });
    expect(planBackup(input).volumes).toMatchObject([{ verdict, reserveBytes: 100 * gigabyte }]);
  });
});
