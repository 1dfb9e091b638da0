// Makes one VM's restore point visible: short, atomic, not cancellable. The document says what was achieved.
import type { RestorePointId } from '../../../shared/model/ids.ts';
import type { RestorePointDocument } from '../../../shared/model/restore-point.ts';
import type { VmFacts } from '../../../shared/model/site.ts';
import type { ConfigurationFile } from '../ports/hyperv.ts';
import type { AchievedConsistency } from './consistency-policy.ts';
import type { StandingCheckpoint } from './create-checkpoint.ts';
import type { ReadDisk } from './read-disks.ts';
import type { VmRun } from './vm-run.ts';

export interface CommitInput {
  readonly vm: VmFacts;
  readonly standing: StandingCheckpoint;
  readonly achieved: AchievedConsistency;
  readonly disks: readonly ReadDisk[];
  readonly configuration: readonly ConfigurationFile[];
  readonly readStartedAtMs: number;
  readonly readEndedAtMs: number;
}

/** What the document takes. */
const longestWhy = 1000;

/** Enters `committing`. @throws AppError `repository.*`: then no restore point exists */
export async function commit(run: VmRun, input: CommitInput): Promise<RestorePointId> {
  const { tools, opened, vm } = run.options;
  await run.enter('committing');
  const restorePointId = await tools.data.commitRestorePoint({
    ...opened,
    document: documentOf(run, input),
    disks: input.disks.map((disk) => disk.copied),
    configuration: input.configuration,
  });
  run.move({ type: 'committed' });
  const disks = input.disks.map((disk) => disk.committed);
  await run.say({ type: 'restore-point-committed', vmId: vm.vmId, restorePointId, disks });
  return restorePointId;
}

function documentOf(run: VmRun, input: CommitInput): RestorePointDocument {
  const { request, log, tools } = run.options;
  const { vm, standing, achieved } = input;
  const { checkpoint } = standing;
  return {
    schemaVersion: 1,
    product: tools.product,
    runId: request.runId,
    site: request.siteName,
    host: run.access.ref.hostId,
    vm: {
      id: vm.id,
      name: vm.name,
      generation: vm.generation,
      configurationVersion: vm.configurationVersion,
      guest: vm.guest,
      processorCount: vm.processorCount,
      memoryBytes: vm.memoryBytes,
    },
    mode: request.mode,
    consistency: {
      asked: request.consistency,
      achieved: achieved.consistency,
      quiescing: checkpoint.quiescing ?? 'none',
      ...(achieved.why === undefined ? {} : { why: achieved.why.slice(0, longestWhy) }),
    },
    checkpoint: {
      id: checkpoint.id,
      requestedAtMs: standing.requestedAtMs,
      createdAtMs: Math.floor(checkpoint.createdAtMs),
    },
    timings: { readStartedAtMs: input.readStartedAtMs, readEndedAtMs: input.readEndedAtMs },
    disks: input.disks.map((disk) => disk.entry),
    warnings: log.state.vms[vm.id]?.warnings.map((warning) => warning.title) ?? [],
  };
}
