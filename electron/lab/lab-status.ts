// The lab at a glance, as plain data for a command line or a screen.
import type { LabDiskStatus, LabMergeStatus, LabStatus, LabVmStatus } from './lab.ts';
import { stateOf } from './port/site-facts.ts';
import type { Site } from './site.ts';
import type { LabVm } from './vm/lab-vm.ts';
import type { Merger } from './vm/merger.ts';
import type { VmTable } from './vm/vm-table.ts';

export async function labStatus(site: Site, vms: VmTable): Promise<LabStatus> {
  const { scenarioName, siteName } = site.store.state;
  return {
    folder: site.folder,
    scenarioName,
    siteName,
    guestsAreWriting: vms.all.some(({ vm }) => vm.guest.isRunning),
    vms: await Promise.all(vms.all.map(({ vm, merger }) => vmStatus(vm, merger))),
  };
}

async function vmStatus(vm: LabVm, merger: Merger): Promise<LabVmStatus> {
  const { id, name, hostId, guest, generation, configurationVersion, checkpoints } = vm.record;
  return {
    id,
    name,
    hostId,
    state: stateOf(vm),
    guest,
    generation,
    configurationVersion,
    transactions: vm.guest.transactions,
    writtenBytes: vm.guest.writtenBytes,
    disks: await diskStatus(vm),
    checkpoints: checkpoints.map((checkpoint) => ({
      id: checkpoint.id,
      name: checkpoint.name,
      kind: checkpoint.kind,
      createdAtMs: checkpoint.createdAtMs,
      consistency: checkpoint.consistency,
      quiescing: checkpoint.quiescing,
    })),
    merges: mergeStatus(vm, merger),
  };
}

async function diskStatus(vm: LabVm): Promise<readonly LabDiskStatus[]> {
  const disks: LabDiskStatus[] = [];
  for (const { slot, files, sizeBytes } of vm.record.disks) {
    const path = files[0] ?? '';
    const fileSizeBytes = await vm.storage.fileSizeBytes(path);
    disks.push({ slot, path, file: vm.storage.localPath(path), sizeBytes, fileSizeBytes, chainLength: files.length });
  }
  return disks;
}

function mergeStatus(vm: LabVm, merger: Merger): readonly LabMergeStatus[] {
  const { merges, disks } = vm.record;
  return merges.map(({ slot, from }) => {
    const progress = merger.progressOf(slot);
    const isTop = disks.some((disk) => disk.files[0] === from);
    const waitsFor = isTop ? progress?.waitsFor?.text.title : 'the removal of the checkpoint above it';
    return { slot, path: from, fraction: progress?.fraction ?? 0, ...(waitsFor === undefined ? {} : { waitsFor }) };
  });
}
