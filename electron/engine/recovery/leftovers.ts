// What stands on hosts and in the repository although no run accounts for it: the inventory and the journals put side by
// side. Pure; what to do about it is in clean-leftovers.ts.
import { AppError, type AppErrorData } from '../../../shared/errors/app-error.ts';
import type { CheckpointEffect } from '../../../shared/events/run-event.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import { runIdOfTag } from '../../../shared/model/checkpoint-tag.ts';
import type { CheckpointId, HostId, RunId, VmId } from '../../../shared/model/ids.ts';
import type { CheckpointFacts, UnreachableHost, VmFacts } from '../../../shared/model/site.ts';
import { checkpointsTagged, displacedDrives, isCheckpointFile } from '../run/disk-paths.ts';

export type LeftoverKind = 'checkpoint' | 'merge' | 'unsettled' | 'repository-lock' | 'not-ours';

export interface Leftover {
  /** Stable from one look to the next: what a selection names. */
  readonly id: string;
  readonly kind: LeftoverKind;
  /** False for what is not ours: it is shown and never touched. */
  readonly isCleanable: boolean;
  readonly runId?: RunId;
  readonly vmId?: VmId;
  readonly vmName?: string;
  readonly hostId?: HostId;
  readonly checkpointId?: CheckpointId;
  /** Title, meaning, and the exact way out. */
  readonly about: AppErrorData;
}

export interface LeftoverFacts {
  readonly vms: readonly VmFacts[];
  readonly unreachable: readonly UnreachableHost[];
  /** Every run that has a journal. */
  readonly runs: readonly RunState[];
  /** Runs that are going on, here or in another process: theirs is in use. */
  readonly activeRuns: ReadonlySet<RunId>;
}

export function findLeftoversIn(facts: LeftoverFacts): readonly Leftover[] {
  const idle = facts.runs.filter((run) => !facts.activeRuns.has(run.runId));
  return [
    ...facts.vms.flatMap((vm) => taggedCheckpoints(vm, facts.activeRuns)),
    ...idle.flatMap((run) => checkpointEffects(run).flatMap((effect) => ofEffect(run, effect, facts))),
    ...facts.vms.flatMap((vm) => strangeChains(vm, facts)),
    ...idle.flatMap(locksOf),
  ];
}

function taggedCheckpoints(vm: VmFacts, activeRuns: ReadonlySet<RunId>): readonly Leftover[] {
  return vm.checkpoints.flatMap((checkpoint: CheckpointFacts) => {
    const run = runIdOfTag(checkpoint.name);
    if (run === undefined || activeRuns.has(run)) return [];
    const params = { vm: vm.name, host: vm.hostId, checkpoint: checkpoint.id, run };
    const about = new AppError('leftover.checkpoint', params).toData();
    return [{ ...ofVm('checkpoint', vm, `${vm.id}:${checkpoint.id}`), checkpointId: checkpoint.id, runId: run, about }];
  });
}

function checkpointEffects(run: RunState): readonly CheckpointEffect[] {
  return Object.values(run.effects).filter((effect) => effect.kind === 'checkpoint');
}

function ofEffect(run: RunState, effect: CheckpointEffect, facts: LeftoverFacts): readonly Leftover[] {
  const { vmId, tag, originalDrives } = effect;
  const vm = facts.vms.find((candidate) => candidate.id === vmId);
  if (vm === undefined) {
    const silent = facts.unreachable.map((host) => host.name).join(', ');
    const reason = silent === '' ? 'No host of the site has this VM now' : `These hosts do not answer: ${silent}`;
    return [unsettled(run, effect, effect.hostId, reason)];
  }
  if (checkpointsTagged(vm, tag).length > 0) return [];
  const files = displacedDrives(vm, originalDrives, tag).map((drive) => drive.path);
  // Nothing of it is to be seen, and yet nobody has confirmed that: what stands on record is never called clean.
  if (files.length === 0) {
    const reason = run.warnings.at(-1)?.title ?? 'That nothing of it is there has not been confirmed yet';
    return [unsettled(run, effect, vm.hostId, reason)];
  }
  const about = new AppError('leftover.merge', { vm: vm.name, host: vm.hostId, run: run.runId, files }).toData();
  return [{ ...ofVm('merge', vm, `${run.runId}:${vm.id}`), runId: run.runId, about }];
}

function unsettled(run: RunState, { vmId, vmName }: CheckpointEffect, hostId: HostId, reason: string): Leftover {
  const { runId } = run;
  const about = new AppError('leftover.unsettled', { vm: vmName, host: hostId, run: runId, reason }).toData();
  return { id: `unsettled:${runId}:${vmId}`, kind: 'unsettled', isCleanable: true, runId, vmId, vmName, hostId, about };
}

/** AVHDX files without any checkpoint. Those a run of ours accounts for, going on or not, are told about there. */
function strangeChains(vm: VmFacts, facts: LeftoverFacts): readonly Leftover[] {
  const files = vm.drives.map((drive) => drive.path).filter(isCheckpointFile);
  const isAccountedFor = facts.runs.some((run) => checkpointEffects(run).some((effect) => effect.vmId === vm.id));
  if (files.length === 0 || vm.checkpoints.length > 0 || isAccountedFor) return [];
  const about = new AppError('leftover.not-ours', { vm: vm.name, host: vm.hostId, files }).toData();
  return [{ ...ofVm('not-ours', vm, vm.id), isCleanable: false, about }];
}

function locksOf(run: RunState): readonly Leftover[] {
  return Object.values(run.effects).flatMap((effect) => {
    if (effect.kind !== 'repository-lock') return [];
    const params = { run: run.runId, lock: effect.lockId, location: effect.repositoryPath };
    const about = new AppError('leftover.lock', params).toData();
    const id = `repository-lock:${effect.lockId}`;
    return [{ id, kind: 'repository-lock' as const, isCleanable: true, runId: run.runId, about }];
  });
}

function ofVm(kind: LeftoverKind, vm: VmFacts, id: string): Omit<Leftover, 'about'> {
  return { id: `${kind}:${id}`, kind, isCleanable: true, vmId: vm.id, vmName: vm.name, hostId: vm.hostId };
}
