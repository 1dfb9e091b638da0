// The contract for a caller in the same process. It goes through the same one place as every other transport, so that
// input is parsed and errors are data here too.
import type { ConsoleApi, ConsoleHandlers, Contract } from '../../shared/ipc/contract.ts';
import type { ContractGroup } from '../../shared/ipc/define-contract.ts';
import { invokeHandler } from '../../shared/ipc/invoke-handler.ts';
import type { AppEvents, AppListener } from './app-events.ts';

export function createLocalApi(table: Contract, handlers: ConsoleHandlers, events: AppEvents): ConsoleApi {
  const groups = Object.entries<ContractGroup>(table).map(([group, entries]) => {
    const calls = Object.entries(entries).map(([key, entry]) => {
      if (entry.kind === 'event') return [key, (listener: AppListener) => events.subscribe(listener)] as const;
      return [key, (input: unknown) => invokeHandler(table, handlers, `${group}.${key}`, input)] as const;
    });
    return [group, Object.fromEntries(calls)] as const;
  });
  // Built from the table key by key; the types of the single calls cannot be followed through `Object.entries`.
  return Object.fromEntries(groups) as unknown as ConsoleApi;
}
