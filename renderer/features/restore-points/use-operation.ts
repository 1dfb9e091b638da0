// A long operation on one restore point: begun here or in another window, with its progress, its error, and a way to stop.
import { useState } from 'react';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import type { Result } from '../../../shared/ipc/define-contract.ts';
import type { OperationKind, OperationView } from '../../../shared/ipc/views.ts';
import { useApp, useMirror } from '../../state/use-app.ts';

export interface OperationHandle<T> {
  /** Going on, in whichever window it was begun. */
  readonly running: OperationView | undefined;
  /** Of the one that was begun here. */
  readonly result: T | undefined;
  readonly error: AppErrorData | undefined;
  readonly start: (work: (operationId: string) => Promise<Result<T>>) => Promise<void>;
  readonly cancel: () => void;
}

export function useOperation<T>(kind: OperationKind, subject: string): OperationHandle<T> {
  const { api } = useApp();
  const running = useMirror((mirror) =>
    mirror.operations.find((operation) => operation.kind === kind && operation.subject === subject),
  );
  const [result, setResult] = useState<T>();
  const [error, setError] = useState<AppErrorData>();
  return {
    running,
    result,
    error,
    start: async (work) => {
      setResult(undefined);
      setError(undefined);
      const answer = await work(crypto.randomUUID());
      if (answer.ok) setResult(answer.value);
      // Whoever cancelled it knows.
      else if (answer.error.code !== 'console.operation-cancelled') setError(answer.error);
    },
    cancel: () => {
      if (running !== undefined) void api.operations.cancel({ operationId: running.id });
    },
  };
}
