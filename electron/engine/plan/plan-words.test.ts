// The plan as the dry run prints it: every line from the plan, nothing claimed that is not in it.
import { describe, expect, it } from 'vitest';
import { conditionLine, planLines } from '../../../shared/words/plan-words.ts';
import { defaultPlanSettings } from './default-plan-settings.ts';
import { planBackup } from './plan-backup.ts';
import { csv, gigabyte, planInput, planProxy, planVm, planVolume, system, vmIdOf } from './testing/plan-site.ts';

const volume = csv(1, 'hv01');
const elsewhere = planVolume('E:\\', 'hv01', { storage: 'local', providers: [] });

describe('the words of a plan', () => {
  it('tell an off-host plan with a VM that falls back and one that is refused', () => {
    const vms = [
      planVm('SQL01', 'hv01', ['C:\\ClusterStorage\\Volume1\\sql.vhdx']),
      planVm('OLD01', 'hv01', ['E:\\old.vhdx']),
      planVm('OFF01', 'hv01', ['E:\\off.vhdx'], { state: 'off' }),
    ];
    const settings = { ...defaultPlanSettings, modePolicy: 'fall-back' as const };
    const observed = { readBytesPerSecond: gigabyte, writeBytesPerSecondByVm: { [vmIdOf('SQL01')]: 1024 ** 2 } };
    const plan = planBackup(planInput({ vms, volumes: [volume, elsewhere] }, { settings, observed }));
    expect(planLines(plan)).toEqual([
      'Plan: 1 VM off-host in 1 snapshot set, 1 VM on-host, 1 refused; application-consistent checkpoints.',
      'Recommended: no one mode, because what is best differs from VM to VM.',
      'g1r1: SQL01. One snapshot of C:\\ClusterStorage\\Volume1 on hv01 by Array, mounted on px01: a hardware snapshot, imported by the proxy.',
      'OLD01 goes on-host and is marked so: an off-host backup is not possible (E:\\ has no provider).',
      'Stillpoint reads off-host (transportable) on the proxy px01, by a local path; that loads the storage array and the processor of the proxy.',
      'Stillpoint reads on-host through the hosts; that loads the disks of the hosts, the network of the hosts, the network of the computer that Stillpoint runs on and the processor of the computer that Stillpoint runs on.',
      'At most 20.0 GB is read, in 10.0 s to 20.0 s.',
      'How much the AVHDX files grow is not known.',
      'Assumed: each disk is read as fast as it was measured, 1.0 GB/s.',
      'Assumed: 1 to 2 disks are read at the same time.',
      'Assumed: the time is that of reading alone; checkpoints, snapshots and merges come on top.',
      'C:\\ClusterStorage\\Volume1: 500 GB free, 100 GB of it kept as a reserve; the AVHDX files grow by at most 10.0 MB: it fits.',
      'E:\\ on hv01: 500 GB free, 100 GB of it kept as a reserve; how fast the AVHDX files grow is not known: nobody can say that it fits.',
      'Refused: OFF01 is off, not running. An online backup needs a running guest that can be quiesced. Nothing was changed on the host. Start OFF01 and back it up again. Backing up a VM that is off is not supported yet.',
      '1. Checkpoint of SQL01: the guest is quiesced, new writes go to AVHDX files',
      '2. Snapshot of g1r1 (C:\\ClusterStorage\\Volume1) on hv01',
      '3. Mount the snapshot of g1r1 (C:\\ClusterStorage\\Volume1) on px01',
      '4. Read the disks of SQL01 from the snapshot of g1r1',
      '5. Commit the restore point of SQL01',
      '6. Remove the checkpoint of SQL01 and wait until its merge is confirmed',
      '7. Unmount the snapshot of g1r1 (C:\\ClusterStorage\\Volume1)',
      '8. Delete the snapshot of g1r1 (C:\\ClusterStorage\\Volume1)',
      '9. Checkpoint of OLD01: the guest is quiesced, new writes go to AVHDX files',
      '10. Read the disks of OLD01 through the host',
      '11. Commit the restore point of OLD01',
      '12. Remove the checkpoint of OLD01 and wait until its merge is confirmed',
    ]);
  });

  it('label a software snapshot for what it is', () => {
    const local = planVolume('D:\\', 'hv01', { storage: 'local', providers: [system] });
    const plan = planBackup(planInput({ vms: [planVm('DC01', 'hv01', ['D:\\a.vhdx'])], volumes: [local] }));
    const lines = planLines(plan);
    expect(lines).toContain(
      'g1r1: DC01. One snapshot of D:\\ on hv01 by Microsoft Software, mounted on px01: a software snapshot on the host, read over SMB: it moves processor time, not disk load.',
    );
    expect(lines).toContain(
      'Recommended: on-host mode, because an off-host backup here would move processor time only, not disk load (D:\\ has only Microsoft Software (software)).',
    );
  });

  it('say of a refused off-host backup what is needed and what to do', () => {
    const proxies = [planProxy([volume], { buildNumber: 17_763, reachableHostIds: [] })];
    const vms = [planVm('SQL01', 'hv01', ['C:\\ClusterStorage\\Volume1\\sql.vhdx'])];
    const plan = planBackup(planInput({ vms, volumes: [volume], proxies }));
    expect(planLines(plan)).toEqual([
      'Plan: 1 refused; application-consistent checkpoints.',
      'Recommended: on-host mode, because an off-host backup is not possible (hv01 runs Windows Server 2022, PX01 Windows Server 2019).',
      'Refused: SQL01 cannot be backed up off-host. hv01 runs Windows Server 2022, PX01 Windows Server 2019. ' +
        'Needed: The proxy runs the same release of Windows Server as the host of the snapshot. ' +
        'Another release may not understand the volume and its snapshot. Nothing was changed on the host. ' +
        'Use a proxy with the release of the hosts.',
    ]);
    const condition = plan.vms[0]!.ways[1]!.conditions.find(({ id }) => id === 'same-os-build')!;
    expect(conditionLine(condition)).toBe(
      'fail: hv01 runs Windows Server 2022, PX01 Windows Server 2019. ' +
        'Needed: The proxy runs the same release of Windows Server as the host of the snapshot. Use a proxy with the release of the hosts.',
    );
  });

  it('say that a size and a volume are not known', () => {
    const vm = planVm('SQL01', 'hv01', ['X:\\a.vhdx']);
    const drives = vm.drives.map((drive) => ({ ...drive, fileSizeBytes: 0 }));
    const plan = planBackup(
      planInput({ vms: [{ ...vm, drives }], volumes: [] }, { mode: 'on-host', offHost: undefined }),
    );
    expect(planLines(plan)).toEqual(
      expect.arrayContaining([
        'How much is read is not known: SQL01 did not say every size.',
        'How much the AVHDX files grow is not known.',
        'SQL01 has a disk on a volume that is not known: no room can be forecast there.',
      ]),
    );
  });
});
