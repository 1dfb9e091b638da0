// From the beginning of the navigation to the three gates with their values: first in a browser that has never seen the
// page, then after a reload. Behind it stands the real backend on its lab, with its guests writing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackendProcess } from '../../e2e/fixtures/backend-process.ts';
import { openBenchPage } from './browser.ts';
import { noteFirstScreen } from './page-probes.ts';

export interface FirstScreenMs {
  readonly cold: readonly number[];
  readonly reloaded: readonly number[];
}

export async function measureFirstScreen(rounds: number): Promise<FirstScreenMs> {
  const dir = mkdtempSync(join(tmpdir(), 'stillpoint-bench-window-'));
  const cold: number[] = [];
  const reloaded: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      // A backend for each: the address lets one browser in. The lab is made in the first; it is not part of the time.
      const backend = await BackendProcess.start({ dir });
      const bench = await openBenchPage();
      try {
        await bench.page.addInitScript(noteFirstScreen);
        await bench.page.goto(backend.address);
        cold.push(await firstScreenMs(bench.page));
        await bench.page.reload();
        reloaded.push(await firstScreenMs(bench.page));
      } finally {
        await bench.close();
        await backend.stop();
      }
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return { cold, reloaded };
}

async function firstScreenMs(page: Awaited<ReturnType<typeof openBenchPage>>['page']): Promise<number> {
  const noted = await page.waitForFunction((): unknown => Reflect.get(window, 'benchFirstScreenMs'));
  return Number(await noted.jsonValue());
}
