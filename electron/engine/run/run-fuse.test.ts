// The fuse in a run, on the fake site: who is refused, who is given up, who is left alone.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { RunState, VmRunState } from '../../../shared/events/run-state.ts';
import { fakeDrive, fakeVm, type FakeVm } from '../testing/fake-site.ts';
import { TestBench } from '../testing/test-bench.ts';

const GiB = 2 ** 30;
/** Fixed: merging does not make it grow. */
const fixedDrive = (name: string) => fakeDrive(name, 0, { sizeBytes: 10 * GiB, fileSizeBytes: 10 * GiB + 4 * 2 ** 20 });
const vmOf = (name: string, host = 'hv01'): FakeVm => fakeVm(name, host, { drives: [fixedDrive(name)] });
const named = (state: RunState, name: string): VmRunState => Object.values(state.vms).find((vm) => vm.name === name)!;

/** A volume of 100 GB, of which 10 must stay free. */
function benchWith(spareGiB: number, growthMiBPerSecond: number, vms = [vmOf('SQL01')]): TestBench {
  const bench = new TestBench(vms);
  Object.assign(bench.site.script, {
    volumeBytes: 100 * GiB,
    freeBytes: (10 + spareGiB) * GiB,
    growthBytesPerSecond: growthMiBPerSecond * 2 ** 20,
  });
  bench.store.readMs = 10_000;
  return bench;
}

function expectMerged(bench: TestBench, state: RunState): void {
  expect(state).toMatchObject({ status: 'ended', effects: {} });
  expect(bench.site.remains).toEqual([]);
  expect([...bench.store.openDisks, ...bench.store.locks]).toEqual([]);
}

describe('before a checkpoint is asked for', () => {
  it.each<[string, number, boolean]>([
    ['under its reserve', -1, true],
    ['above it, but with no room to react in', 0.1, false],
  ])('a volume that is %s is refused with its figures', async (_name, spareGiB, isUnder) => {
    const bench = benchWith(spareGiB, 1);
    const state = await bench.backup(bench.engine());
    expect(named(state, 'SQL01').error).toMatchObject({
      code: 'engine.no-room',
      params: { volume: 'D:\\', reserveBytes: 10 * GiB, sizeBytes: 100 * GiB, isUnder },
    });
    expect(named(state, 'SQL01').error?.meaning).toContain('10.0 GB must stay free');
    expect(bench.site.mutations).toEqual([]);
  });

  it('counts what other VMs of the run may still need on the same volume', async () => {
    const both = benchWith(0.45, 1, [vmOf('SQL01'), vmOf('WEB01')]);
    both.site.vms[0]!.drives = [fakeDrive('SQL01', 0, { sizeBytes: 40 * GiB, fileSizeBytes: GiB })];
    const state = await both.backup(both.engine());
    expect(Object.values(state.vms).map((vm) => vm.error?.code)).toContain('engine.no-room');
  });

  it('warns, and goes on, when what an earlier run wrote would not find room for as long as reading may take', async () => {
    const bench = benchWith(80, 60);
    const engine = bench.engine();
    expect(named(await bench.backup(engine), 'SQL01').warnings).toEqual([]);
    bench.site.script.freeBytes = 12 * GiB;
    const second = named(await bench.backup(engine), 'SQL01');
    expect(second.warnings).toMatchObject([{ code: 'engine.room-forecast', params: { volume: 'D:\\' } }]);
    expect(second).toMatchObject({ outcome: 'succeeded-with-warnings' });
  });
});

describe('while a checkpoint stands', () => {
  it('is given up and merged before the reserve is touched', async () => {
    const bench = benchWith(1, 200);
    const state = await bench.backup(bench.engine());
    const vm = named(state, 'SQL01');
    expect(vm).toMatchObject({ outcome: 'failed', error: { code: 'engine.fuse-blown', params: { volume: 'D:\\' } } });
    expect(vm.error?.params['bytesPerSecond']).toBeGreaterThan(150 * 2 ** 20);
    expect(vm.error?.params['freeBytes']).toBeGreaterThan(10 * GiB);
    expect(vm.mergeConfirmedAtMs).toBeDefined();
    expect(vm.restorePointId).toBeUndefined();
    expect(state.outcome).toBe('failed');
    expectMerged(bench, state);
  });

  it('takes the others on the same volume with it, and begins nothing new there', async () => {
    const vms = ['A', 'B', 'C'].map((name) => vmOf(name));
    const bench = benchWith(1.5, 150, [...vms, vmOf('FAR', 'hv02')]);
    const state = await bench.backup(bench.engine());
    const codes = ['A', 'B', 'C'].map((name) => named(state, name).error?.code);
    expect(codes.slice(0, 2)).toEqual(['engine.fuse-blown', 'engine.fuse-blown']);
    expect(codes[2]).toBe('engine.volume-closed');
    expect(bench.site.calls.filter((call) => call === 'requestCheckpoint')).toHaveLength(3);
    expectMerged(bench, state);
  });

  it('finishes a commit that has begun, and says what happened', async () => {
    const bench = benchWith(40, 1);
    const engine = bench.engine({ settings: { growthPollMs: 50 } });
    engine.subscribe((event) => {
      if (event.type === 'vm-phase-entered' && event.phase === 'committing') bench.site.script.freeBytes = 10 * GiB;
    });
    const vm = named(await bench.backup(engine), 'SQL01');
    expect(vm).toMatchObject({ outcome: 'succeeded-with-warnings', warnings: [{ code: 'engine.fuse-blown-late' }] });
    expect(vm.restorePointId).toBeDefined();
    expect(bench.store.committed).toHaveLength(1);
  });

  it('looks more often the less room there is', async () => {
    const looksWith = async (spareGiB: number): Promise<number> => {
      const bench = benchWith(spareGiB, 1);
      await bench.backup(bench.engine());
      const from = bench.types.indexOf('reading');
      const to = bench.types.indexOf('committing');
      return bench.types.slice(from, to).filter((type) => type === 'checkpoint-growth').length;
    };
    expect(await looksWith(0.4)).toBeGreaterThan(await looksWith(50));
  });

  it('reckons on when the host is silent', async () => {
    const bench = benchWith(2.5, 200, [vmOf('SQL01')]);
    const silent = new AppError('hyperv.host-unreachable', { host: 'hv01', reason: 'no answer' });
    let isSilent = false;
    bench.site.script.before = (method) => {
      if (method === 'readVm' && isSilent && !bench.types.includes('merging')) throw silent;
    };
    const engine = bench.engine();
    let looks = 0;
    engine.subscribe((event) => {
      if (event.type === 'checkpoint-growth') looks += 1;
      isSilent = looks === 2;
      // The silence ends when the run has given up: what it made has to be found again.
      if (looks === 2) void bench.clock.sleep(20_000).then(() => (isSilent = false));
    });
    bench.store.readMs = 60_000;
    const state = await bench.backup(engine);
    // Before the reserve was touched, although nobody saw it come: later looks would have found less.
    expect(named(state, 'SQL01').error?.code).toBe('engine.fuse-blown');
    expect(named(state, 'SQL01').error?.params['freeBytes']).toBeGreaterThan(10 * GiB);
    expectMerged(bench, state);
  });

  it('a cancel that came first stays a cancel', async () => {
    const bench = benchWith(1, 200);
    const engine = bench.engine();
    const work = async (): Promise<RunState> => {
      const vmIds = bench.site.vms.map((vm) => vm.id);
      const handle = await engine.startBackup({ vmIds, mode: 'on-host', consistency: 'application' });
      engine.subscribe((event) => {
        if (event.type === 'checkpoint-created') handle.cancel();
      });
      return handle.done;
    };
    const state = await bench.clock.drive(work());
    expect(state.outcome).toBe('cancelled');
    expectMerged(bench, state);
  });
});

describe('a merge that finds no room', () => {
  it('waits, and says why at once; it is confirmed when it went on', async () => {
    const bench = benchWith(50, 1);
    bench.site.script.removeJobError = new AppError('hyperv.volume-full', { volume: 'D:\\', host: 'hv01' });
    bench.site.script.mergeTakesMs = 20 * 60_000;
    const state = await bench.backup(bench.engine());
    const vm = named(state, 'SQL01');
    expect(vm).toMatchObject({ outcome: 'succeeded-with-warnings', warnings: [{ code: 'hyperv.volume-full' }] });
    const warnedAt = bench.events.find((event) => event.type === 'vm-warning')!.atMs;
    expect(vm.mergeConfirmedAtMs! - warnedAt).toBeGreaterThan(15 * 60_000);
    expectMerged(bench, state);
  });

  it('that is never confirmed says so with the reason, and stays on record', async () => {
    const bench = benchWith(50, 1);
    bench.site.script.removeJobError = new AppError('hyperv.volume-full', { volume: 'D:\\', host: 'hv01' });
    bench.site.script.mergeStalls = true;
    const state = await bench.backup(bench.engine());
    expect(named(state, 'SQL01').error?.code).toBe('engine.merge-not-confirmed');
    expect(named(state, 'SQL01').error?.meaning).toContain('Volume D:\\ on hv01 is full');
    expect(Object.keys(state.effects)).toHaveLength(1);
  });
});
