// `npm test`: installs what is missing, then format, lint, types, layers, unused code, build, and every test. Ends with
// one summary in which each skip stands with its reason.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureJudges } from './judges.mjs';
import { ensureBuilt, ensureInstalled, findNode, root } from './toolchain.mjs';

ensureInstalled();
ensureJudges();
ensureBuilt();

const node = findNode();
const bin = (/** @type {string} */ path) => join(root, 'node_modules', path);
const filters = process.argv.slice(2);

/** @type {{ name: string, args: string[] }[]} */
const checks = [
  { name: 'format (prettier)', args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
  { name: 'types (tsc)', args: [bin('typescript/bin/tsc'), '-b', '--pretty', 'false'] },
  { name: 'lint (eslint)', args: [bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0'] },
  {
    name: 'layers (dependency-cruiser)',
    args: [
      bin('dependency-cruiser/bin/dependency-cruiser.mjs'),
      '--config',
      '.dependency-cruiser.mjs',
      'shared',
      'electron',
      'renderer',
    ],
  },
  { name: 'unused code (knip)', args: [bin('knip/bin/knip.js'), '--no-progress'] },
];

/** @type {{ name: string, passed: boolean }[]} */
const checked = [];
if (filters.length === 0) {
  for (const check of checks) {
    const started = performance.now();
    const passed = (await runNode(check.args)) === 0;
    checked.push({ name: check.name, passed });
    process.stdout.write(`${passed ? 'ok  ' : 'FAIL'} ${check.name} (${seconds(started)})\n`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'stillpoint-test-'));
const reportPath = join(folder, 'report.json');
const vitestExit = await runNode([bin('vitest/vitest.mjs'), 'run', ...filters], { STILLPOINT_TEST_REPORT: reportPath });
const report = readReport(reportPath, 'vitest');
if (vitestExit !== 0 && report.failed.length === 0) report.failed.push(`vitest ended with exit code ${vitestExit}`);

if (filters.length === 0) {
  // The window, driven as a user drives it.
  const e2ePath = join(folder, 'e2e.json');
  const started = performance.now();
  const args = [bin('@playwright/test/cli.js'), 'test', '--config', join('e2e', 'playwright.config.ts')];
  const exit = await runNode(args, { STILLPOINT_E2E_REPORT: e2ePath });
  const e2e = readReport(e2ePath, 'the end-to-end run');
  if (exit !== 0 && e2e.failed.length === 0) e2e.failed.push(`the end-to-end run ended with exit code ${exit}`);
  report.passed += e2e.passed;
  report.failed.push(...e2e.failed);
  report.skipped.push(...e2e.skipped);
  process.stdout.write(`${exit === 0 ? 'ok  ' : 'FAIL'} end-to-end (${seconds(started)})\n`);
}
rmSync(folder, { recursive: true, force: true });

const failed = [...checked.filter((check) => !check.passed).map((check) => check.name), ...report.failed];
const passedCount = checked.filter((check) => check.passed).length + report.passed;

process.stdout.write('\n');
for (const name of failed) process.stdout.write(`failed: ${name}\n`);
for (const { name, reason } of report.skipped) process.stdout.write(`skipped: ${name}: ${reason}\n`);
process.stdout.write(`${passedCount} passed, ${failed.length} failed, ${report.skipped.length} skipped\n`);
process.exitCode = failed.length > 0 || passedCount === 0 ? 1 : 0;

/** @param {string[]} args @param {Record<string, string>} [env] @returns {Promise<number>} */
function runNode(args, env = {}) {
  // The tests find `node` and the tools where npm would put them.
  const path = `${join(root, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
  return new Promise((resolve, reject) => {
    // Colours are for terminals, not for logs.
    const colours = process.stdout.isTTY ? {} : { NO_COLOR: '1' };
    const child = spawn(node, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PATH: path, ...colours, ...env },
    });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * @param {string} path @param {string} who
 * @returns {{ passed: number, failed: string[], skipped: { name: string, reason: string }[] }}
 */
function readReport(path, who) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: [`${who} ended without a report`], skipped: [] };
  }
}

/** @param {number} started */
function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
