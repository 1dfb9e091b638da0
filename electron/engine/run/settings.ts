// The numbers of a run in one place: limits, intervals, patience. Times in milliseconds of the engine's clock.
import type { FuseSettings } from './judge-room.ts';

export interface EngineSettings {
  /** VMs of one run that are worked on at the same time, on one host and overall. */
  readonly vmsPerHost: number;
  readonly vmsAtOnce: number;
  /** Between two looks at a checkpoint job. */
  readonly jobPollMs: number;
  /** Between two looks at a merge. */
  readonly mergePollMs: number;
  /** Between two looks at the files a VM writes to while its checkpoint stands. */
  readonly growthPollMs: number;
  /** The same at the shortest, when little room is left. */
  readonly growthLeastPollMs: number;
  /** A checkpoint can appear this long after its job has ended (facts: seconds; others poll 15 s). */
  readonly lateCheckpointMs: number;
  /** A checkpoint that is still being made after this time is given up. */
  readonly checkpointMaxMs: number;
  /** A host may be silent this long in the middle of a step before the step fails. */
  readonly hostSilenceMs: number;
  /** The same while something of ours is being removed, where giving up leaves it behind. */
  readonly releaseSilenceMs: number;
  /** The same at a start: the next start tries again. */
  readonly recoverySilenceMs: number;
  /** A merge that states its progress and makes none for this long has stalled. */
  readonly mergeStallMs: number;
  /** A merge that Hyper-V reports without stating progress: nothing else can be known than the time. */
  readonly mergeBlindMs: number;
  /** At most one progress event per disk in this time. */
  readonly progressIntervalMs: number;
  /** How long a question to the admin waits before its default is taken: a checkpoint may stand meanwhile. */
  readonly questionMs: number;
  /** What must stay free on the volumes that checkpoint files grow on. */
  readonly fuse: FuseSettings;
}

export const defaultEngineSettings: EngineSettings = {
  vmsPerHost: 2,
  vmsAtOnce: 4,
  jobPollMs: 150,
  mergePollMs: 500,
  growthPollMs: 2000,
  growthLeastPollMs: 200,
  lateCheckpointMs: 15_000,
  checkpointMaxMs: 15 * 60_000,
  hostSilenceMs: 60_000,
  releaseSilenceMs: 10 * 60_000,
  recoverySilenceMs: 30_000,
  mergeStallMs: 15 * 60_000,
  mergeBlindMs: 4 * 60 * 60_000,
  progressIntervalMs: 200,
  questionMs: 2 * 60_000,
  fuse: { reserveFraction: 0.1, reserveLeastBytes: 4 * 1024 ** 3 },
};
