// The one place that knows where the worker threads' entry lies in the source tree. Bundles pass their own URL.

/** `RepositoryDeps.workerUrl` for everything that runs from source: tests, benchmarks. */
export const repositoryWorkerSourceUrl = new URL('./repository-worker.ts', import.meta.url);
