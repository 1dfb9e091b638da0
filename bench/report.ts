// Figures for people: medians over the rounds, and how we stand beside the others.
import type { ContenderName, Measurement } from './contenders.ts';

export type Step = 'backup' | 'incremental' | 'restore';
export const steps: readonly Step[] = ['backup', 'incremental', 'restore'];

export interface StepSummary {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryBytes?: number;
  readonly storedBytes: number;
  /** The worst of all rounds. */
  readonly eventLoopMs?: Measurement['eventLoopMs'];
}

export type Summary = Readonly<Partial<Record<ContenderName, Readonly<Record<Step, StepSummary>>>>>;

export function summarize(rounds: readonly Measurement[]): StepSummary {
  const memory = rounds.map((round) => round.peakMemoryBytes).filter((bytes) => bytes !== undefined);
  const loops = rounds.map((round) => round.eventLoopMs).filter((loop) => loop !== undefined);
  const worst = (pick: (loop: (typeof loops)[number]) => number): number => Math.max(...loops.map(pick));
  return {
    wallSeconds: median(rounds.map((round) => round.wallSeconds)),
    cpuSeconds: median(rounds.map((round) => round.cpuSeconds)),
    storedBytes: median(rounds.map((round) => round.storedBytes)),
    ...(memory.length === 0 ? {} : { peakMemoryBytes: median(memory) }),
    ...(loops.length === 0
      ? {}
      : {
          eventLoopMs: {
            p50: worst(({ p50 }) => p50),
            p99: worst(({ p99 }) => p99),
            max: worst(({ max }) => max),
          },
        }),
  };
}

export function formatSummary(summary: Summary): string {
  const lines = [row('', 'wall s', 'cpu s', 'peak MiB', 'stored MiB', 'event loop p50/p99/max ms')];
  for (const step of steps) {
    lines.push(step);
    for (const [name, results] of Object.entries(summary)) lines.push(summaryRow(name, results[step]));
    lines.push(...ratioRows(summary, step));
  }
  return lines.join('\n');
}

function summaryRow(name: string, step: StepSummary): string {
  const { wallSeconds, cpuSeconds, peakMemoryBytes, storedBytes, eventLoopMs } = step;
  return row(
    `  ${name}`,
    wallSeconds.toFixed(2),
    cpuSeconds.toFixed(2),
    peakMemoryBytes === undefined ? '-' : toMib(peakMemoryBytes),
    toMib(storedBytes),
    eventLoopMs === undefined ? '' : `${eventLoopMs.p50} / ${eventLoopMs.p99} / ${eventLoopMs.max}`,
  );
}

/** Below 1: we need less. */
function ratioRows({ stillpoint, restic }: Summary, step: Step): readonly string[] {
  if (stillpoint === undefined || restic === undefined) return [];
  const [ours, theirs] = [stillpoint[step], restic[step]];
  const ratio = (pick: (s: StepSummary) => number | undefined): string => {
    const [a, b] = [pick(ours), pick(theirs)];
    return a === undefined || b === undefined || b === 0 ? '-' : (a / b).toFixed(2);
  };
  return [
    row(
      '  ours / restic',
      ratio((s) => s.wallSeconds),
      ratio((s) => s.cpuSeconds),
      ratio((s) => s.peakMemoryBytes),
      ratio((s) => s.storedBytes),
      '',
    ),
  ];
}

function row(name: string, ...cells: readonly string[]): string {
  const [wide = '', ...others] = cells.toReversed();
  return (
    name.padEnd(18) +
    others
      .toReversed()
      .map((cell) => cell.padStart(12))
      .join('') +
    wide.padStart(28)
  ).trimEnd();
}

function toMib(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
