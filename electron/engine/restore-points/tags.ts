// The tags of our snapshots: how a restore point is found without opening it. restic shows and filters by them too.
import type { RestorePointDocument } from '../../../shared/model/restore-point.ts';
import type { RunId, VmId } from '../../../shared/model/ids.ts';

/** On every restore point; a snapshot without it is somebody else's. */
export const productTag = 'stillpoint';

export const vmTag = (vmId: VmId | string): string => `vm=${vmId.toLowerCase()}`;
export const runTag = (runId: RunId | string): string => `run=${runId}`;

export function tagsOf({ vm, runId, mode, consistency }: RestorePointDocument): readonly string[] {
  return [productTag, vmTag(vm.id), runTag(runId), mode, consistency.achieved];
}
