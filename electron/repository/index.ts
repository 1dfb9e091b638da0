// The repository's public face. Nothing outside this folder imports anything else of it, but for `local-storage.ts`'s
// factory, which is re-exported here as well.
export type * from './model.ts';
export type { RepositoryFile, RepositoryFileKind, RepositoryStorage, StoredFile } from './repository-storage.ts';
export { repositoryWorkerSourceUrl } from './worker/worker-source-url.ts';
