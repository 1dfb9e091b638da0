// Restore points: what they are called, how they are made, found, proved and brought back.
export { commitRestorePoint } from './commit-restore-point.ts';
export {
  findLatestOfVm,
  findRestorePoint,
  listRestorePoints,
  shortId,
  type RestorePoint,
} from './find-restore-points.ts';
export { hashDisk, hashDiskFile } from './hash-disk.ts';
export { pathInSnapshot } from './layout.ts';
export { resticCommandFor } from './restic-command.ts';
export { restoreDisks } from './restore-disks.ts';
export { openStoredDisk } from './stored-disk.ts';
export { verifyRestorePoint, type VerifyReport } from './verify-restore-point.ts';
