// Stays with a long operation to its end: shows it, and turns Ctrl-C into its cancel.
import type { ConsoleApi } from '../../../shared/ipc/contract.ts';
import type { Result } from '../../../shared/ipc/define-contract.ts';
import { valueOf } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { LiveOperation } from './live-operation.ts';

export async function runOperation<T>(
  api: ConsoleApi,
  terminal: Terminal,
  label: string,
  start: (operationId: string) => Promise<Result<T>>,
): Promise<T> {
  const operationId = `cli-${terminal.nowMs()}`;
  const live = new LiveOperation(terminal, operationId, label);
  const unsubscribe = api.app.changed(live.onEvent);
  const stopListening = terminal.onInterrupt(() => {
    terminal.say('Cancelling. What is not complete is removed.');
    void api.operations.cancel({ operationId });
  });
  try {
    return valueOf(await start(operationId));
  } finally {
    stopListening();
    unsubscribe();
  }
}
