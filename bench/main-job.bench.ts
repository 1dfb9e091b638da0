// `npm run bench`: backup and restore of a VM disk, timed beside restic and qemu-img in one run.
//   --size-mib 2048   virtual size of the disk        --rounds 3   medians are over these
//   --dir DIR         where to work (default: a temporary folder, removed at the end)
//   --json            the figures as JSON on stdout
// Contenders take turns within each round, so that what else the machine does meets all of them alike.
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { hashDiskFile } from '../electron/engine/restore-points/index.ts';
import { localFiles } from '../electron/vhdx/index.ts';
import { isInstalled, qemuImg, restic, stillpoint, type Contender, type Measurement } from './contenders.ts';
import { bundleOurSide } from './bundle.ts';
import { changeBenchDisk, makeBenchDisk } from './disk-content.ts';
import { formatSummary, steps, summarize, type Step, type Summary } from './report.ts';

const { values } = parseArgs({
  options: {
    'size-mib': { type: 'string', default: '2048' },
    rounds: { type: 'string', default: '3' },
    dir: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const changedFraction = 0.01;
const sizeBytes = Number(values['size-mib']) * 1024 ** 2;
const rounds = Number(values.rounds);
const folder = values.dir ?? mkdtempSync(join(tmpdir(), 'stillpoint-bench-'));

try {
  mkdirSync(folder, { recursive: true });
  await run();
} finally {
  if (values.dir === undefined) rmSync(folder, { recursive: true, force: true });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function run(): Promise<void> {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, 'bench\n', { mode: 0o600 });
  const contenders = choose(passwordFile, await bundleOurSide());
  const measurements = new Map<string, Record<Step, Measurement[]>>();
  for (const { name } of contenders) measurements.set(name, { backup: [], incremental: [], restore: [] });
  const disk = { path: join(folder, 'disk.vhdx'), sizeBytes, seed: 1 };
  let changedBytes = 0;
  let allocatedBytes = 0;
  // How busy the machine was with other things: wall clocks mean less the further this is above zero.
  const loadBefore = loadavg()[0] ?? 0;
  for (let round = 1; round <= rounds; round += 1) {
    say(`Round ${round} of ${rounds}: making a disk of ${values['size-mib']} MiB ...`);
    rmSync(disk.path, { force: true });
    await makeBenchDisk(disk);
    allocatedBytes = statSync(disk.path).blocks * 512;
    for (const contender of turns(contenders, round)) contender.prepare();
    await warm(disk.path);
    for (const contender of turns(contenders, round)) record(contender, 'backup', contender.backUp(disk.path, 1));
    changedBytes = await changeBenchDisk({ ...disk, seed: disk.seed + round }, changedFraction);
    await warm(disk.path);
    for (const contender of turns(contenders, round)) record(contender, 'incremental', contender.backUp(disk.path, 2));
    const truth = await hashDiskFile(localFiles(), disk.path);
    for (const contender of turns(contenders, round)) {
      const { restoredPath, ...measurement } = contender.restore();
      record(contender, 'restore', measurement);
      if ((await hashDiskFile(localFiles(), restoredPath)) !== truth)
        throw new Error(`${contender.name} restored another content`);
    }
  }
  const summary = Object.fromEntries(
    [...measurements].map(([name, taken]) => [
      name,
      Object.fromEntries(steps.map((step) => [step, summarize(taken[step])])),
    ]),
  ) as Summary;
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB`;
  const about = { machine, loadBefore, node: process.version, sizeBytes, allocatedBytes, changedBytes, rounds };
  const output = values.json
    ? JSON.stringify({ ...about, summary, measurements: Object.fromEntries(measurements) })
    : formatSummary(summary);
  const mib = (bytes: number): string => (bytes / 1024 ** 2).toFixed(0);
  say(`\n${machine}; Node ${process.version}; ${rounds} rounds, medians; load before: ${loadBefore.toFixed(1)}`);
  say(
    `Disk: ${mib(sizeBytes)} MiB, ${mib(allocatedBytes)} MiB allocated; ${mib(changedBytes)} MiB changed before the second backup`,
  );
  process.stdout.write(`${output}\n`);

  function record(contender: Contender, step: Step, measurement: Measurement): void {
    measurements.get(contender.name)?.[step].push(measurement);
    say(
      `  ${step.padEnd(12)} ${contender.name.padEnd(11)} ${measurement.wallSeconds.toFixed(2)} s wall, ${measurement.cpuSeconds.toFixed(2)} s cpu`,
    );
  }
}

function choose(passwordFile: string, script: string): readonly Contender[] {
  const others = [];
  if (isInstalled('restic')) others.push(restic(folder, passwordFile));
  else say('restic is not installed: our figures stand alone. On Debian: apt-get install restic');
  if (isInstalled('qemu-img')) others.push(qemuImg(folder));
  else say('qemu-img is not installed: the floor of plain copying is left out. On Debian: apt-get install qemu-utils');
  return [stillpoint(folder, passwordFile, script), ...others];
}

/** Whoever goes first finds the disk least busy: everybody does once. */
function turns(contenders: readonly Contender[], round: number): readonly Contender[] {
  const first = round % contenders.length;
  return [...contenders.slice(first), ...contenders.slice(0, first)];
}

/** The disk file comes from memory for everybody: the source is not what is measured. */
async function warm(path: string): Promise<void> {
  await pipeline(createReadStream(path, { highWaterMark: 1024 ** 2 }), createHash('sha256'));
}
