import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDisk } from '../vhdx/index.ts';
import { openLab, type LabFault } from './index.ts';
import {
  checkpoint,
  differingFrozenDisks,
  differingLiveDisks,
  findVm,
  openBench,
  openFrozen,
  refOf,
  remove,
  untilJobEnds,
  untilMerged,
  type LabBench,
} from './testing/lab-driver.ts';
import {
  bothVolumes,
  coordinator,
  differingInSnapshot,
  dropSet,
  frozenDrives,
  openOffHostBench,
  proxy01,
  refOfSet,
  snapshotDiskSha256,
  snapshotTag,
  softwareOnly,
  takeSet,
} from './testing/off-host-driver.ts';

/** A checkpoint of SQL01, a mounted set with both of its disks, and the guests writing on. */
async function stand(request = bothVolumes) {
  const bench = await openOffHostBench();
  const { lab, clock } = bench;
  lab.startGuests();
  await clock.sleep(500);
  const vm = await refOf(lab, 'SQL01');
  const id = await checkpoint(bench, vm);
  const frozen = await frozenDrives(lab, vm, id);
  const set = await takeSet(bench, request);
  await lab.port.mountVolumeSnapshot(refOfSet(set));
  return { bench, vm, id, frozen, set };
}

async function expectUnharmed({ bench, vm }: Awaited<ReturnType<typeof stand>>): Promise<void> {
  const { lab } = bench;
  for (const set of await lab.port.listVolumeSnapshots(coordinator)) await dropSet(lab, set);
  expect((await lab.port.readOffHostFacts()).volumes.map((volume) => volume.snapshotCount)).toEqual([0, 0, 0]);
  const left = (await lab.port.readVm(vm)).vm.checkpoints[0];
  if (left !== undefined) await remove(bench, vm, left.id);
  await lab.stopGuests();
  expect(await differingLiveDisks(lab, vm)).toEqual([]);
}

describe.each([bothVolumes, softwareOnly])('a set of two volumes, $variant', (request) => {
  it('holds the frozen disks while guests write, the merge runs, and afterwards', async () => {
    const standing = await stand(request);
    const { bench, vm, id, frozen, set } = standing;
    const { lab, clock } = bench;
    await clock.sleep(500);
    const open = await openDisk(frozen[0]!.path, lab.port.snapshotFiles({ ...set, proxyId: proxy01 }));
    expect(await differingInSnapshot(lab, set, id, frozen)).toEqual([]);
    const stall = lab.faults.add({ at: 'merge', effect: 'stalls' });
    await lab.port.removeCheckpoint({ ...vm, checkpointId: id, expectedTag: 'Stillpoint r-20260105-080000-aaaaaa' });
    // It has begun: what the guests write goes into the disks that the checkpoint had frozen.
    await clock.sleep(1000);
    expect((await lab.port.readVm(vm)).vm.activities).toEqual(['merging-disks']);
    expect(await differingInSnapshot(lab, set, id, frozen)).toEqual([]);
    stall.release();
    // A reader of the snapshot is not in the way of the merge, as one of the host's file would be.
    await untilMerged(bench, vm);
    await clock.sleep(500);
    expect(await differingInSnapshot(lab, set, id, frozen)).toEqual([]);
    await open.assertUnchanged();
    await open.close();
    await expectUnharmed(standing);
  });
});

describe('a set', () => {
  it('holds the disks that VMs write to, parents and AVHDX files alike, and removed ones too', async () => {
    const { bench, vm, id, set } = await stand();
    const { lab, clock } = bench;
    await lab.stopGuests();
    const live = (await lab.port.readVm(vm)).vm.drives;
    const now = await takeSet(bench, { ...bothVolumes, tag: `${snapshotTag} now` });
    await lab.port.mountVolumeSnapshot(refOfSet(now));
    const truth = await Promise.all(live.map(({ slot }) => lab.truth.liveSha256(vm.vmId, slot)));
    lab.startGuests();
    await clock.sleep(500);
    await remove(bench, vm, id);
    expect(live.every(({ path }) => path.endsWith('.avhdx'))).toBe(true);
    const read = await Promise.all(live.map(({ path }) => snapshotDiskSha256(lab, now, path)));
    expect(read).toEqual(truth);
    await dropSet(lab, set);
    expect(await snapshotDiskSha256(lab, now, live[0]!.path)).toBe(truth[0]);
    await dropSet(lab, now);
  });

  it('reads the same after a restart in the middle of a merge', async () => {
    const { bench, vm, id, frozen, set } = await stand(softwareOnly);
    const { lab, clock, folder } = bench;
    await lab.port.removeCheckpoint({ ...vm, checkpointId: id, expectedTag: 'Stillpoint r-20260105-080000-aaaaaa' });
    await clock.sleep(200);
    await lab.close();
    const again = await openLab({ folder, clock });
    again.startGuests();
    await untilMerged({ lab: again, clock, folder }, vm);
    expect(await differingInSnapshot(again, set, id, frozen)).toEqual([]);
    await again.close();
  });

  it('holds a file that the next start of the lab removes as left behind', async () => {
    const bench = await openOffHostBench();
    const { folder, clock, lab } = bench;
    const { volumePaths } = bothVolumes;
    const hostPath = `${volumePaths[0] ?? ''}\\SQL01\\stray.avhdx`;
    const file = lab.localPath(coordinator, hostPath);
    await writeFile(file, 'left behind');
    const set = await takeSet(bench, softwareOnly);
    await lab.port.mountVolumeSnapshot(refOfSet(set));
    await lab.close();
    const again = await openLab({ folder, clock });
    await expect(readFile(file)).rejects.toThrow('ENOENT');
    const source = await again.port.snapshotFiles({ ...set, proxyId: proxy01 }).open(hostPath);
    const bytes = Buffer.alloc(11);
    expect(await source.read(bytes, 0)).toBe(11);
    expect(bytes.toString()).toBe('left behind');
    await source.close();
    await again.close();
  });

  it('that finds no room is lost, and the merge goes on', async () => {
    const standing = await stand(softwareOnly);
    const { bench, vm, id, frozen, set } = standing;
    const { lab, clock } = bench;
    await clock.sleep(4000);
    await lab.stopGuests();
    expect(await differingInSnapshot(lab, set, id, frozen)).toEqual([]);
    const { volumes } = await lab.port.readHost(vm.hostId);
    for (const { path, sizeBytes, freeBytes } of volumes)
      await lab.operations.resizeVolume(coordinator, path, sizeBytes - freeBytes + 2 ** 17);
    await lab.port.removeCheckpoint({ ...vm, checkpointId: id, expectedTag: 'Stillpoint r-20260105-080000-aaaaaa' });
    await clock.sleep(5000);
    await expect(snapshotDiskSha256(lab, set, frozen[0]!.path)).rejects.toMatchObject({
      code: 'hyperv.snapshot-lost',
      params: { snapshot: set.setId, volume: volumes[0]!.path },
    });
    for (const { path, sizeBytes } of volumes) await lab.operations.resizeVolume(coordinator, path, sizeBytes);
    await untilMerged(bench, vm);
    await expectUnharmed(standing);
  });
});

describe('access records', () => {
  it('tell reads through the host from reads out of a snapshot', async () => {
    const { bench, vm, id, frozen, set } = await stand();
    const { lab } = bench;
    lab.accesses.clear();
    expect(await differingInSnapshot(lab, set, id, frozen)).toEqual([]);
    const records = lab.accesses.list();
    expect(records.map(({ path }) => path).sort()).toEqual(frozen.map(({ path }) => path).sort());
    for (const record of records)
      expect(record).toMatchObject({ way: 'snapshot', setId: set.setId, proxyId: proxy01, hostId: coordinator });
    expect(Math.min(...records.map(({ readBytes }) => readBytes))).toBeGreaterThan(2 ** 20);
    lab.accesses.clear();
    for (const disk of await openFrozen(lab, vm, id)) {
      await disk.read(new Uint8Array(512), 0);
      await disk.close();
    }
    expect(lab.accesses.list().map(({ way, path }) => `${way} ${path}`)).toEqual(
      frozen.map(({ path }) => `host ${path}`),
    );
  });
});

describe('faults', () => {
  it('refuse a snapshot, or lose the answer to a request that is granted', async () => {
    const bench = await openOffHostBench();
    const { lab, clock } = bench;
    lab.faults.add({ at: 'create-snapshot', effect: 'snapshot-refused', host: 'hv01' });
    const job = await lab.port.requestVolumeSnapshot(bothVolumes);
    expect(await untilJobEnds(bench, job)).toMatchObject({
      state: 'failed',
      error: { code: 'hyperv.snapshot-refused' },
    });
    expect(await lab.port.listVolumeSnapshots(coordinator)).toEqual([]);
    lab.faults.add({ at: 'request-snapshot', effect: 'lost-answer' });
    const lost = { code: 'hyperv.host-unreachable' };
    await expect(lab.port.requestVolumeSnapshot(bothVolumes)).rejects.toMatchObject(lost);
    await clock.sleep(1000);
    const made = await lab.port.listVolumeSnapshots(coordinator);
    expect(made.map(({ tag }) => tag)).toEqual([snapshotTag]);
    lab.faults.add({ at: 'delete-snapshot', effect: 'lost-answer' });
    await expect(lab.port.deleteVolumeSnapshot(refOfSet(made[0]!))).rejects.toMatchObject(lost);
    expect(await lab.port.listVolumeSnapshots(coordinator)).toEqual([]);
    expect(lab.faults.list()).toEqual([]);
  });

  it.each<[LabFault, string, number]>([
    [{ at: 'mount-snapshot', effect: 'mount-fails' }, 'hyperv.snapshot-mount-refused', 0],
    [{ at: 'mount-snapshot', effect: 'lost-answer' }, 'hyperv.proxy-unreachable', 2],
    [{ at: 'proxy-call', effect: 'proxy-unreachable', host: 'PROXY01' }, 'hyperv.proxy-unreachable', 0],
  ])('of a mount: %j', async (fault, code, mountCount) => {
    const bench = await openOffHostBench();
    const { lab } = bench;
    const set = await takeSet(bench);
    lab.faults.add(fault);
    await expect(lab.port.mountVolumeSnapshot(refOfSet(set))).rejects.toMatchObject({ code });
    expect((await lab.port.listVolumeSnapshots(coordinator))[0]?.mounts).toHaveLength(mountCount);
    expect(await lab.port.mountVolumeSnapshot(refOfSet(set))).toHaveLength(2);
    await dropSet(lab, set);
  });

  it.each<[LabFault, string, number]>([
    [{ at: 'unmount-snapshot', effect: 'unmount-fails' }, 'hyperv.snapshot-unmount-failed', 2],
    [{ at: 'unmount-snapshot', effect: 'lost-answer' }, 'hyperv.proxy-unreachable', 0],
    [{ at: 'proxy-call', effect: 'proxy-unreachable' }, 'hyperv.proxy-unreachable', 2],
  ])('of an unmount: %j', async (fault, code, mountCount) => {
    const { bench, set } = await stand();
    const { lab } = bench;
    lab.faults.add(fault);
    await expect(lab.port.unmountVolumeSnapshot(refOfSet(set))).rejects.toMatchObject({ code });
    expect((await lab.port.listVolumeSnapshots(coordinator))[0]?.mounts).toHaveLength(mountCount);
    await dropSet(lab, set);
  });

  it('of a deletion leave the set, to be deleted later', async () => {
    const bench = await openOffHostBench();
    const { lab } = bench;
    const set = await takeSet(bench);
    lab.faults.add({ at: 'delete-snapshot', effect: 'delete-fails' });
    const code = 'hyperv.snapshot-delete-failed';
    await expect(lab.port.deleteVolumeSnapshot(refOfSet(set))).rejects.toMatchObject({ code });
    expect(await lab.port.listVolumeSnapshots(coordinator)).toEqual([set]);
    await dropSet(lab, set);
  });

  it.each<[LabFault, string]>([
    [{ at: 'read-snapshot', effect: 'read-error', vm: 'SQL01' }, 'vhdx.file-unreadable'],
    [{ at: 'read-snapshot', effect: 'snapshot-lost', vm: 'SQL01' }, 'hyperv.snapshot-lost'],
    [{ at: 'proxy-call', effect: 'proxy-unreachable' }, 'hyperv.proxy-unreachable'],
  ])('of a read: %j', async (fault, code) => {
    const standing = await stand();
    const { bench, vm, id, frozen, set } = standing;
    const { lab } = bench;
    const disk = await openDisk(frozen[0]!.path, lab.port.snapshotFiles({ ...set, proxyId: proxy01 }));
    const whole = new Uint8Array(disk.sizeBytes);
    lab.faults.add(fault);
    await expect(disk.read(whole, 0)).rejects.toMatchObject({ code });
    const again = disk.read(whole, 0);
    if (code === 'hyperv.snapshot-lost') await expect(again).rejects.toMatchObject({ code });
    else await again;
    // The other volume of the set is untouched, and so is what the checkpoint froze.
    expect(await differingInSnapshot(lab, set, id, frozen.slice(1))).toEqual([]);
    expect(await differingFrozenDisks(lab, vm, id)).toEqual([]);
    await disk.close();
    await expectUnharmed(standing);
  });

  it('of a host or a closed proxy end nothing that stands', async () => {
    const { bench, set } = await stand();
    const { lab } = bench;
    const fault = lab.faults.add({ at: 'call', effect: 'host-unreachable', host: 'HV01', times: Infinity });
    const unreachable = { code: 'hyperv.host-unreachable' };
    await expect(lab.port.listVolumeSnapshots(coordinator)).rejects.toMatchObject(unreachable);
    await expect(lab.port.deleteVolumeSnapshot(refOfSet(set))).rejects.toMatchObject(unreachable);
    fault.release();
    expect((await lab.port.listVolumeSnapshots(coordinator)).map(({ setId }) => setId)).toEqual([set.setId]);
    await dropSet(lab, set);
  });
});

describe('a lab from before off-host mode', () => {
  it('opens, has no proxies, and its volumes the system’s provider alone', async () => {
    const bench: LabBench = await openBench();
    const { folder, clock } = bench;
    await bench.lab.close();
    const path = join(folder, 'lab.json');
    const old = JSON.parse(await readFile(path, 'utf8')) as {
      volumes: object[];
      proxies?: object;
      snapshotSets?: object;
    };
    delete old.proxies;
    delete old.snapshotSets;
    const plain = ['id', 'hostId', 'path', 'label', 'sizeBytes', 'folder'];
    old.volumes = old.volumes.map((volume) =>
      Object.fromEntries(Object.entries(volume).filter(([name]) => plain.includes(name))),
    );
    await writeFile(path, JSON.stringify(old));
    const lab = await openLab({ folder, clock });
    const { volumes, proxies } = await lab.port.readOffHostFacts();
    expect(proxies).toEqual([]);
    expect(volumes.map(({ storage, providers }) => [storage, providers.map(({ kind }) => kind)])).toEqual([
      ['san', ['software']],
      ['local', ['software']],
    ]);
    expect((await findVm(lab, 'SQL01')).drives).toHaveLength(2);
    await lab.close();
  });
});
