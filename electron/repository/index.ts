// The repository's public face: nothing outside this folder imports any other file of it.
export { isZero } from './format/zeros.ts';
export { createLocalStorage } from './local-storage.ts';
export type * from './model.ts';
export { initRepository, openRepository } from './open-repository.ts';
export type { RepositoryFile, RepositoryFileKind, RepositoryStorage, StoredFile } from './repository-storage.ts';
export { repositoryWorkerSourceUrl } from './worker/worker-source-url.ts';
