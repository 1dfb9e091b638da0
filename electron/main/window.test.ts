// The options of the window, one by one, against Electron's security checklist; and where it opens.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openingPlace, readWindowPlace, windowPlaceFile } from './window-bounds.ts';
import { backgroundColor, windowOptions } from './window.ts';

const usual = { bounds: { width: 1280, height: 800 }, isMaximized: false };
const optionsOf = (isPackaged: boolean) =>
  windowOptions({ preload: '/app/preload.cjs', isPackaged, place: usual, backgroundColor: '#000000' });

describe('the options of the window', () => {
  it.each([
    ['nodeIntegration', false],
    ['nodeIntegrationInWorker', false],
    ['nodeIntegrationInSubFrames', false],
    ['contextIsolation', true],
    ['sandbox', true],
    ['webSecurity', true],
    ['webviewTag', false],
    ['spellcheck', false],
    ['devTools', false],
    ['preload', '/app/preload.cjs'],
  ] as const)('sets %s to %s', (key, value) => {
    expect(optionsOf(true).webPreferences?.[key]).toBe(value);
  });

  it('sets nothing else of what a page may do', () => {
    // `allowRunningInsecureContent`, `experimentalFeatures`, `enableBlinkFeatures` and what comes after them.
    expect(Object.keys(optionsOf(true).webPreferences ?? {}).sort()).toEqual(
      [
        'contextIsolation',
        'devTools',
        'nodeIntegration',
        'nodeIntegrationInSubFrames',
        'nodeIntegrationInWorker',
        'preload',
        'sandbox',
        'spellcheck',
        'webSecurity',
        'webviewTag',
      ].sort(),
    );
  });

  it('has developer tools in development alone, and everything else as packaged', () => {
    const { devTools: inDevelopment, ...development } = optionsOf(false).webPreferences ?? {};
    const { devTools: inPackage, ...packaged } = optionsOf(true).webPreferences ?? {};
    expect([inDevelopment, inPackage]).toEqual([true, false]);
    expect(development).toEqual(packaged);
  });

  it('opens hidden, at 1280 by 800 and never below 960 by 640, with its menu', () => {
    expect(optionsOf(true)).toMatchObject({
      width: 1280,
      height: 800,
      minWidth: 960,
      minHeight: 640,
      show: false,
      title: 'Stillpoint',
      autoHideMenuBar: false,
    });
  });

  it.each([
    [false, false, '#fafafa'],
    [true, false, '#1f1f1f'],
    [false, true, '#ffffff'],
    [true, true, '#000000'],
  ])('dark %s, high contrast %s: background %s', (shouldUseDarkColors, shouldUseHighContrastColors, color) => {
    expect(backgroundColor({ shouldUseDarkColors, shouldUseHighContrastColors })).toBe(color);
  });
});

describe('the place of the window', () => {
  const left = { x: 0, y: 0, width: 1920, height: 1040 };
  const right = { x: 1920, y: 0, width: 2560, height: 1400 };
  const placed = { x: 2000, y: 100, width: 1400, height: 900, isMaximized: false };
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stillpoint-place-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is where it was, as long as that display is there', () => {
    const { isMaximized, ...bounds } = placed;
    expect(openingPlace(placed, [left, right])).toEqual({ bounds, isMaximized });
    expect(openingPlace(placed, [left])).toEqual(usual);
  });

  it.each([
    ['above the display', { y: -30 }],
    ['below the display', { y: 1390 }],
    ['almost off to the left', { x: 1920 - 1400 + 50, y: 1100 }],
    ['almost off to the right', { x: 1920 + 2560 - 50 }],
  ])('is the usual one when its title bar would be %s', (_case, change) => {
    expect(openingPlace({ ...placed, ...change }, [left, right])).toEqual(usual);
  });

  it('stays maximized, also on another display', () => {
    expect(openingPlace({ ...placed, isMaximized: true }, [left])).toEqual({ ...usual, isMaximized: true });
  });

  it.each([
    ['nothing', undefined],
    ['no JSON', '{'],
    ['another shape', '[]'],
    ['a size too small', JSON.stringify({ ...placed, width: 10 })],
    ['a size beyond reason', JSON.stringify({ ...placed, height: 1e9 })],
    ['a fraction', JSON.stringify({ ...placed, x: 0.5 })],
    ['something more', JSON.stringify({ ...placed, preload: '/evil.js' })],
  ])('is forgotten when the file holds %s', (_case, text) => {
    const file = windowPlaceFile(folder);
    if (text !== undefined) writeFileSync(file, text);
    expect(readWindowPlace(file)).toBeUndefined();
  });

  it('is read back as it was written', () => {
    writeFileSync(windowPlaceFile(folder), JSON.stringify(placed));
    expect(readWindowPlace(windowPlaceFile(folder))).toEqual(placed);
  });
});
