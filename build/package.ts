// The second half of `npm run package`, when dependencies and builds stand: packs what this machine can pack.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { findElectronRuntime } from './electron-runtime.ts';
import { packApp } from './pack-app.ts';
import { planPackaging, type PackageStep } from './package-plan.ts';
import { makeStandInRuntime } from './stand-in-runtime.ts';

const projectFolder = resolve(import.meta.dirname, '..');
const productFolder = join(projectFolder, 'dist', 'package');
const checkFolder = join(projectFolder, 'dist', 'package-check');

/** The closing line of what was made. */
async function perform(step: PackageStep): Promise<string> {
  if (step.kind === 'product') {
    const { runtime, produce } = step;
    const { folder, artifacts } = await packApp({
      target: runtime.target,
      runtimeFolder: runtime.folder,
      outputFolder: productFolder,
      environment: process.env,
      produce,
    });
    const made = produce === 'installer' ? artifacts : [folder];
    if (made.length === 0) throw new Error('electron-builder named no installer.');
    return `Made ${made.map((path) => relative(projectFolder, path)).join(', ')}`;
  }
  const runtimeFolder = mkdtempSync(join(tmpdir(), 'stillpoint-stand-in-'));
  try {
    makeStandInRuntime(runtimeFolder, step.target);
    const { folder } = await packApp({
      target: step.target,
      runtimeFolder,
      outputFolder: checkFolder,
      environment: {},
      produce: 'folder',
    });
    return `Checked ${relative(projectFolder, folder)}: the right files, fuses as stated. It is not a product: there is no Electron in it.`;
  } finally {
    rmSync(runtimeFolder, { recursive: true, force: true });
  }
}

const runtime = findElectronRuntime({ projectFolder, askedFor: process.env['ELECTRON_DIST'] });
const { steps, notMade } = planPackaging({ platform: process.platform, runtime });
for (const folder of [productFolder, checkFolder]) rmSync(folder, { recursive: true, force: true });
const closing: string[] = [];
try {
  for (const step of steps) closing.push(await perform(step));
} catch (error) {
  // Half a product must not lie where a whole one is looked for.
  rmSync(productFolder, { recursive: true, force: true });
  throw error;
}
process.stdout.write(`\n${[...closing, ...notMade].join('\n')}\n`);
