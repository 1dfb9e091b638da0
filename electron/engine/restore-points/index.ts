// Restore points: what they are called, how they are made, found, proved and brought back.
export { commitRestorePoint, type CommitOptions, type CommittableDisk } from './commit-restore-point.ts';
export {
  findLatestOfVm,
  findRestorePoint,
  findRestorePointsOfRun,
  listRestorePoints,
  type DamagedRestorePoint,
  type ListOptions,
  type ReadableRepository,
  type RestorePoint,
  type RestorePointListing,
} from './find-restore-points.ts';
export { hashDisk, hashDiskFile, type HashOptions, type HashProgress } from './hash-disk.ts';
export { pathInSnapshot } from './layout.ts';
export { resticCommandFor, type ResticCommand } from './restic-command.ts';
export {
  restoreDisks,
  type RestorableRepository,
  type RestoredDisk,
  type RestoreOptions,
  type RestoreProgress,
} from './restore-disks.ts';
export { openStoredDisk } from './stored-disk.ts';
export {
  verifyRestorePoint,
  type VerifiedDisk,
  type VerifyOptions,
  type VerifyReport,
} from './verify-restore-point.ts';
