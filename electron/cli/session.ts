// Opens the installation for a command, and closes it whatever happens. Owns where the repository and its password come
// from, and the one line about what a start had to clean up.
import { resolve } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import { openLabConsole, repositoryAccess, type InstallationOptions, type LabConsole } from '../console/composition.ts';
import { findPassword, privateFilePasswordStore, readSettings, type AppFolders } from '../platform/index.ts';
import type { ConsoleNeeds, GivenOptions } from './command.ts';
import { recoveryLines } from '../../shared/words/recovery-words.ts';
import type { Terminal } from './terminal.ts';

export interface SessionOptions {
  readonly folders: AppFolders;
  readonly options: GivenOptions;
  readonly terminal: Terminal;
  readonly workerUrl: URL;
}

export async function withConsole<T>(
  session: SessionOptions,
  { withGuests = false }: ConsoleNeeds,
  work: (api: ConsoleApi, console: LabConsole) => Promise<T>,
): Promise<T> {
  const console = await openLabConsole(await installationOf(session));
  try {
    for (const line of recoveryLines(console.recovery)) session.terminal.say(line);
    if (withGuests) console.lab.startGuests();
    return await work(console.api, console);
  } finally {
    await console.close();
  }
}

export interface NewRepository {
  readonly location: string;
  readonly password: string;
  readonly passwordFile: string | undefined;
}

/** Makes a repository and remembers it. Needs no lab. Errors: `repository.*`. */
export async function initRepositoryAt(
  { folders, workerUrl }: Pick<SessionOptions, 'folders' | 'workerUrl'>,
  { location, password, passwordFile }: NewRepository,
): Promise<void> {
  const file = passwordFile === undefined ? undefined : resolve(passwordFile);
  const access = await repositoryAccess({ folders, workerUrl, passwordFile: file });
  await access.init(location, password);
}

/** For a new repository. @throws AppError `cli.missing-argument` where none is given */
export async function passwordFor(
  { options, terminal }: Pick<SessionOptions, 'options' | 'terminal'>,
  invocation: string,
): Promise<string> {
  const password = await findPassword({
    file: options.text('password-file'),
    environment: terminal.environment,
  });
  if (password !== undefined) return password;
  const argument = 'a password: --password-file FILE, or --new-password-file FILE to have one made up';
  throw new AppError('cli.missing-argument', { command: invocation, argument });
}

/** What is given now counts; otherwise what was remembered. */
async function installationOf(session: SessionOptions): Promise<InstallationOptions> {
  const { folders, options, terminal, workerUrl } = session;
  const { repository: remembered } = await readSettings(folders.settingsFile);
  const given = options.text('repository');
  const location = given === undefined ? remembered?.location : resolve(given);
  const isRemembered = location !== undefined && location === remembered?.location;
  const file = options.text('password-file');
  const found = await findPassword({
    file,
    environment: terminal.environment,
    rememberedFile: isRemembered ? remembered.passwordFile : undefined,
  });
  // What the window was asked to keep on this computer serves the command line too. Where the window keeps it under the
  // system's own protection there is no such file, and the password has to be given.
  const password = found ?? (isRemembered ? await privateFilePasswordStore(folders.root).load(location) : undefined);
  return {
    folders,
    workerUrl,
    repository: location === undefined ? undefined : { location, password },
    passwordFile: file === undefined ? undefined : resolve(file),
  };
}
