// The disks of the VMs after the merge: what the lab knows they hold, and what the files say.
import type { LabStatus, LabTruth } from '../../lab/index.ts';
import { sha256OfDiskFile } from '../../console/prove-disks.ts';
import type { LiveDisk } from './demo-result.ts';

/** Stop the guests first. */
export async function compareLiveDisks(
  status: LabStatus,
  truth: LabTruth,
  vmNames: readonly string[],
  diskHashWorkerUrl: URL,
): Promise<readonly LiveDisk[]> {
  const live: LiveDisk[] = [];
  for (const vm of status.vms.filter((candidate) => vmNames.includes(candidate.name))) {
    for (const { file, slot } of vm.disks) {
      const [sha256, fileSha256] = await Promise.all([
        truth.liveSha256(vm.id, slot),
        sha256OfDiskFile(file, diskHashWorkerUrl),
      ]);
      live.push({ file, sha256, fileSha256 });
    }
  }
  return live;
}
