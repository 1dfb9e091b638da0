// What can go wrong with restore points: finding, reading, restoring and checking them. `restorePoint` is the short id
// that an admin sees in the list.
import { errorSpec } from '../define-errors.ts';

export const restoreErrors = {
  'restore.not-a-restore-point': errorSpec('user', (p: { restorePoint: string; location: string }) => ({
    title: `${p.restorePoint} in ${p.location} is not a restore point of Stillpoint`,
    meaning: 'It is a snapshot that another program made there. Stillpoint neither changes nor restores those.',
    nextStep: 'Use restic to see or restore it, or take an id from the list of restore points.',
  })),
  'restore.damaged-restore-point': errorSpec(
    'integrity',
    (p: { restorePoint: string; location: string; reason: string }) => ({
      title: `The description of restore point ${p.restorePoint} cannot be trusted`,
      meaning: `Its vm.json in ${p.location} is not what was written: ${p.reason}. Its disks may still be whole.`,
      nextStep: 'Verify the repository. With restic the disks can be looked for and restored without the description.',
    }),
  ),
  'restore.unknown-disk': errorSpec('user', (p: { restorePoint: string; disk: string; disks: readonly string[] }) => ({
    title: `Restore point ${p.restorePoint} has no disk ${p.disk}`,
    meaning: `Its disks are: ${p.disks.join(', ')}. Nothing was written.`,
    nextStep: 'Use one of these names, or leave the choice out to restore all disks.',
  })),
  'restore.disk-not-a-file': errorSpec('integrity', (p: { restorePoint: string; disk: string; path: string }) => ({
    title: `Disk ${p.disk} of restore point ${p.restorePoint} is not a file`,
    meaning: `The restore point says that ${p.path} is that disk, but something else is stored there.`,
    nextStep: 'Verify the restore point, and restore from another one.',
  })),
  'restore.file-exists': errorSpec('user', (p: { path: string }) => ({
    title: `${p.path} is already there`,
    meaning: 'A restore does not write over files unless it is told to. Nothing was changed.',
    nextStep: 'Choose another folder, or allow files of the same name to be overwritten.',
  })),
  'restore.disk-unsound': errorSpec('integrity', (p: { restorePoint: string; disk: string; reason: string }) => ({
    title: `Disk ${p.disk} of restore point ${p.restorePoint} does not open as a virtual disk`,
    meaning: `Its bytes are as they were stored, but they do not make a sound .vhdx: ${p.reason}`,
    nextStep: 'Restore from another restore point, and report this with the technical details.',
  })),
};
