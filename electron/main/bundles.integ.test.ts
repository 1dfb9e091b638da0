// What is shipped: the bundles of the main process and of the preload script, what they ask for at run time, and the main
// process at work, from the start to a quit in the middle of a backup. Electron itself is a stand-in.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '../..');
/** Below the project, where the bundle finds the packages that are not part of it. */
const bundleFolder = join(project, 'node_modules', '.stillpoint-test', `main-${process.pid}`);
const windowProcess = fileURLToPath(new URL('./testing/window-process.ts', import.meta.url));

async function build(config: string, folder: string): Promise<void> {
  const vite = join(project, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--config', config, '--outDir', join(bundleFolder, folder), '--logLevel', 'warn'];
  const [code] = (await once(spawn(process.execPath, args, { cwd: project, stdio: 'inherit' }), 'close')) as [number];
  if (code !== 0) throw new Error(`vite ended with ${code}`);
}

beforeAll(async () => {
  await Promise.all([build('vite.main.config.ts', 'main'), build('vite.preload.config.ts', 'preload')]);
  // The page is built and tested elsewhere; here it has to be found and given its nonce.
  mkdirSync(join(bundleFolder, 'renderer'), { recursive: true });
  writeFileSync(join(bundleFolder, 'renderer', 'index.html'), '<meta nonce="__STILLPOINT_NONCE__">');
}, 120_000);
afterAll(() => {
  rmSync(bundleFolder, { recursive: true, force: true });
});

/** Names of what is loaded at run time, without files of the bundle itself. */
function packagesOf(code: string): readonly string[] {
  const patterns = [/^(?:import|export)\b[^;]*?\bfrom\s*["']([^"']+)["']/gm, /^import\s*["']([^"']+)["']/gm];
  const calls = [/\bimport\(\s*["']([^"']+)["']/g, /\brequire\(\s*["']([^"']+)["']/g];
  const names = [...patterns, ...calls].flatMap((pattern) => [...code.matchAll(pattern)].map(([, name = '']) => name));
  return [...new Set(names)].filter((name) => !name.startsWith('.'));
}

describe('the preload script', () => {
  const read = (): string => readFileSync(join(bundleFolder, 'preload', 'preload.cjs'), 'utf8');

  it('is one file that asks for nothing but electron', () => {
    const files = readdirSync(join(bundleFolder, 'preload')).filter((name) => /\.[cm]?js$/.test(name));
    expect(files).toEqual(['preload.cjs']);
    expect(packagesOf(read())).toEqual(['electron']);
  });

  it('carries the names of the contract, and neither schemas nor zod', () => {
    expect(read()).toContain('restorePoints');
    expect(read()).not.toMatch(/zod|safeParse|strictObject|ZodType/i);
    expect(read().length).toBeLessThan(10_000);
  });
});

describe('the main process', () => {
  it('asks for electron, Node, and the packages with threads or native parts', () => {
    const folder = join(bundleFolder, 'main');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
    expect(files).toEqual(expect.arrayContaining(['main.js', 'repository-worker.js']));
    const builtins = new Set(builtinModules);
    const packages = files
      .flatMap((name) => packagesOf(readFileSync(join(folder, name), 'utf8')))
      .filter((name) => !name.startsWith('node:') && !builtins.has(name));
    expect([...new Set(packages)].sort()).toEqual(['electron', 'piscina', 'sodium-native']);
  });

  it('starts, serves its page, backs up, and quits in mid-run only when all is merged', async () => {
    const root = await mkdtemp(join(tmpdir(), 'stillpoint-main-'));
    try {
      const main = join(bundleFolder, 'main', 'main.js');
      const { stdout } = await promisify(execFile)(process.execPath, [windowProcess, main, '--dir', root]);
      const report = JSON.parse(stdout) as Record<string, unknown> & { page: Record<string, string> };
      expect(report).toMatchObject({ code: 0, errors: [], blockersWhileReading: 1, blockers: 0 });
      expect(report['questions']).toEqual(['A backup of SQL01 is going on']);
      expect(report['phases']).toEqual(expect.arrayContaining(['redirected', 'reading', 'merging', 'merge-confirmed']));
      expect(report['passwordStore']).toBe('private-file');
      const [, nonce = ''] = /'nonce-([^']+)'/.exec(report.page['policy'] ?? '') ?? [];
      expect(nonce.length).toBeGreaterThanOrEqual(22);
      expect(report.page).toMatchObject({ status: 200, text: `<meta nonce="${nonce}">` });
      const lab = readdirSync(join(root, 'lab'), { recursive: true, encoding: 'utf8' });
      expect(lab.filter((name) => /\.vhdx$/i.test(name)).length).toBeGreaterThan(0);
      expect(lab.filter((name) => /\.avhdx$/i.test(name))).toEqual([]);
      const log = readFileSync(join(root, 'logs', 'stillpoint.log'), 'utf8');
      expect(log).toMatch(
        / start Stillpoint .* call repository\.init \d+ ms ok.* quit with work going on: cancel-and-quit.* stop exit code 0\n$/s,
      );
      expect(log).not.toContain('hunter2');
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }, 120_000);
});
