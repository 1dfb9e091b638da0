// Where passwords come from: a file or the environment, never an argument, which every user of the machine can see.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import type { Environment } from './app-folders.ts';
import { errnoOf, rethrowReading, rethrowWriting } from './file-errors.ts';

export interface PasswordPlaces {
  /** As given with --password-file. */
  readonly file?: string | undefined;
  /** As remembered in the settings: used when nothing else is given. */
  readonly rememberedFile?: string | undefined;
  readonly environment: Environment;
}

/** The first place that has one; undefined when none has. Errors: `file.*`, `password.empty`. */
export async function findPassword({ file, rememberedFile, environment }: PasswordPlaces): Promise<string | undefined> {
  const named = [file, environment['STILLPOINT_PASSWORD_FILE']].find((path) => path !== undefined && path !== '');
  if (named !== undefined) return readPasswordFile(named);
  const direct = environment['STILLPOINT_PASSWORD'];
  if (direct !== undefined && direct !== '') return direct;
  return rememberedFile === undefined ? undefined : readPasswordFile(rememberedFile);
}

/** Without the white space around it, as restic reads password files: one file serves both. */
export async function readPasswordFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => rethrowReading(path, error));
  const password = text.replace(/^\uFEFF/u, '').trim();
  if (password === '') throw new AppError('password.empty', { path });
  return password;
}

/** Makes up a password and keeps it in a new file that only this user can read. Error: `password.file-exists`. */
export async function createPasswordFile(path: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(`${password}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return password;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw new AppError('password.file-exists', { path }, { cause: error });
    return rethrowWriting(path, error);
  }
}
