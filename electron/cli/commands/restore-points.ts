// `stillpoint restore-points ...`: what there is to go back to.
import type { RestorePointDetails, RestorePointView } from '../../../shared/ipc/views.ts';
import { repositoryOptions } from '../arguments/global-options.ts';
import type { Command } from '../command.ts';
import { valueOf } from '../failure.ts';
import { formatBytes, formatSeconds, formatTime, plural, shortId, table } from '../../../shared/words/format.ts';
import { consistencyWords } from '../../../shared/words/run-words.ts';
import { warningLines } from '../../../shared/words/error-lines.ts';

const list: Command = {
  name: 'restore-points list',
  summary: 'List the restore points, oldest first',
  details: [],
  options: {
    vm: { type: 'string', value: 'VM', help: 'Only those of this VM (name or id).' },
    ...repositoryOptions,
  },
  examples: [{ line: 'stillpoint restore-points list --vm SQL01', what: 'Those of one VM.' }],
  run: async ({ withConsole, options }) =>
    withConsole({}, async (api) => {
      const vm = options.text('vm');
      const listing = valueOf(await api.restorePoints.list(vm === undefined ? {} : { vm }));
      const { restorePoints, damaged, problems, otherSnapshots } = listing;
      const rows = restorePoints.map(row);
      return {
        exitCode: damaged.length + problems.length > 0 ? 3 : 0,
        json: { ...listing },
        text: [
          ...(rows.length === 0 ? ['There is no restore point yet.'] : table(header, rows)),
          ...damaged.flatMap((point) => warningLines(point.error)),
          ...problems.flatMap(warningLines),
          ...(otherSnapshots > 0 ? [`${plural(otherSnapshots, 'snapshot')} of other programs, left alone.`] : []),
        ],
      };
    }),
};

const header = ['ID', 'VM', 'CHECKPOINT', 'CONSISTENCY', 'MODE', 'DISKS', 'READ', 'NEW IN REPOSITORY'];

function row({ id, document }: RestorePointView): readonly string[] {
  const { vm, consistency, mode, disks, checkpoint } = document;
  return [
    shortId(id),
    vm.name,
    formatTime(checkpoint.createdAtMs),
    consistency.achieved === consistency.asked
      ? consistency.achieved
      : `${consistency.achieved} (asked: ${consistency.asked})`,
    mode,
    String(disks.length),
    formatBytes(disks.reduce((sum, disk) => sum + disk.readBytes, 0)),
    formatBytes(disks.reduce((sum, disk) => sum + disk.storedBytes, 0)),
  ];
}

const show: Command = {
  name: 'restore-points show',
  summary: 'Show one restore point: what was achieved, its disks, and how restic restores it',
  details: ['ID is the id from the list, or its beginning.'],
  argument: { name: 'ID', least: 1, most: 1 },
  options: repositoryOptions,
  examples: [{ line: 'stillpoint restore-points show 4f3c2a1b', what: 'Everything about one restore point.' }],
  run: async ({ withConsole, arguments: [id = ''] }) =>
    withConsole({}, async (api) => {
      const details = valueOf(await api.restorePoints.show({ id }));
      return { exitCode: 0, json: { restorePoint: details }, text: detailLines(details) };
    }),
};

function detailLines({ id, document, location, restic }: RestorePointDetails): readonly string[] {
  const { vm, consistency, mode, checkpoint, timings, disks, warnings, host, site, runId } = document;
  const achieved = consistencyWords(consistency.achieved, consistency.quiescing);
  return [
    `Restore point ${id}`,
    `  VM            ${vm.name} (${vm.id}), generation ${vm.generation}, version ${vm.configurationVersion}, ${vm.guest}`,
    `  From          ${host}, ${site}, run ${runId}`,
    `  Checkpoint    ${formatTime(checkpoint.createdAtMs)}`,
    `  Consistency   ${achieved}; asked for: ${consistency.asked}`,
    `  Mode          ${mode}, read in ${formatSeconds(timings.readEndedAtMs - timings.readStartedAtMs)}`,
    ...disks.map(
      (disk) =>
        `  Disk ${disk.slot.padEnd(9)}${formatBytes(disk.sizeBytes)}, ${formatBytes(disk.readBytes)} read, ` +
        `${formatBytes(disk.storedBytes)} new; was ${disk.hostPath}`,
    ),
    ...warnings.map((warning) => `  Warning       ${warning}`),
    `  Repository    ${location}`,
    '',
    'Restored with restic, without Stillpoint:',
    `  ${process.platform === 'win32' ? restic.powershell : restic.sh}`,
  ];
}

export const restorePointCommands: readonly Command[] = [list, show];
