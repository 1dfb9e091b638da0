// Chooses the real adapters: this machine's files and clock, the lab in its folder, the repository in a local folder.
import { createLab, openLab, type CreateLabOptions, type Lab } from '../lab/index.ts';
import {
  FileJournalStore,
  cryptoRandom,
  isOwnerRunning,
  localNewFiles,
  readSettings,
  systemClock,
  thisAccount,
  thisProcess,
  writeSettings,
  type AppFolders,
} from '../platform/index.ts';
import { createLocalStorage, initRepository, openRepository, type RepositoryDeps } from '../repository/index.ts';
export { repositoryWorkerSourceUrl } from '../repository/index.ts';
import type { EngineSettings } from '../engine/index.ts';
import { createConsole, type Console } from './create-console.ts';
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
    const console = await createConsole({
      target: labTarget(lab),
      repository: repositoryAccess(options),
      journal: new FileJournalStore(options.folders.journals),
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
const labEngineSettings: Partial<EngineSettings> = { jobPollMs: 50, mergePollMs: 100, lateCheckpointMs: 1000 };

/** Needs no lab: a repository can be made before anything else. */
export function repositoryAccess({
  folders,
  workerUrl,
  repository,
  passwordFile,
}: InstallationOptions): RepositoryAccess {
  const deps: RepositoryDeps = { workerUrl, clock: systemClock, host: thisAccount };
  return new RepositoryAccess({
    opener: {
      open: (location, password) => openRepository(createLocalStorage(location), password, deps),
      init: (location, password) => initRepository(createLocalStorage(location), password, deps),
    },
    choice: repository,
    onChosen: async (location) => {
      const settings = await readSettings(folders.settingsFile);
      const remembered = { location, ...(passwordFile === undefined ? {} : { passwordFile }) };
      await writeSettings(folders.settingsFile, { ...settings, repository: remembered });
    },
  });
}
