// The engine's public face: what the console builds on. The folders behind it are the engine's own.
export {
  createEngine,
  type BackupRequest,
  type Engine,
  type EngineDeps,
  type RunHandle,
  type RunListener,
} from './create-engine.ts';
export type { CleanedLeftover, LeftoverReport, RecoveryReport } from './recovery/recovery.ts';
export type { Leftover, LeftoverKind } from './recovery/leftovers.ts';
export type { RunHistory } from './recovery/run-histories.ts';
export type { DataPath, RepositorySource } from './run/data-path.ts';
export { defaultEngineSettings, type EngineSettings } from './run/settings.ts';
export { repositoryDataPath } from './run/repository-data-path.ts';
