// The figures of the window for people: the median of every figure over the rounds, as a table of Markdown.
import type { BundleSize } from './bundle-sizes.ts';
import type { FirstScreenMs } from './measure-first-screen.ts';
import type { ListResult } from './measure-list.ts';
import type { LiveRunResult } from './measure-live-run.ts';
import { median } from './statistics.ts';

export interface WindowMeasurements {
  readonly firstScreenMs: FirstScreenMs;
  readonly liveRuns: readonly LiveRunResult[];
  /** By size of the site, each over the rounds. */
  readonly lists: readonly (readonly ListResult[])[];
  readonly bundles: readonly BundleSize[];
}

type Row = readonly [what: string, figure: string];

export function formatWindowReport(measured: WindowMeasurements): string {
  const rows: readonly Row[] = [
    ...firstScreenRows(measured.firstScreenMs),
    ...liveRunRows(measured.liveRuns),
    ...measured.lists.flatMap(listRows),
    ...measured.bundles.map(({ name, rawBytes, gzipBytes }): Row => [
      `size of ${name}`,
      `${kib(rawBytes)} KiB, gzip ${kib(gzipBytes)} KiB`,
    ]),
  ];
  return ['| | |', '| --- | ---: |', ...rows.map(([what, figure]) => `| ${what} | ${figure} |`)].join('\n');
}

function firstScreenRows({ cold, reloaded }: FirstScreenMs): readonly Row[] {
  return [
    ['first useful screen, new browser', `${whole(median(cold))} ms`],
    ['first useful screen, reloaded', `${whole(median(reloaded))} ms`],
  ];
}

function liveRunRows(runs: readonly LiveRunResult[]): readonly Row[] {
  const of = (pick: (run: LiveRunResult) => number): number => median(runs.map(pick));
  const ms = (pick: (run: LiveRunResult) => number): string => whole(of(pick));
  return [
    [
      'event to pixel, 32 disks, p50 / p95 / p99 / max',
      `${ms((run) => run.latencyMs.p50)} / ${ms((run) => run.latencyMs.p95)} / ${ms((run) => run.latencyMs.p99)} / ${ms((run) => run.latencyMs.max)} ms`,
    ],
    ['clocks of page and backend agree within', `${of((run) => run.clockUncertaintyMs).toFixed(1)} ms`],
    ['figures overtaken before they were drawn', percent(of((run) => run.overtaken / run.sent))],
    ['frames dropped meanwhile', percent(of((run) => run.frames.droppedShare))],
    ['tasks over 50 ms, and the longest', `${ms((run) => run.longTasks)}, ${ms((run) => run.longestTaskMs)} ms`],
    ['main thread busy', percent(of((run) => run.mainThreadBusyShare))],
    [
      'JS heap before and after',
      `${mib(of((run) => run.heapBeforeBytes))} and ${mib(of((run) => run.heapAfterBytes))} MiB`,
    ],
  ];
}

function listRows(rounds: readonly ListResult[]): readonly Row[] {
  const of = (pick: (list: ListResult) => number): number => median(rounds.map(pick));
  const name = `list of ${of((list) => list.vmTotal)} VMs`;
  return [
    [`${name}: there after`, `${whole(of((list) => list.thereMs))} ms`],
    [
      `${name}: frames while scrolling, p50 / p95 / max`,
      `${of((list) => list.frames.p50Ms).toFixed(1)} / ${of((list) => list.frames.p95Ms).toFixed(1)} / ${whole(of((list) => list.frames.maxMs))} ms`,
    ],
    [
      `${name}: frames over 16.7 ms, over 33.3 ms`,
      `${percent(of((list) => list.frames.overOneShare))}, ${percent(of((list) => list.frames.overTwoShare))}`,
    ],
    [`${name}: JS heap`, `${mib(of((list) => list.heapBytes))} MiB`],
  ];
}

function whole(value: number): string {
  return value.toFixed(0);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}

function mib(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}
