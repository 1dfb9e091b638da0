// Runs from their first event to their last, on the fake site.
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import { toHostId } from '../../../shared/model/ids.ts';
import type { VmRunState } from '../../../shared/events/run-state.ts';
import { fakeVm } from '../testing/fake-site.ts';
import { TestBench } from '../testing/test-bench.ts';

const lost = (host = 'hv01') => new AppError('hyperv.host-unreachable', { host, reason: 'no answer' });
const only = (state: { readonly vms: Readonly<Record<string, VmRunState>> }): VmRunState =>
  Object.values(state.vms)[0]!;
const phasesOf = (vm: VmRunState) => vm.phases.map((entry) => entry.phase);

describe('a healthy run', () => {
  test('goes through every phase and leaves nothing', async () => {
    const bench = new TestBench();
    const state = await bench.backup(bench.engine());
    const vm = only(state);
    expect(state).toMatchObject({ outcome: 'succeeded', effects: {}, warnings: [] });
    expect(phasesOf(vm).join(' ')).toBe(
      'queued preflight requesting-checkpoint quiescing redirected reading committing merging done',
    );
    expect(vm).toMatchObject({ outcome: 'succeeded', checkpoint: { consistency: 'application', quiescing: 'vss' } });
    expect(bench.site.remains).toEqual([]);
    expect([...bench.store.openDisks, ...bench.store.locks]).toEqual([]);
    expect(bench.store.committed).toMatchObject([
      { host: 'hv01', consistency: { asked: 'application', achieved: 'application', quiescing: 'vss' } },
    ]);
    expect(vm.committedDisks).toMatchObject([{ slot: 'scsi-0-0', readBytes: 400 }, { slot: 'scsi-0-1' }]);
  });

  test('handles are closed before the removal is asked for', async () => {
    const bench = new TestBench();
    const open: number[] = [];
    bench.site.script.before = (method) => {
      if (method === 'removeCheckpoint') open.push(bench.store.openDisks.size);
    };
    await bench.backup(bench.engine());
    expect(open).toEqual([0]);
  });

  test('the effect is in the journal before the request goes out', async () => {
    const bench = new TestBench();
    const seen: boolean[] = [];
    bench.site.script.before = (method) => {
      if (method === 'requestCheckpoint') seen.push(bench.journal.text.includes('"kind":"checkpoint"'));
    };
    await bench.backup(bench.engine());
    expect(seen).toEqual([true]);
  });

  test('never more than two VMs of a host at once, and four in all', async () => {
    const vms = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name, index) =>
      fakeVm(name, index < 4 ? 'hv01' : `hv0${index}`),
    );
    const bench = new TestBench(vms);
    const engine = bench.engine();
    const most = { perHost: 0, overall: 0 };
    engine.subscribe(() => {
      const [run] = engine.activeRuns();
      const busy = Object.values(run?.vms ?? {}).filter((vm) => vm.phase !== 'queued' && vm.outcome === undefined);
      most.overall = Math.max(most.overall, busy.length);
      most.perHost = Math.max(most.perHost, busy.filter((vm) => vm.hostId === 'hv01').length);
    });
    const state = await bench.backup(engine);
    expect(state.outcome).toBe('succeeded');
    expect(most).toEqual({ perHost: 2, overall: 4 });
  });

  test('a listener that throws is dropped and told about; the run goes on', async () => {
    const bench = new TestBench();
    const engine = bench.engine();
    engine.subscribe((event) => {
      if (event.type === 'checkpoint-created') throw new Error('screen gone');
    });
    const state = await bench.backup(engine);
    expect(state.warnings).toMatchObject([{ code: 'engine.listener-failed', params: { reason: 'screen gone' } }]);
    expect(only(state).outcome).toBe('succeeded');
    expect(state.outcome).toBe('succeeded-with-warnings');
  });
});

describe('the request', () => {
  test('an answer that is lost is looked for by its tag, and not asked for again', async () => {
    const bench = new TestBench();
    bench.site.script.after = (method) => {
      if (method === 'requestCheckpoint') throw lost();
    };
    const state = await bench.backup(bench.engine());
    expect(state.outcome).toBe('succeeded');
    expect(bench.site.mutations).toEqual(['requestCheckpoint', 'removeCheckpoint']);
  });

  test('a request that never arrived is settled as never made', async () => {
    const bench = new TestBench();
    bench.site.script.before = (method) => {
      if (method === 'requestCheckpoint') throw lost();
    };
    const state = await bench.backup(bench.engine());
    expect(only(state)).toMatchObject({ outcome: 'failed', error: { code: 'hyperv.host-unreachable' } });
    expect(phasesOf(only(state))).not.toContain('merging');
    expect(bench.events.find((event) => event.type === 'effect-undone')).toMatchObject({ how: 'never-made' });
    expect(state.effects).toEqual({});
  });

  test('a refusal of the guest is the error of the VM', async () => {
    const bench = new TestBench();
    const words = { vm: 'SQL01', host: 'hv01', writer: 'SqlServerWriter' };
    bench.site.script.jobError = new AppError('hyperv.vss-writer-failed', words);
    const state = await bench.backup(bench.engine());
    expect(only(state)).toMatchObject({ outcome: 'failed', error: { code: 'hyperv.vss-writer-failed' } });
    expect(phasesOf(only(state))).toEqual(['queued', 'preflight', 'requesting-checkpoint', 'quiescing']);
    expect(bench.site.mutations).toEqual(['requestCheckpoint']);
  });

  test('a checkpoint that never shows up fails, after the time it may take', async () => {
    const bench = new TestBench();
    bench.site.script.appearsAtMs = 10 ** 9;
    const state = await bench.backup(bench.engine());
    expect(only(state).error?.code).toBe('engine.checkpoint-not-visible');
    expect(state.effects).toEqual({});
  });

  test('a job that the host forgot is told by the VM itself', async () => {
    const bench = new TestBench();
    bench.site.script.before = (method, count) => {
      if (method === 'readJob' && count > 2) throw new AppError('hyperv.job-unknown', { host: 'hv01', job: '1' });
    };
    expect((await bench.backup(bench.engine())).outcome).toBe('succeeded');
  });

  test.each(['crash', undefined] as const)(
    'consistency %s where application was asked for is refused',
    async (achieved) => {
      const bench = new TestBench();
      bench.site.script.achieved = achieved;
      const state = await bench.backup(bench.engine());
      expect(only(state)).toMatchObject({
        outcome: 'failed',
        checkpoint: { consistency: 'crash' },
        error: { code: 'engine.consistency-not-achieved' },
      });
      expect(bench.store.committed).toEqual([]);
      expect(bench.site.remains).toEqual([]);
      expect(only(state).mergeConfirmedAtMs).toBeDefined();
    },
  );

  test('crash consistency that was asked for is recorded as such', async () => {
    const bench = new TestBench();
    bench.site.script.achieved = 'crash';
    expect((await bench.backup(bench.engine(), 'crash')).outcome).toBe('succeeded');
    expect(bench.store.committed[0]?.consistency).toEqual({ asked: 'crash', achieved: 'crash', quiescing: 'none' });
  });

  test('disks that changed in that moment are refused', async () => {
    const bench = new TestBench();
    bench.site.script.after = (method) => {
      const vm = bench.site.vms[0]!;
      if (method === 'requestCheckpoint') vm.drives = vm.drives.slice(0, 1);
    };
    const state = await bench.backup(bench.engine());
    expect(only(state).error).toMatchObject({ code: 'engine.disks-changed', params: { disks: ['scsi-0-1'] } });
    expect(bench.site.remains).toEqual([]);
  });
});

describe('the host', () => {
  test('silence for a moment is waited out in every step', async () => {
    const bench = new TestBench();
    bench.site.script.before = (method, count) => {
      if (count % 3 === 0 && (method === 'readVm' || method === 'readJob')) throw lost();
    };
    expect((await bench.backup(bench.engine())).outcome).toBe('succeeded');
  });

  test('a VM that moves is followed, and its checkpoint removed where it is then', async () => {
    const bench = new TestBench([fakeVm('SQL01', 'hv01'), fakeVm('WEB01', 'hv02')]);
    const vm = bench.site.vms[0]!;
    bench.site.script.after = (method, count) => {
      if (method === 'readConfiguration' && count === 1) vm.hostId = toHostId('hv02');
    };
    const state = await bench.backup(bench.engine());
    expect(state.outcome).toBe('succeeded');
    expect(state.vms[vm.id]?.hostId).toBe('hv02');
    expect(bench.types.filter((type) => type === 'vm-moved')).toHaveLength(1);
    expect(bench.site.remains).toEqual([]);
  });
});

describe('partial failure', () => {
  test('one VM of three fails: the others do not mind', async () => {
    const off = fakeVm('OFF01', 'hv02', { state: 'off' });
    const bench = new TestBench([fakeVm('SQL01', 'hv01'), off, fakeVm('WEB01', 'hv02')]);
    const state = await bench.backup(bench.engine());
    expect(state.outcome).toBe('succeeded-with-warnings');
    expect(state.vmOrder.map((vmId) => state.vms[vmId]?.outcome)).toEqual(['succeeded', 'failed', 'succeeded']);
  });

  test('a repository that fails in one VM keeps the waiting ones from asking for checkpoints', async () => {
    const vms = ['A', 'B', 'C', 'D'].map((name) => fakeVm(name, 'hv01'));
    const bench = new TestBench(vms);
    bench.store.transferError = new AppError('repository.disk-full', { location: 'R:\\backups' });
    const state = await bench.backup(bench.engine());
    expect(state.outcome).toBe('failed');
    expect(bench.site.calls.filter((call) => call === 'requestCheckpoint')).toHaveLength(2);
    for (const vm of Object.values(state.vms)) expect(vm.error?.code).toBe('repository.disk-full');
    expect(bench.site.remains).toEqual([]);
    expect([...bench.store.openDisks]).toEqual([]);
  });
});
