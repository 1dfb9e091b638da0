// What is asked and said when somebody wants to quit while work goes on. Pure: words from the folded state.
import type { RunState } from '../../shared/events/run-state.ts';
import type { ActiveWork } from '../../shared/ipc/active-work.ts';
import type { OperationKind } from '../../shared/ipc/views.ts';

export interface QuitQuestion {
  readonly message: string;
  readonly detail: string;
  /** In the order of `quitAnswers`. */
  readonly buttons: readonly [string, string, string];
}

export type QuitAnswer = 'keep-running' | 'finish-then-quit' | 'cancel-and-quit';
export const quitAnswers: readonly QuitAnswer[] = ['keep-running', 'finish-then-quit', 'cancel-and-quit'];

export function quitQuestion(work: ActiveWork): QuitQuestion {
  const things = [...work.runs.map(backupOf), ...work.operations.map(({ kind }) => operationNouns[kind])];
  const isOne = things.length === 1;
  const what = isOne ? `the ${onlyNoun(work)}` : 'all of it';
  return {
    message: `${capitalised(enumeration(things))} ${isOne ? 'is' : 'are'} going on`,
    detail: [
      `Finish, then quit: Stillpoint closes when ${isOne ? 'it has' : 'they have'} ended.`,
      ...(work.runs.length === 0
        ? []
        : [
            'Cancel and quit: the checkpoints of the backup are removed and merged first, which takes a moment. ' +
              'VMs that are not finished get no restore point; restore points that are complete stay.',
          ]),
      ...(work.operations.length === 0 ? [] : [`${work.runs.length === 0 ? 'Cancel and quit: ' : ''}${undoOf(work)}`]),
    ].join('\n\n'),
    buttons: ['Keep running', 'Finish, then quit', `Cancel ${what} and quit`],
  };
}

/** To whoever wants to quit again while that is under way. */
export const mergingNotice = {
  message: 'Stillpoint is closing: checkpoints are being removed and merged',
  detail:
    'A VM whose checkpoint stays behind keeps writing to an AVHDX file that grows. Stillpoint closes by itself as soon as every merge is confirmed.',
} as const;

const operationNouns: Readonly<Record<OperationKind, string>> = {
  verify: 'a verification of a restore point',
  restore: 'a restore',
  check: 'a check of the repository',
};

const shortNouns: Readonly<Record<OperationKind, string>> = {
  verify: 'verification',
  restore: 'restore',
  check: 'check',
};

function onlyNoun({ runs, operations }: ActiveWork): string {
  const [operation] = operations;
  return runs.length > 0 || operation === undefined ? 'backup' : shortNouns[operation.kind];
}

function undoOf({ operations }: ActiveWork): string {
  return operations.some(({ kind }) => kind === 'restore')
    ? 'Files of a restore that are not complete are removed.'
    : 'Nothing is changed by it; it can be started again.';
}

function backupOf(run: RunState): string {
  const vms = run.vmOrder.flatMap((vmId) => run.vms[vmId] ?? []);
  const open = vms.filter((vm) => vm.outcome === undefined);
  const names = (open.length > 0 ? open : vms).map(({ name }) => plainName(name));
  return `a backup of ${names.length === 0 ? 'no VM yet' : enumeration(shortened(names))}`;
}

const mostNames = 5;

function shortened(names: readonly string[]): readonly string[] {
  if (names.length <= mostNames) return names;
  return [...names.slice(0, mostNames - 1), `${names.length - mostNames + 1} more`];
}

/** Names come from hosts: nothing in them may break the sentence. */
function plainName(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').slice(0, 100);
}

function enumeration(things: readonly string[]): string {
  if (things.length < 2) return things.join('');
  return `${things.slice(0, -1).join(', ')} and ${things.at(-1) ?? ''}`;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
