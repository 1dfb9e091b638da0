// What cancelling a run now would undo, and what it leaves as it is: one sentence per VM. Pure, from the folded state.
import type { RunState, VmRunState } from '../events/run-state.ts';
import { vmsOf } from './run-words.ts';

/** In the order of the VMs; empty for a run that has ended. */
export function undoSentences(run: RunState): readonly string[] {
  if (run.status === 'ended') return [];
  return vmsOf(run).map((vm) => undoSentence(run, vm));
}

function undoSentence(run: RunState, vm: VmRunState): string {
  const { name } = vm;
  if (vm.outcome !== undefined) return endedSentence(run, vm);
  if (vm.phase === 'merging' || vm.restorePointId !== undefined)
    return `${name} goes on until its merge is confirmed${vm.restorePointId === undefined ? '' : ': its restore point stays'}.`;
  if (vm.phase === 'committing')
    return `${name} is being committed: that is finished, its restore point stays, and its checkpoint is removed and merged.`;
  if (vm.checkpoint !== undefined)
    return `The checkpoint of ${name} is removed and its AVHDX files are merged back; it gets no restore point.`;
  if (hasEffect(run, vm)) return `A checkpoint of ${name} has been requested: if it is made, it is removed and merged.`;
  return `${name} has not begun: nothing to undo.`;
}

function endedSentence(run: RunState, vm: VmRunState): string {
  const { name } = vm;
  if (hasEffect(run, vm)) return `${name} has ended, and its checkpoint is left over: cancelling does not remove it.`;
  if (vm.restorePointId !== undefined) return `${name} is complete: its restore point stays.`;
  return `${name} has ended without a restore point: nothing of it is left to undo.`;
}

function hasEffect({ effects }: RunState, { vmId }: VmRunState): boolean {
  return Object.values(effects).some((effect) => effect.kind === 'checkpoint' && effect.vmId === vmId);
}
