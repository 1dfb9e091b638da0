// Which way in `npm start` takes, and why. Decided from facts alone; start.mjs gathers them and acts.
import { posix, win32 } from 'node:path';

/**
 * @typedef {object} Facts
 * @property {boolean} isServingWanted `--no-open`
 * @property {boolean} isBrowserWanted `--browser`, or a word that only the loopback host understands
 * @property {string} [browserWish] the word
 * @property {boolean} hasDisplay
 * @property {boolean} hasElectron its runtime is installed
 * @property {string} [electronProblem] why it is not, where more is known than that
 * @property {Browser} [browser]
 *
 * @typedef {{ readonly name: string, readonly path: string }} Browser
 *
 * @typedef {{ readonly kind: 'electron' | 'browser' | 'serve', readonly line: string }} WayIn
 */

const openIt = 'Open the address below in a browser on this computer; Ctrl-C ends it.';

/** @param {Facts} facts @returns {WayIn} */
export function chooseWayIn(facts) {
  const { isServingWanted, isBrowserWanted, browserWish, hasDisplay, hasElectron, electronProblem, browser } = facts;
  if (isServingWanted) return { kind: 'serve', line: `Stillpoint only serves, because --no-open was given. ${openIt}` };
  if (!hasDisplay)
    return { kind: 'serve', line: `Stillpoint only serves, because there is no display here. ${openIt}` };
  if (hasElectron && !isBrowserWanted) return { kind: 'electron', line: 'Stillpoint opens its window in Electron.' };
  const why = isBrowserWanted
    ? `${browserWish ?? '--browser'} was given`
    : `the Electron runtime is not installed here${electronProblem === undefined ? '' : ` (${electronProblem})`}`;
  if (browser !== undefined)
    return { kind: 'browser', line: `Stillpoint opens its window in ${browser.name}, because ${why}.` };
  return {
    kind: 'serve',
    line: `Stillpoint only serves, because ${why} and no Chromium, Chrome, Edge or Brave was found. ${openIt}`,
  };
}

/** What the window in Electron would not understand; taken for nothing it would do something else than it was told. */
const loopbackWords = ['--browser', '--port', '--scenario', '--lab-fault'];

/** The first word that asks for a browser, as it was meant. @param {readonly string[]} words @returns {string | undefined} */
export function findBrowserWish(words) {
  return loopbackWords.find((wish) => words.some((word) => word === wish || word.startsWith(`${wish}=`)));
}

/**
 * Whether the Electron runtime is worth fetching: only where a window of it would be opened next.
 * @param {Omit<Facts, 'browser' | 'electronProblem'> & { readonly isCi: boolean, readonly hasFailedBefore: boolean }} facts
 */
export function shouldFetchElectron(facts) {
  const isWindowWanted = !facts.isServingWanted && !facts.isBrowserWanted && facts.hasDisplay;
  return isWindowWanted && !facts.hasElectron && !facts.isCi && !facts.hasFailedBefore;
}

/** @param {NodeJS.Platform} platform @param {NodeJS.ProcessEnv} environment */
export function hasDisplay(platform, environment) {
  if (platform === 'win32' || platform === 'darwin') return true;
  return [environment['DISPLAY'], environment['WAYLAND_DISPLAY']].some((display) => isGiven(display));
}

/** Programs of the Chromium family, best known first. */
const linuxBrowsers = [
  ['chromium', 'Chromium'],
  ['chromium-browser', 'Chromium'],
  ['google-chrome', 'Chrome'],
  ['google-chrome-stable', 'Chrome'],
  ['microsoft-edge', 'Edge'],
  ['microsoft-edge-stable', 'Edge'],
  ['brave-browser', 'Brave'],
  ['brave', 'Brave'],
];
const windowsBrowsers = [
  ['Microsoft\\Edge\\Application\\msedge.exe', 'Edge'],
  ['Google\\Chrome\\Application\\chrome.exe', 'Chrome'],
  ['BraveSoftware\\Brave-Browser\\Application\\brave.exe', 'Brave'],
  ['Chromium\\Application\\chrome.exe', 'Chromium'],
];
const macBrowsers = [
  ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chrome'],
  ['Microsoft Edge.app/Contents/MacOS/Microsoft Edge', 'Edge'],
  ['Brave Browser.app/Contents/MacOS/Brave Browser', 'Brave'],
  ['Chromium.app/Contents/MacOS/Chromium', 'Chromium'],
];

/**
 * The first that is there; what STILLPOINT_BROWSER names counts before all others.
 * @param {NodeJS.Platform} platform @param {NodeJS.ProcessEnv} environment @param {(path: string) => boolean} isThere
 * @returns {Browser | undefined}
 */
export function findBrowser(platform, environment, isThere) {
  const named = environment['STILLPOINT_BROWSER'];
  const candidates = [
    ...(isGiven(named) ? [{ name: `${named} (STILLPOINT_BROWSER)`, path: String(named) }] : []),
    ...usualBrowsers(platform, environment),
  ];
  return candidates.find(({ path }) => isThere(path));
}

/** @param {NodeJS.Platform} platform @param {NodeJS.ProcessEnv} environment @returns {Browser[]} */
function usualBrowsers(platform, environment) {
  if (platform === 'win32') {
    const folders = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((name) => environment[name]);
    return inEach(windowsBrowsers, folders, win32.join);
  }
  if (platform === 'darwin') {
    const home = environment['HOME'];
    const own = isGiven(home) ? [posix.join(String(home), 'Applications')] : [];
    return inEach(macBrowsers, ['/Applications', ...own], posix.join);
  }
  return inEach(linuxBrowsers, (environment['PATH'] ?? '').split(':'), posix.join);
}

/**
 * @param {string[][]} programs @param {(string | undefined)[]} folders
 * @param {(folder: string, program: string) => string} join
 * @returns {Browser[]}
 */
function inEach(programs, folders, join) {
  return programs.flatMap(([program = '', name = '']) =>
    folders.filter(isGiven).map((folder) => ({ name, path: join(String(folder), program) })),
  );
}

/**
 * Of a window of its own, with a profile of its own: nothing of the user's browser (extensions, other pages' cookies)
 * comes near the console, and it ends when its window is closed.
 * @param {{ readonly address: string, readonly profile: string, readonly isRoot: boolean }} window
 */
export function browserArguments({ address, profile, isRoot }) {
  return [
    `--app=${address}`,
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    // Chromium refuses to start as root with its sandbox.
    ...(isRoot ? ['--no-sandbox'] : []),
  ];
}

/** @param {string | undefined} text */
function isGiven(text) {
  return text !== undefined && text !== '';
}
