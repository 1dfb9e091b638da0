// The error for a file of the repository that is not what was written.
import { AppError } from '../../shared/errors/app-error.ts';
import { fileLabel, type RepositoryFile, type RepositoryStorage } from './repository-storage.ts';

export function damagedFile(
  storage: Pick<RepositoryStorage, 'location'>,
  file: RepositoryFile,
  reason: string,
  cause?: unknown,
): AppError<'repository.damaged-file'> {
  return new AppError(
    'repository.damaged-file',
    { location: storage.location, file: fileLabel(file), reason },
    { cause },
  );
}
