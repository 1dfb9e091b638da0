// The contract while Stillpoint ends, whichever way in: what is going on may be watched and cancelled, nothing new is
// begun.
import { AppError } from '../../shared/errors/app-error.ts';
import type { Result } from '../../shared/ipc/define-contract.ts';

/** @param name `group.call`. Never rejects for what a handler throws; errors are data. */
export type Invoke = (name: string, input: unknown) => Promise<Result<unknown>>;

/** Calls that begin something, on a host or in a repository. */
export const startingCalls: readonly string[] = [
  'runs.start',
  'restorePoints.verify',
  'restorePoints.restore',
  'repository.init',
  'repository.open',
  'repository.check',
  'repository.forgetPassword',
  'settings.change',
  'leftovers.clean',
  'lab.startGuests',
  'lab.createForeignCheckpoint',
];

/** @param isEnding asked at every call: whoever wanted to quit may change their mind */
export function endingGate(invoke: Invoke, isEnding: () => boolean): Invoke {
  return async (name, input) => {
    if (!isEnding() || !startingCalls.includes(name)) return invoke(name, input);
    return { ok: false, error: new AppError('console.ending', { call: name }).toData() };
  };
}
