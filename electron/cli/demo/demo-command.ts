// `stillpoint demo`: the main job from end to end in the lab, and the proof of it. Owns the order of the steps; what is
// proved and how stands beside it.
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import type { ConsoleApi } from '../../../shared/ipc/contract.ts';
import { createInstalledLab, openConsoleOn, type LabConsole } from '../../console/composition.ts';
import { appFolders, claimDemoFolder, createPasswordFile, type AppFolders } from '../../platform/index.ts';
import type { Command, CommandContext, CommandOutcome } from '../command.ts';
import { gateLines } from '../commands/audit.ts';
import { exitCodeOfRun } from '../commands/backup.ts';
import { valueOf } from '../failure.ts';
import { findVm } from '../find-vms.ts';
import { formatSeconds, plural } from '../../../shared/words/format.ts';
import { runBackup } from '../live/run-backup.ts';
import { initRepositoryAt } from '../session.ts';
import { failuresOf, type DemoResult } from './demo-result.ts';
import { demoText } from './demo-words.ts';
import { compareLiveDisks } from './live-disks.ts';
import { proveRestorePoints } from './prove-restore-points.ts';

const vmNames = ['SQL01', 'WEB01'];
/** Backed up a second time, to show that only changes are stored. */
const repeatedVm = 'WEB01';
const passwordFileName = 'repository-password.txt';

export const demo: Command = {
  name: 'demo',
  summary: 'Do the main job in the lab, and prove it: in under a minute, touching no host',
  details: [
    'Makes the lab (a simulated cluster over real virtual disks), checks the three gates, backs up two VMs while',
    'their guests write, confirms the merge, verifies and restores the restore points, and compares every restored',
    'disk with what it held at the checkpoint. Everything stays in one folder, which is named at the end; a demo',
    'that is run again in the same folder makes it anew.',
  ],
  options: {},
  examples: [
    { line: 'stillpoint demo', what: 'See it. Exit code 1 when anything could not be proved.' },
    { line: 'stillpoint demo --json --dir ./try', what: 'Everything below ./try; the result as JSON on stdout.' },
  ],
  run: async (context) => {
    const { terminal } = context;
    const startedAtMs = terminal.nowMs();
    const folders = context.hasFolder ? context.folders : appFolders(join(context.folders.root, 'demo'));
    await claimDemoFolder(folders.root, demoParts);
    const passwordFile = join(folders.root, passwordFileName);
    const password = await createPasswordFile(passwordFile);
    const location = folders.repository;
    await initRepositoryAt({ folders, workerUrl: context.workerUrl }, { location, password, passwordFile });
    const lab = await makeLab(context, folders);
    const console = await openConsoleOn(lab, {
      folders,
      workerUrl: context.workerUrl,
      repository: { location, password },
    });
    try {
      const found = await backUpAndProve(context, folders, console);
      const memory = process.resourceUsage().maxRSS * 1024;
      return outcomeOf({
        ...found,
        repository: location,
        passwordFile,
        lab: lab.folder,
        elapsedMs: terminal.nowMs() - startedAtMs,
        peakMemoryBytes: memory,
      });
    } finally {
      await console.close();
    }
  },
};

const demoParts = ['lab', 'repository', 'runs', 'restored', 'settings.json', passwordFileName];

async function makeLab({ terminal }: CommandContext, folders: AppFolders): ReturnType<typeof createInstalledLab> {
  const startedAtMs = terminal.nowMs();
  terminal.say(`Making the lab in ${folders.lab}: a simulated Hyper-V cluster over real virtual disk files.`);
  const lab = await createInstalledLab(folders, { scenario: 'healthy-cluster' });
  const { vms } = await lab.status();
  terminal.say(`The lab is ready: ${plural(vms.length, 'VM')} (${formatSeconds(terminal.nowMs() - startedAtMs)}).`);
  return lab;
}

type Found = Pick<DemoResult, 'ok' | 'restorePoints' | 'liveDisks' | 'leftovers' | 'gates' | 'failures'>;

async function backUpAndProve(
  { terminal, diskHashWorkerUrl }: CommandContext,
  folders: AppFolders,
  { api, lab }: LabConsole,
): Promise<Found> {
  lab.startGuests();
  const gates = await showGates(api, terminal);
  terminal.say(`Backing up ${vmNames.join(' and ')} online, while their guests write:`);
  const runs = [await backUp(api, terminal, vmNames)];
  terminal.say(`Backing up ${repeatedVm} once more: only what has changed is stored.`);
  runs.push(await backUp(api, terminal, [repeatedVm]));
  await lab.stopGuests();
  terminal.say('The guests are stopped, so that their disks stand still for the comparison.');
  const { truth } = lab;
  const restorePoints = await proveRestorePoints({
    api,
    terminal,
    truth,
    diskHashWorkerUrl,
    folder: folders.restored,
  });
  terminal.say('Reading the live disks after the merge, and comparing them with what the guests wrote');
  const liveDisks = await compareLiveDisks(await lab.status(), truth, vmNames, diskHashWorkerUrl);
  const { leftovers } = valueOf(await api.leftovers.list(undefined));
  const found = { restorePoints, liveDisks, leftovers };
  const failures = [
    ...runs.flatMap(failuresOfRun),
    ...failuresOf(found, { restorePoints: vmNames.length + 1 }),
    ...gates.filter((gate) => gate.verdict !== 'pass').map((gate) => `gate ${gate.id}: ${gate.summary}`),
  ];
  return { ok: failures.length === 0, ...found, gates, failures };
}

async function showGates(api: ConsoleApi, terminal: CommandContext['terminal']): Promise<DemoResult['gates']> {
  const { gates, vms } = valueOf(await api.site.gates({ refresh: true }));
  terminal.say('The three gates of online backup:');
  for (const line of gates.flatMap(gateLines)) terminal.say(line);
  const ready = vms.filter((vm) => vm.verdict === 'ready').length;
  terminal.say(`  ${ready} of ${plural(vms.length, 'VM')} ready for online backup.`);
  return gates.map(({ id, verdict, summary }) => ({ id, verdict, summary }));
}

async function backUp(
  api: ConsoleApi,
  terminal: CommandContext['terminal'],
  names: readonly string[],
): Promise<RunState> {
  const inventory = valueOf(await api.site.inventory({ refresh: true }));
  const run = await runBackup(api, terminal, { vmIds: names.map((name) => findVm(inventory, name).id) });
  // Ctrl-C means the demo, not only the backup it fell into.
  if (run.outcome === 'cancelled') throw new AppError('engine.cancelled', {});
  return run;
}

function failuresOfRun(run: RunState): readonly string[] {
  if (exitCodeOfRun(run) === 0) return [];
  const reasons = [run.error, ...Object.values(run.vms).map((vm) => vm.error), ...run.warnings];
  const titles = reasons.flatMap((reason) => (reason === undefined ? [] : [reason.title]));
  return [
    `run ${run.runId} ended as ${run.outcome ?? run.status}${titles.length === 0 ? '' : `: ${titles.join('; ')}`}`,
  ];
}

function outcomeOf(result: DemoResult): CommandOutcome {
  return { exitCode: result.ok ? 0 : 1, json: { ...result }, text: demoText(result) };
}
