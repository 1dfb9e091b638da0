// The disks of the VMs after the merge: what the lab knows they hold, and what the files say.
import type { LabStatus, LabTruth } from '../../lab/index.ts';
import { sha256OfDiskFile } from '../../console/prove-disks.ts';
import type { LiveDisk } from './demo-result.ts';

/** Stop the guests first. */
export async function compareLiveDisks(
  status: LabStatus,
  truth: LabTruth,
  vmNames: readonly string[],
): Promise<readonly LiveDisk[]> {
  const live: LiveDisk[] = [];
  for (const vm of status.vms.filter((candidate) => vmNames.includes(candidate.name))) {
    for (const { file, slot } of vm.disks) {
      live.push({ file, sha256: await truth.liveSha256(vm.id, slot), fileSha256: await sha256OfDiskFile(file) });
    }
  }
  return live;
}
