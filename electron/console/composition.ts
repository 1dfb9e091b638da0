// Chooses the real adapters: this machine's files and clock, the lab in its folder, the repository in a local folder.
import { createLab, openLab, type CreateLabOptions, type Lab } from '../lab/index.ts';
import {
  FileJournalStore,
  browseFolders,
  changeSettings,
  cryptoRandom,
  isOwnerRunning,
  localNewFiles,
  privateFilePasswordStore,
  readSettings,
  systemClock,
  thisAccount,
  thisProcess,
  verificationFile,
  type AppFolders,
} from '../platform/index.ts';
import { createLocalStorage, initRepository, openRepository, type RepositoryDeps } from '../repository/index.ts';
export { repositoryWorkerSourceUrl } from '../repository/index.ts';
import type { EngineSettings } from '../engine/index.ts';
import { AppSettings } from './app-settings.ts';
import { createConsole, type Console } from './create-console.ts';
import type { PasswordStore } from './password-store.ts';
import { RepositoryAccess, type RepositoryChoice } from './repository-access.ts';
import { labTarget } from './target.ts';

export const product = 'Stillpoint 0.1.0';

export interface InstallationOptions {
  readonly folders: AppFolders;
  /** The entry of the repository's worker threads: depends on how the program was built. */
  readonly workerUrl: URL;
  readonly repository?: RepositoryChoice | undefined;
  /** Remembered beside the repository, so that it need not be given each time. */
  readonly passwordFile?: string | undefined;
  /** Where passwords may be kept; a file that only this account can read when absent. */
  readonly passwordStore?: PasswordStore;
  /** Multiplies how fast the lab's guests write. */
  readonly guestSpeed?: number;
}

export interface LabConsole extends Console {
  readonly lab: Lab;
}

export interface NewLabOptions {
  readonly scenario?: string;
  readonly seed?: number;
}

/** Makes the lab of this installation. Errors: `lab.*`. */
export async function createInstalledLab(folders: AppFolders, options: NewLabOptions): Promise<Lab> {
  const create: CreateLabOptions = { folder: folders.lab, clock: systemClock, ...options };
  return createLab(create);
}

/** Opens the lab of this installation, recovers, and serves. Errors: `console.no-lab`, `lab.*`, `file.*`. */
export async function openLabConsole(options: InstallationOptions): Promise<LabConsole> {
  const { folders, guestSpeed } = options;
  const lab = await openLab({
    folder: folders.lab,
    clock: systemClock,
    ...(guestSpeed === undefined ? {} : { guestSpeed }),
  });
  return openConsoleOn(lab, options);
}

/** The same on a lab that is open already; it is closed when this fails. */
export async function openConsoleOn(lab: Lab, options: InstallationOptions): Promise<LabConsole> {
  try {
    const { folders } = options;
    const settings = await appSettings(options);
    const console = await createConsole({
      target: labTarget(lab),
      repository: accessWith(options, settings),
      settings,
      verifications: verificationFile(folders.verificationFile),
      browseFolders: (path) => browseFolders(path),
      journal: new FileJournalStore(folders.journals),
      files: localNewFiles(),
      clock: systemClock,
      random: cryptoRandom,
      product,
      owner: thisProcess,
      isOwnerRunning,
      engineSettings: labEngineSettings,
    });
    return { ...console, lab };
  } catch (error) {
    await lab.close();
    throw error;
  }
}

/**
 * The lab answers at once, so it can be asked more often than a host on a network; and its jobs end with the process, so
 * that a checkpoint cannot appear long after it was asked for.
 */
const labEngineSettings: Partial<EngineSettings> = {
  jobPollMs: 50,
  mergePollMs: 100,
  growthPollMs: 500,
  lateCheckpointMs: 1000,
};

/** Needs no lab: a repository can be made before anything else. */
export async function repositoryAccess(options: InstallationOptions): Promise<RepositoryAccess> {
  return accessWith(options, await appSettings(options));
}

async function appSettings({ folders, passwordFile, passwordStore }: InstallationOptions): Promise<AppSettings> {
  const { root, repository, restored, settingsFile } = folders;
  return new AppSettings({
    settings: await readSettings(settingsFile),
    passwordStore: (passwordStore ?? privateFilePasswordStore(root)).view,
    folders: { root, repository, restored },
    change: (change) => changeSettings(settingsFile, change),
    passwordFile,
  });
}

function accessWith(
  { folders, workerUrl, repository, passwordStore = privateFilePasswordStore(folders.root) }: InstallationOptions,
  settings: AppSettings,
): RepositoryAccess {
  const deps: RepositoryDeps = { workerUrl, clock: systemClock, host: thisAccount };
  return new RepositoryAccess({
    opener: {
      open: (location, password) => openRepository(createLocalStorage(location), password, deps),
      init: (location, password) => initRepository(createLocalStorage(location), password, deps),
      fingerprint: fingerprintOf,
    },
    choice: repository,
    passwordStore,
    onChosen: (location, keep) => settings.rememberRepository(location, keep),
    onForgotten: () => settings.forgetPassword(),
  });
}

/** Its config file holds its id, sealed with its own key and a fresh nonce: no two repositories have the same. */
async function fingerprintOf(location: string): Promise<string> {
  const config = await createLocalStorage(location).read({ kind: 'config', name: '' }, mostConfigBytes);
  return Buffer.from(config).toString('base64');
}

const mostConfigBytes = 64 * 1024;
