// Runs in the lab: the documented events, the bytes of the checkpoint, and what happens when hosts and guests refuse.
import { describe, expect, test } from 'vitest';
import type { LabFault } from '../../lab/index.ts';
import { findRestorePoint, hashDisk, openStoredDisk } from '../restore-points/index.ts';
import { documentedTree } from '../testing/documented-tree.ts';
import { createLabBench, smallCluster, type LabBench } from '../testing/lab-bench.ts';
import { drawRunTree } from '../testing/run-tree.ts';
import type { RunState, VmRunState } from '../../../shared/events/run-state.ts';

/** Every disk of every restore point, byte for byte what the lab knows of its checkpoint. */
async function expectTrueBytes(bench: LabBench, state: RunState): Promise<number> {
  let disks = 0;
  for (const vm of Object.values(state.vms)) {
    const point = await findRestorePoint(bench.repository, vm.restorePointId!);
    for (const described of point.document.disks) {
      const disk = await openStoredDisk(bench.repository, point, described);
      const slot = vm.committedDisks.find((committed) => committed.slot === described.slot)!.slot;
      const sha256 = await hashDisk(disk);
      await disk.close();
      expect(sha256, `${vm.name} ${slot}`).toBe(await bench.lab.truth.checkpointSha256(vm.checkpoint!.id, slot));
      disks += 1;
    }
  }
  return disks;
}

const byName = (state: RunState, name: string): VmRunState => Object.values(state.vms).find((vm) => vm.name === name)!;

describe('a healthy lab', () => {
  test('a standard backup emits exactly the documented tree', async () => {
    const bench = await createLabBench();
    bench.lab.startGuests();
    const state = await bench.backup(bench.engine(), 'SQL01');
    expect(state, JSON.stringify(state.vms)).toMatchObject({ outcome: 'succeeded', warnings: [] });
    expect(drawRunTree(bench.events)).toBe(documentedTree());
    expect(await bench.remains()).toEqual([]);
  });

  test('two VMs whose guests write all the time, twice: each restore point is its checkpoint, byte for byte', async () => {
    const bench = await createLabBench();
    bench.lab.startGuests();
    const engine = bench.engine();
    const first = await bench.backup(engine);
    const second = await bench.backup(engine);
    expect([first.outcome, second.outcome]).toEqual(['succeeded', 'succeeded']);
    expect(await bench.remains()).toEqual([]);
    await bench.lab.stopGuests();
    expect((await expectTrueBytes(bench, first)) + (await expectTrueBytes(bench, second))).toBe(6);
    const stored = (state: RunState) =>
      byName(state, 'SQL01').committedDisks.reduce((sum, disk) => sum + disk.storedBytes, 0);
    expect(stored(second)).toBeLessThan(stored(first));
    const point = await findRestorePoint(bench.repository, byName(second, 'SQL01').restorePointId!);
    expect(point.parent).toBe(byName(first, 'SQL01').restorePointId);
  });
});

describe('when something goes wrong', () => {
  const refusals: readonly (readonly [string, LabFault, string])[] = [
    ['a VSS writer refuses', { at: 'quiesce', effect: 'vss-writer-fails', vm: 'SQL01' }, 'hyperv.vss-writer-failed'],
    [
      'the guest does not come to rest',
      { at: 'quiesce', effect: 'quiesce-timeout', vm: 'SQL01' },
      'hyperv.vss-timeout',
    ],
    ['the job fails', { at: 'create-checkpoint', effect: 'job-fails', vm: 'SQL01' }, 'hyperv.checkpoint-failed'],
    ['a read fails', { at: 'read', effect: 'read-error', vm: 'SQL01' }, 'vhdx.file-unreadable'],
  ];
  test.each(refusals)('%s: that VM fails with its error, the other one succeeds', async (_name, fault, code) => {
    const bench = await createLabBench();
    bench.lab.startGuests();
    bench.lab.faults.add(fault);
    const state = await bench.backup(bench.engine());
    expect(state.outcome).toBe('succeeded-with-warnings');
    expect(byName(state, 'SQL01')).toMatchObject({ outcome: 'failed', error: { code } });
    expect(byName(state, 'WEB01').outcome).toBe('succeeded');
    expect(await bench.remains()).toEqual([]);
  });

  test.each<LabFault>([
    { at: 'quiesce', effect: 'vss-writer-fails', vm: 'SQL01' },
    { at: 'quiesce', effect: 'quiesce-timeout', vm: 'SQL01' },
    { at: 'quiesce', effect: 'freeze-timeout', vm: 'WEB01' },
    // Without an error of its own: only the stage of the job tells that it was the guest.
    { at: 'quiesce', effect: 'vss-writer-fails', vm: 'WEB01' },
  ])('the guest cannot be brought to rest ($effect, $vm), and the policy is to fall back', async (fault) => {
    const bench = await createLabBench();
    bench.lab.startGuests();
    bench.lab.faults.add(fault);
    const policy = { consistency: 'fall-back' } as const;
    const vmIds = (await bench.lab.status()).vms.map((vm) => vm.id);
    const wish = { vmIds, mode: 'on-host', consistency: 'application', policy } as const;
    const state = await (await bench.engine().startBackup(wish)).done;
    expect(state.outcome).toBe('succeeded-with-warnings');
    for (const vm of Object.values(state.vms)) {
      const hasFallenBack = vm.name === fault.vm;
      expect(vm.checkpoint?.consistency, vm.name).toBe(hasFallenBack ? 'crash' : 'application');
      const { document } = await findRestorePoint(bench.repository, vm.restorePointId!);
      expect(document.consistency).toMatchObject({ asked: 'application', achieved: vm.checkpoint?.consistency });
      expect(document.consistency.why !== undefined, vm.name).toBe(hasFallenBack);
    }
    expect(await bench.remains()).toEqual([]);
    await bench.lab.stopGuests();
    expect(await expectTrueBytes(bench, state)).toBe(3);
  });

  test.each(['request-checkpoint', 'remove-checkpoint'] as const)('the answer to %s is lost', async (at) => {
    const bench = await createLabBench();
    bench.lab.faults.add({ at, effect: 'lost-answer' });
    const state = await bench.backup(bench.engine(), 'SQL01');
    expect(state, JSON.stringify(state.vms)).toMatchObject({ outcome: 'succeeded' });
    expect(await bench.remains()).toEqual([]);
  });

  test('a merge that stalls is a failure with the restore point kept; once released, it is settled', async () => {
    const bench = await createLabBench();
    bench.lab.startGuests();
    const stall = bench.lab.faults.add({ at: 'merge', effect: 'stalls', times: Infinity });
    const engine = bench.engine({ settings: { mergeStallMs: 20_000 } });
    const state = await bench.backup(engine, 'SQL01');
    expect(byName(state, 'SQL01').error).toMatchObject({ code: 'engine.merge-not-confirmed' });
    expect(byName(state, 'SQL01').restorePointId).toBeDefined();
    expect((await engine.findLeftovers()).leftovers).toMatchObject([{ kind: 'merge' }]);
    stall.release();
    await engine.cleanLeftovers('all');
    await engine.recover();
    expect(await bench.remains()).toEqual([]);
    expect((await engine.history()).runs).toMatchObject([{ outcome: 'failed', effects: {} }]);
  });

  test('a recovery checkpoint of another product is named and not touched', async () => {
    const bench = await createLabBench();
    const [vm] = (await bench.lab.status()).vms;
    await bench.lab.operations.createForeignCheckpoint(vm!.id, 'Acme backup 7');
    const state = await bench.backup(bench.engine(), 'SQL01');
    expect(byName(state, 'SQL01').error).toMatchObject({
      code: 'engine.foreign-recovery-checkpoint',
      params: { name: 'Acme backup 7' },
    });
    const { checkpoints } = (await bench.lab.status()).vms[0]!;
    expect(checkpoints.map((checkpoint) => checkpoint.name)).toEqual(['Acme backup 7']);
  });

  test.each(['checkpoint-created', 'remove-checkpoint'] as const)(
    'the VM migrates at %s: followed and merged',
    async (at) => {
      const bench = await createLabBench(smallCluster);
      bench.lab.startGuests();
      bench.lab.faults.add({ at, effect: 'vm-migrates', toHost: 'HV02', vm: 'SQL01' });
      const state = await bench.backup(bench.engine(), 'SQL01');
      expect(state, JSON.stringify(state.vms)).toMatchObject({ outcome: 'succeeded' });
      expect(byName(state, 'SQL01').hostId).toBe('hv02');
      expect(await bench.remains()).toEqual([]);
    },
  );

  test('a host that does not answer for a moment', async () => {
    const bench = await createLabBench();
    bench.lab.startGuests();
    const engine = bench.engine();
    engine.subscribe((event) => {
      const isMoment = event.type === 'vm-phase-entered' && (event.phase === 'quiescing' || event.phase === 'merging');
      if (isMoment) bench.lab.faults.add({ at: 'call', effect: 'host-unreachable', times: 4 });
    });
    const state = await bench.backup(engine, 'SQL01');
    expect(state, JSON.stringify(state.vms)).toMatchObject({ outcome: 'succeeded' });
  });
});

test('cancelled at every event of a run in the lab', { timeout: 180_000 }, async () => {
  const bench = await createLabBench();
  bench.lab.startGuests();
  const engine = bench.engine();
  const { vms } = await bench.lab.status();
  const outcomes: string[] = [];
  for (let at = 1, isOver = false; !isOver; at += 1) {
    let seen = 0;
    let cancel: () => void = () => undefined;
    const due = { isNow: false };
    const unsubscribe = engine.subscribe(() => {
      seen += 1;
      if (seen !== at) return;
      due.isNow = true;
      cancel();
    });
    const request = { vmIds: [vms[0]!.id], mode: 'on-host', consistency: 'application' } as const;
    const handle = await engine.startBackup(request);
    cancel = handle.cancel;
    if (due.isNow) handle.cancel();
    const state = await handle.done;
    unsubscribe();
    isOver = !due.isNow;
    outcomes.push(String(state.outcome));
    expect(await bench.remains(), `event ${at}`).toEqual([]);
    expect(state, `event ${at}`).toMatchObject({ status: 'ended', effects: {} });
  }
  process.stdout.write(`cancel sweep, lab: ${outcomes.length - 1} events\n`);
  expect(outcomes.length).toBeGreaterThan(15);
  expect(new Set(outcomes)).toEqual(new Set(['cancelled', 'succeeded']));
});
