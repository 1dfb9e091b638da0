// System errors of this machine's files as ours, for every adapter in this folder.
import { AppError } from '../../shared/errors/app-error.ts';

export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

export function isAbsent(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** @throws always: `file.not-found`, `file.not-readable`; what is no system error as it is */
export function rethrowReading(path: string, error: unknown): never {
  if (errnoOf(error) === undefined || error instanceof AppError) throw error;
  if (isAbsent(error)) throw new AppError('file.not-found', { path }, { cause: error });
  throw new AppError('file.not-readable', { path, reason: reasonOf(error) }, { cause: error });
}

/** @throws always: `file.disk-full`, `file.not-writable`; what is no system error as it is */
export function rethrowWriting(path: string, error: unknown): never {
  const code = errnoOf(error);
  if (code === undefined || error instanceof AppError) throw error;
  if (code === 'ENOSPC' || code === 'EDQUOT') throw new AppError('file.disk-full', { path }, { cause: error });
  throw new AppError('file.not-writable', { path, reason: reasonOf(error) }, { cause: error });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
