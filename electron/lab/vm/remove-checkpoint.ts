// Removes a checkpoint: it leaves the list at once, and its files are merged in the background.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { CheckpointId } from '../../../shared/model/ids.ts';
import type { Site } from '../site.ts';
import type { CheckpointRecord, MergeRecord, VmRecord } from '../state/lab-state.ts';
import type { RunningVm } from './vm-table.ts';

/**
 * Returns the files that are merged now. The file that is merged is the child of the frozen one.
 * Errors: `hyperv.checkpoint-not-found`, `hyperv.checkpoint-not-ours` where the name is not `expectedName`.
 */
export async function removeCheckpoint(
  site: Site,
  { vm, merger }: RunningVm,
  checkpointId: CheckpointId,
  expectedName?: string,
): Promise<readonly string[]> {
  let merges: readonly MergeRecord[] = [];
  // Checked in the change itself: of two removals at once the second finds nothing.
  await site.store.updateVm(vm.id, (record) => {
    const checkpoint = find(record, checkpointId, expectedName);
    merges = mergesOf(record, checkpoint);
    return {
      ...record,
      checkpoints: record.checkpoints.filter((other) => other !== checkpoint),
      merges: [...record.merges, ...merges],
    };
  });
  merger.kick();
  return merges.map((merge) => merge.from);
}

function find(record: VmRecord, checkpointId: CheckpointId, expectedName: string | undefined): CheckpointRecord {
  const params = { vm: record.name, host: record.hostId, checkpoint: checkpointId };
  const checkpoint = record.checkpoints.find((candidate) => candidate.id === checkpointId);
  if (checkpoint === undefined) throw new AppError('hyperv.checkpoint-not-found', params);
  if (expectedName !== undefined && checkpoint.name !== expectedName)
    throw new AppError('hyperv.checkpoint-not-ours', { ...params, name: checkpoint.name });
  return checkpoint;
}

function mergesOf(record: VmRecord, checkpoint: CheckpointRecord): readonly MergeRecord[] {
  return checkpoint.frozen.flatMap(({ slot, path }) => {
    const files = record.disks.find((disk) => disk.slot === slot)?.files ?? [];
    const child = files[files.indexOf(path) - 1];
    return child === undefined ? [] : [{ slot, from: child, into: path }];
  });
}
