// Nobody leaves a checkpoint behind by closing a window. Owns the way from "somebody wants to quit" to "the backend has
// let go of everything"; must know neither windows nor dialogs.
//
//   running ──ask──► asking ──keep──► running
//      │               ├────finish──► waiting ──work ended──► closing ──► closed
//      └──no work──────┴────cancel──────────────────────────►
import { toAppError } from '../../shared/errors/app-error.ts';
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import { isBusy, type ActiveWork } from '../../shared/ipc/active-work.ts';
import { describeError, type Log } from './log.ts';
import type { QuitAnswer } from './quit-words.ts';
import type { WorkWatch } from './work-watch.ts';

export interface QuitGuardOptions {
  readonly work: Pick<WorkWatch, 'current' | 'onChange'>;
  /** Cancels what is going on and resolves when it is merged: the backend's `close`. */
  readonly close: () => Promise<void>;
  readonly ask: (work: ActiveWork) => Promise<QuitAnswer>;
  /** Says that it is merging. Called again only when it has been read. */
  readonly sayMerging: () => Promise<void>;
  readonly sayFailed: (error: AppErrorData) => void;
  /** The end of the process: everything is closed by then. */
  readonly leave: (exitCode: number) => void;
  readonly log: Log;
}

interface Preventable {
  preventDefault(): void;
}

type QuitState = 'running' | 'asking' | 'waiting' | 'closing' | 'closed';

export class QuitGuard {
  readonly #options: QuitGuardOptions;
  #state: QuitState = 'running';
  #ending: Promise<void> | undefined;
  #exitCode = 0;
  #isSayingMerging = false;
  /** "Finish, then quit" was said, and not taken back. */
  #isFinishing = false;
  readonly #before: Promise<unknown>[] = [];

  constructor(options: QuitGuardOptions) {
    this.#options = options;
    options.work.onChange(() => {
      if (this.#state === 'waiting' && !isBusy(options.work.current)) void this.end();
    });
  }

  get state(): QuitState {
    return this.#state;
  }

  /** Nothing new is to be begun: what is going on would never come to an end. */
  get isEnding(): boolean {
    return this.#isFinishing || this.#state === 'closing' || this.#state === 'closed';
  }

  /** For `close` of a window and `before-quit` of the app. */
  readonly onClose = (event: Preventable): void => {
    if (this.#state === 'closed') return;
    event.preventDefault();
    void this.#request();
  };

  /** For what the system says before it shuts down or logs off: there is nobody to ask, and little time. */
  readonly onSessionEnding = (event: Preventable): void => {
    if (this.#state === 'closed') return;
    if (this.#state === 'closing' || isBusy(this.#options.work.current)) event.preventDefault();
    this.#options.log.line('note', 'the system is about to shut down');
    void this.end();
  };

  /**
   * Closes the backend and leaves. However often it is called, that happens once; the highest exit code counts.
   * @param before is waited for as well, for example a message that must be read
   */
  end({
    exitCode = 0,
    before,
  }: { readonly exitCode?: number; readonly before?: Promise<unknown> } = {}): Promise<void> {
    this.#exitCode = Math.max(this.#exitCode, exitCode);
    if (before !== undefined) this.#before.push(before);
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #request(): Promise<void> {
    const { work, ask, log } = this.#options;
    if (this.#state === 'asking') return;
    if (this.#state === 'closing') return this.#sayMerging();
    if (!isBusy(work.current)) return this.end();
    this.#state = 'asking';
    const answer = await ask(work.current).catch((error: unknown): QuitAnswer => {
      log.line('error', `the question before quitting failed: ${describeError(error)}`);
      return 'keep-running';
    });
    // In the meantime the system may have begun to shut down.
    if (this.#ending !== undefined) return;
    log.line('note', `quit with work going on: ${answer}`);
    this.#state = answer === 'keep-running' ? 'running' : 'waiting';
    this.#isFinishing = this.#state === 'waiting';
    if (answer === 'cancel-and-quit' || (answer === 'finish-then-quit' && !isBusy(work.current))) await this.end();
  }

  async #end(): Promise<void> {
    const { close, sayFailed, leave, log } = this.#options;
    this.#state = 'closing';
    try {
      await close();
    } catch (error) {
      // The journal knows what stands; the next start goes on from there.
      this.#exitCode = Math.max(this.#exitCode, 1);
      log.line('error', `the backend did not close: ${describeError(error)}`);
      sayFailed(toAppError(error).toData());
    }
    await Promise.allSettled(this.#before);
    this.#state = 'closed';
    log.line('stop', `exit code ${this.#exitCode}`);
    leave(this.#exitCode);
  }

  async #sayMerging(): Promise<void> {
    if (this.#isSayingMerging) return;
    this.#isSayingMerging = true;
    try {
      await this.#options.sayMerging();
    } finally {
      this.#isSayingMerging = false;
    }
  }
}
