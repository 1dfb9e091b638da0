// The engine's public face: what the console builds on. The folders behind it are the engine's own.
export { createEngine, type Engine, type RunHandle } from './create-engine.ts';
export type { RepositorySource } from './run/data-path.ts';
export { repositoryDataPath } from './run/repository-data-path.ts';
export type { EngineSettings } from './run/settings.ts';
