// 32 disks with five figures a second each, drawn in the Activity screen: how old a figure is when it stands there.
import type { Page } from '@playwright/test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBenchPage } from './browser.ts';
import { startFakeBackend } from './fake-backend.ts';
import { FakeRun, fakeDiskCount } from './fake-run.ts';
import { figureLatencies, type Figure } from './figure-latencies.ts';
import { watchRun } from './page-probes.ts';
import { percentile, summarizeFrames, type FrameSummary } from './statistics.ts';

const figuresPerSecond = 5;

export interface LiveRunResult {
  readonly sent: number;
  readonly overtaken: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
  /** How far the clocks of page and backend may be apart, at most. */
  readonly clockUncertaintyMs: number;
  readonly frames: FrameSummary;
  /** Tasks over 50 ms. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
  readonly mainThreadBusyShare: number;
  readonly heapBeforeBytes: number;
  readonly heapAfterBytes: number;
}

export async function measureLiveRun(seconds: number): Promise<LiveRunResult> {
  const run = new FakeRun(wallMs);
  const backend = await startFakeBackend({ vmTotal: 40, run: run.begin() });
  const { page, counters, close } = await openBenchPage();
  try {
    await page.goto(backend.address);
    await page.getByRole('link', { name: 'Activity' }).click();
    await page
      .getByRole('progressbar')
      .nth(fakeDiskCount - 1)
      .waitFor({ state: 'attached' });
    const clock = await clockOffset(page);
    // The first second belongs to the compiler.
    await emitFigures(run, backend, 1);
    const heapBeforeBytes = await counters.heapBytes();
    await page.evaluate(watchRun);
    const busyBefore = await counters.busySeconds();
    const beganAtMs = wallMs();
    const sent = await emitFigures(run, backend, seconds);
    await sleep(1000);
    const busySeconds = (await counters.busySeconds()) - busyBefore;
    const elapsedSeconds = (wallMs() - beganAtMs) / 1000;
    const heapAfterBytes = await counters.heapBytes();
    const seen = (await page.evaluate(() => Reflect.get(window, 'benchWatch') as unknown)) as Watched;
    const shown = seen.shown.map((figure) => ({ ...figure, atMs: figure.atMs - clock.offsetMs }));
    const { latenciesMs, missing, overtaken } = figureLatencies(sent, shown);
    if (missing > 0) throw new Error(`${missing} figures never stood on the screen`);
    return {
      sent: sent.length,
      overtaken,
      latencyMs: {
        p50: percentile(latenciesMs, 0.5),
        p95: percentile(latenciesMs, 0.95),
        p99: percentile(latenciesMs, 0.99),
        max: percentile(latenciesMs, 1),
      },
      clockUncertaintyMs: clock.uncertaintyMs,
      frames: summarizeFrames(seen.frames),
      longTasks: seen.longTasks.length,
      longestTaskMs: Math.max(0, ...seen.longTasks),
      mainThreadBusyShare: busySeconds / elapsedSeconds,
      heapBeforeBytes,
      heapAfterBytes,
    };
  } finally {
    await close();
    await backend.close();
  }
}

interface Watched {
  readonly shown: readonly Figure[];
  readonly frames: readonly number[];
  readonly longTasks: readonly number[];
}

/** Evenly spread: the disks of a real run do not wait for each other either. */
async function emitFigures(
  run: FakeRun,
  backend: Awaited<ReturnType<typeof startFakeBackend>>,
  seconds: number,
): Promise<readonly Figure[]> {
  const sent: Figure[] = [];
  const total = seconds * figuresPerSecond * fakeDiskCount;
  const gapMs = 1000 / (figuresPerSecond * fakeDiskCount);
  const beganAtMs = wallMs();
  while (sent.length < total) {
    while (sent.length < total && wallMs() - beganAtMs >= sent.length * gapMs) {
      const { label, value, event } = run.progress(sent.length % fakeDiskCount);
      sent.push({ label, value, atMs: wallMs() });
      backend.emit({ type: 'run', event });
    }
    await sleep(1);
  }
  return sent;
}

/** Both read the clock of this machine; it is looked whether they agree within the time that asking takes. */
async function clockOffset(page: Page): Promise<{ readonly offsetMs: number; readonly uncertaintyMs: number }> {
  let best = { offsetMs: 0, uncertaintyMs: Infinity };
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const before = wallMs();
    const there = await page.evaluate(() => performance.timeOrigin + performance.now());
    const after = wallMs();
    const uncertaintyMs = (after - before) / 2;
    if (uncertaintyMs < best.uncertaintyMs) best = { offsetMs: there - (before + after) / 2, uncertaintyMs };
  }
  const isSame = Math.abs(best.offsetMs) <= best.uncertaintyMs;
  return isSame ? { ...best, offsetMs: 0 } : best;
}

function wallMs(): number {
  return performance.timeOrigin + performance.now();
}
