// Says when a merge has stalled. Hyper-V often states no progress at all, so the deadline is on *change*: anything that
// moves starts it anew. Pure but for the clock.
import type { Clock } from '../ports/clock.ts';
import type { VmStatus } from '../ports/hyperv.ts';

export interface MergeSight {
  readonly status: VmStatus;
  readonly checkpointIds: readonly string[];
  readonly displacedPaths: readonly string[];
  readonly removal: { readonly isRunning: boolean; readonly fraction?: number };
}

export interface MergePatience {
  readonly mergeStallMs: number;
  readonly mergeBlindMs: number;
}

export class MergeWatch {
  readonly #clock: Clock;
  readonly #patience: MergePatience;
  #lastSight = '';
  #changedAtMs: number;

  constructor(clock: Clock, patience: MergePatience) {
    this.#clock = clock;
    this.#patience = patience;
    this.#changedAtMs = clock.nowMs();
  }

  /** How long nothing has moved, once that is longer than patience allows; undefined while there is hope. */
  stalledMs(sight: MergeSight): number | undefined {
    const nowMs = this.#clock.nowMs();
    const { status, checkpointIds, displacedPaths, removal } = sight;
    const { activities } = status.vm;
    const seen = [checkpointIds, displacedPaths, removal.isRunning, removal.fraction, activities, status.mergeJobs];
    const text = JSON.stringify(seen);
    if (text !== this.#lastSight) {
      this.#lastSight = text;
      this.#changedAtMs = nowMs;
      return undefined;
    }
    const silentMs = nowMs - this.#changedAtMs;
    return silentMs > this.#limitMs(sight) ? silentMs : undefined;
  }

  /** Work that states no fraction can only be waited for; work that does, or no work at all, shows when it stands still. */
  #limitMs({ status, removal }: MergeSight): number {
    const statesProgress = removal.fraction !== undefined || status.mergeJobs.some((job) => job.fraction !== undefined);
    const isWorking = removal.isRunning || status.mergeJobs.length > 0 || isMerging(status);
    return isWorking && !statesProgress ? this.#patience.mergeBlindMs : this.#patience.mergeStallMs;
  }
}

/** Hyper-V's own word that disks of this VM are being merged or a checkpoint of it removed. */
export function isMerging(status: VmStatus): boolean {
  return (
    status.mergeJobs.length > 0 ||
    status.vm.activities.includes('merging-disks') ||
    status.vm.activities.includes('deleting-checkpoint')
  );
}

/** What a host states is drawn as it is only where it can be true. */
export function clampFraction(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}

/** 0 to 1 over all merges of the VM; undefined where the host states none. */
export function mergeFraction(status: VmStatus): number | undefined {
  const stated = status.mergeJobs.flatMap((job) => (job.fraction === undefined ? [] : [job.fraction]));
  if (stated.length === 0) return undefined;
  const mean = stated.reduce((sum, fraction) => sum + fraction, 0) / stated.length;
  return clampFraction(mean);
}
