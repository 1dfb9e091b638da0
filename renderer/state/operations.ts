// What became of the long operations that this window began: kept here and not in a screen, so that the end of one is
// told also when its screen was left in the meantime. How far each is comes with the mirror.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { Result } from '../../shared/ipc/define-contract.ts';

export interface OperationEnd {
  /** Asked for, and not answered yet. */
  readonly isWaiting: boolean;
  /** The one whose end was asked for. */
  readonly stoppingId?: string;
  readonly result?: unknown;
  readonly error?: AppErrorData;
}

/** By what it does and what it is about. */
export type OperationsStore = StoreApi<Readonly<Record<string, OperationEnd>>>;

export interface OperationsActions {
  /** One at a time for each key: while one is waited for, nothing is begun. */
  start(key: string, work: (operationId: string) => Promise<Result<unknown>>): Promise<void>;
  /** @param operationId of the one that goes on, in whichever window it was begun */
  stop(key: string, operationId: string): Promise<void>;
}

export const neverBegun: OperationEnd = { isWaiting: false };

/** Damages and file names of so many operations are kept; the oldest give way. */
const mostKept = 20;

export function createOperations(
  api: ConsoleApi,
  newId: () => string = () => crypto.randomUUID(),
): { readonly store: OperationsStore; readonly actions: OperationsActions } {
  const store = createStore<Readonly<Record<string, OperationEnd>>>(() => ({}));
  const keep = (key: string, end: OperationEnd): void =>
    store.setState(({ [key]: _before, ...others }) => {
      const ended = Object.entries(others).filter(([, other]) => !other.isWaiting);
      const dropped = new Set(ended.slice(0, Math.max(0, ended.length + 1 - mostKept)).map(([name]) => name));
      return { ...Object.fromEntries(Object.entries(others).filter(([name]) => !dropped.has(name))), [key]: end };
    }, true);
  const now = (key: string): OperationEnd => store.getState()[key] ?? neverBegun;

  return {
    store,
    actions: {
      start: async (key, work) => {
        if (now(key).isWaiting) return;
        keep(key, { isWaiting: true });
        const answer = await work(newId());
        keep(key, { isWaiting: false, ...(answer.ok ? { result: answer.value } : { error: answer.error }) });
      },
      stop: async (key, operationId) => {
        keep(key, { ...now(key), stoppingId: operationId });
        const answer = await api.operations.cancel({ operationId });
        // Stopped or over: either way its end is told by itself.
        if (answer.ok) return;
        const { stoppingId: _id, ...rest } = now(key);
        keep(key, { ...rest, error: answer.error });
      },
    },
  };
}
