// The start of the window from the first line to the first paint, and the order in which things must happen. Owns no
// rule of its own: those are in the files it puts together. Is given Electron, so that it runs without it.
import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as electron from 'electron';
import { AppError, toAppError } from '../../shared/errors/app-error.ts';
import { contract } from '../../shared/ipc/contract.ts';
import { invokeHandler } from '../../shared/ipc/invoke-handler.ts';
import type { Console } from '../console/create-console.ts';
import { endingGate } from '../console/ending-gate.ts';
import type { PasswordStore } from '../console/password-store.ts';
import type { PageFiles } from '../console/page/page-response.ts';
import { appFolders, privateFilePasswordStore, type AppFolders, type Environment } from '../platform/index.ts';
import { followAppearance } from './appearance.ts';
import { pageSchemes, servePage } from './app-protocol.ts';
import { bindContract } from './bind-contract.ts';
import { watchForCrashes } from './crash-watch.ts';
import { createDialogs, type Dialogs } from './dialogs.ts';
import { openExternalLink } from './external-links.ts';
import { keepAwake } from './keep-awake.ts';
import { createLog, describeError, type Log } from './log.ts';
import { menuTemplate } from './menu.ts';
import { openLockedBackend } from './open-locked-backend.ts';
import { folderArgument } from './program-arguments.ts';
import { QuitGuard } from './quit-guard.ts';
import { findRefusedSwitches } from './refused-switches.ts';
import { choosePasswordStore } from './safe-storage-password-store.ts';
import { hardenSession, lockDown } from './security.ts';
import { backgroundColor, showWhenReady, windowOptions } from './window.ts';
import { openingPlace, readWindowPlace, windowPlaceFile } from './window-bounds.ts';
import { WindowKeeper } from './window-keeper.ts';
import { WorkWatch } from './work-watch.ts';

export type ElectronParts = Pick<
  typeof electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'nativeTheme'
  | 'powerMonitor'
  | 'powerSaveBlocker'
  | 'protocol'
  | 'safeStorage'
  | 'screen'
  | 'session'
  | 'shell'
>;

export type Backend = Pick<Console, 'handlers' | 'api' | 'close'>;

export interface Program {
  readonly process: Pick<NodeJS.Process, 'argv' | 'platform' | 'versions' | 'on'> & { readonly env: Environment };
  /** Absolute path of the built preload script. */
  readonly preload: string;
  readonly readPage: () => Promise<PageFiles>;
  readonly openBackend: (options: {
    readonly folders: AppFolders;
    readonly passwordStore: PasswordStore;
    readonly onNote: (line: string) => void;
  }) => Promise<Backend>;
  readonly newNonce: () => string;
}

/** Everything up to the first `await` happens before Electron is ready, as it must. Never rejects. */
export async function startApp(parts: ElectronParts, program: Program): Promise<void> {
  const { app, dialog } = parts;
  const keeper: { window?: WindowKeeper } = {};
  const dialogs = createDialogs(dialog, () => keeper.window?.window);
  let log: Log | undefined;
  try {
    // SECURITY: point 4 of Electron's list: for whatever page there will ever be.
    app.enableSandbox();
    parts.protocol.registerSchemesAsPrivileged([...pageSchemes]);
    const refused = findRefusedSwitches(program.process.argv.slice(1), program.process.platform);
    // SECURITY: in development Playwright and the developer need them.
    if (refused.length > 0 && app.isPackaged) throw new AppError('window.switch-refused', { switches: refused });
    const folders = appFolders(folderArgument(program.process.argv), program.process.env);
    prepareFolders(parts, program, folders);
    // One process per installation: the lock lies in the folder set above.
    if (!app.requestSingleInstanceLock()) {
      app.exit(0);
      return;
    }
    log = createLog({ folder: join(folders.root, 'logs') });
    log.conceal(program.process.env['STILLPOINT_PASSWORD'] ?? '');
    logStart(log, parts, program, refused);
    await openApp({ parts, program, folders, log, dialogs, keeper });
  } catch (error) {
    // No half-open window: what cannot start says why and ends.
    log?.line('error', `the start failed: ${describeError(error)}`);
    dialogs.showError(toAppError(error).toData());
    app.exit(1);
  }
}

interface Opening {
  readonly parts: ElectronParts;
  readonly program: Program;
  readonly folders: AppFolders;
  readonly log: Log;
  readonly dialogs: Dialogs;
  readonly keeper: { window?: WindowKeeper };
}

async function openApp(opening: Opening): Promise<void> {
  const { parts, program, folders, log, dialogs, keeper } = opening;
  const { app, powerMonitor, powerSaveBlocker, session, protocol, ipcMain } = parts;
  const onRefused = (what: string): void => {
    log.line('refused', what);
  };
  lockDown({ app, isPackaged: app.isPackaged, onRefused });
  const work = new WorkWatch();
  const opened = Promise.withResolvers<Backend | undefined>();
  const guard = new QuitGuard({
    work,
    // Who quits before it is open waits until it is, so that it can be closed in order.
    close: async () => (await opened.promise)?.close(),
    ask: dialogs.askBeforeQuit,
    sayMerging: dialogs.sayMerging,
    sayFailed: dialogs.showError,
    leave: (exitCode) => {
      if (exitCode === 0) app.quit();
      else app.exit(exitCode);
    },
    log,
  });
  watchForCrashes({
    process: program.process,
    app,
    log,
    sayCrashed: dialogs.sayCrashed,
    end: (options) => guard.end(options),
  });
  app.on('before-quit', guard.onClose);
  // Without a listener Electron would quit by itself, also between a crashed window and its successor.
  app.on('window-all-closed', () => {
    if (guard.state === 'closed') app.quit();
  });
  app.on('second-instance', () => keeper.window?.focus());
  await app.whenReady();
  hardenSession(session.defaultSession, { isPackaged: app.isPackaged, onRefused });
  // Electron gives this event to the listener; its types do not say so (docs: powerMonitor, `shutdown`).
  powerMonitor.on('shutdown', (...given: unknown[]) => {
    guard.onSessionEnding(isPreventable(given[0]) ? given[0] : { preventDefault: () => undefined });
  });
  try {
    servePage(protocol, await program.readPage(), program.newNonce);
    const passwordStore = await passwordStoreOf(opening);
    const onNote = (line: string): void => {
      log.line('note', line);
    };
    const backend = await openLockedBackend(folders.root, () =>
      program.openBackend({ folders, passwordStore, onNote }),
    );
    opened.resolve(backend);
    await work.follow(backend.api);
    keepAwake(work, powerSaveBlocker);
    await followAppearance(backend.api, parts.nativeTheme);
    const window = keepWindow(opening, guard);
    bindContract({
      ipcMain,
      invoke: endingGate(
        (name, input) => invokeHandler(contract, backend.handlers, name, input),
        () => guard.isEnding,
      ),
      api: backend.api,
      ownContents: () => window.contents,
      log,
    });
    // Somebody may have quit while it was being opened.
    if (guard.state === 'running') showApp(opening, window);
  } catch (error) {
    opened.resolve(undefined);
    await (await opened.promise)?.close();
    throw error;
  }
}

function isPreventable(value: unknown): value is { preventDefault(): void } {
  return typeof value === 'object' && value !== null && 'preventDefault' in value;
}

function prepareFolders({ app }: ElectronParts, { process }: Program, { root }: AppFolders): void {
  // Chromium keeps its own things there, so that nothing of an installation lies outside of its folder.
  const userData = join(root, 'window');
  try {
    mkdirSync(userData, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new AppError('file.not-writable', { path: userData, reason }, { cause: error });
  }
  app.setPath('userData', userData);
  if (process.platform === 'win32') app.setAppUserModelId('Stillpoint');
}

function logStart(log: Log, { app }: ElectronParts, { process }: Program, refused: readonly string[]): void {
  log.line('start', versionsOf(app, process));
  if (refused.length > 0) log.line('note', `in development only, allowed: ${refused.join(', ')}`);
}

function versionsOf(app: Pick<electron.App, 'getVersion'>, { versions, platform }: Program['process']): string {
  const { electron, chrome, node } = versions;
  return `Stillpoint ${app.getVersion()}, Electron ${electron}, Chromium ${chrome}, Node ${node}, ${platform}`;
}

async function passwordStoreOf({ parts, program, folders, log }: Opening): Promise<PasswordStore> {
  const store = await choosePasswordStore({
    safeStorage: parts.safeStorage,
    platform: program.process.platform,
    root: folders.root,
    privateFiles: privateFilePasswordStore(folders.root),
    onPassword: log.conceal,
  });
  log.line('note', `passwords: ${store.view.kind}`);
  return store;
}

function keepWindow({ parts, program, folders, log, dialogs, keeper }: Opening, guard: QuitGuard): WindowKeeper {
  const { app, BrowserWindow, nativeTheme, screen } = parts;
  const placeFile = windowPlaceFile(folders.root);
  const open = (): electron.BrowserWindow => {
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
    const place = openingPlace(readWindowPlace(placeFile), areas);
    const window = new BrowserWindow(
      windowOptions({
        preload: program.preload,
        isPackaged: app.isPackaged,
        place,
        backgroundColor: backgroundColor(nativeTheme),
      }),
    );
    showWhenReady(window, place.isMaximized);
    return window;
  };
  const window = new WindowKeeper({
    open,
    onClose: (event, closing) => {
      const text = JSON.stringify({ ...closing.getNormalBounds(), isMaximized: closing.isMaximized() });
      writeFile(placeFile, text).catch((error: unknown) => {
        log.line('note', `the window's place was not remembered: ${describeError(error)}`);
      });
      guard.onClose(event);
    },
    onSessionEnding: guard.onSessionEnding,
    askAfterCrashes: dialogs.askAfterCrashes,
    askUnresponsive: dialogs.askUnresponsive,
    quit: () => {
      app.quit();
    },
    log,
  });
  keeper.window = window;
  return window;
}

function showApp({ parts, program, dialogs, log }: Opening, window: WindowKeeper): void {
  const { app, Menu, shell } = parts;
  const versions = versionsOf(app, program.process);
  const template = menuTemplate({
    platform: program.process.platform,
    isPackaged: app.isPackaged,
    openLink: (id) => {
      openExternalLink(shell, id).catch((error: unknown) => {
        log.line('error', `the link ${id} could not be opened: ${describeError(error)}`);
      });
    },
    showAbout: () => void dialogs.about(versions.replaceAll(', ', '\n')),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  window.open();
}
