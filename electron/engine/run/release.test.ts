// The way out when it is not smooth: merges that stall, removals that are refused, hosts that are silent, journals and
// locks that fail. Nothing is claimed that was not seen.
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { VmRunState } from '../../../shared/events/run-state.ts';
import { toCheckpointId } from '../../../shared/model/ids.ts';
import { fakeVm } from '../testing/fake-site.ts';
import { TestBench } from '../testing/test-bench.ts';

const only = (state: { readonly vms: Readonly<Record<string, VmRunState>> }): VmRunState =>
  Object.values(state.vms)[0]!;
const silent = new AppError('hyperv.host-unreachable', { host: 'hv01', reason: 'no answer' });

describe('a merge that stalls', () => {
  test('fails the VM, names the files and the restore point, and stays on record', async () => {
    const bench = new TestBench();
    bench.site.script.mergeStalls = true;
    const state = await bench.backup(bench.engine());
    const vm = only(state);
    expect(vm).toMatchObject({ outcome: 'failed', phase: 'merging', error: { code: 'engine.merge-not-confirmed' } });
    expect(vm.error?.params['files']).toEqual(bench.site.vms[0]!.drives.map((drive) => drive.path));
    expect(vm.error?.params['restorePoint']).toBe(vm.restorePointId);
    expect(vm.mergeConfirmedAtMs).toBeUndefined();
    expect(state.outcome).toBe('failed');
    expect(Object.keys(state.effects)).toEqual([`checkpoint:${vm.vmId}`]);
  });

  test('is a leftover with a way out, and the cleaning waits for its confirmation', async () => {
    const bench = new TestBench();
    bench.site.script.mergeStalls = true;
    const engine = bench.engine();
    const state = await bench.backup(engine);
    const { leftovers } = await engine.findLeftovers();
    expect(leftovers).toMatchObject([{ kind: 'merge', isCleanable: true, runId: state.runId }]);
    const [still] = await bench.clock.drive(engine.cleanLeftovers('all'));
    expect(still?.error?.code).toBe('engine.merge-not-confirmed');
    bench.site.finishMerges();
    const cleaned = await bench.clock.drive(engine.cleanLeftovers([leftovers[0]!.id]));
    expect(cleaned).toEqual([]);
    await bench.clock.drive(engine.recover());
    const { runs } = await engine.history();
    expect(runs).toMatchObject([{ outcome: 'failed', status: 'ended', effects: {} }]);
    expect(only(runs[0]!).mergeConfirmedAtMs).toBeDefined();
    expect((await engine.findLeftovers()).leftovers).toEqual([]);
  });

  test('a merge that shows by nothing but the paths of the drives is waited for', async () => {
    const bench = new TestBench();
    Object.assign(bench.site.script, { statesProgress: false, showsMerging: false, mergeTakesMs: 60_000 });
    const state = await bench.backup(bench.engine());
    const { mergeConfirmedAtMs, phases } = only(state);
    const mergingAtMs = phases.find((entry) => entry.phase === 'merging')!.atMs;
    expect(mergeConfirmedAtMs! - mergingAtMs).toBeGreaterThanOrEqual(60_000);
    expect(state.outcome).toBe('succeeded');
    expect(bench.site.remains).toEqual([]);
  });

  test('a VM that says it merges is believed, also when its drives point back', async () => {
    const bench = new TestBench();
    Object.assign(bench.site.script, { mergeTakesMs: 1000, lingersMs: 30_000 });
    const { mergeConfirmedAtMs, phases } = only(await bench.backup(bench.engine()));
    const mergingAtMs = phases.find((entry) => entry.phase === 'merging')!.atMs;
    expect(mergeConfirmedAtMs! - mergingAtMs).toBeGreaterThanOrEqual(31_000);
  });

  test('a merge that goes on for hours is waited for, whether its host states progress or not', async () => {
    const bench = new TestBench();
    bench.site.script.mergeTakesMs = 3 * 60 * 60_000;
    expect((await bench.backup(bench.engine())).outcome).toBe('succeeded');
    const blind = new TestBench();
    blind.site.script.mergeTakesMs = 3 * 60 * 60_000;
    blind.site.script.statesProgress = false;
    expect((await blind.backup(blind.engine())).outcome).toBe('succeeded');
  });
});

describe('a removal that is refused', () => {
  test('is asked for again, ever more slowly, until it works', async () => {
    const bench = new TestBench();
    const atMs: number[] = [];
    bench.site.script.before = (method, count) => {
      if (method !== 'removeCheckpoint') return;
      atMs.push(bench.clock.nowMs());
      if (count < 5) throw new AppError('hyperv.disk-in-use', { path: 'D:\\a.vhdx', host: 'hv01' });
    };
    expect((await bench.backup(bench.engine())).outcome).toBe('succeeded');
    const waits = atMs.slice(1).map((ms, index) => ms - atMs[index]!);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits).toHaveLength(4);
  });

  test('for good is a failure that says why', async () => {
    const bench = new TestBench();
    bench.site.script.before = (method) => {
      if (method === 'removeCheckpoint') throw new AppError('hyperv.disk-in-use', { path: 'D:\\a.vhdx', host: 'hv01' });
    };
    const state = await bench.backup(bench.engine());
    expect(only(state).error).toMatchObject({ code: 'engine.merge-not-confirmed' });
    expect(only(state).error?.meaning).toContain('D:\\a.vhdx is in use');
  });

  test('a removal whose answer is lost is not taken for a failure', async () => {
    const bench = new TestBench();
    bench.site.script.after = (method) => {
      if (method === 'removeCheckpoint') throw silent;
    };
    expect((await bench.backup(bench.engine())).outcome).toBe('succeeded');
    expect(bench.site.mutations).toEqual(['requestCheckpoint', 'removeCheckpoint']);
  });

  test('a host that stays silent leaves the effect on record; the next recovery settles it', async () => {
    const bench = new TestBench();
    bench.site.script.before = (method) => {
      const isDown = bench.types.includes('restore-point-committed');
      if (isDown && method !== 'readSite') throw silent;
    };
    const engine = bench.engine();
    const state = await bench.backup(engine);
    expect(only(state).error).toMatchObject({ code: 'engine.merge-not-confirmed' });
    expect(only(state).error?.meaning).toContain('hv01 does not answer');
    const { leftovers, unreachable } = await engine.findLeftovers();
    expect(leftovers).toMatchObject([{ kind: 'unsettled' }]);
    expect(unreachable).toMatchObject([{ hostId: 'hv01' }]);
    delete bench.site.script.before;
    await bench.clock.drive(engine.recover());
    expect(bench.site.remains).toEqual([]);
    expect((await engine.history()).runs).toMatchObject([{ effects: {}, outcome: 'failed' }]);
  });
});

describe('what is not ours', () => {
  test('a checkpoint that somebody makes meanwhile is left alone, and the end still confirmed', async () => {
    const bench = new TestBench([fakeVm('SQL01', 'hv01')]);
    const foreign = { id: toCheckpointId('u-1'), name: 'by hand', kind: 'standard', createdAtMs: 0 } as const;
    bench.site.script.after = (method, count) => {
      const vm = bench.site.vms[0]!;
      if (method === 'readConfiguration' && count === 1)
        vm.checkpoints = [...vm.checkpoints, { ...foreign, frozenDrives: [] }];
    };
    expect((await bench.backup(bench.engine())).outcome).toBe('succeeded');
    expect(bench.site.remains).toEqual(['SQL01 by hand']);
  });
});

describe('the journal and the lock', () => {
  test.each([
    'run-queued',
    'run-started',
    'effect-intended',
    'checkpoint-created',
    'restore-point-committed',
    'merge-confirmed',
  ])('a journal that fails at %s stops the run, and what was made is merged all the same', async (type) => {
    const bench = new TestBench();
    const { journal } = bench;
    const append = (runId: Parameters<typeof journal.append>[0], line: string) =>
      line.includes(`"type":"${type}"`) ? Promise.reject(new Error('disk full')) : journal.append(runId, line);
    const engine = bench.engine({ journal: { list: () => journal.list(), read: (id) => journal.read(id), append } });
    if (type === 'run-queued') {
      await expect(bench.backup(engine)).rejects.toMatchObject({ code: 'engine.journal-not-written' });
      return;
    }
    const state = await bench.backup(engine);
    expect(bench.site.remains).toEqual([]);
    expect(state.outcome).not.toBe('succeeded');
    expect(state.error?.code ?? only(state).error?.code).toBe('engine.journal-not-written');
    if (type === 'run-started' || type === 'effect-intended') expect(bench.site.mutations).toEqual([]);
    // The journal ends where it failed; the next start reads that far, and settles the rest.
    const next = bench.engine();
    await bench.clock.drive(next.recover());
    expect((await next.history()).runs).toMatchObject([{ status: 'ended', outcome: 'interrupted', effects: {} }]);
  });

  test('a lock that cannot be removed is a warning, stays on record, and is removed later', async () => {
    const bench = new TestBench();
    bench.store.isLockStuck = true;
    const engine = bench.engine();
    const state = await bench.backup(engine);
    expect(state).toMatchObject({
      outcome: 'succeeded-with-warnings',
      warnings: [{ code: 'engine.lock-not-removed' }],
    });
    expect(only(state).outcome).toBe('succeeded');
    expect((await engine.findLeftovers()).leftovers).toMatchObject([{ kind: 'repository-lock', isCleanable: true }]);
    bench.store.isLockStuck = false;
    expect(await bench.clock.drive(engine.cleanLeftovers('all'))).toMatchObject([
      { leftover: { kind: 'repository-lock' } },
    ]);
    expect([...bench.store.locks]).toEqual([]);
    expect((await engine.findLeftovers()).leftovers).toEqual([]);
  });
});
