// The preview says what the engine would do, and which volumes it would fill.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import type { RunState } from '../../shared/events/run-state.ts';
import { makeRunId, toDiskSlot, toVmId } from '../../shared/model/ids.ts';
import type { DriveFacts, HostInventory, SiteInventory, VmFacts, VolumeFacts } from '../../shared/model/site.ts';
import { inventoryOf } from '../readiness/testing/inventories.ts';
import { previewBackup, volumeOf, type PreviewInput } from './preview-backup.ts';

const drive = (path: string, change: Partial<DriveFacts> = {}): DriveFacts => ({
  slot: toDiskSlot('scsi', 0, 0),
  controllerType: 'scsi',
  controllerNumber: 0,
  controllerLocation: 0,
  path,
  format: 'vhdx',
  isShared: false,
  chain: [path],
  fileSizeBytes: 100,
  sizeBytes: 1000,
  ...change,
});
const volume = (path: string, isClusterShared = false): VolumeFacts => ({
  path,
  label: '',
  sizeBytes: 10_000,
  freeBytes: 4000,
  isClusterShared,
});
const runId = makeRunId(0, 'abcdef');

interface Shop {
  readonly vms: Readonly<Record<string, Partial<VmFacts>>>;
  readonly volumes?: readonly VolumeFacts[];
  readonly silent?: boolean;
}

/** Two hosts; VMs named after where they are: `hv01:SQL`. */
function shop({ vms, volumes = [volume('D:\\')], silent = false }: Shop): SiteInventory {
  const host = (name: string) => ({
    name,
    build: 20_348,
    vms: Object.keys(vms)
      .filter((key) => key.startsWith(`${name.toLowerCase()}:`))
      .map((key) => ({ name: key.slice(5), version: '9.0' })),
  });
  const inventory = inventoryOf({ hosts: [host('HV01'), { ...host('HV02'), isSilent: silent }] });
  const filled = (one: HostInventory): HostInventory => ({
    ...one,
    volumes,
    vms: one.vms.map((vm) => ({
      ...vm,
      drives: [drive(`D:\\VMs\\${vm.name}.vhdx`)],
      ...vms[`${one.host.name.toLowerCase()}:${vm.name}`],
    })),
  });
  return { ...inventory, hosts: inventory.hosts.map(filled) };
}

function idOf(inventory: SiteInventory, name: string) {
  return inventory.hosts.flatMap((host) => host.vms).find((vm) => vm.name === name)!.id;
}

function preview(inventory: SiteInventory, names: readonly string[], change: Partial<PreviewInput> = {}) {
  return previewBackup({
    inventory,
    vmIds: names.map((name) => idOf(inventory, name)),
    mode: 'on-host',
    consistency: 'application',
    activeRuns: [],
    repository: { location: '/r', hasPassword: true },
    concurrency: { vmsAtOnce: 4, vmsPerHost: 2 },
    ...change,
  });
}

describe('the preview of a backup', () => {
  it('lists each VM once, with what is read of it at most', () => {
    const inventory = shop({ vms: { 'hv01:SQL': {}, 'hv02:WEB': {} } });
    const view = preview(inventory, ['WEB', 'SQL', 'WEB']);
    expect(view.vms).toMatchObject([
      { name: 'WEB', hostName: 'HV02', diskCount: 1, fileSizeBytes: 100 },
      { name: 'SQL', hostName: 'HV01', diskCount: 1, fileSizeBytes: 100 },
    ]);
    expect(view).not.toHaveProperty('refusal');
    expect(view.modes.map((mode) => [mode.mode, mode.isAvailable, mode.reason?.code])).toEqual([
      ['on-host', true, undefined],
      ['off-host', false, 'engine.off-host-unavailable'],
    ]);
  });

  it('states no size where one disk does not state it', () => {
    const drives = [drive('D:\\a.vhdx'), { ...drive('D:\\b.vhdx'), chain: ['D:\\b.vhdx', 'D:\\p.vhdx'] }];
    const unknown = drives.map(({ sizeBytes: _size, ...rest }) => rest);
    const inventory = shop({ vms: { 'hv01:SQL': { drives }, 'hv01:WEB': { drives: unknown } } });
    expect(preview(inventory, ['SQL', 'WEB']).vms.map((vm) => vm.fileSizeBytes)).toEqual([1100, 0]);
  });

  it('refuses a VM for the reason the engine would give, and the others not', () => {
    const inventory = shop({ vms: { 'hv01:SQL': { state: 'off' }, 'hv01:WEB': {} } });
    const view = preview(inventory, ['SQL', 'WEB']);
    expect(view.vms.map((vm) => vm.refusal?.code)).toEqual(['engine.vm-not-running', undefined]);
    expect(view.refusal).toBeUndefined();
  });

  it('refuses a VM of a run that goes on for that reason, whatever its facts say', () => {
    const inventory = shop({ vms: { 'hv01:SQL': { state: 'off' } } });
    const run = { runId, vmOrder: [idOf(inventory, 'SQL')] } as Partial<RunState> as RunState;
    const view = preview(inventory, ['SQL'], { activeRuns: [run] });
    expect(view.vms[0]?.refusal).toMatchObject({ code: 'engine.vm-in-active-run', params: { vm: 'SQL', run: runId } });
  });

  it('knows nothing of a VM that no host named, and says which hosts were silent', () => {
    const inventory = shop({ vms: { 'hv01:SQL': {} }, silent: true });
    const vmId = toVmId('00000000-0000-4000-8000-ffffffffffff');
    const view = preview(inventory, ['SQL'], { vmIds: [vmId, idOf(inventory, 'SQL')] });
    expect(view.vms[0]).toMatchObject({ vmId, diskCount: 0, refusal: { code: 'hyperv.vm-not-found' } });
    expect(view.vms[0]?.refusal?.title).toContain('HV02 did not');
    expect(view.refusal).toBeUndefined();
  });

  it('is refused as a whole where the engine begins no run: around a VM of another run, or one that is gone', () => {
    const inventory = shop({ vms: { 'hv01:SQL': {}, 'hv01:WEB': {} } });
    const run = { runId, vmOrder: [idOf(inventory, 'WEB')] } as Partial<RunState> as RunState;
    expect(preview(inventory, ['SQL', 'WEB'], { activeRuns: [run] }).refusal?.code).toBe('engine.vm-in-active-run');
    const gone = toVmId('00000000-0000-4000-8000-ffffffffffff');
    const vmIds = [idOf(inventory, 'SQL'), gone];
    expect(preview(inventory, [], { vmIds }).refusal).toMatchObject({ code: 'hyperv.vm-not-found' });
  });

  const noPassword = new AppError('console.no-password', { location: '/r' });
  it.each<[string, Partial<PreviewInput>, string]>([
    ['no VM', { vmIds: [], repositoryRefusal: noPassword }, 'engine.nothing-to-back-up'],
    ['no password', { repositoryRefusal: noPassword, mode: 'off-host' }, 'console.no-password'],
    ['a mode that is not there', { mode: 'off-host' }, 'engine.off-host-unavailable'],
    ['every VM refused', {}, 'engine.vm-not-running'],
  ])('is refused as a whole: %s', (_name, change, code) => {
    const inventory = shop({ vms: { 'hv01:SQL': { state: 'off' } } });
    expect(preview(inventory, ['SQL'], change).refusal?.code).toBe(code);
  });
});

describe('the volumes of a preview', () => {
  it('are those that hold the chosen disks, counted once each', () => {
    const volumes = [volume('C:\\'), volume('D:\\'), volume('E:\\')];
    const drives = [drive('D:\\a.vhdx'), drive('d:\\b.vhdx'), drive('E:\\c.vhdx'), drive('Z:\\lost.vhdx')];
    const inventory = shop({ vms: { 'hv01:SQL': { drives }, 'hv02:WEB': {} }, volumes });
    const view = preview(inventory, ['SQL', 'WEB']);
    expect(view.volumes.map((one) => [one.hostName, one.path, one.diskCount])).toEqual([
      ['HV01', 'D:\\', 2],
      ['HV01', 'E:\\', 1],
      ['HV02', 'D:\\', 1],
    ]);
  });

  it('name a cluster shared volume once for the whole cluster', () => {
    const path = 'C:\\ClusterStorage\\Volume1';
    const on = { drives: [drive(`${path}\\x.vhdx`)] };
    const inventory = shop({ vms: { 'hv01:SQL': on, 'hv02:WEB': on }, volumes: [volume('C:\\'), volume(path, true)] });
    expect(preview(inventory, ['SQL', 'WEB']).volumes).toMatchObject([{ hostName: 'HV01', path, diskCount: 2 }]);
  });

  const csv = (name: string) => volume(`C:\\ClusterStorage\\${name}`, true);
  it.each([
    ['C:\\ClusterStorage\\Volume33\\a.vhdx', 'C:\\ClusterStorage\\Volume33'],
    ['c:\\clusterstorage\\VOLUME3\\a.vhdx', 'C:\\ClusterStorage\\Volume3'],
    ['C:\\ClusterStorage\\Volume333\\a.vhdx', 'C:\\'],
    ['C:/ClusterStorage/Volume3/a.vhdx', 'C:\\ClusterStorage\\Volume3'],
    ['D:\\a.vhdx', undefined],
    ['', undefined],
  ])('hold %s by whole segments', (path, expected) => {
    const volumes = [csv('Volume3'), volume('C:\\'), csv('Volume33')];
    expect(volumeOf(path, volumes)?.path).toBe(expected);
  });
});
