// The engine's public face: what the console builds on. The folders behind it are the engine's own.
export { createEngine, type Engine, type RunHandle } from './create-engine.ts';
export { defaultPlanSettings } from './plan/default-plan-settings.ts';
export { planBackup } from './plan/plan-backup.ts';
export type { RepositorySource } from './run/data-path.ts';
export { repositoryDataPath } from './run/repository-data-path.ts';
export { defaultEngineSettings, type EngineSettings } from './run/settings.ts';
export { vmRefusal } from './run/vm-refusal.ts';
