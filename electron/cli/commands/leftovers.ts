// `stillpoint leftovers ...`: what stands on hosts although no run accounts for it, and its way out.
import { repositoryOptions } from '../arguments/global-options.ts';
import type { Command } from '../command.ts';
import { valueOf } from '../failure.ts';
import { plural } from '../../../shared/words/format.ts';
import { warningLines } from '../../../shared/words/error-lines.ts';

const list: Command = {
  name: 'leftovers list',
  summary: 'Show checkpoints, merges and locks that an interrupted run left behind',
  details: ['Every start cleans up after interrupted runs by itself. What could not be cleaned is shown here.'],
  options: repositoryOptions,
  examples: [{ line: 'stillpoint leftovers list', what: 'Exit code 3 when there is something.' }],
  run: async ({ withConsole }) =>
    withConsole({}, async (api) => {
      const { leftovers, unreachable, problems } = valueOf(await api.leftovers.list(undefined));
      const isClean = leftovers.length === 0 && unreachable.length === 0 && problems.length === 0;
      return {
        exitCode: isClean ? 0 : 3,
        json: { leftovers, unreachable, problems },
        text: [
          ...(isClean ? ['Nothing is left over.'] : []),
          ...leftovers.flatMap(({ id, about }) => [
            about.title,
            `  ${about.meaning}`,
            `  What to do: ${about.nextStep}`,
            `  Id: ${id}`,
          ]),
          ...unreachable.map((host) => `${host.name} does not answer: what stands there is not known.`),
          ...problems.flatMap(warningLines),
        ],
      };
    }),
};

const clean: Command = {
  name: 'leftovers clean',
  summary: 'Remove what is ours of it, and wait for the merge',
  details: ['Only what carries our tag is touched. Without an ID: everything that is ours.'],
  argument: { name: 'ID', least: 0, most: Infinity },
  options: repositoryOptions,
  examples: [{ line: 'stillpoint leftovers clean', what: 'Everything that is ours.' }],
  run: async ({ withConsole, arguments: ids }) =>
    withConsole({}, async (api) => {
      const cleaned = valueOf(await api.leftovers.clean({ ids: ids.length === 0 ? 'all' : [...ids] }));
      const failed = cleaned.filter((entry) => entry.error !== undefined);
      const done = cleaned.length - failed.length;
      return {
        exitCode: failed.length > 0 ? 1 : 0,
        json: { cleaned },
        text: [
          cleaned.length === 0
            ? 'There was nothing of ours to clean.'
            : `${plural(done, 'leftover')} of ${cleaned.length} cleaned.`,
          ...failed.flatMap(({ error }) => (error === undefined ? [] : warningLines(error))),
        ],
      };
    }),
};

export const leftoverCommands: readonly Command[] = [list, clean];
