// `npm run bench:window`: the window in the system's Chromium, through the real loopback host.
//   --rounds 3     medians are over these        --seconds 30   of a live run, and a third of it for scrolling
//   --json         every single measurement as JSON on stdout
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBenchPage } from './browser.ts';
import { bundleSizes } from './bundle-sizes.ts';
import { measureFirstScreen } from './measure-first-screen.ts';
import { measureList, type ListResult } from './measure-list.ts';
import { measureLiveRun, type LiveRunResult } from './measure-live-run.ts';
import { formatWindowReport } from './window-report.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const listSizes = [1000, 8000] as const;

// How busy the machine was with other things: the further above zero, the less the figures say about the window.
const loadBefore = loadavg()[0] ?? 0;
const browser = await browserVersion();
const bundles = bundleSizes(join(import.meta.dirname, '..', '..', 'dist'), ['renderer', 'preload', 'main']);
say(`First useful screen, ${rounds} rounds ...`);
const firstScreenMs = await measureFirstScreen(rounds);
const liveRuns: LiveRunResult[] = [];
for (let round = 1; round <= rounds; round += 1) {
  say(`Live run of ${seconds} s, round ${round} of ${rounds} ...`);
  liveRuns.push(await measureLiveRun(seconds));
}
const lists: ListResult[][] = [];
for (const size of listSizes) {
  say(`List of ${size} VMs, ${rounds} rounds ...`);
  const results: ListResult[] = [];
  for (let round = 0; round < rounds; round += 1) results.push(await measureList(size, seconds / 3));
  lists.push(results);
}
const measured = { firstScreenMs, liveRuns, lists, bundles };
const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB`;
const loadAfter = loadavg()[0] ?? 0;
say(
  `\n${machine}; Chromium ${browser}, no graphics processor; Node ${process.version}; ${rounds} rounds, medians; ` +
    `load before: ${loadBefore.toFixed(1)}, after: ${loadAfter.toFixed(1)}`,
);
const about = { machine, browser, node: process.version, loadBefore, loadAfter, rounds, seconds };
process.stdout.write(`${values.json ? JSON.stringify({ ...about, ...measured }) : formatWindowReport(measured)}\n`);

async function browserVersion(): Promise<string> {
  const { version, close } = await openBenchPage();
  await close();
  return version;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
