// The port between the repository and where its files lie. It knows restic's kinds of files and nothing of folders,
// so that an object store (S3) or a REST server fits as well as a disk. Adapters map their own errors to AppError.
import { AppError } from '../../shared/errors/app-error.ts';

/** restic's kinds of files ("restic design.rst", Repository Layout). */
export type RepositoryFileKind = 'config' | 'key' | 'snapshot' | 'index' | 'data' | 'lock';

/** One file of a repository. `name` is 64 lower-case hex digits; empty for `config`, of which there is one. */
export interface RepositoryFile {
  readonly kind: RepositoryFileKind;
  readonly name: string;
}

export interface StoredFile {
  readonly name: string;
  readonly sizeBytes: number;
}

/**
 * Files are written once, atomically and durably, and never changed. Every method rejects with an AppError:
 * `repository.file-missing`, `repository.not-readable`, `repository.not-writable`, `repository.disk-full`.
 */
export interface RepositoryStorage {
  /** Where this is, in the admin's words: a folder or a URL without secrets. Used in error texts only. */
  readonly location: string;
  /** Makes the places for all kinds of files. Keeps what is there. */
  prepare(): Promise<void>;
  /** Files whose name is an id; anything else (temporary files of a crashed writer) is left out. An absent place is empty. */
  list(kind: RepositoryFileKind): Promise<readonly StoredFile[]>;
  exists(file: RepositoryFile): Promise<boolean>;
  /** The whole file; rejects with `repository.damaged-file` when it is larger than `maxBytes`, before reading it. */
  read(file: RepositoryFile, maxBytes: number): Promise<Uint8Array>;
  /** Fills `target` from `offsetBytes`; a file that ends before is `repository.damaged-file`. `target` may be shared memory. */
  readRange(file: RepositoryFile, offsetBytes: number, target: Uint8Array): Promise<void>;
  /** Resolves when the whole file would survive a power cut under its name; before that no other reader sees it. */
  writeAtomic(file: RepositoryFile, parts: readonly Uint8Array[]): Promise<void>;
  /** Removing a file that is not there is no error. */
  remove(file: RepositoryFile): Promise<void>;
}

/**
 * Rejects with `repository.not-readable` when the repository itself is not there (share gone, drive unplugged): only
 * then may an absent file or an empty listing be taken for what it says.
 */
export async function assertPresent(storage: RepositoryStorage): Promise<void> {
  if (await storage.exists({ kind: 'config', name: '' })) return;
  const reason = 'Its config file is not there any more';
  throw new AppError('repository.not-readable', { location: storage.location, reason });
}

/** `data/ab12...`: the words used for a file in messages. */
export function fileLabel(file: RepositoryFile): string {
  return file.kind === 'config' ? 'config' : `${file.kind} ${file.name}`;
}
