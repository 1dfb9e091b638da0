// Makes sure that nothing of one checkpoint effect is left on its host, and waits until that is confirmed. Used at the
// end of every run, by recovery and by the cleaning of leftovers: it needs the effect alone, and can be repeated.
import { AppError, isAppError, toAppError } from '../../../shared/errors/app-error.ts';
import { runIdOfTag } from '../../../shared/model/checkpoint-tag.ts';
import type { CheckpointId } from '../../../shared/model/ids.ts';
import type { FrozenDrive } from '../../../shared/model/site.ts';
import type { Clock } from '../ports/clock.ts';
import type { HyperVPort, JobRef, VmStatus } from '../ports/hyperv.ts';
import { CheckpointRemoval, type RemovalState } from './checkpoint-removal.ts';
import { checkpointsTagged, displacedDrives } from './disk-paths.ts';
import { isMerging, mergeFraction, MergeWatch } from './merge-watch.ts';
import type { EngineSettings } from './settings.ts';
import type { VmAccess } from './vm-access.ts';

export interface ReleaseOptions {
  readonly hyperv: HyperVPort;
  readonly clock: Clock;
  readonly settings: EngineSettings;
  readonly access: VmAccess;
  readonly tag: string;
  /** Where each drive pointed before the checkpoint. */
  readonly originalDrives: readonly FrozenDrive[];
  /** Checkpoints that stood before: a recovery checkpoint that is new and bears no tag could be ours or another's. */
  readonly checkpointIdsBefore: readonly CheckpointId[];
  /** Only for who may give up: a run never does. */
  readonly signal?: AbortSignal;
  /** How long a silent host is asked again. */
  readonly silenceMs: number;
  /** The request's job, where it is known: it must be over before "there is no checkpoint" means anything. */
  readonly requestJob?: JobRef;
  /** Until then a checkpoint that was asked for may still appear. */
  readonly mayAppearUntilMs: number;
  /** It is known that the checkpoint was made. */
  readonly wasMade: boolean;
  /** Told once, before the first removal or the first wait for a merge; never for a checkpoint that was never made. */
  readonly onMerging: () => Promise<void>;
  readonly onProgress: (fraction: number | undefined) => void;
  /** Told with each look while files of ours stand or merge. */
  readonly onLook?: (status: VmStatus) => void;
  /** Told once, when the merge waits for room on its volume; it goes on by itself when there is some. */
  readonly onWaitingForRoom?: (error: AppError<'hyperv.volume-full'>) => Promise<void>;
  /** For the error text. */
  readonly restorePointId?: string;
}

/** `removed`: by us, now. `already-gone`: it had been made, and neither it nor its merge is to be seen any more. */
export type Released = 'removed' | 'already-gone' | 'never-made';

/**
 * Resolves when it is confirmed: no checkpoint with the tag, every drive back on its original file, nothing merging.
 * @throws AppError `engine.merge-not-confirmed`, `engine.unclear-checkpoint`; the effect must then stay recorded
 */
export async function releaseCheckpoint(options: ReleaseOptions): Promise<Released> {
  const { access, clock, settings } = options;
  const removal = new CheckpointRemoval(options.hyperv, clock, access);
  const watch = new MergeWatch(clock, settings);
  let hasBegun = false;
  let wasSeen = false;
  const tellOfRoom = roomTeller(options);
  for (;;) {
    const status = await readStatus(options);
    const sight = lookAt(status, options);
    wasSeen ||= sight.isOurs;
    if (!hasBegun && (sight.isOurs || options.wasMade) && !isCreating(status)) {
      hasBegun = true;
      await options.onMerging();
    }
    if (sight.isHome && (hasBegun || !(await mayStillAppear(status, options)))) {
      if (!hasBegun) return neverMade(status, options);
      return wasSeen ? 'removed' : 'already-gone';
    }
    const removing = await removeIfSeen(status, removal, options);
    await tellOfRoom(removal.lastError);
    if (hasBegun) tellProgress(options, status, removing);
    const { checkpointIds, displacedPaths } = sight;
    const stalledMs = watch.stalledMs({ status, checkpointIds, displacedPaths, removal: removing });
    if (stalledMs !== undefined) throw stalled(options, sight, stalledMs, removal.lastError);
    await clock.sleep(settings.mergePollMs, options.signal);
  }
}

function roomTeller({ onWaitingForRoom }: ReleaseOptions): (error: unknown) => Promise<void> {
  let isTold = false;
  return async (error) => {
    if (isTold || !isAppError(error, 'hyperv.volume-full')) return;
    isTold = true;
    await onWaitingForRoom?.(error);
  };
}

function tellProgress({ onProgress, onLook }: ReleaseOptions, status: VmStatus, removing: RemovalState): void {
  onProgress(mergeFraction(status) ?? removing.fraction);
  onLook?.(status);
}

interface Sight {
  readonly checkpointIds: readonly string[];
  readonly displacedPaths: readonly string[];
  /** The checkpoint, or files of it that the VM still writes to. */
  readonly isOurs: boolean;
  /** Nothing of ours is there and nothing is going on. */
  readonly isHome: boolean;
}

function lookAt(status: VmStatus, { tag, originalDrives }: ReleaseOptions): Sight {
  const checkpointIds = checkpointsTagged(status.vm, tag).map((checkpoint) => checkpoint.id);
  const displacedPaths = displacedDrives(status.vm, originalDrives, tag).map((drive) => drive.path);
  const isOurs = checkpointIds.length > 0 || displacedPaths.length > 0;
  return { checkpointIds, displacedPaths, isOurs, isHome: !isOurs && !isMerging(status) && !isCreating(status) };
}

function isCreating(status: VmStatus): boolean {
  return status.vm.activities.includes('creating-checkpoint');
}

/** A checkpoint that is still being made is left alone: its removal would be refused. */
async function removeIfSeen(
  status: VmStatus,
  removal: CheckpointRemoval,
  { tag }: ReleaseOptions,
): Promise<RemovalState> {
  const [checkpoint] = checkpointsTagged(status.vm, tag);
  if (checkpoint === undefined) await removal.lookAfterwards();
  if (checkpoint === undefined || isCreating(status)) return { isRunning: false };
  return removal.advance(checkpoint, tag);
}

/**
 * @throws AppError `engine.unclear-checkpoint` while a new recovery checkpoint without our tag stands: a host that died
 * before it had named ours would leave exactly that, and so does another backup product. It is not touched.
 */
function neverMade(status: VmStatus, { access, checkpointIdsBefore }: ReleaseOptions): Released {
  const unclear = status.vm.checkpoints.find(
    ({ id, kind, name }) => kind === 'recovery' && !checkpointIdsBefore.includes(id) && runIdOfTag(name) === undefined,
  );
  if (unclear === undefined) return 'never-made';
  const params = { ...access.words, checkpoint: unclear.id, name: unclear.name };
  throw new AppError('engine.unclear-checkpoint', params);
}

async function mayStillAppear(status: VmStatus, options: ReleaseOptions): Promise<boolean> {
  if (options.clock.nowMs() < options.mayAppearUntilMs) return true;
  return isCreating(status) || (await isRequestRunning(options));
}

async function isRequestRunning({ hyperv, requestJob }: ReleaseOptions): Promise<boolean> {
  if (requestJob === undefined) return false;
  try {
    return (await hyperv.readJob(requestJob)).state === 'running';
  } catch (error) {
    if (isAppError(error, 'hyperv.job-unknown')) return false;
    if (isAppError(error, 'hyperv.host-unreachable')) return true;
    throw error;
  }
}

async function readStatus(options: ReleaseOptions): Promise<VmStatus> {
  try {
    const { silenceMs, signal } = options;
    return await options.access.read({ silenceMs, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    options.signal?.throwIfAborted();
    const reason = `The state of the VM could not be read: ${toAppError(error).text.title}`;
    throw notConfirmed(options, [], reason, error);
  }
}

function stalled(options: ReleaseOptions, sight: Sight, stalledMs: number, cause: unknown): AppError {
  const minutes = Math.round(stalledMs / 60_000);
  const what = sight.checkpointIds.length > 0 ? 'The checkpoint is still there' : 'The merge has not finished';
  const why = cause === undefined ? '' : ` (${toAppError(cause).text.title})`;
  return notConfirmed(options, sight.displacedPaths, `${what}, and nothing moved for ${minutes} minutes${why}`, cause);
}

function notConfirmed(options: ReleaseOptions, files: readonly string[], reason: string, cause: unknown): AppError {
  const restorePoint = options.restorePointId ?? null;
  return new AppError(
    'engine.merge-not-confirmed',
    { ...options.access.words, files, reason, restorePoint },
    { cause },
  );
}
