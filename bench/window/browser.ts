// The system's Chromium for one measurement: a profile of its own, empty caches, and the counters of its page.
import { chromium, type CDPSession, type Page } from '@playwright/test';
import { chromiumArguments, findChromium } from '../../e2e/fixtures/chromium.ts';

export interface BenchPage {
  readonly page: Page;
  readonly counters: PageCounters;
  readonly version: string;
  readonly close: () => Promise<void>;
}

export async function openBenchPage(): Promise<BenchPage> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no browser of the Chromium family on this machine');
  const browser = await chromium.launch({ executablePath, args: [...chromiumArguments] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const counters = await PageCounters.of(page);
  return { page, counters, version: browser.version(), close: () => browser.close() };
}

/** Chromium's own counters (DevTools protocol, Performance.getMetrics). */
export class PageCounters {
  readonly #session: CDPSession;

  static async of(page: Page): Promise<PageCounters> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    return new PageCounters(session);
  }

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  /** Seconds the main thread was busy since the page began. */
  async busySeconds(): Promise<number> {
    return this.#metric('TaskDuration');
  }

  /** After garbage was collected. */
  async heapBytes(): Promise<number> {
    await this.#session.send('HeapProfiler.collectGarbage');
    return this.#metric('JSHeapUsedSize');
  }

  async #metric(name: string): Promise<number> {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    const found = metrics.find((metric) => metric.name === name);
    if (found === undefined) throw new Error(`Chromium states no ${name}`);
    return found.value;
  }
}
