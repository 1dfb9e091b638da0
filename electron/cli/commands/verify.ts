// `stillpoint verify`: reads every byte of restore points back and checks it.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ConsoleApi } from '../../../shared/ipc/contract.ts';
import type { VerifyView } from '../../../shared/ipc/views.ts';
import { repositoryOptions } from '../arguments/global-options.ts';
import type { Command, CommandContext } from '../command.ts';
import { valueOf } from '../failure.ts';
import { formatBytes, plural, shortId } from '../../../shared/words/format.ts';
import { runOperation } from '../live/run-operation.ts';
import { damageLine } from './repository.ts';

export const verify: Command = {
  name: 'verify',
  summary: 'Prove restore points: read every byte back, decrypt it, compare its hash',
  details: ['Also opens every disk as a virtual disk. Changes nothing. ID is an id from the list, or its beginning.'],
  argument: { name: 'ID', least: 0, most: Infinity },
  options: {
    all: { type: 'boolean', help: 'All restore points.' },
    ...repositoryOptions,
  },
  examples: [
    { line: 'stillpoint verify 4f3c2a1b', what: 'One restore point.' },
    { line: 'stillpoint verify --all', what: 'All of them; exit code 1 when one is damaged.' },
  ],
  run: async (context) => {
    if (context.arguments.length === 0 && !context.options.flag('all')) {
      throw new AppError('cli.missing-argument', { command: context.invocation, argument: 'an ID, or --all' });
    }
    return context.withConsole({}, async (api) => {
      const reports: VerifyView[] = [];
      for (const id of await chooseIds(context, api)) {
        const label = `Verifying ${shortId(id)}`;
        const start = (operationId: string) => api.restorePoints.verify({ id, operationId });
        reports.push(await runOperation(api, context.terminal, label, start));
      }
      const isIntact = reports.every((report) => report.isIntact);
      return {
        exitCode: isIntact ? 0 : 1,
        json: { isIntact, restorePoints: reports },
        text: reports.length === 0 ? ['There is no restore point yet.'] : reports.flatMap(reportLines),
      };
    });
  },
};

async function chooseIds({ arguments: ids, options }: CommandContext, api: ConsoleApi): Promise<readonly string[]> {
  if (!options.flag('all')) return ids;
  const { restorePoints, damaged } = valueOf(await api.restorePoints.list({}));
  // A restore point that cannot say what it is must not be left out of "all".
  return [...restorePoints.map((point) => point.id), ...damaged.flatMap((point) => point.id ?? [])];
}

export function reportLines(report: VerifyView): readonly string[] {
  const { restorePoint, isIntact, disks, checkedBlobs, checkedBytes, damageCount, otherDamages } = report;
  const name = `${restorePoint.document.vm.name}, restore point ${shortId(restorePoint.id)}`;
  const read = `${plural(checkedBlobs, 'chunk')} (${formatBytes(checkedBytes)}) read back, decrypted and hashed`;
  if (isIntact) return [`${name}: intact. ${read}; ${plural(disks.length, 'disk')} opened.`];
  return [
    `${name}: DAMAGED in ${plural(Math.max(1, damageCount), 'place')}. ${read}.`,
    ...disks.map((disk) => `  ${disk.slot}: ${disk.isIntact ? 'intact' : 'damaged'}`),
    ...[...disks.flatMap((disk) => disk.damages), ...otherDamages].slice(0, 20).map(damageLine),
    ...disks.flatMap((disk) => (disk.structureError === undefined ? [] : [`  ${disk.structureError.title}`])),
    '  What to do: keep this repository as it is, check its disk, and use another restore point.',
  ];
}
