// The demo as a newcomer runs it, bundled, judged by programs that know nothing of Stillpoint: restic checks, dumps and restores
// its repository, qemu-img reads the disks; the hashes must be those the lab gives for the checkpoints.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findJudge, requireJudges, runJudge } from '../../testing/judges.ts';
import type { DemoResult } from './demo/demo-result.ts';
import { runStillpoint, type ProcessResult } from './testing/stillpoint-process.ts';

const project = resolve(import.meta.dirname, '../..');
/** Below the project, where the bundle finds the packages that are not part of it. */
const bundleFolder = join(project, 'node_modules', '.stillpoint-test', `cli-${process.pid}`);

let root = '';
let dir = '';
let demo: ProcessResult;
let result: DemoResult;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stillpoint-demo-'));
  dir = join(root, 'demo');
  await build();
  demo = await runStillpoint(['demo', '--json', '--dir', dir], {
    entry: join(bundleFolder, 'stillpoint.js'),
    environment: { HOME: root, XDG_DATA_HOME: '' },
  });
  result = JSON.parse(demo.stdout.trimEnd().split('\n').at(-1) ?? '') as DemoResult;
}, 240_000);
afterAll(() => {
  for (const folder of [root, bundleFolder]) rmSync(folder, { recursive: true, force: true });
});

async function build(): Promise<void> {
  const vite = join(project, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--config', 'vite.node.config.ts', '--outDir', bundleFolder, '--logLevel', 'warn'];
  const [code] = (await once(spawn(process.execPath, args, { cwd: project, stdio: 'inherit' }), 'close')) as [number];
  if (code !== 0) throw new Error(`vite ended with ${code}`);
}

const restic = (...args: readonly string[]) =>
  runJudge('restic', ['-r', result.repository, '--password-file', result.passwordFile, '--no-cache', ...args]);

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 4 * 1024 * 1024 }), hash);
  return hash.digest('hex');
}

/** Of the whole raw virtual disk, read by qemu-img. */
async function rawSha256(vhdx: string): Promise<string> {
  const raw = join(root, 'raw');
  const converted = await runJudge('qemu-img', ['convert', '-f', 'vhdx', '-O', 'raw', vhdx, raw]);
  expect(converted).toMatchObject({ exitCode: 0 });
  const sha256 = await sha256OfFile(raw);
  rmSync(raw);
  return sha256;
}

describe('the demo', () => {
  it('proves everything it set out to prove, and says so in the promised form', () => {
    expect(demo.said.slice(-5)).not.toContain('Error');
    expect(result).toMatchObject({ ok: true, failures: [], leftovers: [] });
    expect(demo.exitCode).toBe(0);
    expect(result.restorePoints.map(({ vm, mode, consistency }) => [vm, mode, consistency]).sort()).toEqual([
      ['SQL01', 'on-host', 'application'],
      ['WEB01', 'on-host', 'application'],
      ['WEB01', 'on-host', 'application'],
    ]);
    for (const { id, checkpointAt, disks, guestDatabase } of result.restorePoints) {
      expect(id).toMatch(/^[0-9a-f]{64}$/);
      expect(new Date(checkpointAt).toISOString()).toBe(checkpointAt);
      expect(guestDatabase).toMatchObject({ whole: true });
      for (const disk of disks) {
        expect(disk.pathInSnapshot).toMatch(/^\/(SQL01|WEB01)\/disks\/scsi-0-\d\.vhdx$/);
        expect(disk.restoredSha256).toBe(disk.checkpointSha256);
        expect(existsSync(disk.restoredFile)).toBe(true);
      }
    }
    expect(result.liveDisks.map((disk) => disk.fileSha256)).toEqual(result.liveDisks.map((disk) => disk.sha256));
    expect(result.peakMemoryBytes).toBeLessThan(400 * 1024 * 1024);
  });

  it('shows the gates and every phase of both VMs, live, on stderr alone', () => {
    const said = demo.said.join('\n');
    for (const gate of ['VM configuration version', 'Host version', 'Cluster functional level'])
      expect(said).toContain(`PASS    ${gate}`);
    for (const vm of ['SQL01', 'WEB01'])
      for (const phase of ['requesting checkpoint', 'quiescing', 'redirected', 'reading', 'committing', 'merging'])
        expect(said).toMatch(new RegExp(`^${vm} +${phase}`, 'm'));
    expect(said).toMatch(/^SQL01 +merge confirmed/m);
    expect(demo.stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  it('writes nothing outside of its folder, keeps the password to the user, and leaves no AVHDX', () => {
    expect(readdirSync(root)).toEqual(['demo']);
    expect(statSync(result.passwordFile).mode & 0o777).toBe(0o600);
    for (const path of [result.repository, result.passwordFile, result.lab]) expect(path.startsWith(dir)).toBe(true);
    const files = readdirSync(join(dir, 'lab'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => /\.avhdx$/i.test(name))).toEqual([]);
  });

  it('stores of a second backup only what changed', () => {
    const [first, second] = result.restorePoints.filter((point) => point.vm === 'WEB01');
    expect(first?.changedBytes).toBeUndefined();
    const changed = second?.changedBytes ?? 0;
    expect(changed).toBeGreaterThan(0);
    // Chunks are 1 MiB and the guest writes 4 KiB here and there: more than the change, far less than the disk.
    expect(second?.storedBytes).toBeLessThan((first?.storedBytes ?? 0) / 2);
  });
});

describe('judged from outside', () => {
  it('restic finds no error in any byte', async (context) => {
    requireJudges(context, 'restic');
    const check = await restic('check', '--read-data');
    expect(check.stdout + check.stderr).toContain('no errors were found');
    expect(check.exitCode).toBe(0);
  });

  it('what restic restores is a sound disk that holds exactly what it held at the checkpoint', async (context) => {
    requireJudges(context, 'restic', 'qemu-img');
    const target = join(root, 'by-restic');
    for (const { id, disks } of result.restorePoints) {
      const restored = await restic('restore', id, '--target', target);
      expect(restored).toMatchObject({ exitCode: 0 });
      for (const { pathInSnapshot, checkpointSha256 } of disks) {
        const file = join(target, pathInSnapshot);
        expect(await runJudge('qemu-img', ['check', '-f', 'vhdx', file])).toMatchObject({ exitCode: 0 });
        expect(await rawSha256(file)).toBe(checkpointSha256);
      }
      rmSync(target, { recursive: true });
    }
  }, 150_000);

  it('restic dumps the same .vhdx that Stillpoint restored', async (context) => {
    requireJudges(context, 'restic');
    const { id, disks } = result.restorePoints.find((point) => point.vm === 'WEB01')!;
    const { pathInSnapshot, restoredFile } = disks[0]!;
    const dumped = join(root, 'dumped.vhdx');
    const args = ['-r', result.repository, '--password-file', result.passwordFile, '--no-cache'];
    const dump = spawn(findJudge('restic') ?? '', [...args, 'dump', id, pathInSnapshot], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await pipeline(dump.stdout, createWriteStream(dumped));
    expect(await sha256OfFile(dumped)).toBe(await sha256OfFile(restoredFile));
  });

  it('the live disks hold, after the merge, what the lab knows the guests wrote', async (context) => {
    requireJudges(context, 'qemu-img');
    expect(result.liveDisks).toHaveLength(3);
    for (const { file, sha256 } of result.liveDisks) expect(await rawSha256(file)).toBe(sha256);
  }, 150_000);
});
