import { expect, it } from 'vitest';
import { describeHyperVPort } from '../hyperv-port.contract.ts';
import { findVm, openBench, refOf, untilJobEnds } from '../testing/lab-driver.ts';

describeHyperVPort('the lab', async () => {
  const { lab, clock } = await openBench();
  lab.startGuests();
  return { port: lab.port, vm: await refOf(lab, 'SQL01'), pause: () => clock.sleep(50) };
});

it('passes through the stages of a job in order', async () => {
  const bench = await openBench();
  const { lab, clock } = bench;
  const vm = await refOf(lab, 'WEB01');
  const job = await lab.port.requestCheckpoint({ ...vm, tag: 'Stillpoint x', consistency: 'application' });
  const stages = new Set<string>();
  for (;;) {
    const status = await lab.port.readJob(job);
    stages.add(status.stage);
    if (status.state !== 'running') break;
    await clock.sleep(10);
  }
  expect([...stages]).toEqual(['accepted', 'quiescing', 'working']);
});

it('forgets a job minutes after its end', async () => {
  const bench = await openBench();
  const vm = await refOf(bench.lab, 'WEB01');
  const job = await bench.lab.port.requestCheckpoint({ ...vm, tag: 'Stillpoint x', consistency: 'crash' });
  await untilJobEnds(bench, job);
  await bench.clock.sleep(4 * 60_000);
  expect((await bench.lab.port.readJob(job)).state).toBe('completed');
  await bench.clock.sleep(2 * 60_000);
  await expect(bench.lab.port.readJob(job)).rejects.toMatchObject({ code: 'hyperv.job-unknown' });
});

it('refuses a checkpoint of a VM that is off, busy, or on another host', async () => {
  const { lab } = await openBench();
  const off = await refOf(lab, 'TEST01');
  const request = { tag: 'Stillpoint x', consistency: 'application' } as const;
  await expect(lab.port.requestCheckpoint({ ...off, ...request })).rejects.toMatchObject({
    code: 'hyperv.vm-state',
    params: { state: 'off' },
  });
  const vm = await refOf(lab, 'SQL01');
  await lab.port.requestCheckpoint({ ...vm, ...request });
  await expect(lab.port.requestCheckpoint({ ...vm, ...request })).rejects.toMatchObject({
    params: { state: 'creating-checkpoint' },
  });
  const { hostId } = await refOf(lab, 'WEB01');
  await expect(lab.port.readVm({ ...vm, hostId })).rejects.toMatchObject({ code: 'hyperv.vm-not-found' });
});

it('closes the file a VM writes to to readers, and no other', async () => {
  const { lab } = await openBench();
  const running = await findVm(lab, 'SQL01');
  const files = lab.port.hostFiles(running.hostId);
  await expect(files.open(running.drives[0]!.path)).rejects.toMatchObject({ code: 'vhdx.file-unreadable' });
  const off = await findVm(lab, 'TEST01');
  const source = await files.open(off.drives[0]!.path.toUpperCase());
  expect(await source.sizeBytes()).toBe(off.drives[0]!.fileSizeBytes);
  await source.close();
});

it('shows the size and the free space of volumes as their files fill them', async () => {
  const { lab } = await openBench();
  const { volumes, vms } = await lab.port.readHost((await refOf(lab, 'BRANCH')).hostId);
  const used = vms.flatMap((vm) => vm.drives).reduce((sum, drive) => sum + (drive.fileSizeBytes ?? 0), 0);
  expect(volumes).toHaveLength(1);
  expect(volumes[0]!.sizeBytes - volumes[0]!.freeBytes).toBe(used);
});
