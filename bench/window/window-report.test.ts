import { expect, it } from 'vitest';
import type { ListResult } from './measure-list.ts';
import type { LiveRunResult } from './measure-live-run.ts';
import { formatWindowReport } from './window-report.ts';

const frames = {
  count: 600,
  p50Ms: 16.7,
  p95Ms: 33.3,
  maxMs: 50,
  droppedShare: 0.1,
  overOneShare: 0.08,
  overTwoShare: 0.02,
};
const liveRun = (p95: number): LiveRunResult => ({
  sent: 1000,
  overtaken: 10,
  latencyMs: { p50: 12, p95, p99: 40, max: 90 },
  clockUncertaintyMs: 0.4,
  frames,
  longTasks: 0,
  longestTaskMs: 0,
  mainThreadBusyShare: 0.25,
  heapBeforeBytes: 20 * 1024 ** 2,
  heapAfterBytes: 21 * 1024 ** 2,
});
const list = (vmTotal: number): ListResult => ({ vmTotal, thereMs: 700, frames, heapBytes: 30 * 1024 ** 2 });

it('states medians, each list under its size, and every bundle', () => {
  const report = formatWindowReport({
    firstScreenMs: { cold: [900, 700, 800], reloaded: [300, 500, 400] },
    liveRuns: [liveRun(20), liveRun(400), liveRun(22)],
    lists: [[list(1000)], [list(8000)]],
    bundles: [{ name: 'renderer', rawBytes: 900 * 1024, gzipBytes: 250 * 1024 }],
  });
  for (const row of [
    '| first useful screen, new browser | 800 ms |',
    '| first useful screen, reloaded | 400 ms |',
    '| event to pixel, 32 disks, p50 / p95 / p99 / max | 12 / 22 / 40 / 90 ms |',
    '| figures overtaken before they were drawn | 1.0 % |',
    '| main thread busy | 25.0 % |',
    '| JS heap before and after | 20.0 and 21.0 MiB |',
    '| list of 1000 VMs: there after | 700 ms |',
    '| list of 8000 VMs: frames over 16.7 ms, over 33.3 ms | 8.0 %, 2.0 % |',
    '| size of renderer | 900 KiB, gzip 250 KiB |',
  ])
    expect(report.split('\n')).toContain(row);
});
