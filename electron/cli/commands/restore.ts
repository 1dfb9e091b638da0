// `stillpoint restore`: brings the disks of a restore point back as .vhdx files.
import { resolve } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';
import { repositoryOptions } from '../arguments/global-options.ts';
import type { Command } from '../command.ts';
import { formatBytes, plural } from '../../../shared/words/format.ts';
import { runOperation } from '../live/run-operation.ts';

export const restore: Command = {
  name: 'restore',
  summary: 'Restore the disks of a restore point to a folder, as .vhdx files',
  details: [
    'Every restored disk is complete: attach it to a VM as it is. All disks get their names when all are whole;',
    'a failure before that leaves nothing. Existing files are not touched without --overwrite.',
  ],
  argument: { name: 'ID', least: 1, most: 1 },
  options: {
    to: { type: 'string', value: 'DIR', help: 'Where the .vhdx files go. Made if it is not there.' },
    disk: { type: 'string', value: 'SLOT', isRepeatable: true, help: 'Only this disk, for example scsi-0-0.' },
    overwrite: { type: 'boolean', help: 'Files of the same names may be replaced.' },
    ...repositoryOptions,
  },
  examples: [
    { line: 'stillpoint restore 4f3c2a1b --to D:\\Restored', what: 'All disks.' },
    { line: 'stillpoint restore 4f3c2a1b --to D:\\Restored --disk scsi-0-1', what: 'One disk.' },
  ],
  run: async ({ withConsole, terminal, options, arguments: [id = ''], invocation }) => {
    const to = options.text('to');
    if (to === undefined) throw new AppError('cli.missing-argument', { command: invocation, argument: '--to DIR' });
    const folder = resolve(to);
    const slots = options.texts('disk');
    return withConsole({}, async (api) => {
      const restored = await runOperation(api, terminal, 'Restoring', (operationId) =>
        api.restorePoints.restore({
          id,
          folder,
          isOverwriting: options.flag('overwrite'),
          operationId,
          ...(slots.length === 0 ? {} : { slots: [...slots] }),
        }),
      );
      return {
        exitCode: 0,
        json: { ...restored },
        text: [
          `Restored ${plural(restored.disks.length, 'disk')}:`,
          ...restored.disks.map((disk) => `  ${disk.file} (${formatBytes(disk.writtenBytes)} written)`),
        ],
      };
    });
  },
};
