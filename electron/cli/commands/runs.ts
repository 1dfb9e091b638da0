// `stillpoint runs list`: what was done, and how it ended.
import type { Command } from '../command.ts';
import { valueOf } from '../failure.ts';
import { formatSeconds, formatTime, table } from '../../../shared/words/format.ts';
import { outcomeWords, vmsOf } from '../../../shared/words/run-words.ts';
import { warningLines } from '../../../shared/words/error-lines.ts';

const list: Command = {
  name: 'runs list',
  summary: 'List the runs, newest first, with how they ended',
  details: [],
  options: { limit: { type: 'string', value: 'NUMBER', help: 'At most so many. Default: 20.' } },
  examples: [{ line: 'stillpoint runs list --limit 5', what: 'The last five.' }],
  run: async ({ withConsole, options }) => {
    const limit = options.count('limit') ?? 20;
    return withConsole({}, async (api) => {
      const { runs, problems, nextBefore } = valueOf(await api.runs.history({ limit: Math.min(limit, 1000) }));
      const rows = runs.map((run) => [
        run.runId,
        formatTime(run.queuedAtMs),
        run.endedAtMs === undefined ? '' : formatSeconds(run.endedAtMs - run.queuedAtMs),
        run.outcome === undefined ? run.status : outcomeWords[run.outcome],
        vmsOf(run)
          .map((vm) => `${vm.name}${vm.outcome === undefined ? '' : ` (${outcomeWords[vm.outcome]})`}`)
          .join(', '),
      ]);
      return {
        exitCode: problems.length > 0 ? 3 : 0,
        json: { runs, problems, nextBefore: nextBefore ?? null },
        text: [
          ...(rows.length === 0 ? ['There was no run yet.'] : table(['RUN', 'BEGAN', 'TOOK', 'OUTCOME', 'VMS'], rows)),
          ...problems.flatMap(warningLines),
        ],
      };
    });
  },
};

export const runCommands: readonly Command[] = [list];
