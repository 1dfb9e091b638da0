// What a run looks like in words: one line per VM. Pure; everything comes from the folded state.
import type { RunState, VmRunState } from '../events/run-state.ts';
import type { Consistency, Quiescing } from '../model/site.ts';
import type { RunOutcome, VmPhase } from '../model/run.ts';
import { formatBytes, formatSeconds, plural, shortId } from './format.ts';

/** What happens in each phase, for someone who sees it for the first time. */
const phaseMeanings: Readonly<Record<VmPhase, string>> = {
  queued: 'waiting for its turn',
  preflight: 'checking that nothing prevents the backup',
  'requesting-checkpoint': 'asking Hyper-V for a production checkpoint',
  quiescing: 'the guest is being quiesced, the VM keeps running',
  redirected: 'the disks are frozen, new writes go to AVHDX files, the VM keeps running',
  'snapshotting-volume': 'taking a snapshot of the volume',
  mounting: 'mounting the snapshot',
  reading: 'copying the frozen disks',
  committing: 'completing the restore point',
  merging: 'the checkpoint is removed, its AVHDX files are merged back',
  done: 'merged and confirmed',
};

export const outcomeWords: Readonly<Record<RunOutcome, string>> = {
  succeeded: 'done',
  'succeeded-with-warnings': 'done with warnings',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
};

export function phaseName(phase: VmPhase): string {
  return phase.replaceAll('-', ' ');
}

export function phaseLine(phase: VmPhase): string {
  return `${phaseName(phase)}: ${phaseMeanings[phase]}`;
}

/** `application-consistent (VSS)`: the level, and what stands behind it. */
export function consistencyWords(consistency: Consistency, quiescing: Quiescing): string {
  const how = { vss: ' (VSS)', 'file-system-freeze': ' (file systems frozen)', none: '' }[quiescing];
  return `${consistency}-consistent${how}`;
}

export interface VmBytes {
  readonly totalBytes: number;
  readonly readBytes: number;
  readonly skippedBytes: number;
  readonly storedBytes: number;
}

/** Of what was committed when it was, otherwise of what is known so far. */
export function bytesOf(vm: VmRunState): VmBytes {
  const disks = vm.committedDisks.length > 0 ? vm.committedDisks : Object.values(vm.disks);
  const sum = { totalBytes: 0, readBytes: 0, skippedBytes: 0, storedBytes: 0 };
  for (const disk of disks) {
    sum.totalBytes += disk.totalBytes;
    sum.readBytes += disk.readBytes;
    sum.skippedBytes += disk.skippedBytes;
    sum.storedBytes += disk.storedBytes;
  }
  return sum;
}

/** How far it is, for the line that is redrawn and for the lines of a pipe. */
export function progressWords(vm: VmRunState): string {
  if (vm.phase === 'reading') {
    const { readBytes, totalBytes, storedBytes } = bytesOf(vm);
    if (totalBytes === 0) return phaseMeanings.reading;
    return `${formatBytes(readBytes)} of ${formatBytes(totalBytes)} read, ${formatBytes(storedBytes)} stored`;
  }
  if (vm.phase === 'merging' && vm.mergeFraction !== undefined) return `${Math.floor(vm.mergeFraction * 100)} %`;
  return phaseMeanings[vm.phase];
}

/** The last line about a VM: what was achieved, or why not. */
export function endLine(vm: VmRunState): string {
  const word = outcomeWords[vm.outcome ?? 'interrupted'];
  if (vm.restorePointId === undefined) {
    const reason = vm.error === undefined ? '' : `: ${vm.error.title}`;
    return `${word}${reason}${vm.mergeConfirmedAtMs === undefined ? '' : '; its checkpoint is merged'}`;
  }
  const { readBytes, storedBytes } = bytesOf(vm);
  const achieved =
    vm.checkpoint === undefined ? '' : `${consistencyWords(vm.checkpoint.consistency, vm.checkpoint.quiescing)}, `;
  const merged = vm.mergeConfirmedAtMs === undefined ? 'merge NOT confirmed' : 'merge confirmed';
  const figures = `${formatBytes(readBytes)} read, ${formatBytes(storedBytes)} stored`;
  const reason = vm.error === undefined ? '' : `: ${vm.error.title}`;
  const openMs = checkpointOpenMs(vm);
  const open = openMs === undefined ? '' : ` (checkpoint open for ${formatSeconds(openMs)})`;
  return `${word}${reason}: restore point ${shortId(vm.restorePointId)}, ${achieved}${figures}, ${merged}, ${formatSeconds(elapsedMs(vm))}${open}`;
}

/** How long the VM wrote to AVHDX files; undefined while that is not over. */
export function checkpointOpenMs(vm: VmRunState): number | undefined {
  if (vm.checkpoint === undefined || vm.mergeConfirmedAtMs === undefined) return undefined;
  return vm.mergeConfirmedAtMs - vm.checkpoint.createdAtMs;
}

export function elapsedMs({ phases, mergeConfirmedAtMs }: VmRunState): number {
  const firstMs = phases.find((entry) => entry.phase !== 'queued')?.atMs ?? 0;
  return Math.max(mergeConfirmedAtMs ?? 0, phases.at(-1)?.atMs ?? firstMs) - firstMs;
}

export function runHeadline(run: RunState): string {
  const outcome = run.outcome === undefined ? run.status : outcomeWords[run.outcome];
  return `Run ${run.runId}: ${outcome}, ${plural(run.vmOrder.length, 'VM')}, ${run.mode}`;
}

export function vmsOf(run: RunState): readonly VmRunState[] {
  return run.vmOrder.flatMap((vmId) => run.vms[vmId] ?? []);
}
