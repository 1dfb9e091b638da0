// Every reason not to begin: its typed error, and a host that was only read.
import { describe, expect, test } from 'vitest';
import { AppError, type AppErrorData } from '../../../shared/errors/app-error.ts';
import { checkpointTag } from '../../../shared/model/checkpoint-tag.ts';
import { makeRunId, toCheckpointId } from '../../../shared/model/ids.ts';
import type { CheckpointFacts, VmFacts } from '../../../shared/model/site.ts';
import { fakeDrive, fakeVm } from '../testing/fake-site.ts';
import { TestBench } from '../testing/test-bench.ts';

const otherRun = makeRunId(Date.UTC(2026, 0, 1), 'abcdef');
const checkpoint = (name: string, kind: CheckpointFacts['kind']): CheckpointFacts => ({
  id: toCheckpointId('cp-1'),
  name,
  kind,
  createdAtMs: 0,
  frozenDrives: [],
});

async function failureOf(bench: TestBench): Promise<AppErrorData> {
  const state = await bench.backup(bench.engine());
  expect(state.outcome).toBe('failed');
  expect(bench.site.mutations).toEqual([]);
  expect(bench.events.some((event) => event.type === 'effect-intended' && event.effect.kind === 'checkpoint')).toBe(
    false,
  );
  expect([...bench.store.locks]).toEqual([]);
  const error = Object.values(state.vms)[0]!.error!;
  expect(error.title).toContain('SQL01');
  expect(error.nextStep).not.toBe('');
  return error;
}

describe('a VM that cannot be backed up', () => {
  const cases: readonly (readonly [string, Partial<VmFacts>, string, RegExp])[] = [
    ['old version', { configurationVersion: '5.0' }, 'engine.gate-failed', /Configuration version 5\.0/],
    ['version 10 is above 8', { configurationVersion: '10.0', state: 'off' }, 'engine.vm-not-running', /off/],
    ['saved', { state: 'saved' }, 'engine.vm-not-running', /saved/],
    ['paused', { state: 'paused' }, 'engine.vm-not-running', /paused/],
    ['critical', { state: 'critical' }, 'engine.vm-not-running', /critical/],
    ['merging', { activities: ['merging-disks'] }, 'engine.vm-busy', /merging-disks/],
    ['migrating', { activities: ['migrating'] }, 'engine.vm-busy', /migrating/],
    [
      'somebody else backs it up',
      { checkpoints: [checkpoint('Acme backup 7', 'recovery')] },
      'engine.foreign-recovery-checkpoint',
      /Acme backup 7/,
    ],
    [
      'an earlier run left its own',
      { checkpoints: [checkpoint(checkpointTag(otherRun), 'recovery')] },
      'engine.own-leftover',
      /r-20260101-000000-abcdef/,
    ],
    [
      'a hidden chain',
      { drives: [fakeDrive('SQL01', 0, { path: 'D:\\VMs\\SQL01\\disk0_1.avhdx' })] },
      'engine.hidden-chain',
      /disk0_1\.avhdx/,
    ],
    ['no disk', { drives: [] }, 'engine.no-disks', /nothing to back up/],
    ['vhd', { drives: [fakeDrive('SQL01', 0, { format: 'vhd' })] }, 'engine.unsupported-disk', /\.vhd/],
    ['vhdset', { drives: [fakeDrive('SQL01', 0, { format: 'vhdset' })] }, 'engine.unsupported-disk', /VHD Set/],
    ['shared', { drives: [fakeDrive('SQL01', 0, { isShared: true })] }, 'engine.unsupported-disk', /shared/],
    [
      'pass-through on the second place',
      { drives: [fakeDrive('SQL01', 0), fakeDrive('SQL01', 1, { format: 'pass-through', path: 'Disk 3' })] },
      'engine.unsupported-disk',
      /Disk 3 is a physical disk/,
    ],
  ];
  test.each(cases)('%s', async (_name, facts, code, meaning) => {
    const error = await failureOf(new TestBench([fakeVm('SQL01', 'hv01', facts)]));
    expect(error.code).toBe(code);
    expect(`${error.title} ${error.meaning}`).toMatch(meaning);
  });

  test('a host that is too old', async () => {
    const bench = new TestBench();
    bench.site.script.hostBuild = 9600;
    expect(await failureOf(bench)).toMatchObject({ code: 'engine.gate-failed', params: { gate: 'host-version' } });
  });

  test('a standard checkpoint of the admin is no obstacle', async () => {
    const vm = fakeVm('SQL01', 'hv01', { checkpoints: [checkpoint('before the update', 'standard')] });
    const bench = new TestBench([vm]);
    expect((await bench.backup(bench.engine())).outcome).toBe('succeeded');
    expect(bench.site.remains).toEqual(['SQL01 before the update']);
  });
});

describe('before any VM', () => {
  test('a repository that does not open fails every VM, and no host is asked for anything', async () => {
    const bench = new TestBench([fakeVm('SQL01', 'hv01'), fakeVm('WEB01', 'hv01')]);
    bench.store.openError = new AppError('repository.wrong-password', { location: 'R:\\backups' });
    const state = await bench.backup(bench.engine());
    expect(state).toMatchObject({ outcome: 'failed', error: { code: 'repository.wrong-password' } });
    for (const vm of Object.values(state.vms)) expect(vm.error?.code).toBe('repository.wrong-password');
    expect(bench.site.calls.filter((call) => call !== 'findOwner' && call !== 'readVm')).toEqual([]);
  });

  test('what is refused outright makes no run', async () => {
    const bench = new TestBench();
    const engine = bench.engine();
    const vmId = bench.site.vms[0]!.id;
    const start = (vmIds: readonly (typeof vmId)[], mode: 'on-host' | 'off-host') =>
      engine.startBackup({ vmIds, mode, consistency: 'application' });
    await expect(start([vmId], 'off-host')).rejects.toMatchObject({ code: 'engine.off-host-unavailable' });
    await expect(start([], 'on-host')).rejects.toMatchObject({ code: 'engine.nothing-to-back-up' });
    const unknown = fakeVm('NOBODY', 'hv01').id;
    await expect(start([vmId, unknown], 'on-host')).rejects.toMatchObject({ code: 'hyperv.vm-not-found' });
    expect(await bench.journal.list()).toEqual([]);
    expect(bench.site.mutations).toEqual([]);
  });

  test('two runs never share a VM', async () => {
    const bench = new TestBench();
    const engine = bench.engine();
    const request = { vmIds: [bench.site.vms[0]!.id], mode: 'on-host', consistency: 'application' } as const;
    const [first, second] = await Promise.allSettled([engine.startBackup(request), engine.startBackup(request)]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'engine.vm-in-active-run' } });
    await expect(engine.startBackup(request)).rejects.toMatchObject({ code: 'engine.vm-in-active-run' });
    await bench.clock.drive(engine.close());
    await expect(engine.startBackup(request)).rejects.toMatchObject({ code: 'engine.closed' });
    expect(bench.site.remains).toEqual([]);
  });
});
