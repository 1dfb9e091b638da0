// `stillpoint lab ...`: make the simulated Hyper-V site, look at it, let its guests work, and stage what an admin may
// meet.
import type { LabStatusView, LabVmView } from '../../../shared/ipc/views.ts';
import { createInstalledLab } from '../../console/composition.ts';
import { labScenarios } from '../../lab/index.ts';
import { systemClock } from '../../platform/index.ts';
import type { Command, CommandOutcome } from '../command.ts';
import { valueOf } from '../failure.ts';
import { findVm } from '../find-vms.ts';
import { formatBytes, formatSeconds, plural, table } from '../../../shared/words/format.ts';

const scenarioNames = labScenarios.map((scenario) => scenario.name).join(', ');

const create: Command = {
  name: 'lab create',
  summary: 'Make the lab: simulated hosts and VMs over real virtual disk files',
  details: ['Takes some seconds and at most 1.5 GB. The same seed gives the same lab.'],
  options: {
    scenario: { type: 'string', value: 'NAME', help: `One of: ${scenarioNames}. Default: healthy-cluster.` },
    seed: { type: 'string', value: 'NUMBER', help: 'Default: 1.' },
  },
  examples: [
    { line: 'stillpoint lab create', what: 'The default: a healthy three-node cluster and a standalone host.' },
    { line: 'stillpoint lab create --dir D:\\Try --seed 7', what: 'Another one, in a folder of its own.' },
  ],
  run: async ({ options, folders, terminal }) => {
    const scenario = options.text('scenario');
    const seed = options.count('seed');
    const startedAtMs = terminal.nowMs();
    terminal.say(`Making the lab in ${folders.lab} ...`);
    const lab = await createInstalledLab(folders, {
      ...(scenario === undefined ? {} : { scenario }),
      ...(seed === undefined ? {} : { seed }),
    });
    try {
      const outcome = statusOutcome(await lab.status());
      const took = formatSeconds(terminal.nowMs() - startedAtMs);
      return { ...outcome, text: [`The lab is ready (${took}).`, ...outcome.text] };
    } finally {
      await lab.close();
    }
  },
};

const status: Command = {
  name: 'lab status',
  summary: 'Show the VMs of the lab, their disks, checkpoints and merges',
  details: [],
  options: {},
  examples: [{ line: 'stillpoint lab status --json', what: 'With the path of every disk file on this computer.' }],
  run: async ({ withConsole }) =>
    withConsole({}, async (api) => statusOutcome(valueOf(await api.lab.status(undefined)))),
};

const run: Command = {
  name: 'lab run',
  summary: 'Let the guests of the lab work until Ctrl-C',
  details: [
    'The guests also work by themselves during a backup. This is for watching them, or for letting disks grow.',
  ],
  options: { for: { type: 'string', value: 'SECONDS', help: 'End by itself after so many seconds.' } },
  examples: [{ line: 'stillpoint lab run --for 30', what: 'Half a minute of work, then a look at what was written.' }],
  run: async ({ withConsole, terminal, options }) => {
    const seconds = options.count('for');
    return withConsole({ withGuests: true }, async (api) => {
      terminal.say(`The guests are writing. ${seconds === undefined ? 'Ctrl-C ends it.' : `Ends after ${seconds} s.`}`);
      const stop = new AbortController();
      const stopListening = terminal.onInterrupt(() => stop.abort());
      await systemClock
        .sleep(seconds === undefined ? Infinity : seconds * 1000, stop.signal)
        .catch((error: unknown) => {
          if (!stop.signal.aborted) throw error;
        });
      stopListening();
      return statusOutcome(valueOf(await api.lab.stopGuests(undefined)));
    });
  },
};

const foreignCheckpoint: Command = {
  name: 'lab foreign-checkpoint',
  summary: 'Stage a recovery checkpoint of another backup product on a VM',
  details: ['To see what Stillpoint says when it is not alone: it stops, and touches nothing.'],
  argument: { name: 'VM', least: 1, most: 1 },
  options: {
    name: { type: 'string', value: 'NAME', help: 'How the other product calls it. Default: "Other Backup 1".' },
  },
  examples: [{ line: 'stillpoint lab foreign-checkpoint SQL01', what: 'Then try: stillpoint backup SQL01' }],
  run: async ({ withConsole, arguments: [typed = ''], options }) =>
    withConsole({}, async (api) => {
      const vm = findVm(valueOf(await api.site.inventory({ refresh: true })), typed);
      const name = options.text('name') ?? 'Other Backup 1';
      const { checkpointId } = valueOf(await api.lab.createForeignCheckpoint({ vmId: vm.id, name }));
      return {
        exitCode: 0,
        json: { vm: vm.name, vmId: vm.id, checkpointId, name },
        text: [`${vm.name} now has the recovery checkpoint "${name}" (${checkpointId}), which is not Stillpoint's.`],
      };
    }),
};

export const labCommands: readonly Command[] = [create, status, run, foreignCheckpoint];

function statusOutcome(view: LabStatusView): CommandOutcome {
  const rows = view.vms.map((vm) => [
    vm.name,
    vm.hostId,
    vm.state,
    vm.guest,
    vm.configurationVersion,
    vm.disks.map((disk) => `${formatBytes(disk.fileSizeBytes)} of ${formatBytes(disk.sizeBytes)}`).join(', '),
    checkpointWords(vm),
  ]);
  const written = view.vms.reduce((sum, vm) => sum + vm.writtenBytes, 0);
  return {
    exitCode: 0,
    json: { lab: view },
    text: [
      `${view.siteName}, scenario ${view.scenarioName}, in ${view.folder}`,
      ...table(['VM', 'HOST', 'STATE', 'GUEST', 'VERSION', 'DISKS', 'CHECKPOINTS'], rows).map((line) => `  ${line}`),
      ...(written > 0 ? [`The guests wrote ${formatBytes(written)}.`] : []),
    ],
  };
}

function checkpointWords({ checkpoints, merges }: LabVmView): string {
  const names = checkpoints.map((checkpoint) => `"${checkpoint.name}"`);
  const merging = merges.length === 0 ? [] : [`${plural(merges.length, 'merge')} going on`];
  return [...names, ...merging].join(', ') || 'none';
}
