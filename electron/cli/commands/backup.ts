// `stillpoint backup`: picks VMs by name, runs the backup, stays until it is merged.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import type { BackupPlan } from '../../../shared/model/backup-plan.ts';
import type { SiteInventory } from '../../../shared/model/site.ts';
import type { LabConsole } from '../../console/composition.ts';
import { repositoryOptions } from '../arguments/global-options.ts';
import type { Command, CommandContext, CommandOutcome, ExitCode } from '../command.ts';
import { valueOf } from '../failure.ts';
import { allVms, findVm } from '../find-vms.ts';
import { formatBytes, shortId } from '../../../shared/words/format.ts';
import { labFaultNames, stageLabFaults } from '../../console/lab-faults.ts';
import { bytesOf, checkpointOpenMs, endLine, runHeadline, vmsOf } from '../../../shared/words/run-words.ts';
import { runBackup } from '../live/run-backup.ts';
import { planLines } from '../../../shared/words/plan-words.ts';
import { warningLines } from '../../../shared/words/error-lines.ts';

const faultNames = [...labFaultNames.filter((name) => !name.startsWith('killed-')), 'killed-in-PHASE'].join(', ');

export const backup: Command = {
  name: 'backup',
  summary: 'Back up running VMs online, and stay until their checkpoints are merged',
  details: [
    'For each VM: a production checkpoint is requested, the guest is quiesced, the frozen disks are copied while',
    'the VM keeps running, the restore point is completed, the checkpoint is removed and merged.',
    'The run is done when the merge is confirmed. Ctrl-C cancels, and waits for the merge.',
    'VMs are named as Hyper-V shows them (case makes no difference), or by id.',
  ],
  argument: { name: 'VM', least: 0, most: Infinity },
  options: {
    all: { type: 'boolean', help: 'Back up every running VM.' },
    mode: { type: 'string', value: 'MODE', help: 'Who reads the frozen disks: on-host (default).' },
    consistency: {
      type: 'string',
      value: 'LEVEL',
      help: 'application (default): the guest is quiesced; less is a failure. crash: as if the power had been cut.',
    },
    'if-not-quiesced': {
      type: 'string',
      value: 'POLICY',
      help: 'fail (default), or fall-back: back that VM up crash-consistent, and mark its restore point.',
    },
    'dry-run': {
      type: 'boolean',
      help: 'Only say what would be done, with every condition and figure; touch nothing.',
    },
    ...repositoryOptions,
    'lab-fault': {
      type: 'string',
      value: 'FAULT',
      isRepeatable: true,
      help: `Lab only: let something go wrong on purpose. FAULT or FAULT:VM, one of: ${faultNames}.`,
    },
  },
  examples: [
    { line: 'stillpoint backup SQL01 WEB01', what: 'Two VMs, side by side.' },
    { line: 'stillpoint backup --all', what: 'Every running VM.' },
    { line: 'stillpoint backup SQL01 --consistency crash', what: 'Without quiescing the guest.' },
    {
      line: 'stillpoint backup SQL01 DB02 --mode off-host --dry-run',
      what: 'Could they be read from volume snapshots?',
    },
    { line: 'stillpoint backup SQL01 --json', what: 'Progress on stderr, one JSON object on stdout.' },
    { line: 'stillpoint backup SQL01 --lab-fault merge-stalls', what: 'See what happens when a merge gets stuck.' },
  ],
  run: async (context) => {
    const { options, terminal } = context;
    const mode = options.choice('mode', ['on-host', 'off-host']);
    const consistency = options.choice('consistency', ['application', 'crash']);
    const consistencyPolicy = options.choice('if-not-quiesced', ['fail', 'fall-back']);
    if (context.arguments.length === 0 && !options.flag('all')) {
      throw new AppError('cli.missing-argument', { command: context.invocation, argument: 'a VM, or --all' });
    }
    return context.withConsole({ withGuests: true }, async (api, console) => {
      const inventory = valueOf(await api.site.inventory({ refresh: true }));
      const vmIds = chooseVms(context, inventory);
      if (options.flag('dry-run'))
        return planOutcome(valueOf(await api.runs.plan({ vmIds: [...vmIds], mode, consistency })));
      const unstage = stageLabFaults(options.texts('lab-fault'), console);
      try {
        return outcomeOf(await runBackup(api, terminal, { vmIds, mode, consistency, consistencyPolicy }), console);
      } finally {
        unstage();
      }
    });
  },
};

const offHostNote =
  'This version of Stillpoint plans off-host backups and does not carry them out yet: this is what one would need.';

function planOutcome(plan: BackupPlan): CommandOutcome {
  const planned = plan.vms.filter((vm) => vm.mode !== undefined);
  return {
    exitCode: planned.length === 0 ? 1 : 0,
    json: { plan },
    text: [...planLines(plan), ...(plan.mode === 'off-host' ? [offHostNote] : []), 'Nothing was done.'],
  };
}

function chooseVms(context: CommandContext, inventory: SiteInventory): RunState['vmOrder'] {
  const named = context.arguments.map((typed) => findVm(inventory, typed).id);
  if (!context.options.flag('all')) return named;
  const running = allVms(inventory).filter((vm) => vm.state === 'running');
  return [...new Set([...named, ...running.map((vm) => vm.id)])];
}

export function exitCodeOfRun({ outcome }: RunState): ExitCode {
  if (outcome === 'succeeded') return 0;
  return outcome === 'succeeded-with-warnings' ? 3 : 1;
}

function outcomeOf(run: RunState, { lab }: LabConsole): CommandOutcome {
  const vms = vmsOf(run);
  const width = Math.max(...vms.map((vm) => vm.name.length));
  const problems = [...run.warnings, ...vms.flatMap((vm) => vm.warnings)];
  const errors = [...(run.error === undefined ? [] : [run.error]), ...vms.flatMap((vm) => vm.error ?? [])];
  const distinct = [...new Map(errors.map((error) => [`${error.title} ${error.meaning}`, error])).values()];
  const stored = vms.reduce((sum, vm) => sum + bytesOf(vm).storedBytes, 0);
  return {
    exitCode: exitCodeOfRun(run),
    json: {
      runId: run.runId,
      outcome: run.outcome,
      lab: lab.folder,
      vms: vms.map((vm) => ({
        name: vm.name,
        host: vm.hostId,
        outcome: vm.outcome,
        mode: run.mode,
        consistency: { asked: run.consistency, achieved: vm.checkpoint?.consistency ?? null },
        quiescing: vm.checkpoint?.quiescing ?? null,
        restorePoint: vm.restorePointId ?? null,
        mergeConfirmed: vm.mergeConfirmedAtMs !== undefined,
        checkpointOpenMs: checkpointOpenMs(vm) ?? null,
        ...bytesOf(vm),
        disks: vm.committedDisks,
        phases: vm.phases,
        warnings: vm.warnings,
        error: vm.error ?? null,
      })),
      warnings: run.warnings,
      error: run.error ?? null,
    },
    text: [
      runHeadline(run),
      ...vms.map((vm) => `  ${vm.name.padEnd(width)}  ${endLine(vm)}`),
      `  ${formatBytes(stored)} added to ${run.repositoryPath}`,
      ...problems.flatMap(warningLines),
      ...distinct.flatMap(({ title, meaning, nextStep }) => [
        `Error: ${title}`,
        `  ${meaning}`,
        `  What to do: ${nextStep}`,
      ]),
      ...nextSteps(run),
    ],
  };
}

function nextSteps(run: RunState): readonly string[] {
  const id = vmsOf(run).find((vm) => vm.restorePointId !== undefined)?.restorePointId;
  return id === undefined ? [] : [`Prove it with: stillpoint verify ${shortId(id)}`];
}
