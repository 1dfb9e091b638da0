// The contract as a caller uses it, over whatever carries it: Electron's IPC, a WebSocket, a test. Built from names alone.
import type { ConsoleApi } from './contract.ts';
import type { Result } from './define-contract.ts';
import { entryNames } from './entry-names.ts';

export interface Transport {
  /** @param name `group.call`. Never rejects for what the backend answers; errors are data. */
  invoke(name: string, input: unknown): Promise<Result<unknown>>;
  /** @param name `group.event`. Returns what ends it. */
  subscribe(name: string, listener: (payload: unknown) => void): () => void;
}

export function createApi(transport: Transport): ConsoleApi {
  const groups = Object.entries(entryNames).map(([group, entries]) => {
    const calls = Object.entries<'invoke' | 'event'>(entries).map(([key, kind]) => {
      const name = `${group}.${key}`;
      if (kind === 'event')
        return [key, (listener: (payload: unknown) => void) => transport.subscribe(name, listener)] as const;
      return [key, (input: unknown) => transport.invoke(name, input)] as const;
    });
    return [group, Object.freeze(Object.fromEntries(calls))] as const;
  });
  // Built key by key from the table's names; the types of the single calls cannot be followed through `Object.entries`.
  return Object.freeze(Object.fromEntries(groups)) as unknown as ConsoleApi;
}
