// Errors of this machine name its own files; the host's users know the host's paths.
import { AppError, isAppError } from '../../../shared/errors/app-error.ts';

export async function underName<T>(hostPath: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (isAppError(error, 'vhdx.file-not-found') || isAppError(error, 'vhdx.file-exists'))
      throw new AppError(error.code, { path: hostPath }, { cause: error });
    if (isAppError(error, 'vhdx.volume-full')) throw new AppError(error.code, { path: hostPath }, { cause: error });
    if (isAppError(error, 'vhdx.file-unreadable') || isAppError(error, 'vhdx.file-unwritable'))
      throw new AppError(error.code, { path: hostPath, reason: error.params.reason }, { cause: error });
    throw error;
  }
}
