// Opens an installation for a window, whichever shell shows it: settings and password found, a lab made where there is
// none, interrupted runs recovered, guests at work.
import type { Lab } from '../lab/index.ts';
import { isAppError, toAppError } from '../../shared/errors/app-error.ts';
import { recoveryLines } from '../../shared/words/recovery-words.ts';
import { openLab } from '../lab/index.ts';
import {
  changeSettings,
  findPassword,
  readSettings,
  systemClock,
  type AppFolders,
  type Environment,
} from '../platform/index.ts';
import { createInstalledLab, openConsoleOn, type LabConsole } from './composition.ts';
import { slowIdleGuests } from './idle-guests.ts';
import type { PasswordStore } from './password-store.ts';
import type { RepositoryChoice } from './repository-access.ts';

export interface WindowConsoleOptions {
  readonly folders: AppFolders;
  /** Entry of the repository's worker threads. */
  readonly workerUrl: URL;
  readonly passwordStore: PasswordStore;
  /** STILLPOINT_PASSWORD_FILE, STILLPOINT_PASSWORD */
  readonly environment: Environment;
  /** Of a lab that has to be made. */
  readonly scenario?: string;
  /** What is worth saying on the way: lab made, runs recovered. */
  readonly onNote?: (line: string) => void;
}

export type WindowConsole = LabConsole;

/** Errors: `lab.*`, `file.*`, `console.settings-damaged`. A password that cannot be read is only said. */
export async function openWindowConsole(options: WindowConsoleOptions): Promise<WindowConsole> {
  const { folders, workerUrl, passwordStore, onNote = () => undefined } = options;
  const repository = await rememberedRepository(options, onNote);
  const lab = await openOrMakeLab(options, onNote);
  const console = await openConsoleOn(lab, { folders, workerUrl, passwordStore, repository });
  lab.startGuests();
  const idleGuests = slowIdleGuests(systemClock, (pace) => lab.setGuestPace(pace));
  console.api.app.changed(({ change }) => idleGuests.onChange(change));
  recoveryLines(console.recovery).forEach(onNote);
  return {
    ...console,
    close: async () => {
      idleGuests.end();
      await console.close();
    },
  };
}

async function rememberedRepository(
  { folders, environment, passwordStore }: WindowConsoleOptions,
  note: (line: string) => void,
): Promise<RepositoryChoice | undefined> {
  const { repository } = await readSettings(folders.settingsFile);
  if (repository === undefined) return undefined;
  const { location, passwordFile, keep } = repository;
  try {
    const found = await findPassword({ environment, rememberedFile: passwordFile });
    if (found !== undefined) return { location, password: found };
    const kept = await passwordStore.load(location);
    await agreeWithStore(folders, keep, kept !== undefined);
    if (kept === undefined && keep === 'this-computer')
      note(`The password of ${location} is not kept on this computer any more. It is asked for again.`);
    return { location, password: kept };
  } catch (error) {
    // Without the password everything but the repository can be used, and it can be given in the window.
    if (!isAppError(error)) throw error;
    const { title, nextStep } = toAppError(error).text;
    note(`The password of ${location} could not be read: ${title}. ${nextStep}`);
    return { location };
  }
}

/** What the settings say about the password is what is shown: it must be so. */
async function agreeWithStore(folders: AppFolders, keep: string | undefined, isKept: boolean): Promise<void> {
  if (isKept === (keep === 'this-computer')) return;
  await changeSettings(folders.settingsFile, (settings) => {
    if (settings.repository === undefined) return settings;
    return { ...settings, repository: { ...settings.repository, keep: isKept ? 'this-computer' : 'session' } };
  });
}

async function openOrMakeLab(
  { folders, scenario = 'healthy-cluster' }: WindowConsoleOptions,
  note: (line: string) => void,
): Promise<Lab> {
  try {
    return await openLab({ folder: folders.lab, clock: systemClock });
  } catch (error) {
    if (!isAppError(error, 'lab.not-found')) throw error;
  }
  note(`Making the lab in ${folders.lab}: a simulated Hyper-V site over real virtual disk files.`);
  const startedAtMs = systemClock.nowMs();
  const lab = await createInstalledLab(folders, { scenario });
  const seconds = Math.round((systemClock.nowMs() - startedAtMs) / 1000);
  note(`The lab is ready (${seconds} s).`);
  return lab;
}
