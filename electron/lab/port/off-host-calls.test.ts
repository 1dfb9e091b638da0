import { expect, it } from 'vitest';
import { toHostId } from '../../../shared/model/ids.ts';
import { describeOffHostPort } from '../off-host-port.contract.ts';
import { openLab } from '../index.ts';
import { findVm, untilJobEnds } from '../testing/lab-driver.ts';
import {
  bothVolumes,
  coordinator,
  dropSet,
  openOffHostBench,
  proxy01,
  refOfSet,
  snapshotTag,
  softwareOnly,
  takeSet,
} from '../testing/off-host-driver.ts';
import { offHostScenario, secondVolume } from '../testing/off-host-scenario.ts';
import { smallVolume } from '../testing/small-scenario.ts';

for (const request of [bothVolumes, softwareOnly])
  describeOffHostPort(`the lab (${request.variant})`, async () => {
    const { lab, clock } = await openOffHostBench();
    lab.startGuests();
    const filePath = (await findVm(lab, 'SQL01')).drives[0]!.path;
    return { port: lab.port, request, proxyId: proxy01, filePath, pause: () => clock.sleep(50) };
  });

it('passes through the stages of its job, and says no checkpoint', async () => {
  const bench = await openOffHostBench();
  const job = await bench.lab.port.requestVolumeSnapshot(bothVolumes);
  expect((await bench.lab.port.readJob(job)).stage).toBe('accepted');
  expect(await untilJobEnds(bench, job)).toEqual({ state: 'completed', stage: 'working', fraction: 1 });
});

it.each([
  ['INSIDE', 'CLUSTER01'],
  ['BLIND', 'Volume2'],
])('does not let %s import a hardware snapshot: %s', async (proxy, word) => {
  const bench = await openOffHostBench();
  const set = await takeSet(bench);
  const mounting = bench.lab.port.mountVolumeSnapshot(refOfSet(set, toHostId(proxy)));
  await expect(mounting).rejects.toMatchObject({ code: 'hyperv.snapshot-mount-refused', params: { proxy } });
  await expect(mounting).rejects.toHaveProperty('params.reason', expect.stringContaining(word));
  expect((await bench.lab.port.listVolumeSnapshots(coordinator))[0]?.mounts).toEqual([]);
  await dropSet(bench.lab, set);
});

it('lets one machine import a hardware snapshot, and any that reaches the host read a software one', async () => {
  const bench = await openOffHostBench();
  const { port } = bench.lab;
  const imported = await takeSet(bench);
  await port.mountVolumeSnapshot(refOfSet(imported));
  const other = toHostId('PROXY02');
  await expect(port.mountVolumeSnapshot(refOfSet(imported, other))).rejects.toMatchObject({
    code: 'hyperv.snapshot-mount-refused',
  });
  await dropSet(bench.lab, imported);
  const shared = await takeSet(bench, softwareOnly);
  for (const proxyId of [proxy01, other, toHostId('INSIDE')]) await port.mountVolumeSnapshot(refOfSet(shared, proxyId));
  const blind = refOfSet(shared, toHostId('BLIND'));
  await expect(port.mountVolumeSnapshot(blind)).rejects.toMatchObject({ code: 'hyperv.snapshot-mount-refused' });
  const [standing] = await port.listVolumeSnapshots(coordinator);
  expect(standing?.mounts.map(({ root }) => root)[0]).toMatch(
    /^\\\\HV01\\C\$\\ClusterStorage\\Volume1\\@GMT-\d{4}\.\d\d\.\d\d-\d\d\.\d\d\.\d\d$/,
  );
  await dropSet(bench.lab, standing!);
});

it('gives a proxy the file server’s snapshot of a share that it has full access to, and no other', async () => {
  const provider = { id: '89300202-3cec-4981-9171-19f59559e0f2', name: 'File Share', kind: 'file-share' } as const;
  const cluster = offHostScenario.cluster!;
  const volumes = cluster.volumes.map((volume) => ({ ...volume, storage: 'smb3' as const, providers: [provider] }));
  const proxies = offHostScenario.proxies!.map((proxy) => ({
    ...proxy,
    fullAccessVolumes: proxy.name === 'PROXY01' ? [smallVolume, secondVolume] : [smallVolume],
  }));
  const bench = await openOffHostBench({ scenario: { ...offHostScenario, cluster: { ...cluster, volumes }, proxies } });
  const facts = await bench.lab.port.readOffHostFacts();
  expect(facts.volumes.find((volume) => volume.path === smallVolume)?.storage).toBe('smb3');
  const set = await takeSet(bench, { ...bothVolumes, providerId: provider.id, variant: 'file-share' });
  const refused = bench.lab.port.mountVolumeSnapshot(refOfSet(set, toHostId('PROXY02')));
  await expect(refused).rejects.toMatchObject({ code: 'hyperv.snapshot-mount-refused' });
  expect(await bench.lab.port.mountVolumeSnapshot(refOfSet(set))).toHaveLength(2);
  await dropSet(bench.lab, set);
});

it.each([
  ['a software snapshot as transportable', { ...softwareOnly, variant: 'transportable' as const }, 'unsupported'],
  ['a hardware snapshot over SMB', { ...bothVolumes, variant: 'software' as const }, 'unsupported'],
  ['a volume on a node that does not coordinate it', { ...bothVolumes, hostId: toHostId('HV02') }, 'volume-unknown'],
  ['a volume of another host', { ...bothVolumes, volumePaths: ['D:\\'] }, 'volume-unknown'],
])('refuses %s', async (_, request, code) => {
  const bench = await openOffHostBench();
  await expect(takeSet(bench, request)).rejects.toMatchObject({ code: `hyperv.snapshot-${code}` });
  expect(await bench.lab.port.listVolumeSnapshots(request.hostId)).toEqual([]);
});

it('makes one set at a time on a host, four of a volume, and none where there is no room', async () => {
  const bench = await openOffHostBench();
  const { lab } = bench;
  const first = await lab.port.requestVolumeSnapshot(bothVolumes);
  await expect(takeSet(bench, { ...bothVolumes, tag: 'Stillpoint second' })).rejects.toMatchObject({
    code: 'hyperv.snapshot-busy',
  });
  expect((await untilJobEnds(bench, first)).state).toBe('completed');
  await lab.operations.createForeignVolumeSnapshot(coordinator, [smallVolume]);
  for (const tag of ['Stillpoint 3', 'Stillpoint 4']) await takeSet(bench, { ...bothVolumes, tag });
  const { volumes } = await lab.port.readOffHostFacts();
  expect(volumes.map((volume) => volume.snapshotCount)).toEqual([4, 3, 0]);
  await expect(takeSet(bench, { ...bothVolumes, tag: 'Stillpoint 5' })).rejects.toMatchObject({
    code: 'hyperv.snapshot-limit',
    params: { volume: smallVolume, limit: 4 },
  });
  const only = await takeSet(bench, { ...bothVolumes, tag: 'Stillpoint 6', volumePaths: [secondVolume] });
  await dropSet(lab, only);
  await lab.operations.resizeVolume(coordinator, secondVolume, 1);
  await expect(
    takeSet(bench, { ...softwareOnly, tag: 'Stillpoint 7', volumePaths: [secondVolume] }),
  ).rejects.toMatchObject({ code: 'hyperv.snapshot-no-space' });
});

it('neither lists nor deletes another product’s', async () => {
  const bench = await openOffHostBench();
  const { port, operations } = bench.lab;
  const foreign = await operations.createForeignVolumeSnapshot(coordinator, [smallVolume, secondVolume]);
  expect(await port.listVolumeSnapshots(coordinator)).toEqual([]);
  const ref = { hostId: coordinator, setId: foreign, expectedTag: snapshotTag };
  await expect(port.deleteVolumeSnapshot(ref)).rejects.toMatchObject({ code: 'hyperv.snapshot-not-ours' });
  expect((await port.readOffHostFacts()).volumes.map((volume) => volume.snapshotCount)).toEqual([1, 1, 0]);
  await operations.deleteVolumeSnapshot(foreign);
  expect((await port.readOffHostFacts()).volumes.map((volume) => volume.snapshotCount)).toEqual([0, 0, 0]);
});

it('keeps sets and mounts over a restart of the lab', async () => {
  const bench = await openOffHostBench();
  const set = await takeSet(bench);
  const mounts = await bench.lab.port.mountVolumeSnapshot(refOfSet(set));
  await bench.lab.close();
  const again = await openLab({ folder: bench.folder, clock: bench.clock });
  expect(await again.port.listVolumeSnapshots(coordinator)).toEqual([{ ...set, mounts }]);
  await dropSet(again, { ...set, mounts });
  await again.close();
});
