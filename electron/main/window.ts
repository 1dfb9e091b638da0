// The window: its options, and showing it when there is something to see. Owns no decision about what may happen in it
// (security.ts) and none about when it may close (quit-guard.ts).
import type { BrowserWindow, BrowserWindowConstructorOptions, NativeTheme } from 'electron';
import type { OpeningPlace } from './window-bounds.ts';
import { smallest } from './window-bounds.ts';

export interface WindowOptions {
  /** Absolute path of the built preload script. */
  readonly preload: string;
  readonly isPackaged: boolean;
  readonly place: OpeningPlace;
  readonly backgroundColor: string;
}

export function windowOptions(options: WindowOptions): BrowserWindowConstructorOptions {
  return {
    ...options.place.bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Stillpoint',
    show: false,
    autoHideMenuBar: false,
    backgroundColor: options.backgroundColor,
    webPreferences: {
      preload: options.preload,
      // SECURITY: point 2. The page is a web page: no Node, in no frame and no worker.
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      // SECURITY: point 3. The page cannot reach into the preload script.
      contextIsolation: true,
      // SECURITY: point 4. Also for all of the app: `app.enableSandbox()` in start-app.ts.
      sandbox: true,
      // SECURITY: point 6. Said, so that a later default cannot change it.
      webSecurity: true,
      // SECURITY: point 11.
      webviewTag: false,
      // SECURITY: point 1. No dictionaries from the web, and no text of ours to a checker.
      spellcheck: false,
      // SECURITY: who can open the developer tools can call the contract as the window.
      devTools: !options.isPackaged,
    },
  };
}

/** What is seen before the first paint, so that nothing flashes. As the page's own backgrounds. */
export function backgroundColor(
  theme: Pick<NativeTheme, 'shouldUseDarkColors' | 'shouldUseHighContrastColors'>,
): string {
  if (theme.shouldUseHighContrastColors) return theme.shouldUseDarkColors ? '#000000' : '#ffffff';
  return theme.shouldUseDarkColors ? '#1f1f1f' : '#fafafa';
}

export function showWhenReady(window: BrowserWindow, isMaximized: boolean): void {
  window.once('ready-to-show', () => {
    if (isMaximized) window.maximize();
    window.show();
  });
  // The page's title is the window's; a page that changed it could pretend to be another program.
  window.on('page-title-updated', (event) => {
    event.preventDefault();
  });
}
