// The command that restores a restore point without Stillpoint, word for word, for the two shells admins use. Pure.
import { diskFolder } from './layout.ts';
import type { RestorePoint } from './find-restore-points.ts';

export interface ResticCommand {
  /** For sh, bash and zsh. */
  readonly sh: string;
  /** For Windows PowerShell and PowerShell 7. */
  readonly powershell: string;
}

export interface ResticCommandOptions {
  /** Folder or URL of the repository. */
  readonly location: string;
  readonly restorePoint: Pick<RestorePoint, 'id' | 'folder'>;
  /** The disks go to `<folder>/<VM folder>/disks`. */
  readonly folder: string;
}

/** restic asks for the password, or takes it from RESTIC_PASSWORD or RESTIC_PASSWORD_FILE. Restores the disks only. */
export function resticCommandFor({ location, restorePoint, folder }: ResticCommandOptions): ResticCommand {
  const words = [
    ...['restic', '-r', location, 'restore', restorePoint.id],
    ...['--target', folder, '--include', `${restorePoint.folder}/${diskFolder}`],
  ];
  return { sh: words.map(quoteForSh).join(' '), powershell: words.map(quoteForPowerShell).join(' ') };
}

const plainWord = /^[A-Za-z0-9_./=-]+$/;

export function quoteForSh(word: string): string {
  return plainWord.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * PowerShell takes typographic quotes for quotes. Windows PowerShell 5.1 puts a word with spaces between double quotes
 * without a look at its end, where a backslash would then hide the quote: it is doubled, which no path minds.
 */
export function quoteForPowerShell(word: string): string {
  if (plainWord.test(word) && !word.startsWith('-')) return word;
  if (/^--?[a-z]+$/.test(word)) return word;
  const safeEnd = /\s/.test(word) ? word.replace(/\\+$/, (slashes) => slashes + slashes) : word;
  return `'${safeEnd.replaceAll(/['\u2018\u2019\u201a\u201b]/g, (quote) => quote + quote)}'`;
}
