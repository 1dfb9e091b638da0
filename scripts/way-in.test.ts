// Which way in `npm start` takes: every combination of what a machine has and what was asked for.
import { describe, expect, it } from 'vitest';
import {
  browserArguments,
  chooseWayIn,
  findBrowser,
  findBrowserWish,
  hasDisplay,
  shouldFetchElectron,
} from './way-in.mjs';

const chromium = { name: 'Chromium', path: '/usr/bin/chromium' };
const window = { isServingWanted: false, isBrowserWanted: false, hasDisplay: true, hasElectron: true };

describe('what Electron would not understand', () => {
  it.each<[readonly string[], string | undefined]>([
    [[], undefined],
    [['--dir', '/x'], undefined],
    [['--scenarios'], undefined],
    [['--browser'], '--browser'],
    [['--dir', '/x', '--scenario', 'messy-shop'], '--scenario'],
    [['--scenario=messy-shop'], '--scenario'],
    [['--port', '5000'], '--port'],
    [['--lab-fault=merge-stalls', '--browser'], '--browser'],
    [['--lab-fault', 'merge-stalls'], '--lab-fault'],
  ])('in %j is %s', (words, wish) => {
    expect(findBrowserWish(words)).toBe(wish);
  });
});

describe('the way in', () => {
  it.each<[string, Parameters<typeof chooseWayIn>[0], string, RegExp]>([
    ['Electron is there', window, 'electron', /opens its window in Electron\.$/],
    ['both are there', { ...window, browser: chromium }, 'electron', /in Electron/],
    [
      'no Electron',
      { ...window, hasElectron: false, browser: chromium },
      'browser',
      /^Stillpoint opens its window in Chromium, because the Electron runtime is not installed here\.$/,
    ],
    [
      'no Electron, and it is known why',
      { ...window, hasElectron: false, electronProblem: 'its download failed', browser: chromium },
      'browser',
      /not installed here \(its download failed\)\.$/,
    ],
    ['--browser', { ...window, isBrowserWanted: true, browser: chromium }, 'browser', /because --browser was given\.$/],
    [
      'a word of the loopback host',
      { ...window, isBrowserWanted: true, browserWish: '--scenario', browser: chromium },
      'browser',
      /because --scenario was given\.$/,
    ],
    [
      '--browser, and there is none',
      { ...window, isBrowserWanted: true },
      'serve',
      /because --browser was given and no Chromium, .* was found\. Open the address below/,
    ],
    ['neither', { ...window, hasElectron: false }, 'serve', /runtime is not installed here and no Chromium/],
    ['no display', { ...window, hasDisplay: false, browser: chromium }, 'serve', /because there is no display here\./],
    ['--no-open', { ...window, isServingWanted: true, browser: chromium }, 'serve', /because --no-open was given\./],
    [
      '--no-open and --browser',
      { ...window, isServingWanted: true, isBrowserWanted: true, browser: chromium },
      'serve',
      /--no-open/,
    ],
  ])('when %s', (_name, facts, kind, line) => {
    const way = chooseWayIn(facts);
    expect(way.kind).toBe(kind);
    expect(way.line).toMatch(line);
    expect(way.line).not.toContain('\n');
  });

  it('is said in one line with a reason, whatever the machine', () => {
    const both = [false, true];
    for (const isServingWanted of both)
      for (const isBrowserWanted of both)
        for (const hasDisplay of both)
          for (const hasElectron of both)
            for (const browser of [undefined, chromium]) {
              const facts = { isServingWanted, isBrowserWanted, hasDisplay, hasElectron };
              const way = chooseWayIn(browser === undefined ? facts : { ...facts, browser });
              if (way.kind === 'electron') expect(facts).toEqual(window);
              else expect(way.line).toContain(', because ');
              if (way.kind === 'browser') expect(browser).toBeDefined();
              if (isServingWanted || !hasDisplay) expect(way.kind).toBe('serve');
            }
  });
});

describe('the Electron runtime', () => {
  const facts = { ...window, hasElectron: false, isCi: false, hasFailedBefore: false };
  it.each<[string, Partial<typeof facts>, boolean]>([
    ['a window of it would be opened', {}, true],
    ['it is there', { hasElectron: true }, false],
    ['in CI', { isCi: true }, false],
    ['it failed before', { hasFailedBefore: true }, false],
    ['with --no-open', { isServingWanted: true }, false],
    ['with --browser', { isBrowserWanted: true }, false],
    ['without a display', { hasDisplay: false }, false],
  ])('is fetched only where a window needs it: %s', (_name, over, expected) => {
    expect(shouldFetchElectron({ ...facts, ...over })).toBe(expected);
  });
});

describe('a display', () => {
  it.each<[NodeJS.Platform, NodeJS.ProcessEnv, boolean]>([
    ['linux', {}, false],
    ['linux', { DISPLAY: '' }, false],
    ['linux', { DISPLAY: ':0' }, true],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
    ['win32', {}, true],
    ['darwin', {}, true],
  ])('on %s with %j: %j', (platform, environment, expected) => {
    expect(hasDisplay(platform, environment)).toBe(expected);
  });
});

describe('the browser', () => {
  it.each<[string, NodeJS.Platform, NodeJS.ProcessEnv, readonly string[], string | undefined]>([
    ['none', 'linux', { PATH: '/usr/bin:/bin' }, ['/usr/bin/firefox'], undefined],
    [
      'in PATH',
      'linux',
      { PATH: ':/opt:/usr/bin' },
      ['/usr/bin/google-chrome', '/usr/bin/brave'],
      '/usr/bin/google-chrome',
    ],
    ['best known first', 'linux', { PATH: '/a:/b' }, ['/a/microsoft-edge', '/b/chromium'], '/b/chromium'],
    ['no PATH', 'linux', {}, ['/usr/bin/chromium'], undefined],
    [
      'the named one',
      'linux',
      { PATH: '/a', STILLPOINT_BROWSER: '/opt/vivaldi' },
      ['/a/chromium', '/opt/vivaldi'],
      '/opt/vivaldi',
    ],
    [
      'a named one that is not there',
      'linux',
      { PATH: '/a', STILLPOINT_BROWSER: '/x' },
      ['/a/chromium'],
      '/a/chromium',
    ],
    [
      'Edge of Windows',
      'win32',
      { 'ProgramFiles(x86)': 'C:\\Program Files (x86)' },
      ['C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'],
      'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    ],
    [
      'Chrome of one account',
      'win32',
      { ProgramFiles: 'C:\\Program Files', LOCALAPPDATA: 'C:\\Users\\a\\AppData\\Local' },
      ['C:\\Users\\a\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe'],
      'C:\\Users\\a\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe',
    ],
    [
      'Chrome of a Mac',
      'darwin',
      { HOME: '/Users/a' },
      ['/Users/a/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
      '/Users/a/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
  ])('%s', (_name, platform, environment, there, expected) => {
    expect(findBrowser(platform, environment, (path) => there.includes(path))?.path).toBe(expected);
  });

  it('opens one window with a profile of its own, and says as root that it is without its sandbox', () => {
    const window = { address: 'http://127.0.0.1:1/?token=t', profile: '/d/browser', isRoot: false };
    expect(browserArguments(window)).toEqual([
      '--app=http://127.0.0.1:1/?token=t',
      '--user-data-dir=/d/browser',
      '--no-first-run',
      '--no-default-browser-check',
    ]);
    expect(browserArguments({ ...window, isRoot: true })).toContain('--no-sandbox');
  });
});
