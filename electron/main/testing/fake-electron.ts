// Electron in memory, as far as the window's process uses it: the same shapes, the same order of events, the same
// `preventDefault`. Shows nothing, starts nothing. What it does follows the documentation of Electron 45.
import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, MessageBoxOptions } from 'electron';
import type { ElectronParts } from '../start-app.ts';

export class FakeEvent {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

/** Emits as Electron does; true: somebody prevented it. */
export function emitPreventable(
  emitter: EventEmitter,
  name: string,
  details: object = {},
  ...more: unknown[]
): boolean {
  const event = Object.assign(new FakeEvent(), details);
  emitter.emit(name, event, ...more);
  return event.defaultPrevented;
}

export interface FakeFrame {
  readonly frameTreeNodeId: number;
  readonly parent: FakeFrame | null;
  url: string;
}

type OpenHandler = (details: { url: string }) => { action: string };

let lastId = 0;

export class FakeWebContents extends EventEmitter {
  readonly id = (lastId += 1);
  readonly mainFrame: FakeFrame = { frameTreeNodeId: (lastId += 1), parent: null, url: '' };
  readonly sent: { readonly channel: string; readonly payload: unknown }[] = [];
  openHandler: OpenHandler | undefined;
  destroyed = false;
  crashed = false;

  readonly isDestroyed = (): boolean => this.destroyed;
  readonly isCrashed = (): boolean => this.crashed;
  readonly getURL = (): string => this.mainFrame.url;
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }
  send(channel: string, payload: unknown): void {
    if (this.destroyed) throw new Error('Object has been destroyed');
    // As the structured clone would: what arrives is not what was sent.
    this.sent.push({ channel, payload: structuredClone(payload) });
  }
}

type RequestListener = (
  details: { url: string; resourceType: string },
  callback: (response: { cancel?: boolean }) => void,
) => void;

export class FakeSession extends EventEmitter {
  permissionRequest:
    | ((contents: unknown, permission: string, callback: (granted: boolean) => void, details: object) => void)
    | undefined;
  permissionCheck: ((contents: unknown, permission: string, origin: string, details: object) => boolean) | undefined;
  devicePermission: ((details: object) => boolean) | undefined;
  displayMedia: ((request: object, callback: (streams: unknown) => void) => void) | undefined;
  requestListener: RequestListener | undefined;
  isSpellChecking = true;
  readonly webRequest = {
    onBeforeRequest: (listener: RequestListener): void => {
      this.requestListener = listener;
    },
  };

  setPermissionRequestHandler(handler: FakeSession['permissionRequest']): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: FakeSession['permissionCheck']): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: FakeSession['devicePermission']): void {
    this.devicePermission = handler;
  }
  setDisplayMediaRequestHandler(handler: FakeSession['displayMedia']): void {
    this.displayMedia = handler;
  }
  setSpellCheckerEnabled(isEnabled: boolean): void {
    this.isSpellChecking = isEnabled;
  }
}

export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeWebContents();
  readonly options: BrowserWindowConstructorOptions;
  readonly calls: string[] = [];
  bounds = { x: 10, y: 20, width: 1280, height: 800 };
  maximized = false;
  minimized = false;
  destroyed = false;
  readonly #onDestroyed: () => void;

  constructor(options: BrowserWindowConstructorOptions, onDestroyed: () => void) {
    super();
    this.options = options;
    this.#onDestroyed = onDestroyed;
  }
  readonly isDestroyed = (): boolean => this.destroyed;
  readonly isMinimized = (): boolean => this.minimized;
  readonly isMaximized = (): boolean => this.maximized;
  readonly getNormalBounds = (): object => this.bounds;
  readonly show = (): void => void this.calls.push('show');
  readonly focus = (): void => void this.calls.push('focus');
  readonly restore = (): void => void this.calls.push('restore');
  readonly maximize = (): void => void this.calls.push('maximize');
  async loadURL(url: string): Promise<void> {
    this.webContents.mainFrame.url = url;
  }
  /** May be prevented, as by a user's click. */
  close(): void {
    if (!this.destroyed && !emitPreventable(this, 'close')) this.destroy();
  }
  /** Cannot be prevented: no `close`, only `closed`. */
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.webContents.destroyed = true;
    this.emit('closed');
    this.#onDestroyed();
  }
}

export class FakeApp extends EventEmitter {
  isPackaged = true;
  isFirstInstance = true;
  readonly calls: string[] = [];
  readonly exitCodes: number[] = [];
  readonly ready = Promise.withResolvers<undefined>();
  windows: () => readonly FakeWindow[] = () => [];

  readonly enableSandbox = (): void => void this.calls.push('enableSandbox');
  readonly setAppUserModelId = (id: string): void => void this.calls.push(`setAppUserModelId ${id}`);
  readonly getVersion = (): string => '0.1.0';
  setPath(name: string, path: string): void {
    this.calls.push(`setPath ${name} ${path}`);
  }
  requestSingleInstanceLock(): boolean {
    this.calls.push('requestSingleInstanceLock');
    return this.isFirstInstance;
  }
  whenReady(): Promise<void> {
    this.calls.push('whenReady');
    return this.ready.promise;
  }
  /** Docs, app.quit: asks everybody, closes every window, and only then ends. */
  quit(): void {
    if (this.exitCodes.length > 0 || emitPreventable(this, 'before-quit')) return;
    for (const window of this.windows()) window.close();
    if (this.windows().length === 0) this.exit(0);
  }
  exit(code: number): void {
    if (this.exitCodes.length === 0) this.exitCodes.push(code);
  }
}

type IpcHandler = (event: object, ...args: unknown[]) => Promise<unknown>;
type ProtocolHandler = (request: Request) => Response;

/** Everything together, wired as Electron wires it. `parts` is what startApp gets. */
export function createFakeElectron() {
  const app = new FakeApp();
  const defaultSession = new FakeSession();
  const windows: FakeWindow[] = [];
  const live = (): readonly FakeWindow[] => windows.filter((window) => !window.destroyed);
  app.windows = live;
  class BrowserWindow extends FakeWindow {
    constructor(options: BrowserWindowConstructorOptions) {
      super(options, () => {
        if (live().length === 0) app.emit('window-all-closed');
      });
      windows.push(this);
      app.emit('web-contents-created', new FakeEvent(), this.webContents);
    }
  }
  const ipcHandlers = new Map<string, IpcHandler>();
  const protocols = new Map<string, ProtocolHandler>();
  const privileged: object[] = [];
  const errorBoxes: { readonly title: string; readonly content: string }[] = [];
  const questions: (MessageBoxOptions & { readonly answer: (button: number) => void })[] = [];
  const opened: string[] = [];
  const blockers = new Map<number, string>();
  const powerMonitor = new EventEmitter();
  const nativeTheme = { shouldUseDarkColors: true, shouldUseHighContrastColors: false, themeSource: 'system' };
  const parts = {
    app,
    BrowserWindow,
    dialog: {
      showErrorBox: (title: string, content: string): void => void errorBoxes.push({ title, content }),
      showMessageBox: (...given: object[]): Promise<{ response: number }> =>
        new Promise((resolve) => {
          const answer = (response: number): void => {
            resolve({ response });
          };
          questions.push({ ...(given.at(-1) as MessageBoxOptions), answer });
        }),
    },
    ipcMain: { handle: (channel: string, handler: IpcHandler): void => void ipcHandlers.set(channel, handler) },
    Menu: { buildFromTemplate: (template: object[]): object[] => template, setApplicationMenu: (): void => undefined },
    nativeTheme,
    powerMonitor,
    powerSaveBlocker: {
      start: (type: string): number => {
        const id = (lastId += 1);
        blockers.set(id, type);
        return id;
      },
      stop: (id: number): boolean => blockers.delete(id),
    },
    protocol: {
      registerSchemesAsPrivileged: (schemes: object[]): void => void privileged.push(...schemes),
      handle: (scheme: string, handler: ProtocolHandler): void => void protocols.set(scheme, handler),
    },
    safeStorage: {
      isAsyncEncryptionAvailable: async (): Promise<boolean> => false,
      getSelectedStorageBackend: (): string => 'basic_text',
    },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }] },
    session: { defaultSession },
    shell: { openExternal: async (url: string): Promise<void> => void opened.push(url) },
  };
  return {
    app,
    windows,
    live,
    defaultSession,
    ipcHandlers,
    protocols,
    privileged,
    errorBoxes,
    questions,
    opened,
    blockers,
    powerMonitor,
    nativeTheme,
    // A fake has the members that are used, not all that there are.
    parts: parts as unknown as ElectronParts,
  };
}

export type FakeElectron = ReturnType<typeof createFakeElectron>;
