// What the page gets: the contract's functions and nothing of Electron. Needs of Electron two functions each of two objects.
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { Result } from '../../shared/ipc/define-contract.ts';
import { channelName } from '../../shared/ipc/channel-name.ts';
import { createApi } from '../../shared/ipc/create-api.ts';

type IpcListener = (event: unknown, ...payload: unknown[]) => void;

interface RendererIpc {
  invoke(channel: string, input: unknown): Promise<unknown>;
  on(channel: string, listener: IpcListener): unknown;
  removeListener(channel: string, listener: IpcListener): unknown;
}

interface Bridge {
  exposeInMainWorld(key: string, api: ConsoleApi): void;
}

// SECURITY: point 20 of Electron's list. The IPC event carries `sender`, with which a page could send anything anywhere:
// a listener gets the payload alone.
export function exposeConsole(bridge: Bridge, ipc: RendererIpc): void {
  const api = createApi({
    // What comes back was made by `invokeHandler`, at the only other end this channel has.
    invoke: (name, input) => ipc.invoke(channelName(name), input) as Promise<Result<unknown>>,
    subscribe: (name, listener) => {
      const channel = channelName(name);
      const onMessage: IpcListener = (_event, payload) => {
        listener(payload);
      };
      ipc.on(channel, onMessage);
      return () => {
        ipc.removeListener(channel, onMessage);
      };
    },
  });
  bridge.exposeInMainWorld('stillpoint', api);
}
