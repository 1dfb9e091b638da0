// A long operation on one restore point or repository: begun here or in another window, with its progress, its end, and a
// way to stop.
import { useStore } from 'zustand';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import type { Result } from '../../../shared/ipc/define-contract.ts';
import type { OperationKind, OperationView } from '../../../shared/ipc/views.ts';
import { neverBegun } from '../../state/operations.ts';
import { useApp, useMirror } from '../../state/use-app.ts';

export interface OperationHandle<T> {
  /** Going on, in whichever window it was begun. */
  readonly running: OperationView | undefined;
  /** Going on, or asked for and not yet begun. */
  readonly isBusy: boolean;
  readonly isStopping: boolean;
  /** Of the last one that was begun in this window. */
  readonly result: T | undefined;
  readonly error: AppErrorData | undefined;
  readonly start: (work: (operationId: string) => Promise<Result<T>>) => void;
  readonly stop: () => void;
}

export function useOperation<T>(kind: OperationKind, subject: string): OperationHandle<T> {
  const { operations } = useApp();
  const key = `${kind} ${subject}`;
  const running = useMirror((mirror) =>
    mirror.operations.find((operation) => operation.kind === kind && operation.subject === subject),
  );
  // One of another window leaves no result here, but that it failed is told.
  const endedElsewhere = useMirror((mirror) =>
    mirror.endedOperations.findLast((operation) => operation.kind === kind && operation.subject === subject),
  );
  const own = useStore(operations.store, (ends) => ends[key]);
  const { isWaiting, stoppingId, result, error } = own ?? neverBegun;
  const isToldHere = running !== undefined || isWaiting || result !== undefined;
  return {
    running,
    isBusy: running !== undefined || isWaiting,
    isStopping: running !== undefined && running.id === stoppingId,
    // Whoever begins it under this key says what it answers with.
    result: result as T | undefined,
    error: error ?? (isToldHere ? undefined : endedElsewhere?.error),
    start: (work) => void operations.actions.start(key, work),
    stop: () => {
      if (running !== undefined) void operations.actions.stop(key, running.id);
    },
  };
}
