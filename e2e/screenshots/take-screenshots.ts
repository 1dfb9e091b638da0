// Makes docs/images: a new lab for each look, and the tour through it. `--dir` names the folder of that installation, which
// is to be seen in some of the pictures; it must not exist, and is removed afterwards.
import { chromium } from '@playwright/test';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BackendProcess } from '../fixtures/backend-process.ts';
import { chromiumArguments, findChromium } from '../fixtures/chromium.ts';
import { Camera, looks, type Look } from './camera.ts';
import { tourOfTheRest, tourToLiveRun } from './tour.ts';

const defaultDir = process.platform === 'win32' ? 'C:\\stillpoint' : '/tmp/stillpoint';
const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: defaultDir },
    out: { type: 'string', default: join(import.meta.dirname, '..', '..', 'docs', 'images') },
    look: { type: 'string', multiple: true, default: [...looks] },
  },
});
const executablePath = findChromium();
if (executablePath === undefined) throw new Error('no browser of the Chromium family on this machine');
mkdirSync(values.out, { recursive: true });
for (const look of looks.filter((known) => values.look.includes(known))) await takeAll(look, executablePath);

async function takeAll(look: Look, browserPath: string): Promise<void> {
  const { dir, out } = values;
  // Throws where it exists: whatever that is, it is not ours to remove.
  mkdirSync(dir);
  let backend: BackendProcess | undefined;
  const browser = await chromium.launch({ executablePath: browserPath, args: [...chromiumArguments] });
  try {
    backend = await BackendProcess.start({ dir });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    await page.goto(backend.address);
    const camera = new Camera(page, look, out);
    await camera.setLook();
    await tourToLiveRun(page, camera);
    // Of a contrast theme nothing more is shown.
    if (look === 'contrast') return;
    await tourOfTheRest(page, camera, {
      kill: async () => backend?.kill(),
      restart: async () => {
        backend = await BackendProcess.start({ dir });
      },
    });
  } finally {
    await browser.close();
    await backend?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
