// Every reason not to back up a VM that its facts give. Pure: the run asks it with fresh facts, the preview with those
// that were read last, so that both say the same.
import { AppError } from '../../../shared/errors/app-error.ts';
import { evaluateGates } from '../../../shared/model/online-backup-gates.ts';
import { runIdOfTag } from '../../../shared/model/checkpoint-tag.ts';
import type { DriveFacts, HostFacts, SiteFacts, VmFacts } from '../../../shared/model/site.ts';
import { isCheckpointFile } from './disk-paths.ts';

type VmWords = Readonly<Record<'vm' | 'host', string>>;

/** Undefined when nothing speaks against it. Errors: `engine.*`, naming the VM and the reason. */
export function vmRefusal(vm: VmFacts, host: HostFacts, site: SiteFacts): AppError | undefined {
  const words: VmWords = { vm: vm.name, host: vm.hostId };
  const gate = evaluateGates(vm, host, site).find(({ passes }) => !passes);
  if (gate !== undefined)
    return new AppError('engine.gate-failed', { ...words, gate: gate.id, evidence: gate.evidence });
  // First what says who is at work on it: a VM that another product backs up is busy as well.
  return checkpointRefusal(vm, words) ?? stateRefusal(vm, words) ?? diskRefusal(vm, words);
}

function stateRefusal({ state, activities }: VmFacts, words: VmWords): AppError | undefined {
  if (state !== 'running') return new AppError('engine.vm-not-running', { ...words, state });
  return activities.length > 0 ? new AppError('engine.vm-busy', { ...words, activities }) : undefined;
}

/**
 * Ours of another run is not removed on the way: it may belong to a run that is going on in another console, and
 * removing it would tear that one's backup. Recovery and `leftovers clean` know whose it is.
 */
function checkpointRefusal({ checkpoints }: VmFacts, words: VmWords): AppError | undefined {
  for (const { id, name, kind } of checkpoints) {
    const run = runIdOfTag(name);
    if (run !== undefined) return new AppError('engine.own-leftover', { ...words, checkpoint: id, run });
    if (kind === 'recovery')
      return new AppError('engine.foreign-recovery-checkpoint', { ...words, checkpoint: id, name });
  }
  return undefined;
}

function diskRefusal({ drives, checkpoints }: VmFacts, words: VmWords): AppError | undefined {
  if (drives.length === 0) return new AppError('engine.no-disks', words);
  for (const drive of drives) {
    const reason = unsupportedReason(drive);
    if (reason === undefined) continue;
    return new AppError('engine.unsupported-disk', { ...words, disk: drive.slot, path: drive.path, reason });
  }
  const files = drives.map((drive) => drive.path).filter(isCheckpointFile);
  if (files.length === 0 || checkpoints.length > 0) return undefined;
  return new AppError('engine.hidden-chain', { ...words, files });
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
