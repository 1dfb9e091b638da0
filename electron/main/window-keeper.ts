// There is one window. Owns which one it is: it is opened anew when its page has crashed, while the backend goes on.
import type { BrowserWindow, RenderProcessGoneDetails, WebContents } from 'electron';
import { pageUrl } from './page-address.ts';
import { describeError, type Log } from './log.ts';

export interface WindowKeeperOptions {
  readonly open: () => BrowserWindow;
  readonly onClose: (event: { preventDefault(): void }, window: BrowserWindow) => void;
  /** Windows only: the system is about to shut down or log off. */
  readonly onSessionEnding: (event: { preventDefault(): void }) => void;
  /** The page crashes again and again; true: try once more. */
  readonly askAfterCrashes: () => Promise<boolean>;
  /** The page does not answer; true: open it anew. */
  readonly askUnresponsive: (window: BrowserWindow) => Promise<boolean>;
  readonly quit: () => void;
  readonly log: Log;
  readonly nowMs?: () => number;
}

/** So many crashes within so long, and a new window would only crash again. */
const mostCrashes = 3;
const crashesWithinMs = 60_000;

export class WindowKeeper {
  readonly #options: WindowKeeperOptions;
  readonly #nowMs: () => number;
  #window: BrowserWindow | undefined;
  #crashesAtMs: readonly number[] = [];
  #isAsking = false;

  constructor(options: WindowKeeperOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  get window(): BrowserWindow | undefined {
    return this.#window !== undefined && !this.#window.isDestroyed() ? this.#window : undefined;
  }

  get contents(): readonly WebContents[] {
    return this.window === undefined ? [] : [this.window.webContents];
  }

  /** Opens it, also in place of one that is there. */
  open(): void {
    const { open, onClose, onSessionEnding, log } = this.#options;
    const before = this.window;
    const window = open();
    this.#window = window;
    window.on('close', (event) => onClose(event, window));
    window.on('query-session-end', onSessionEnding);
    window.on('session-end', onSessionEnding);
    window.on('unresponsive', () => void this.#onUnresponsive(window));
    window.on('responsive', () => {
      log.line('note', 'the window answers again');
    });
    window.webContents.on('render-process-gone', (_event, details) => void this.#onGone(window, details));
    window.loadURL(pageUrl).catch((error: unknown) => {
      log.line('error', `the page did not load: ${describeError(error)}`);
    });
    // After the new one is there, or the app would have no window for a moment and end.
    before?.destroy();
  }

  /** Brings it to the front; one whose page is gone is opened anew. */
  focus(): void {
    if (this.window?.webContents.isCrashed() === true) this.open();
    const { window } = this;
    if (window === undefined) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  async #onGone(window: BrowserWindow, { reason, exitCode }: RenderProcessGoneDetails): Promise<void> {
    const { askAfterCrashes, quit, log } = this.#options;
    if (reason === 'clean-exit' || window !== this.window) return;
    log.line('crash', `the page's process is gone: ${reason}, exit code ${exitCode}`);
    const nowMs = this.#nowMs();
    this.#crashesAtMs = [...this.#crashesAtMs.filter((atMs) => nowMs - atMs < crashesWithinMs), nowMs];
    if (this.#crashesAtMs.length < mostCrashes) {
      this.open();
      return;
    }
    this.#crashesAtMs = [];
    if (await askAfterCrashes()) this.open();
    else quit();
  }

  async #onUnresponsive(window: BrowserWindow): Promise<void> {
    this.#options.log.line('crash', 'the window does not answer');
    if (this.#isAsking || window !== this.window) return;
    this.#isAsking = true;
    try {
      const isToReopen = await this.#options.askUnresponsive(window);
      if (isToReopen && window === this.window) this.open();
    } finally {
      this.#isAsking = false;
    }
  }
}
