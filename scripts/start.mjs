// `npm start`: prepares the clone and opens the console, in Electron where its runtime is installed, otherwise in a
// browser of the Chromium family, otherwise for whatever browser is given the printed address. way-in.mjs decides.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, findNode, root, say } from './toolchain.mjs';
import {
  browserArguments,
  chooseWayIn,
  findBrowser,
  findBrowserWish,
  hasDisplay,
  shouldFetchElectron,
} from './way-in.mjs';

const help = `Opens the console of Stillpoint, on the lab.

  npm start                        In Electron, or in a browser where the Electron runtime is not installed.
  npm start -- --browser           In a browser, also where it is.
  npm start -- --no-open           Serves, prints the address, opens nothing.

Behind the \`--\` may also stand what follows; all but --dir open a browser, also where Electron is:
`;

const ownOptions = new Set(['--no-open', '--browser']);
const given = process.argv.slice(2);
const passedOn = given.filter((word) => !ownOptions.has(word));
// npm changes into the package; a path the user typed means the folder the user is in.
const cwd = process.env['INIT_CWD'] ?? process.cwd();
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const electronFolder = join(root, 'node_modules', 'electron');
const fetchLimitMs = 5 * 60_000;

ensureInstalled();
if (passedOn.includes('--help') || passedOn.includes('-h')) {
  ensureBuilt(['node']);
  process.stdout.write(help);
  follow(startServing('inherit'));
} else open();

function open() {
  const browserWish = findBrowserWish(given);
  const wishes = {
    isServingWanted: given.includes('--no-open'),
    isBrowserWanted: browserWish !== undefined,
    hasDisplay: hasDisplay(process.platform, process.env),
  };
  const electronProblem = fetchElectron(wishes);
  const electron = findElectron();
  const browser = findBrowser(process.platform, process.env, existsSync);
  const way = chooseWayIn({
    ...wishes,
    hasElectron: electron !== undefined,
    ...(browserWish === undefined ? {} : { browserWish }),
    ...(electronProblem === undefined ? {} : { electronProblem }),
    ...(browser === undefined ? {} : { browser }),
  });
  ensureBuilt(way.kind === 'electron' ? ['shell', 'renderer'] : ['node', 'renderer']);
  const isUnboxed = isRoot && way.kind !== 'serve';
  say(`${way.line}${isUnboxed ? ' As root it runs without its sandbox; better start it as a user.' : ''}`);
  if (way.kind === 'electron' && electron !== undefined) openElectron(electron);
  else if (way.kind === 'browser' && browser !== undefined) openBrowser(browser);
  else follow(startServing('inherit'));
}

/** @param {string} electron */
function openElectron(electron) {
  // With it, Electron would be a plain Node.
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const args = [...(isRoot ? ['--no-sandbox'] : []), root, ...passedOn];
  follow(spawn(electron, args, { cwd, env, stdio: 'inherit' }));
}

/** @param {import('./way-in.mjs').Browser} browser */
function openBrowser(browser) {
  const backend = startServing('ignore');
  let isAsked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (isAsked = true));
  backend.on('message', (message) => {
    const { type, address, root: installation } = Object(message);
    if (type !== 'serving') return;
    const args = browserArguments({ address, profile: join(installation, 'browser'), isRoot });
    const window = spawn(browser.path, args, { stdio: 'ignore' });
    /** @param {string} reason */
    const giveUp = (reason) => {
      if (isAsked || backend.exitCode !== null) return;
      say(`${browser.name} ended (${reason}). Stillpoint goes on; open this address yourself, or end it with Ctrl-C:`);
      process.stdout.write(`Stillpoint is at ${address}\n`);
    };
    backend.on('exit', () => {
      // Asked to end, we take the window along. A backend that broke down leaves it: it says so, and finds the next start.
      if (isAsked) window.kill();
      window.unref();
    });
    window.on('error', (error) => giveUp(error.message));
    window.on('exit', (code, signal) => {
      if (code !== 0) giveUp(code === null ? `signal ${signal}` : `exit code ${code}`);
      else if (backend.connected) backend.send({ type: 'window-closed' });
    });
  });
  follow(backend);
}

/** The loopback host, with a channel for a word about its window. @param {'inherit' | 'ignore'} stdout */
function startServing(stdout) {
  const entry = join(root, 'dist', 'node', 'stillpoint-serve.js');
  /** @type {('inherit' | 'ignore' | 'ipc')[]} */
  const stdio = ['inherit', stdout, 'inherit', ...(stdout === 'ignore' ? [/** @type {const} */ ('ipc')] : [])];
  return spawn(findNode(), [entry, ...passedOn], { cwd, stdio });
}

/** Ends as it ends. @param {import('node:child_process').ChildProcess} child */
function follow(child) {
  // Ctrl-C reaches the whole group in a terminal; without one the signal may be for this process alone, and is passed on.
  // The console ends by itself, after the merge: wait for it.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    say(`Stillpoint could not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}

/** As the package `electron` finds it, but for the download. */
function findElectron() {
  const pathFile = join(electronFolder, 'path.txt');
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(electronFolder, 'dist');
  if (!existsSync(pathFile)) return undefined;
  const path = join(folder, readFileSync(pathFile, 'utf8'));
  return existsSync(path) ? path : undefined;
}

/**
 * The runtime comes from another place than the packages, which a firewall may keep away: tried once per version.
 * @param {{ isServingWanted: boolean, isBrowserWanted: boolean, hasDisplay: boolean }} wishes
 * @returns {string | undefined} why it is not there, where that is known
 */
function fetchElectron(wishes) {
  const { version } = JSON.parse(readFileSync(join(electronFolder, 'package.json'), 'utf8'));
  const stampPath = join(root, 'node_modules', '.stillpoint-electron');
  const hasElectron = findElectron() !== undefined;
  const hasFailedBefore = existsSync(stampPath) && readFileSync(stampPath, 'utf8') === version;
  const isCi = ['true', '1'].includes(process.env['CI'] ?? '');
  const tryAgain = 'its download failed; `npx install-electron` tries again';
  if (!shouldFetchElectron({ ...wishes, hasElectron, isCi, hasFailedBefore }))
    return hasFailedBefore && !hasElectron ? tryAgain : undefined;
  say('Stillpoint: fetching the Electron runtime, once (about 120 MB, 5 minutes at most) ...');
  const fetched = spawnSync(findNode(), [join(electronFolder, 'install.js')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: fetchLimitMs,
  });
  if (fetched.status === 0) {
    say('Stillpoint: the Electron runtime is here.');
    return undefined;
  }
  writeFileSync(stampPath, version);
  const reason = fetched.stderr.trim().split('\n')[0] || fetched.error?.message || `exit code ${fetched.status}`;
  say(`Stillpoint: the Electron runtime could not be fetched: ${reason}`);
  return tryAgain;
}
