// The VM's configuration as the checkpoint froze it. The real files are in a format of Microsoft's own; the lab's hold
// the same facts as text, under the real names, so that a restore point has its configuration files.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { CheckpointId } from '../../../shared/model/ids.ts';
import type { ConfigurationFile } from '../../engine/ports/hyperv.ts';
import type { VmRecord } from '../state/lab-state.ts';

/** Error: `hyperv.checkpoint-not-found`. */
export function configurationFiles(vm: VmRecord, checkpointId: CheckpointId): readonly ConfigurationFile[] {
  const checkpoint = vm.checkpoints.find((candidate) => candidate.id === checkpointId);
  if (checkpoint === undefined)
    throw new AppError('hyperv.checkpoint-not-found', { vm: vm.name, host: vm.hostId, checkpoint: checkpointId });
  const { id, name, generation, configurationVersion, guest, processorCount, memoryBytes } = vm;
  const drives = vm.disks.map(({ slot, sizeBytes }) => ({
    slot,
    sizeBytes,
    path: checkpoint.frozen.find((frozen) => frozen.slot === slot)?.path,
  }));
  const facts = { id, name, generation, configurationVersion, guest, processorCount, memoryBytes, drives };
  const stem = checkpointId.toUpperCase();
  return [
    { name: `${stem}.vmcx`, content: Buffer.from(`Stillpoint lab configuration 1\n${JSON.stringify(facts)}\n`) },
    { name: `${stem}.vmgs`, content: Buffer.from(`Stillpoint lab guest state 1\n${id}\n`) },
  ];
}
