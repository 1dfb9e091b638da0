import { describe, expect, it } from 'vitest';
import { tempDir } from '../../testing/temp-dir.ts';
import { createLab, openLab, VirtualClock } from './index.ts';
import {
  checkpoint,
  differingFrozenDisks,
  differingLiveDisks,
  openBench,
  refOf,
  remove,
  untilMerged,
} from './testing/lab-driver.ts';
import { smallScenario, smallVolume } from './testing/small-scenario.ts';

describe('checkpoint and merge under writes', () => {
  it('keeps every moment as the model says it was', async () => {
    const bench = await openBench();
    const { lab, clock } = bench;
    const vm = await refOf(lab, 'SQL01');
    lab.startGuests();
    for (let round = 0; round < 5; round += 1) {
      await clock.sleep(700);
      const id = await checkpoint(bench, vm);
      await clock.sleep(900);
      expect(await differingFrozenDisks(lab, vm, id)).toEqual([]);
      await remove(bench, vm, id);
      await lab.stopGuests();
      expect(await differingLiveDisks(lab, vm)).toEqual([]);
      lab.startGuests();
    }
  });

  it('works on a VM that already runs on checkpoints of its user', async () => {
    const bench = await openBench();
    const { lab, clock } = bench;
    const vm = await refOf(lab, 'SQL01');
    lab.startGuests();
    await clock.sleep(500);
    const first = await lab.operations.createUserCheckpoint(vm.vmId, 'before update');
    await clock.sleep(500);
    await lab.operations.createUserCheckpoint(vm.vmId, 'after update');
    await clock.sleep(500);
    const ours = await checkpoint(bench, vm);
    await clock.sleep(500);
    const { drives } = (await lab.port.readVm(vm)).vm;
    expect(drives.map((drive) => drive.chain.length)).toEqual([4, 4]);
    expect(await differingFrozenDisks(lab, vm, ours)).toEqual([]);
    expect(await differingFrozenDisks(lab, vm, first)).toEqual([]);
    await remove(bench, vm, ours);
    const after = (await lab.port.readVm(vm)).vm;
    expect(after.drives.map((drive) => drive.chain.length)).toEqual([3, 3]);
    expect(after.checkpoints.map((left) => left.name)).toEqual(['before update', 'after update']);
    await lab.stopGuests();
    expect(await differingLiveDisks(lab, vm)).toEqual([]);
  });

  it('puts off the merge of a checkpoint below another until that is gone', async () => {
    const bench = await openBench();
    const { lab, clock } = bench;
    const vm = await refOf(lab, 'WEB01');
    lab.startGuests();
    const before = (await lab.port.readVm(vm)).vm.drives.map((drive) => drive.path);
    const ours = await checkpoint(bench, vm);
    await clock.sleep(300);
    const users = await lab.operations.createUserCheckpoint(vm.vmId, 'meanwhile');
    await clock.sleep(300);
    const tag = (await lab.port.readVm(vm)).vm.checkpoints.find(({ id }) => id === ours)?.name ?? '';
    await lab.port.removeCheckpoint({ ...vm, checkpointId: ours, expectedTag: tag });
    await clock.sleep(5000);
    const waiting = await lab.port.readVm(vm);
    expect(waiting.vm.activities).toEqual(['merging-disks']);
    expect(waiting.vm.checkpoints.map(({ id }) => id)).toEqual([users]);
    expect(await differingFrozenDisks(lab, vm, users)).toEqual([]);
    await lab.operations.removeCheckpoint(vm.vmId, users);
    await untilMerged(bench, vm);
    expect((await lab.port.readVm(vm)).vm.drives.map((drive) => drive.path)).toEqual(before);
    await lab.stopGuests();
    expect(await differingLiveDisks(lab, vm)).toEqual([]);
  });

  it('counts what changed between two checkpoints', async () => {
    const bench = await openBench();
    const { lab, clock } = bench;
    const vm = await refOf(lab, 'WEB01');
    const slot = (await lab.port.readVm(vm)).vm.drives[0]!.slot;
    const first = await checkpoint(bench, vm);
    await remove(bench, vm, first);
    const second = await checkpoint(bench, vm);
    expect(await lab.truth.changedBytesSince(first, slot, second)).toEqual({ bytes: 0, pages: 0 });
    await remove(bench, vm, second);
    lab.startGuests();
    await clock.sleep(2000);
    await lab.stopGuests();
    const changed = await lab.truth.changedBytesSince(second, slot);
    expect(changed.pages).toBeGreaterThan(50);
    expect(changed.bytes).toBe(changed.pages * 4096);
    expect(await lab.truth.changedBytesSince(first, slot)).toEqual(changed);
  });
});

describe('stopping', () => {
  it('needs no time to pass, even with a full volume and a merge under way', async () => {
    const clock = new VirtualClock();
    const folder = tempDir('lab-stop');
    const vms = smallScenario.vms.slice(0, 1);
    const lab = await createLab({ folder, clock, scenario: { ...smallScenario, vms } });
    const { vmId, hostId } = await refOf(lab, 'SQL01');
    lab.startGuests();
    const id = await lab.operations.createUserCheckpoint(vmId, 'a');
    await clock.advance(1000);
    void lab.operations.removeCheckpoint(vmId, id);
    await clock.advance(152);
    await lab.operations.resizeVolume(hostId, smallVolume, 1);
    await clock.advance(300);
    await lab.close();
    const again = await openLab({ folder, clock: new VirtualClock({ mode: 'auto' }) });
    await again.operations.resizeVolume(hostId, smallVolume, 2 ** 30);
    await untilMerged({ lab: again, clock: new VirtualClock({ mode: 'auto' }), folder }, { vmId, hostId });
    expect(await differingLiveDisks(again, { vmId, hostId })).toEqual([]);
    await again.close();
  });
});
