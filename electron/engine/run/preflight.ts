// The last look before anything is asked of a host: fresh facts of one VM, and every reason not to begin. Reads only.
import { AppError } from '../../../shared/errors/app-error.ts';
import { evaluateGates } from '../../../shared/model/online-backup-gates.ts';
import { runIdOfTag } from '../../../shared/model/checkpoint-tag.ts';
import type { DriveFacts, HostInventory, VmFacts } from '../../../shared/model/site.ts';
import { isCheckpointFile } from './disk-paths.ts';
import type { VmAccess } from './vm-access.ts';
import type { VmRun } from './vm-run.ts';

/**
 * The VM's facts, when nothing speaks against a backup. Nothing on the host is changed by it.
 * @throws AppError `engine.*` or `hyperv.*`, naming the VM and the reason
 */
export async function preflight(run: VmRun): Promise<VmFacts> {
  const { tools, signal } = run.options;
  const patience = { silenceMs: tools.settings.hostSilenceMs, signal };
  run.options.assertRepositoryWorks();
  await run.access.patiently(() => run.access.locate(signal), patience);
  const site = await run.access.patiently(() => tools.hyperv.readSite(signal), patience);
  const inventory = await run.access.patiently(({ hostId }) => tools.hyperv.readHost(hostId, signal), patience);
  const vm = findVm(inventory, run);
  for (const gate of evaluateGates(vm, inventory.host, site)) {
    if (gate.passes) continue;
    throw new AppError('engine.gate-failed', { ...run.access.words, gate: gate.id, evidence: gate.evidence });
  }
  // First what says who is at work on it: a VM that another product backs up is busy as well.
  assertNoRecoveryCheckpoint(vm, run.access);
  assertAtRest(vm, run.access);
  assertReadableDisks(vm, run.access);
  return vm;
}

function findVm(inventory: HostInventory, run: VmRun): VmFacts {
  const vm = inventory.vms.find((candidate) => candidate.id === run.options.vm.vmId);
  if (vm === undefined) throw new AppError('hyperv.vm-not-found', run.access.words);
  return vm;
}

function assertAtRest(vm: VmFacts, { words }: VmAccess): void {
  if (vm.state !== 'running') throw new AppError('engine.vm-not-running', { ...words, state: vm.state });
  if (vm.activities.length > 0) throw new AppError('engine.vm-busy', { ...words, activities: vm.activities });
}

/**
 * Ours of another run is not removed on the way: it may belong to a run that is going on in another console, and
 * removing it would tear that one's backup. Recovery and `leftovers clean` know whose it is.
 */
function assertNoRecoveryCheckpoint(vm: VmFacts, { words }: VmAccess): void {
  for (const checkpoint of vm.checkpoints) {
    const run = runIdOfTag(checkpoint.name);
    if (run !== undefined) throw new AppError('engine.own-leftover', { ...words, checkpoint: checkpoint.id, run });
    if (checkpoint.kind !== 'recovery') continue;
    const { id, name } = checkpoint;
    throw new AppError('engine.foreign-recovery-checkpoint', { ...words, checkpoint: id, name });
  }
}

function assertReadableDisks(vm: VmFacts, { words }: VmAccess): void {
  if (vm.drives.length === 0) throw new AppError('engine.no-disks', words);
  for (const drive of vm.drives) {
    const reason = unsupportedReason(drive);
    if (reason === undefined) continue;
    throw new AppError('engine.unsupported-disk', { ...words, disk: drive.slot, path: drive.path, reason });
  }
  const files = vm.drives.map((drive) => drive.path).filter(isCheckpointFile);
  if (files.length > 0 && vm.checkpoints.length === 0) throw new AppError('engine.hidden-chain', { ...words, files });
}

function unsupportedReason(drive: DriveFacts): string | undefined {
  if (drive.isShared) return 'a shared disk, which other VMs write to';
  switch (drive.format) {
    case 'vhdx':
      return undefined;
    case 'vhd':
      return 'a .vhd, a format of before 2012 that is not read';
    case 'vhdset':
      return 'a VHD Set, which several VMs share';
    case 'pass-through':
      return 'a physical disk passed through to the VM, which no checkpoint freezes';
  }
}
