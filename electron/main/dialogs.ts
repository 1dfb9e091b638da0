// The questions and messages of the system's own kind: for what must be said when there may be no page to say it.
import type { BrowserWindow, Dialog, MessageBoxOptions } from 'electron';
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import type { ActiveWork } from '../../shared/ipc/active-work.ts';
import { mergingNotice, quitAnswers, quitQuestion, type QuitAnswer } from './quit-words.ts';

export interface Dialogs {
  readonly askBeforeQuit: (work: ActiveWork) => Promise<QuitAnswer>;
  readonly sayMerging: () => Promise<void>;
  /** True: open the window once more. */
  readonly askAfterCrashes: () => Promise<boolean>;
  /** True: open it anew. */
  readonly askUnresponsive: () => Promise<boolean>;
  /** Resolves when it was read. Does not hold up anything else. */
  readonly sayCrashed: (reason: string) => Promise<void>;
  /** Holds up everything: for the end of the process alone. */
  readonly showError: (error: AppErrorData) => void;
  readonly about: (versions: string) => Promise<void>;
}

export function createDialogs(
  dialog: Pick<Dialog, 'showMessageBox' | 'showErrorBox'>,
  window: () => BrowserWindow | undefined,
): Dialogs {
  const show = async (options: MessageBoxOptions): Promise<number> => {
    const full = { title: 'Stillpoint', noLink: true, defaultId: 0, cancelId: 0, ...options };
    const parent = window();
    const { response } = await (parent === undefined
      ? dialog.showMessageBox(full)
      : dialog.showMessageBox(parent, full));
    return response;
  };
  return {
    askBeforeQuit: async (work) => {
      const { message, detail, buttons } = quitQuestion(work);
      const response = await show({ type: 'warning', message, detail, buttons: [...buttons] });
      return quitAnswers[response] ?? 'keep-running';
    },
    sayMerging: async () => {
      await show({ type: 'info', ...mergingNotice, buttons: ['OK'] });
    },
    askAfterCrashes: async () => (await show({ type: 'error', ...crashesQuestion })) === 0,
    askUnresponsive: async () => (await show({ type: 'warning', ...unresponsiveQuestion })) === 1,
    sayCrashed: async (reason) => {
      await show({
        type: 'error',
        message: 'Stillpoint met an error it cannot go on from',
        detail: `${reason}\n\nIt closes when every checkpoint of its own is removed and merged. What happened is in its log.`,
        buttons: ['OK'],
      });
    },
    showError: ({ title, meaning, nextStep }) => {
      dialog.showErrorBox(title, `${meaning}\n\n${nextStep}`);
    },
    about: async (versions) => {
      await show({ type: 'info', message: 'Stillpoint', detail: versions, buttons: ['OK'] });
    },
  };
}

const crashesQuestion = {
  message: 'The page of Stillpoint has crashed several times',
  detail:
    'What is going on is not touched by that and goes on. The page can be opened once more, or Stillpoint closed.',
  buttons: ['Open it again', 'Quit'],
};

const unresponsiveQuestion = {
  message: 'The window of Stillpoint does not answer',
  detail:
    'What is going on is not touched by that and goes on. Opening the window anew loses only what was typed in it.',
  buttons: ['Wait', 'Open it anew'],
};
