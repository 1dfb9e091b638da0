// What a start did about runs that an earlier process left unfinished, one line each.
import type { RecoveryView } from '../ipc/views.ts';
import { plural } from './format.ts';

export function recoveryLines({ runs, problems }: RecoveryView): readonly string[] {
  const settled = runs.filter((run) => run.status === 'ended');
  const open = runs.filter((run) => run.status !== 'ended');
  return [
    ...(settled.length === 0
      ? []
      : [
          `Recovered ${plural(settled.length, 'interrupted run')} (${settled.map((run) => run.runId).join(', ')}): ` +
            'what was left of it is removed and merged.',
        ]),
    ...open.map((run) => {
      const reason = run.warnings.at(-1)?.title ?? 'something of it is still there';
      return `Run ${run.runId} was interrupted and could not be settled completely: ${reason}. The next start tries again.`;
    }),
    ...problems.map((problem) => `Warning: ${problem.title}`),
  ];
}
