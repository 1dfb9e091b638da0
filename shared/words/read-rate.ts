// How fast a VM's disks are read just now, from what was seen in the last seconds. Pure.
import type { VmRunState } from '../events/run-state.ts';

/** Less than that says more about the moment than about the rate. */
const leastSpanMs = 2000;
/** Figures come several times a second: after so long without one, the last rate says nothing about now. */
const staleAfterMs = 5000;

/** Undefined outside of reading, until enough has been seen, and when nothing has been heard for a while. */
export function readRateOf(
  { phase, outcome, readSamples }: VmRunState,
  nowMs: number,
): { readonly bytesPerSecond: number } | undefined {
  const [first] = readSamples;
  const last = readSamples.at(-1);
  if (phase !== 'reading' || outcome !== undefined || first === undefined || last === undefined) return undefined;
  if (nowMs - last.atMs > staleAfterMs) return undefined;
  const spanMs = last.atMs - first.atMs;
  if (spanMs < leastSpanMs) return undefined;
  return { bytesPerSecond: Math.max(0, ((last.readBytes - first.readBytes) / spanMs) * 1000) };
}
