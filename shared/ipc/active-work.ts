// What would be cut short if the console ended now: asked by everybody who may end it.
import type { RunState } from '../events/run-state.ts';
import type { OperationView } from './views.ts';

export interface ActiveWork {
  readonly runs: readonly RunState[];
  readonly operations: readonly OperationView[];
}

export function activeWork(mirror: {
  readonly runs: readonly RunState[];
  readonly operations: readonly OperationView[];
}): ActiveWork {
  return {
    runs: mirror.runs.filter((run) => run.status !== 'ended' && run.status !== 'recovering'),
    operations: mirror.operations.filter((operation) => operation.status === 'running'),
  };
}

export function isBusy({ runs, operations }: ActiveWork): boolean {
  return runs.length > 0 || operations.length > 0;
}
