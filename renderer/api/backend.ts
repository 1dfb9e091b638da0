// The way to the backend: Electron's preload script where there is one, otherwise the WebSocket of the loopback host that
// served this page. Everything behind it is the same contract.
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import { createApi } from '../../shared/ipc/create-api.ts';
import type { Connection } from '../state/mirror.ts';
import { askDoor } from './ask-door.ts';
import { browserKeyStore } from './key-store.ts';
import { createSocketTransport } from './socket-transport.ts';
import { findWindowKey } from './window-key.ts';

declare global {
  interface Window {
    /** Put there by electron/preload. */
    readonly stillpoint?: ConsoleApi;
  }
}

export interface Backend {
  readonly api: ConsoleApi;
  /** Tells the state of the way, from now on. */
  connect(onConnection: (connection: Connection) => void): void;
}

export function findBackend(page: Window): Backend {
  const { stillpoint } = page;
  if (stillpoint !== undefined) {
    return { api: stillpoint, connect: (onConnection) => onConnection({ state: 'open' }) };
  }
  let tell: (connection: Connection) => void = () => undefined;
  let sinceMs = 0;
  const transport = createSocketTransport({
    url: `${page.location.protocol === 'https:' ? 'wss' : 'ws'}://${page.location.host}/contract`,
    key: findWindowKey(page, browserKeyStore(page.indexedDB)),
    askDoor: () => askDoor((input, init) => page.fetch(input, init)),
    onState: ({ state, nextTryAtMs }) => {
      if (state !== 'lost') {
        // While it tries again the way is still lost: the page must not flicker between two words.
        if (state !== 'connecting' || sinceMs === 0) tell({ state });
        if (state === 'open') sinceMs = 0;
        return;
      }
      if (sinceMs === 0) sinceMs = Date.now();
      tell({ state, sinceMs, ...(nextTryAtMs === undefined ? {} : { nextTryAtMs }) });
    },
  });
  return {
    api: createApi(transport),
    connect: (onConnection) => {
      tell = onConnection;
      transport.connect();
    },
  };
}
