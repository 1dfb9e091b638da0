import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../testing/temp-dir.ts';
import { findElectronRuntime } from './electron-runtime.ts';
import { namesOf, type PackageTarget } from './package-target.ts';
import { planPackaging } from './package-plan.ts';

describe('the plan', () => {
  const runtime = (target: PackageTarget) => ({ folder: 'anywhere', target });

  it('makes what the machine and its runtime allow, and gives the reason for the rest', () => {
    expect(planPackaging({ platform: 'win32', runtime: runtime('win') })).toMatchObject({
      steps: [{ kind: 'product', produce: 'installer' }],
      notMade: [expect.stringMatching(/^No Linux folder/)],
    });
    expect(planPackaging({ platform: 'linux', runtime: runtime('linux') })).toMatchObject({
      steps: [{ kind: 'product', produce: 'folder' }],
      notMade: [expect.stringMatching(/^No Windows installer/)],
    });
    expect(planPackaging({ platform: 'linux', runtime: runtime('win') })).toMatchObject({
      steps: [{ kind: 'product', produce: 'folder' }],
      notMade: [expect.stringMatching(/^No Windows installer/), expect.stringMatching(/^No Linux folder/)],
    });
  });

  it.each(['linux', 'win32', 'darwin'])('calls nothing a product without a runtime (%s)', (platform) => {
    const { steps, notMade } = planPackaging({ platform, runtime: undefined });
    expect(steps).toEqual([
      { kind: 'check', target: 'linux' },
      { kind: 'check', target: 'win' },
    ]);
    expect(notMade).toContain('No Electron runtime on this machine: no installer was made; the file list was proved.');
  });
});

describe('the runtime', () => {
  /** A checkout whose lock file brought Electron 45.4.1. */
  function checkout(): string {
    const folder = tempDir();
    mkdirSync(join(folder, 'node_modules/electron'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/electron/package.json'), '{"version":"45.4.1"}');
    return folder;
  }

  function runtimeIn(folder: string, target: PackageTarget, version: string): string {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, namesOf[target].runtimeExecutable), '');
    writeFileSync(join(folder, 'version'), version);
    return folder;
  }

  it.each<PackageTarget>(['linux', 'win'])('is found where Electron installs it (%s)', (target) => {
    const projectFolder = checkout();
    const folder = runtimeIn(join(projectFolder, 'node_modules/electron/dist'), target, 'v45.4.1\n');
    expect(findElectronRuntime({ projectFolder, askedFor: undefined })).toEqual({ folder, target });
  });

  it('is found where ELECTRON_DIST says, before the installed one', () => {
    const projectFolder = checkout();
    runtimeIn(join(projectFolder, 'node_modules/electron/dist'), 'linux', '45.4.1');
    const folder = runtimeIn(join(tempDir(), 'elsewhere'), 'win', '45.4.1');
    expect(findElectronRuntime({ projectFolder, askedFor: folder })).toEqual({ folder, target: 'win' });
  });

  it('is absent on a fresh checkout', () => {
    expect(findElectronRuntime({ projectFolder: checkout(), askedFor: undefined })).toBeUndefined();
    expect(findElectronRuntime({ projectFolder: checkout(), askedFor: '' })).toBeUndefined();
  });

  it('of another version is refused, and so is an ELECTRON_DIST with nothing in it', () => {
    const projectFolder = checkout();
    const old = runtimeIn(join(tempDir(), 'old'), 'linux', '44.0.0');
    expect(() => findElectronRuntime({ projectFolder, askedFor: old })).toThrow(/version 44\.0\.0.*built for 45\.4\.1/);
    expect(() => findElectronRuntime({ projectFolder, askedFor: tempDir() })).toThrow(/no Electron runtime/);
    const sources = tempDir();
    mkdirSync(join(sources, 'electron'));
    expect(() => findElectronRuntime({ projectFolder, askedFor: sources })).toThrow(/no Electron runtime/);
  });
});
