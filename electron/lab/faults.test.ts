import { describe, expect, it } from 'vitest';
import { toHostId } from '../../shared/model/ids.ts';
import type { LabFault } from './index.ts';
import {
  checkpoint,
  differingLiveDisks,
  openBench,
  openFrozen,
  refOf,
  remove,
  untilJobEnds,
  untilMerged,
  type LabBench,
} from './testing/lab-driver.ts';

const tag = 'Stillpoint r-20260105-080000-aaaaaa';

/** The VM is as if nothing had happened, and the next backup works. */
async function expectUnharmed(bench: LabBench, name: string): Promise<void> {
  const vm = await refOf(bench.lab, name);
  const { vm: facts } = await bench.lab.port.readVm(vm);
  expect(facts.checkpoints).toEqual([]);
  expect(facts.drives.map((drive) => drive.chain.length)).toEqual(facts.drives.map(() => 1));
  await remove(bench, vm, await checkpoint(bench, vm));
  await bench.lab.stopGuests();
  expect(await differingLiveDisks(bench.lab, vm)).toEqual([]);
}

describe('faults of a checkpoint job', () => {
  it.each<[string, LabFault, string]>([
    ['SQL01', { at: 'quiesce', effect: 'vss-writer-fails', writer: 'NTDS' }, 'hyperv.vss-writer-failed'],
    ['SQL01', { at: 'quiesce', effect: 'quiesce-timeout' }, 'hyperv.vss-timeout'],
    ['WEB01', { at: 'quiesce', effect: 'freeze-timeout' }, 'hyperv.freeze-timeout'],
    ['SQL01', { at: 'create-checkpoint', effect: 'job-fails' }, 'hyperv.checkpoint-failed'],
  ])('%s: %j ends with %s and leaves nothing', async (name, fault, code) => {
    const bench = await openBench();
    const { lab } = bench;
    lab.startGuests();
    lab.faults.add({ ...fault, vm: name });
    const vm = await refOf(lab, name);
    const job = await lab.port.requestCheckpoint({ ...vm, tag, consistency: 'application' });
    expect(await untilJobEnds(bench, job)).toMatchObject({ state: 'failed', error: { code } });
    expect(lab.faults.list()).toEqual([]);
    await expectUnharmed(bench, name);
  });

  it('strikes only whom it is meant for, as often as it says', async () => {
    const bench = await openBench();
    const { lab } = bench;
    lab.faults.add({ at: 'create-checkpoint', effect: 'job-fails', vm: 'sql01', times: 2 });
    const other = await refOf(lab, 'WEB01');
    await remove(bench, other, await checkpoint(bench, other));
    const vm = await refOf(lab, 'SQL01');
    await expect(checkpoint(bench, vm)).rejects.toThrow('no checkpoint');
    await expect(checkpoint(bench, vm)).rejects.toThrow('no checkpoint');
    await expectUnharmed(bench, 'SQL01');
  });
});

describe('lost answers', () => {
  it('leave the checkpoint, to be found by its tag, and its removal done', async () => {
    const bench = await openBench();
    const { lab, clock } = bench;
    const vm = await refOf(lab, 'SQL01');
    lab.faults.add({ at: 'request-checkpoint', effect: 'lost-answer' });
    await expect(lab.port.requestCheckpoint({ ...vm, tag, consistency: 'application' })).rejects.toMatchObject({
      code: 'hyperv.host-unreachable',
    });
    await clock.sleep(2000);
    const made = (await lab.port.readVm(vm)).vm.checkpoints;
    expect(made.map(({ name }) => name)).toEqual([tag]);
    lab.faults.add({ at: 'remove-checkpoint', effect: 'lost-answer' });
    await expect(
      lab.port.removeCheckpoint({ ...vm, checkpointId: made[0]!.id, expectedTag: tag }),
    ).rejects.toMatchObject({ code: 'hyperv.host-unreachable' });
    await untilMerged(bench, vm);
    await expectUnharmed(bench, 'SQL01');
  });
});

describe('faults of a merge', () => {
  it('waits while somebody reads the file it goes into, and says so', async () => {
    const bench = await openBench();
    const { lab, clock } = bench;
    lab.startGuests();
    const vm = await refOf(lab, 'SQL01');
    const id = await checkpoint(bench, vm);
    const [disk, other] = await openFrozen(lab, vm, id);
    await clock.sleep(500);
    const job = await lab.port.removeCheckpoint({ ...vm, checkpointId: id, expectedTag: tag });
    expect(await untilJobEnds(bench, job)).toMatchObject({
      state: 'failed',
      error: { code: 'hyperv.disk-in-use', params: { path: disk!.path } },
    });
    await clock.sleep(10_000);
    expect((await lab.port.readVm(vm)).vm.activities).toEqual(['merging-disks']);
    await Promise.all([disk!.close(), other!.close()]);
    await untilMerged(bench, vm);
    await expectUnharmed(bench, 'SQL01');
  });

  it('stands still until it is released', async () => {
    const bench = await openBench();
    const { lab, clock } = bench;
    lab.startGuests();
    const vm = await refOf(lab, 'SQL01');
    const id = await checkpoint(bench, vm);
    await clock.sleep(500);
    const stall = lab.faults.add({ at: 'merge', effect: 'stalls', vm: 'SQL01' });
    await lab.port.removeCheckpoint({ ...vm, checkpointId: id, expectedTag: tag });
    await clock.sleep(8000);
    const stalled = (await lab.status()).vms.find(({ id: vmId }) => vmId === vm.vmId)!;
    expect(stalled.merges[0]!.waitsFor).toContain('makes no progress');
    stall.release();
    await untilMerged(bench, vm);
    await expectUnharmed(bench, 'SQL01');
  });
});

describe('a checkpoint while a merge goes on', () => {
  it('is refused, and the merge ends as if nothing had been asked', async () => {
    const bench = await openBench();
    const { lab, clock } = bench;
    lab.startGuests();
    const vm = await refOf(lab, 'SQL01');
    const id = await checkpoint(bench, vm);
    await clock.sleep(2000);
    const stall = lab.faults.add({ at: 'merge', effect: 'stalls' });
    await lab.port.removeCheckpoint({ ...vm, checkpointId: id, expectedTag: tag });
    await clock.sleep(1000);
    const busy = { code: 'hyperv.vm-state', params: { state: 'merging-disks' } };
    await expect(lab.port.requestCheckpoint({ ...vm, tag, consistency: 'crash' })).rejects.toMatchObject(busy);
    await expect(lab.operations.createUserCheckpoint(vm.vmId, 'now')).rejects.toMatchObject(busy);
    stall.release();
    await untilMerged(bench, vm);
    await expectUnharmed(bench, 'SQL01');
  });

  it('that comes first makes the merge wait for its own end', async () => {
    const bench = await openBench();
    const { lab, clock } = bench;
    lab.startGuests();
    const vm = await refOf(lab, 'SQL01');
    const id = await checkpoint(bench, vm);
    await clock.sleep(500);
    await lab.port.removeCheckpoint({ ...vm, checkpointId: id, expectedTag: tag });
    const users = await lab.operations.createUserCheckpoint(vm.vmId, 'at once');
    await clock.sleep(5000);
    expect((await lab.port.readVm(vm)).vm.drives.map((drive) => drive.chain.length)).toEqual([3, 3]);
    await lab.operations.removeCheckpoint(vm.vmId, users);
    await untilMerged(bench, vm);
    await expectUnharmed(bench, 'SQL01');
  });
});

describe('a full volume', () => {
  it('pauses the VMs that live there until there is room', async () => {
    const bench = await openBench();
    const { lab, clock } = bench;
    lab.startGuests();
    const vm = await refOf(lab, 'BRANCH');
    const { volumes } = await lab.port.readHost(vm.hostId);
    const volume = volumes[0]!;
    await lab.operations.resizeVolume(vm.hostId, volume.path, volume.sizeBytes - volume.freeBytes + 5 * 2 ** 20);
    const id = await checkpoint(bench, vm, 'crash').catch((error: unknown) => error);
    await clock.sleep(20_000);
    expect((await lab.port.readVm(vm)).vm.state).toBe('critical');
    await expect(checkpoint(bench, vm)).rejects.toMatchObject({ code: 'hyperv.vm-state' });
    await lab.operations.resizeVolume(vm.hostId, volume.path, volume.sizeBytes);
    await clock.sleep(2000);
    expect((await lab.port.readVm(vm)).vm.state).toBe('running');
    if (typeof id === 'string') await remove(bench, vm, (await lab.port.readVm(vm)).vm.checkpoints[0]!.id);
    await expectUnharmed(bench, 'BRANCH');
  });

  it('fails a checkpoint that has no room, and leaves nothing', async () => {
    const bench = await openBench();
    const { lab } = bench;
    const vm = await refOf(lab, 'BRANCH');
    const volume = (await lab.port.readHost(vm.hostId)).volumes[0]!;
    await lab.operations.resizeVolume(vm.hostId, volume.path, volume.sizeBytes - volume.freeBytes + 2 ** 20);
    const job = await lab.port.requestCheckpoint({ ...vm, tag, consistency: 'crash' });
    expect(await untilJobEnds(bench, job)).toMatchObject({
      state: 'failed',
      error: { code: 'hyperv.volume-full', params: { volume: 'D:\\' } },
    });
    const now = (await lab.port.readHost(vm.hostId)).volumes[0]!;
    expect(now.freeBytes).toBe(2 ** 20);
    await lab.operations.resizeVolume(vm.hostId, volume.path, volume.sizeBytes);
    await expectUnharmed(bench, 'BRANCH');
  });

  it('strikes one write as a fault, and the guest goes on', async () => {
    const bench = await openBench();
    const { lab, clock } = bench;
    lab.faults.add({ at: 'write', effect: 'volume-full', vm: 'WEB01' });
    lab.startGuests();
    await clock.sleep(3000);
    expect(lab.faults.list()).toEqual([]);
    await expectUnharmed(bench, 'WEB01');
  });
});

describe('faults of hosts and reads', () => {
  it('fails a read in the middle of a disk', async () => {
    const bench = await openBench();
    const { lab } = bench;
    const vm = await refOf(lab, 'SQL01');
    const id = await checkpoint(bench, vm);
    const [disk, other] = await openFrozen(lab, vm, id);
    lab.faults.add({ at: 'read', effect: 'read-error', vm: 'SQL01' });
    const whole = new Uint8Array(disk!.sizeBytes);
    await expect(disk!.read(whole, 0)).rejects.toMatchObject({
      code: 'vhdx.file-unreadable',
      params: { path: disk!.path },
    });
    await disk!.read(whole, 0);
    await Promise.all([disk!.close(), other!.close()]);
    await remove(bench, vm, id);
  });

  it('answers for no host that is gone', async () => {
    const { lab } = await openBench();
    const vm = await refOf(lab, 'SQL01');
    const other = await refOf(lab, 'WEB01');
    const fault = lab.faults.add({ at: 'call', effect: 'host-unreachable', host: vm.hostId, times: Infinity });
    await expect(lab.port.readHost(vm.hostId)).rejects.toMatchObject({ code: 'hyperv.host-unreachable' });
    await expect(lab.port.readVm(vm)).rejects.toMatchObject({ code: 'hyperv.host-unreachable' });
    expect((await lab.port.readVm(other)).vm.name).toBe('WEB01');
    fault.release();
    expect((await lab.port.readVm(vm)).vm.name).toBe('SQL01');
  });

  it.each<[LabFault & { readonly effect: 'vm-migrates' }, number]>([
    [{ at: 'checkpoint-created', effect: 'vm-migrates', toHost: 'HV02' }, 1],
    [{ at: 'remove-checkpoint', effect: 'vm-migrates', toHost: 'HV02' }, 1],
  ])('moves the VM during its backup: %j', async (fault) => {
    const bench = await openBench();
    const { lab } = bench;
    lab.startGuests();
    lab.faults.add({ ...fault, vm: 'SQL01' });
    const vm = await refOf(lab, 'SQL01');
    const id = await checkpoint(bench, vm);
    if (fault.at === 'remove-checkpoint')
      await expect(lab.port.removeCheckpoint({ ...vm, checkpointId: id, expectedTag: tag })).rejects.toMatchObject({
        code: 'hyperv.vm-not-found',
      });
    expect(await lab.port.findOwner(vm.vmId)).toBe(toHostId('HV02'));
    await expect(lab.port.readVm(vm)).rejects.toMatchObject({ code: 'hyperv.vm-not-found' });
    await remove(bench, { ...vm, hostId: toHostId('HV02') }, id);
    await expectUnharmed(bench, 'SQL01');
  });

  it('lets another product have its checkpoint', async () => {
    const bench = await openBench();
    const { lab } = bench;
    const vm = await refOf(lab, 'SQL01');
    const foreign = await lab.operations.createForeignCheckpoint(vm.vmId, 'OtherBackup 1');
    await expect(checkpoint(bench, vm)).rejects.toThrow('no checkpoint');
    expect((await lab.port.readVm(vm)).vm.checkpoints.map(({ id }) => id)).toEqual([foreign]);
    await lab.operations.removeCheckpoint(vm.vmId, foreign);
    await expectUnharmed(bench, 'SQL01');
  });
});
