// The contract while Stillpoint ends: what is going on may be watched and cancelled, nothing new is begun.
import { AppError } from '../../shared/errors/app-error.ts';
import type { Invoke } from './contract-socket.ts';

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

export interface EndingGate {
  readonly invoke: Invoke;
  /** From now on nothing new is begun. */
  shut(): void;
}

export function endingGate(invoke: Invoke): EndingGate {
  let isShut = false;
  return {
    invoke: async (name, input) => {
      if (!isShut || !startingCalls.includes(name)) return invoke(name, input);
      return { ok: false, error: new AppError('console.ending', { call: name }).toData() };
    },
    shut: () => {
      isShut = true;
    },
  };
}
