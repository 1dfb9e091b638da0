// The list of VMs to back up: how long until it is there, and whether it follows when it is scrolled.
import { openBenchPage } from './browser.ts';
import { startFakeBackend } from './fake-backend.ts';
import { noteList, scrollList } from './page-probes.ts';
import { summarizeFrames, type FrameSummary } from './statistics.ts';

export interface ListResult {
  readonly vmTotal: number;
  /** From the beginning of the navigation, browser and caches being new. */
  readonly thereMs: number;
  readonly frames: FrameSummary;
  readonly heapBytes: number;
}

/** Three rows: what one notch of a wheel moves, with every frame. */
const pixelsPerFrame = 120;

export async function measureList(vmTotal: number, scrollSeconds: number): Promise<ListResult> {
  const backend = await startFakeBackend({ vmTotal });
  const { page, counters, close } = await openBenchPage();
  try {
    // The printed address leads to the first screen; it has let the browser in.
    await page.goto(backend.address);
    await page.getByRole('heading', { level: 1, name: 'Readiness' }).waitFor();
    await page.goto('about:blank');
    await page.addInitScript(noteList, vmTotal);
    await page.goto(new URL('/#/back-up', backend.address).href);
    const noted = await page.waitForFunction((): unknown => Reflect.get(window, 'benchListMs'));
    const thereMs = Number(await noted.jsonValue());
    const options = { label: 'VMs to back up', pixelsPerFrame, forMs: scrollSeconds * 1000 };
    const stamps = await page.evaluate(scrollList, options);
    return { vmTotal, thereMs, frames: summarizeFrames(stamps), heapBytes: await counters.heapBytes() };
  } finally {
    await close();
    await backend.close();
  }
}
