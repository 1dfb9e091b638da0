// The lab's public face. Everything outside this folder imports from here.
export type {
  ChangedBytes,
  CreateLabOptions,
  Lab,
  LabCheckpointStatus,
  LabDiskStatus,
  LabMergeStatus,
  LabOperations,
  LabStatus,
  LabTruth,
  LabVmStatus,
  OpenLabOptions,
} from './lab.ts';
export type { FaultHandle, FaultPoint, FaultScope, LabFault, LabFaults } from './faults.ts';
export type {
  GuestActivity,
  LabScenario,
  ScenarioCluster,
  ScenarioDisk,
  ScenarioHost,
  ScenarioVm,
  ScenarioVolume,
} from './scenarios/scenario.ts';
export { createLab } from './create-lab.ts';
export { openLab } from './open-lab.ts';
export { labScenarios } from './scenarios/index.ts';
export { VirtualClock, type VirtualClockOptions } from './virtual-clock.ts';
export {
  inspectGuestDatabase,
  type GuestDatabaseJudgement,
  type GuestDiskReader,
} from './guest/inspect-guest-database.ts';
