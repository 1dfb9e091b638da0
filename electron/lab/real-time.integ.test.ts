import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { requireJudges, runJudge } from '../../testing/judges.ts';
import { evaluateGates } from '../../shared/model/online-backup-gates.ts';
import { tempDir } from '../../testing/temp-dir.ts';
import { systemClock } from '../platform/system-clock.ts';
import { createLab } from './index.ts';
import {
  checkpoint,
  differingFrozenDisks,
  differingLiveDisks,
  openBench,
  refOf,
  remove,
} from './testing/lab-driver.ts';
import { smallScenario } from './testing/small-scenario.ts';

it('cuts and merges true to the byte while the guest writes as fast as it can', async () => {
  const vms = smallScenario.vms.slice(0, 1);
  const bench = await openBench({ clock: systemClock, guestSpeed: 40, scenario: { ...smallScenario, vms } });
  const { lab } = bench;
  const vm = await refOf(lab, 'SQL01');
  lab.startGuests();
  for (let round = 0; round < 6; round += 1) {
    const id = await checkpoint(bench, vm, 'crash');
    expect(await differingFrozenDisks(lab, vm, id)).toEqual([]);
    await remove(bench, vm, id);
  }
  await lab.stopGuests();
  expect(await differingLiveDisks(lab, vm)).toEqual([]);
});

/** Bytes that the files below really take, as du counts them. */
async function takenBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).blocks * 512;
  return bytes;
}

it('ships a healthy cluster: ten VMs of every kind, all fit for online backup, on less than 1.5 GB', async (context) => {
  requireJudges(context, 'qemu-img');
  const folder = tempDir('lab-healthy');
  const lab = await createLab({ folder, clock: systemClock });
  try {
    expect(await takenBytes(folder)).toBeLessThan(1.5e9);
    const site = await lab.port.readSite();
    expect(site.cluster).toMatchObject({ functionalLevel: 11 });
    expect(site.cluster?.nodes.map((node) => node.buildNumber)).toEqual([20_348, 20_348, 20_348]);
    const hosts = await Promise.all(site.hosts.map((host) => lab.port.readHost(host.id)));
    const all = hosts.flatMap((host) => host.vms.map((vm) => ({ vm, host: host.host })));
    for (const { vm, host } of all) expect(evaluateGates(vm, host, site).filter((gate) => !gate.passes)).toEqual([]);
    const vms = all.map(({ vm }) => vm);
    const kinds = (values: readonly (string | number)[]): readonly (string | number)[] => [...new Set(values)].sort();
    expect(vms).toHaveLength(10);
    expect(kinds(vms.map((vm) => vm.guest))).toEqual(['linux', 'windows']);
    expect(kinds(vms.map((vm) => vm.generation))).toEqual([1, 2]);
    expect(kinds(vms.map((vm) => vm.configurationVersion))).toEqual(['10.0', '8.0', '9.0']);
    expect(kinds(vms.map((vm) => vm.state))).toEqual(['off', 'running']);
    expect(kinds(vms.flatMap((vm) => vm.drives.map((drive) => drive.controllerType)))).toEqual(['ide', 'scsi']);
    const files = (await lab.status()).vms.flatMap((vm) => vm.disks.map((disk) => disk.file));
    // qemu knows logical sectors of 512 bytes only, and this disk has 4096.
    for (const file of files.filter((path) => !path.endsWith('FILE01-shares.vhdx')))
      expect(await runJudge('qemu-img', ['check', '-f', 'vhdx', file])).toMatchObject({ exitCode: 0 });
    const web = await refOf(lab, 'WEB01');
    expect(await differingLiveDisks(lab, web)).toEqual([]);
  } finally {
    await lab.close();
  }
});
