// Removes a checkpoint that carries our tag but of which no journal here has an effect: of another console, or of a
// journal that was lost. Only on the admin's word, and confirmed like every other merge.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { VmFacts } from '../../../shared/model/site.ts';
import { releaseCheckpoint } from '../run/release-checkpoint.ts';
import { VmAccess } from '../run/vm-access.ts';
import type { RunTools } from '../run/vm-run.ts';

/** @throws AppError `engine.merge-not-confirmed`, `hyperv.checkpoint-not-found` */
export async function releaseOrphan(
  tools: RunTools,
  vm: VmFacts,
  checkpointId: string,
  signal: AbortSignal,
): Promise<void> {
  const { hyperv, clock, settings } = tools;
  const checkpoint = vm.checkpoints.find((candidate) => candidate.id === checkpointId);
  const words = { vm: vm.name, host: vm.hostId };
  if (checkpoint === undefined)
    throw new AppError('hyperv.checkpoint-not-found', { ...words, checkpoint: checkpointId });
  const access = new VmAccess({
    hyperv,
    clock,
    vmId: vm.id,
    vmName: vm.name,
    hostId: vm.hostId,
    pollMs: settings.mergePollMs,
    onMoved: async () => undefined,
  });
  await releaseCheckpoint({
    hyperv,
    clock,
    settings,
    access,
    tag: checkpoint.name,
    // What the checkpoint froze is where the drives were before.
    originalDrives: checkpoint.frozenDrives,
    checkpointIdsBefore: [],
    signal,
    silenceMs: settings.recoverySilenceMs,
    wasMade: true,
    mayAppearUntilMs: 0,
    onMerging: async () => undefined,
    onProgress: () => undefined,
  });
}
