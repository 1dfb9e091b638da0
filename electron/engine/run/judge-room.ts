// Whether the room of one volume is enough for the checkpoint files that stand on it, and when to look again. Pure
// arithmetic; who is asked, and what is aborted, is decided in run-fuse.ts.
//
//   free >= reserve + what the merge may still need + what is written until it has ended
//
// A merge needs room because a dynamic parent grows by what it is given, while the AVHDX goes away only at its end.

export interface FuseSettings {
  /** Of a volume's size, to stay free. */
  readonly reserveFraction: number;
  /** And never less than this; on volumes under four times this size a quarter of the volume, so that small ones can be used at all. */
  readonly reserveLeastBytes: number;
}

/** One disk of a VM that has, or is about to have, a checkpoint. */
export interface StandingDisk {
  /** Of the AVHDX; 0 before it exists. */
  readonly fileSizeBytes: number;
  /** How much the frozen file can still grow: virtual size less what it takes now. Infinity where that is not known. */
  readonly headroomBytes: number;
  /** Of the frozen file; a write of one sector allocates a whole block of it. */
  readonly parentBlockBytes: number;
}

export interface RoomSight {
  readonly sizeBytes: number | undefined;
  readonly freeBytes: number;
  readonly disks: readonly StandingDisk[];
  /** By which the volume's free space falls now, whoever writes; undefined before two looks. */
  readonly bytesPerSecond: number | undefined;
}

export interface RoomLooks {
  readonly leastMs: number;
  readonly mostMs: number;
}

export interface RoomJudgement {
  readonly reserveBytes: number;
  /** Above the reserve: what the merge and the writes until its end can take, were it begun after the next look. */
  readonly neededBytes: number;
  /** `under`: the reserve is touched already. `short`: it would be before the next look and the merge after it. */
  readonly verdict: 'enough' | 'short' | 'under';
  /** Shorter the less room is left. */
  readonly nextLookMs: number;
}

const MiB = 1024 * 1024;
/** Every .vhdx begins with header, log, table and metadata; they are not merged. */
const headBytes = 4 * MiB;
/** New-VHD and checkpoints make differencing disks with blocks of 2 MiB. */
const differencingBlockBytes = 2 * MiB;
/** New-VHD makes dynamic disks with blocks of 32 MiB. Reckoned with until the frozen file has said its own. */
export const assumedParentBlockBytes = 32 * MiB;
/** A guest can write this fast from one moment to the next, whatever it did before: reckoned with until the merge has begun. */
export const burstBytesPerSecond = 100 * MiB;
/** From the decision to abort until the merge copies: reads end, handles are closed, the removal is asked for. */
const settleMs = 3000;
const mergeBytesPerSecond = 50 * MiB;

export function reserveOf(sizeBytes: number | undefined, { reserveFraction, reserveLeastBytes }: FuseSettings): number {
  if (sizeBytes === undefined) return reserveLeastBytes;
  return Math.max(sizeBytes * reserveFraction, Math.min(reserveLeastBytes, sizeBytes / 4));
}

export function judgeRoom(sight: RoomSight, settings: FuseSettings, looks: RoomLooks): RoomJudgement {
  const reserveBytes = reserveOf(sight.sizeBytes, settings);
  const spareBytes = sight.freeBytes - reserveBytes;
  const neededAfter = (lookMs: number): number => neededBytes(sight, lookMs);
  // The judgement has to hold until after the next look; the soonest possible one decides whether there is still time.
  const needed = neededAfter(looks.leastMs);
  const verdict = spareBytes < 0 ? 'under' : spareBytes < needed ? 'short' : 'enough';
  let nextLookMs = looks.mostMs;
  while (nextLookMs > looks.leastMs && spareBytes < neededAfter(nextLookMs)) nextLookMs /= 2;
  return { reserveBytes, neededBytes: needed, verdict, nextLookMs: Math.max(looks.leastMs, nextLookMs) };
}

function neededBytes({ disks, bytesPerSecond = 0 }: RoomSight, lookMs: number): number {
  const standing = disks.map((disk) => ({ ...disk, payloadBytes: Math.max(0, disk.fileSizeBytes - headBytes) }));
  const payloadBytes = standing.reduce((sum, disk) => sum + disk.payloadBytes, 0);
  const mergeMs = (payloadBytes / mergeBytesPerSecond) * 1000;
  const fastest = Math.max(burstBytesPerSecond, bytesPerSecond);
  const writtenBytes = (fastest * (lookMs + settleMs) + bytesPerSecond * mergeMs) / 1000;
  const newHeads = disks.filter((disk) => disk.fileSizeBytes === 0).length * headBytes;
  // What stands, merged; then what is written meanwhile, into the AVHDX and into the parent.
  const merged = standing.map((disk) => Math.min(disk.headroomBytes, disk.payloadBytes * spreadOf(disk)));
  const mergedBytes = merged.reduce((sum, bytes) => sum + bytes, 0);
  const headroomBytes = disks.reduce((sum, disk) => sum + disk.headroomBytes, 0) - mergedBytes;
  const spread = Math.max(0, ...disks.map(spreadOf));
  const growthBytes = Math.min(Math.max(0, headroomBytes), writtenBytes * spread);
  return Math.ceil(newHeads + mergedBytes + writtenBytes + growthBytes);
}

/** How much a parent can grow for each byte of the AVHDX, at worst: every block of it falls into another one of the parent. */
function spreadOf({ parentBlockBytes }: StandingDisk): number {
  return Math.max(1, parentBlockBytes / differencingBlockBytes);
}
