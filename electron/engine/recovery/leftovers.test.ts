// Only what carries our tag is offered for cleaning, only what is selected is touched, and a run that goes on is not a
// leftover, in whichever process it goes on.
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import { checkpointTag } from '../../../shared/model/checkpoint-tag.ts';
import { makeRunId, toCheckpointId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/events/run-event.ts';
import type { CheckpointFacts } from '../../../shared/model/site.ts';
import type { EngineDeps } from '../create-engine.ts';
import { fakeDrive, fakeVm, type FakeVm } from '../testing/fake-site.ts';
import { liveAndDie, mortalEngine } from '../testing/mortal-engine.ts';
import { MortalProcess } from '../testing/mortal-process.ts';
import { TestBench } from '../testing/test-bench.ts';

const foreignRun = makeRunId(Date.UTC(2026, 0, 1), 'abcdef');

function withCheckpoint(name: string, host: string, tag: string): FakeVm {
  const frozen = fakeDrive(name, 0);
  const checkpoint: CheckpointFacts = {
    id: toCheckpointId(`cp-${name}`),
    name: tag,
    kind: 'recovery',
    createdAtMs: 0,
    frozenDrives: [{ slot: frozen.slot, path: frozen.path }],
  };
  const path = frozen.path.replace('.vhdx', '_7.avhdx');
  return fakeVm(name, host, { drives: [{ ...frozen, path, chain: [path, frozen.path] }], checkpoints: [checkpoint] });
}

/** A backup that dies while reading, with its checkpoint standing. */
async function dieReading(bench: TestBench, owner = { hostname: 'pc', pid: 7, startedAtMs: 1 }): Promise<void> {
  await dieAt(bench, 'while reading', { owner }, (event) => {
    return event.type === 'vm-phase-entered' && event.phase === 'reading';
  });
}

async function dieAt(
  bench: TestBench,
  where: string,
  overrides: Partial<EngineDeps>,
  isThere: (event: RunEvent) => boolean,
): Promise<void> {
  const life = new MortalProcess(Infinity);
  const engine = mortalEngine(bench, life, overrides);
  engine.subscribe((event) => {
    if (isThere(event)) life.die(where);
  });
  await liveAndDie(bench, life, async () => {
    const vmIds = [bench.site.vms[0]!.id];
    return (await engine.startBackup({ vmIds, mode: 'on-host', consistency: 'application' })).done;
  });
  expect(life.isDead).toBe(true);
}

describe('what is found', () => {
  test('ours of another console, a hidden chain, and somebody else’s', async () => {
    const ours = withCheckpoint('OURS', 'hv01', checkpointTag(foreignRun));
    const theirs = withCheckpoint('THEIRS', 'hv02', 'Acme backup');
    const hidden = fakeVm('HIDDEN', 'hv01', { drives: [fakeDrive('HIDDEN', 0, { path: 'D:\\x_1.avhdx' })] });
    const almost = withCheckpoint('ALMOST', 'hv02', 'Stillpoint r-1');
    const bench = new TestBench([ours, theirs, hidden, almost]);
    const engine = bench.engine();
    const { leftovers } = await engine.findLeftovers();
    expect(leftovers.map(({ kind, vmName, isCleanable }) => ({ kind, vmName, isCleanable }))).toEqual([
      { kind: 'checkpoint', vmName: 'OURS', isCleanable: true },
      { kind: 'not-ours', vmName: 'HIDDEN', isCleanable: false },
    ]);
    expect(leftovers[0]?.about.nextStep).toContain('leftovers clean');
    const cleaned = await bench.clock.drive(engine.cleanLeftovers('all'));
    expect(cleaned).toMatchObject([{ leftover: { vmName: 'OURS' } }]);
    expect(cleaned[0]).not.toHaveProperty('error');
    expect(bench.site.remains).toEqual([
      'THEIRS Acme backup',
      'D:\\VMs\\THEIRS\\disk0_7.avhdx',
      'D:\\x_1.avhdx',
      'ALMOST Stillpoint r-1',
      'D:\\VMs\\ALMOST\\disk0_7.avhdx',
    ]);
  });

  test('a selection cleans what it names and nothing else', async () => {
    const vms = ['A', 'B'].map((name) => withCheckpoint(name, 'hv01', checkpointTag(foreignRun)));
    const bench = new TestBench(vms);
    const engine = bench.engine();
    const { leftovers } = await engine.findLeftovers();
    expect(await engine.cleanLeftovers(['checkpoint:nothing:like-it'])).toEqual([]);
    await bench.clock.drive(engine.cleanLeftovers([leftovers[1]!.id]));
    expect((await engine.findLeftovers()).leftovers.map((leftover) => leftover.vmName)).toEqual(['A']);
  });

  test('a removal that does not work is told, and the leftover stays', async () => {
    const bench = new TestBench([withCheckpoint('A', 'hv01', checkpointTag(foreignRun))]);
    bench.site.script.before = (method) => {
      if (method === 'removeCheckpoint') throw new AppError('hyperv.disk-in-use', { path: 'D:\\a', host: 'hv01' });
    };
    const [cleaned] = await bench.clock.drive(bench.engine().cleanLeftovers('all'));
    expect(cleaned?.error?.code).toBe('engine.merge-not-confirmed');
  });
});

describe('a run that goes on', () => {
  test('is no leftover, and is neither recovered nor cleaned', async () => {
    const bench = new TestBench();
    const engine = bench.engine();
    const vmIds = [bench.site.vms[0]!.id];
    const handle = await engine.startBackup({ vmIds, mode: 'on-host', consistency: 'application' });
    await bench.clock.drive(bench.clock.sleep(4500));
    expect(bench.site.remains).not.toEqual([]);
    expect((await engine.findLeftovers()).leftovers).toEqual([]);
    expect((await engine.recover()).runs).toEqual([]);
    expect(await engine.cleanLeftovers('all')).toEqual([]);
    expect((await bench.clock.drive(handle.done)).outcome).toBe('succeeded');
  });

  test('in another process is left alone until that process is gone', async () => {
    const bench = new TestBench();
    await dieReading(bench);
    const isOwnerRunning = { answer: true };
    const second = bench.engine({
      owner: { hostname: 'pc', pid: 8, startedAtMs: 2 },
      isOwnerRunning: (owner) => owner.pid === 7 && isOwnerRunning.answer,
    });
    expect((await second.recover()).runs).toEqual([]);
    expect((await second.findLeftovers()).leftovers).toEqual([]);
    expect(bench.site.mutations).toEqual(['requestCheckpoint']);
    isOwnerRunning.answer = false;
    expect((await second.findLeftovers()).leftovers).toMatchObject([
      { kind: 'checkpoint' },
      { kind: 'repository-lock' },
    ]);
    const { runs } = await bench.clock.drive(second.recover());
    expect(runs).toMatchObject([{ outcome: 'interrupted' }]);
    expect(bench.site.remains).toEqual([]);
  });
});

describe('recovery', () => {
  test('says in which phase a VM was interrupted, and claims no restore point', async () => {
    const bench = new TestBench();
    await dieReading(bench);
    expect((await bench.engine().history()).runs[0]?.status).toBe('running');
    const report = await bench.clock.drive(bench.engine().recover());
    const vm = Object.values(report.runs[0]!.vms)[0]!;
    expect(vm).toMatchObject({ outcome: 'interrupted', error: { params: { phase: 'reading' } } });
    expect(vm.restorePointId).toBeUndefined();
  });

  test('a repository that is away: the checkpoint goes, the lock stays on record, the next start settles it', async () => {
    const bench = new TestBench();
    await dieReading(bench);
    bench.store.openError = new AppError('repository.not-readable', { location: 'R:\\backups', reason: 'offline' });
    const engine = bench.engine();
    const first = await bench.clock.drive(engine.recover());
    const warnings = [{ code: 'engine.repository-unavailable' }];
    expect(first.runs).toMatchObject([{ status: 'ended', outcome: 'interrupted', warnings }]);
    expect(bench.site.remains).toEqual([]);
    expect(Object.values(first.runs[0]!.effects).map((effect) => effect.kind)).toEqual(['repository-lock']);
    bench.store.openError = undefined;
    const second = await bench.clock.drive(engine.recover());
    expect(second.runs).toMatchObject([{ status: 'ended', outcome: 'interrupted', effects: {} }]);
    expect([...bench.store.locks]).toEqual([]);
  });

  test('a run of another site is none of our business, and nothing of it is taken for gone', async () => {
    const bench = new TestBench();
    await dieReading(bench);
    const elsewhere = new TestBench([fakeVm('OTHER', 'hv09')]);
    Object.assign(elsewhere.site, { siteName: 'elsewhere' });
    const engine = elsewhere.engine({ journal: bench.journal });
    expect((await elsewhere.clock.drive(engine.recover())).runs).toEqual([]);
    expect((await engine.findLeftovers()).leftovers).toEqual([]);
    expect((await engine.history()).runs).toMatchObject([{ status: 'running' }]);
  });

  test('a lock is not looked for in another repository', async () => {
    const bench = new TestBench();
    await dieReading(bench);
    const source = { ...bench.store.source, location: 'S:\\other' };
    const { runs } = await bench.clock.drive(bench.engine({ repository: source }).recover());
    expect(runs).toMatchObject([{ outcome: 'interrupted', warnings: [{ code: 'engine.repository-unavailable' }] }]);
    expect(runs[0]?.warnings[0]?.details.join()).toContain('engine.other-repository');
    expect([...bench.store.locks]).toHaveLength(1);
    expect(bench.site.remains).toEqual([]);
  });

  test('a VM that was deleted took its checkpoint along', async () => {
    const bench = new TestBench([fakeVm('SQL01', 'hv01'), fakeVm('WEB01', 'hv01')]);
    await dieReading(bench);
    bench.site.vms.shift();
    const { runs } = await bench.clock.drive(bench.engine().recover());
    expect(runs).toMatchObject([{ outcome: 'interrupted', effects: {} }]);
    expect(bench.events.find((event) => event.type === 'effect-undone')).toMatchObject({ how: 'already-gone' });
  });

  test('a VM that is not to be found while a host is silent stays on record', async () => {
    const bench = new TestBench([fakeVm('SQL01', 'hv01'), fakeVm('WEB01', 'hv02')]);
    await dieReading(bench);
    bench.site.vms.shift();
    bench.site.script.before = (method) => {
      if (method === 'readHost') throw new AppError('hyperv.host-unreachable', { host: 'hv02', reason: 'down' });
    };
    const { runs } = await bench.clock.drive(bench.engine().recover());
    expect(runs[0]).toMatchObject({ status: 'recovering', warnings: [{ code: 'engine.merge-not-confirmed' }] });
  });

  test('a journal that is damaged in the middle is named; the others are recovered', async () => {
    const bench = new TestBench();
    bench.journal.write(foreignRun, '{"half\n{"whole":1}\n');
    await dieReading(bench);
    const engine = bench.engine();
    const report = await bench.clock.drive(engine.recover());
    expect(report.problems).toMatchObject([{ code: 'engine.journal-damaged', params: { run: foreignRun, line: 1 } }]);
    expect(report.runs).toMatchObject([{ outcome: 'interrupted' }]);
    expect((await engine.history()).problems).toHaveLength(1);
    expect((await engine.findLeftovers()).problems).toHaveLength(1);
  });

  test('a new recovery checkpoint without a name of ours is neither touched nor called never made', async () => {
    const bench = new TestBench();
    await dieAt(bench, 'before the request', {}, (event) => {
      return event.type === 'effect-intended' && event.effect.kind === 'checkpoint';
    });
    const vm = bench.site.vms[0]!;
    const unclear = {
      id: toCheckpointId('x'),
      name: 'SQL01 - (24/11/2026)',
      kind: 'recovery',
      createdAtMs: 0,
    } as const;
    vm.checkpoints = [{ ...unclear, frozenDrives: [] }];
    const engine = bench.engine();
    const first = await bench.clock.drive(engine.recover());
    expect(first.runs).toMatchObject([{ status: 'recovering', warnings: [{ code: 'engine.unclear-checkpoint' }] }]);
    expect(bench.site.mutations).toEqual([]);
    const { leftovers } = await engine.findLeftovers();
    expect(leftovers).toMatchObject([{ kind: 'unsettled', vmName: vm.name, about: { code: 'leftover.unsettled' } }]);
    vm.checkpoints = [];
    const second = await bench.clock.drive(engine.recover());
    expect(second.runs).toMatchObject([{ status: 'ended', outcome: 'interrupted', effects: {} }]);
  });

  test('closing stops a recovery that waits; the next start goes on with it', async () => {
    const bench = new TestBench();
    await dieReading(bench);
    bench.site.script.mergeStalls = true;
    const engine = bench.engine();
    const recovering = engine.recover();
    await bench.clock.drive(bench.clock.sleep(30_000));
    await bench.clock.drive(engine.close());
    expect((await recovering).problems).toMatchObject([{ code: 'engine.closed' }]);
    bench.site.finishMerges();
    const next = await bench.clock.drive(bench.engine().recover());
    expect(next.runs).toMatchObject([{ outcome: 'interrupted', effects: {} }]);
  });

  test('a user’s checkpoint made since does not keep a run open for ever', async () => {
    const bench = new TestBench();
    await dieAt(bench, 'before the request', {}, (event) => {
      return event.type === 'effect-intended' && event.effect.kind === 'checkpoint';
    });
    const vm = bench.site.vms[0]!;
    const frozenDrives = vm.drives.map(({ slot, path }) => ({ slot, path }));
    vm.checkpoints = [{ id: toCheckpointId('u'), name: 'mine', kind: 'standard', createdAtMs: 0, frozenDrives }];
    vm.drives = vm.drives.map((drive) => ({ ...drive, path: drive.path.replace('.vhdx', '_u.avhdx') }));
    const { runs } = await bench.clock.drive(bench.engine().recover());
    expect(runs).toMatchObject([{ status: 'ended', effects: {} }]);
    expect(bench.site.mutations).toEqual([]);
    expect(bench.site.remains).toContain('SQL01 mine');
  });
});
