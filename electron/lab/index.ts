// The lab's public face. Everything outside this folder imports from here.
export type { CreateLabOptions, Lab, LabStatus, LabTruth } from './lab.ts';
export type { LabFault } from './faults.ts';
export type { LabScenario, ScenarioDisk } from './scenarios/scenario.ts';
export { createLab } from './create-lab.ts';
export { openLab } from './open-lab.ts';
export { labScenarios } from './scenarios/index.ts';
export { VirtualClock } from './virtual-clock.ts';
export { inspectGuestDatabase, type GuestDatabaseJudgement } from './guest/inspect-guest-database.ts';
