// What is said about many measurements of one thing. Pure.

/** The smallest value that `share` of all values do not exceed (nearest rank). @param share 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('there is no percentile of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[Math.min(rank, sorted.length) - 1] ?? NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export interface FrameSummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  /** Of the frames that could have been drawn in the time: 0 to 1. */
  readonly droppedShare: number;
  /** Frames that took longer than one, and than two, of the screen's. */
  readonly overOneShare: number;
  readonly overTwoShare: number;
}

/** Of a screen that draws 60 times a second. */
const frameMs = 1000 / 60;
/** Time stamps of frames waver by that much without one being missed. */
const jitterMs = 1;

/** @param stampsMs when each frame began, in order */
export function summarizeFrames(stampsMs: readonly number[]): FrameSummary {
  const gaps = stampsMs.slice(1).map((stamp, index) => stamp - (stampsMs[index] ?? stamp));
  const possible = gaps.reduce((sum, gap) => sum + slots(gap), 0);
  const over = (limitMs: number): number => gaps.filter((gap) => gap > limitMs + jitterMs).length / gaps.length;
  return {
    count: gaps.length,
    p50Ms: percentile(gaps, 0.5),
    p95Ms: percentile(gaps, 0.95),
    maxMs: percentile(gaps, 1),
    droppedShare: 1 - gaps.length / possible,
    overOneShare: over(frameMs),
    overTwoShare: over(2 * frameMs),
  };
}

function slots(gapMs: number): number {
  return Math.max(1, Math.round(gapMs / frameMs));
}
