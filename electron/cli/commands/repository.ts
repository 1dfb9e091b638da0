// `stillpoint repository ...`: make a place for restore points, and check that it is sound.
import { resolve } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { DamageView } from '../../../shared/ipc/views.ts';
import { createPasswordFile } from '../../platform/index.ts';
import { repositoryOptions } from '../arguments/global-options.ts';
import type { Command } from '../command.ts';
import { valueOf } from '../failure.ts';
import { plural } from '../../../shared/words/format.ts';
import { runOperation } from '../live/run-operation.ts';
import { initRepositoryAt, passwordFor } from '../session.ts';

const init: Command = {
  name: 'repository init',
  summary: 'Make a new repository, and use it from now on',
  details: [
    'A repository is a folder in the restic format, encrypted. Keep its password where you will find it when the',
    'host is gone: without it nobody can read anything, neither with Stillpoint nor with restic.',
  ],
  argument: { name: 'DIR', least: 0, most: 1 },
  options: {
    'password-file': repositoryOptions['password-file'] ?? { type: 'string', help: '' },
    'new-password-file': {
      type: 'string',
      value: 'FILE',
      help: 'Make up a password and write it to this new file, readable by you alone.',
    },
  },
  examples: [
    {
      line: 'stillpoint repository init D:\\Backup --password-file pw.txt',
      what: 'With a password of your own, out of a file.',
    },
    { line: 'stillpoint repository init --new-password-file pw.txt', what: 'With a password that is made up.' },
  ],
  run: async (context) => {
    const { options, folders, invocation } = context;
    const location = resolve(context.arguments[0] ?? folders.repository);
    const newFile = options.text('new-password-file');
    if (newFile !== undefined && options.text('password-file') !== undefined) {
      const reason = 'Give a new file or an existing one, not both';
      throw new AppError('cli.bad-option-value', {
        command: invocation,
        option: '--new-password-file',
        value: newFile,
        reason,
      });
    }
    const password = newFile === undefined ? await passwordFor(context, invocation) : await createPasswordFile(newFile);
    const passwordFile = newFile ?? options.text('password-file');
    await initRepositoryAt(context, { location, password, passwordFile });
    const fileLine =
      passwordFile === undefined ? [] : [`Its password is in ${resolve(passwordFile)}. Keep a copy elsewhere.`];
    return {
      exitCode: 0,
      json: { repository: location, passwordFile: passwordFile === undefined ? null : resolve(passwordFile) },
      text: [`The repository ${location} is ready.`, ...fileLine],
    };
  },
};

const check: Command = {
  name: 'repository check',
  summary: 'Check the structure of the repository: every pack, index and restore point',
  details: [
    'Looks whether everything that belongs together is there and holds together. To read back every byte of the',
    'restore points, use `stillpoint verify --all`.',
  ],
  options: repositoryOptions,
  examples: [{ line: 'stillpoint repository check', what: 'Exit code 1 when something is damaged or missing.' }],
  run: async ({ withConsole, terminal }) =>
    withConsole({}, async (api) => {
      const result = await runOperation(api, terminal, 'Checking', (operationId) =>
        api.repository.check({ operationId }),
      );
      const { location = '' } = valueOf(await api.app.snapshot(undefined)).repository;
      const found = `${plural(result.snapshots, 'restore point')}, ${plural(result.packs, 'pack')}, ${plural(result.blobs, 'chunk')}`;
      return {
        exitCode: result.isIntact ? 0 : 1,
        json: { repository: location, ...result },
        text: [
          result.isIntact
            ? `${location} is sound: ${found}.`
            : `${location} is damaged in ${plural(result.damageCount, 'place')}: ${found}.`,
          ...result.damages.slice(0, 20).map(damageLine),
        ],
      };
    }),
};

export function damageLine({ kind, object, reason, path }: DamageView): string {
  return `  ${kind}: ${object}${path === undefined ? '' : ` (part of ${path})`}: ${reason}`;
}

export const repositoryCommands: readonly Command[] = [init, check];
