// The one place where the contract meets Electron's IPC: who may ask is decided here, for every call alike. No handler
// ever sees an event of Electron.
import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import { AppError } from '../../shared/errors/app-error.ts';
import { contract, type ConsoleApi } from '../../shared/ipc/contract.ts';
import type { Result } from '../../shared/ipc/define-contract.ts';
import { channelName } from '../../shared/ipc/channel-name.ts';
import { callNames } from '../../shared/ipc/invoke-handler.ts';
import type { Invoke } from '../console/ending-gate.ts';
import { isPageUrl } from './page-address.ts';
import type { Log } from './log.ts';

export interface BindOptions {
  readonly ipcMain: Pick<IpcMain, 'handle'>;
  readonly invoke: Invoke;
  readonly api: Pick<ConsoleApi, 'app'>;
  /** Of our windows, as they are at the moment of the question. */
  readonly ownContents: () => readonly WebContents[];
  readonly log: Log;
  readonly nowMs?: () => number;
}

export function bindContract(options: BindOptions): void {
  const { ipcMain, invoke, api, ownContents, log, nowMs = () => performance.now() } = options;
  for (const name of callNames(contract)) {
    ipcMain.handle(channelName(name), async (event, input: unknown): Promise<Result<unknown>> => {
      // SECURITY: point 17 of Electron's list. Read before anything is awaited: the frame is gone once it navigates.
      const isTrusted = isOurPage(event, ownContents());
      const startedMs = nowMs();
      const result = isTrusted ? await invoke(name, input) : refusal(name);
      // SECURITY: never the input or the answer: they hold passwords.
      log.line('call', `${name} ${Math.round(nowMs() - startedMs)} ms ${result.ok ? 'ok' : result.error.code}`);
      return result;
    });
  }
  api.app.changed((event) => {
    for (const contents of ownContents()) {
      if (canReceive(contents)) contents.send(channelName('app.changed'), event);
    }
  });
}

function refusal(call: string): Result<never> {
  return { ok: false, error: new AppError('contract.untrusted-sender', { call }).toData() };
}

// SECURITY: point 17. Our window, its main frame, our page: about:blank, an empty address, a frame in the page, a frame
// that is gone, and contents that are not a window of ours are all refused.
function isOurPage(event: IpcMainInvokeEvent, ownContents: readonly WebContents[]): boolean {
  try {
    const frame = event.senderFrame;
    const contents = ownContents.find((own) => own === event.sender);
    if (frame === null || contents === undefined || contents.isDestroyed()) return false;
    return (
      frame.parent === null && frame.frameTreeNodeId === contents.mainFrame.frameTreeNodeId && isPageUrl(frame.url)
    );
  } catch {
    // Electron throws when a frame has been disposed of: then nobody is there who could be trusted.
    return false;
  }
}

/** A crashed page gets everything again from its snapshot, once it is back. */
function canReceive(contents: WebContents): boolean {
  return !contents.isDestroyed() && !contents.isCrashed() && isPageUrl(contents.getURL());
}
