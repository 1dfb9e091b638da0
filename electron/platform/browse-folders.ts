// The folders of this computer, for choosing one. Never names a file, never follows a relative path: it looks where the
// admin points to, with the admin's own rights.
import { opendir, stat, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import type { FolderView } from '../../shared/ipc/views.ts';
import { errnoOf, rethrowReading } from './file-errors.ts';

const mostFolders = 1000;

/** Above the drives of Windows: its own name for the place where devices are (Win32 device namespace). */
const drivesPath = '\\\\.\\';

export interface BrowseOptions {
  readonly platform?: NodeJS.Platform;
  /** Where a user begins. */
  readonly home?: string;
}

/**
 * Without a path: the home folder. Errors: `console.path-not-absolute`, `file.not-found`, `file.not-readable`,
 * `console.not-a-folder`.
 */
export async function browseFolders(path: string | undefined, options: BrowseOptions = {}): Promise<FolderView> {
  const { platform = process.platform, home = homedir() } = options;
  const paths = platform === 'win32' ? win32 : posix;
  const asked = path ?? home;
  if (asked.includes('\0') || !paths.isAbsolute(asked))
    throw new AppError('console.path-not-absolute', { path: asked });
  if (platform === 'win32' && /^[\\/]{2}\.[\\/]*$/.test(asked)) return drives();
  const folder = paths.resolve(platform === 'win32' ? withoutDevicePrefix(asked) : asked);
  const above = paths.dirname(folder);
  const parent = above === folder ? (platform === 'win32' ? drivesPath : undefined) : above;
  const names = await foldersIn(folder, (name) => paths.resolve(folder, name));
  const freeBytes = await freeBytesOf(folder);
  return {
    path: folder,
    ...(parent === undefined ? {} : { parent }),
    folders: names.slice(0, mostFolders),
    isCutShort: names.length > mostFolders,
    ...(freeBytes === undefined ? {} : { freeBytes }),
  };
}

async function drives(): Promise<FolderView> {
  const letters = Array.from({ length: 26 }, (_, at) => `${String.fromCharCode(65 + at)}:`);
  const found = await Promise.all(letters.map((letter) => isFolder(`${letter}\\`)));
  return { path: drivesPath, folders: letters.filter((_letter, at) => found[at]), isCutShort: false };
}

/** `\\.\C:` as chosen from the list of drives is the root of C:. */
function withoutDevicePrefix(path: string): string {
  const drive = /^[\\/]{2}\.[\\/]+([A-Za-z]:)(.*)$/.exec(path);
  if (drive === null) return path;
  const [, letter = '', rest = ''] = drive;
  return rest === '' ? `${letter}\\` : `${letter}${rest}`;
}

async function foldersIn(folder: string, pathOf: (name: string) => string): Promise<readonly string[]> {
  try {
    const names: string[] = [];
    for await (const entry of await opendir(folder)) {
      const isOne = entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(pathOf(entry.name))));
      if (isOne) names.push(entry.name);
    }
    return names.sort((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' }) || (a < b ? -1 : 1));
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') throw new AppError('console.not-a-folder', { path: folder }, { cause: error });
    return rethrowReading(folder, error);
  }
}

async function isFolder(path: string): Promise<boolean> {
  // A link that leads nowhere, and a drive without a medium, are no folders to choose.
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** Network and special file systems need not say; nothing is shown then. */
async function freeBytesOf(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const freeBytes = bavail * bsize;
    return Number.isSafeInteger(freeBytes) ? freeBytes : undefined;
  } catch {
    return undefined;
  }
}
