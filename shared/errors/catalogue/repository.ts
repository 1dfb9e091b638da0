// Errors of the backup repository. `location` is always the repository's folder or URL.
import { errorSpec } from '../define-errors.ts';

export const repositoryErrors = {
  'repository.not-a-repository': errorSpec('user', (p: { location: string }) => ({
    title: `${p.location} is not a backup repository`,
    meaning: 'There is no repository configuration file at that place.',
    nextStep: 'Check the path and that the drive or share is connected, or create a repository there first.',
  })),
  'repository.already-exists': errorSpec('user', (p: { location: string }) => ({
    title: `${p.location} already holds a backup repository`,
    meaning: 'A new repository is created in an empty place only. Nothing was changed.',
    nextStep: 'Open the repository with its password, or choose another folder.',
  })),
  'repository.wrong-password': errorSpec('user', (p: { location: string }) => ({
    title: `The password does not open ${p.location}`,
    meaning: 'None of the keys of this repository belongs to that password.',
    nextStep: 'Check the password. Without one of its passwords a repository cannot be read by anyone.',
  })),
  'repository.empty-password': errorSpec('user', (p: { location: string }) => ({
    title: `${p.location} cannot have an empty password`,
    meaning:
      'Everything in a repository is encrypted, and stock restic refuses an empty password. Nothing was changed.',
    nextStep: 'Choose a password, and keep it where you will find it when the host is gone.',
  })),
  'repository.unsupported-version': errorSpec('user', (p: { location: string; version: number }) => ({
    title: `${p.location} has repository format version ${p.version}`,
    meaning: 'This version of Stillpoint reads and writes format version 2 only.',
    nextStep:
      p.version === 1
        ? 'Upgrade it with "restic migrate upgrade_repo_v2", or create a new repository.'
        : 'Use a newer Stillpoint, or choose another repository.',
  })),
  'repository.damaged-file': errorSpec('integrity', (p: { location: string; file: string; reason: string }) => ({
    title: `The file ${p.file} of ${p.location} is damaged`,
    meaning: `Its content is not what was written: ${p.reason}. Nothing of it was used.`,
    nextStep:
      'Check the disk or share for errors, then run a repository check to see which restore points are affected.',
  })),
  'repository.file-missing': errorSpec('integrity', (p: { location: string; file: string }) => ({
    title: `The file ${p.file} of ${p.location} is missing`,
    meaning: 'The repository refers to it, or another program removed it in this moment.',
    nextStep: 'Run a repository check to see which restore points are affected. If files were moved, put them back.',
  })),
  'repository.file-length': errorSpec('integrity', (p: { file: string; saidBytes: number; foundBytes: number }) => ({
    title: `The stored file ${p.file} has not the length it should have`,
    meaning: `Its folder says ${p.saidBytes} bytes, its pieces have ${p.foundBytes}. Nothing of it was written.`,
    nextStep: 'Verify this restore point, and use another one.',
  })),
  'repository.blob-damaged': errorSpec(
    'integrity',
    (p: { location: string; blob: string; file: string; reason: string }) => ({
      title: `A piece of the backup in ${p.location} is damaged`,
      meaning: `Piece ${p.blob} in ${p.file} is not what was written: ${p.reason}. Its bytes were not used.`,
      nextStep: 'Verify the restore points; those that do not use this piece are unharmed. Check the disk for errors.',
    }),
  ),
  'repository.blob-missing': errorSpec('integrity', (p: { location: string; blob: string }) => ({
    title: `A piece of the backup in ${p.location} is missing`,
    meaning: `No index of the repository names piece ${p.blob}.`,
    nextStep: 'Verify the restore points to see which are affected. If files were moved away, put them back.',
  })),
  'repository.locked': errorSpec(
    'environment',
    (p: {
      location: string;
      lockId: string;
      host: string;
      pid: number;
      username: string;
      since: string;
      exclusive: boolean;
    }) => ({
      title: `${p.location} is locked by ${p.username} on ${p.host}`,
      meaning:
        `Process ${p.pid} on ${p.host} has held ${p.exclusive ? 'an exclusive' : 'a'} lock since ${p.since}; ` +
        'it may be removing data.',
      nextStep: 'Wait until that program has ended. If it is sure to be gone, remove stale locks and try again.',
    }),
  ),
  'repository.lock-lost': errorSpec('environment', (p: { location: string; reason: string }) => ({
    title: `The lock on ${p.location} was lost`,
    meaning: `${p.reason}. Writing was stopped, because another program may be removing data. No restore point was made.`,
    nextStep: 'Find out who removed the lock or why it could not be renewed, then run the backup again.',
  })),
  'repository.disk-full': errorSpec('environment', (p: { location: string }) => ({
    title: `There is no space left in ${p.location}`,
    meaning: 'The disk or the quota is full. What was there before is unharmed; no restore point was made.',
    nextStep: 'Free space on that disk, then run the backup again: what was already stored is not stored twice.',
  })),
  'repository.not-writable': errorSpec('environment', (p: { location: string; reason: string }) => ({
    title: `${p.location} cannot be written`,
    meaning: `The system refused to write there: ${p.reason}.`,
    nextStep: 'Give the account Stillpoint runs under the right to write there, or choose another folder.',
  })),
  'repository.not-readable': errorSpec('environment', (p: { location: string; reason: string }) => ({
    title: `${p.location} cannot be read`,
    meaning: `The system refused to read there: ${p.reason}.`,
    nextStep: 'Check the permissions, and that the drive or share is still connected.',
  })),
  'repository.snapshot-not-found': errorSpec('user', (p: { location: string; snapshot: string }) => ({
    title: `There is no restore point ${p.snapshot} in ${p.location}`,
    meaning: 'No snapshot of that repository has an id that begins so.',
    nextStep: 'List the restore points and use an id from the list.',
  })),
  'repository.snapshot-ambiguous': errorSpec(
    'user',
    (p: { location: string; snapshot: string; matches: readonly string[] }) => ({
      title: `Several restore points in ${p.location} begin with ${p.snapshot}`,
      meaning: `It could be any of ${p.matches.join(', ')}.`,
      nextStep: 'Give more digits of the id.',
    }),
  ),
  'repository.path-not-found': errorSpec('user', (p: { location: string; snapshot: string; path: string }) => ({
    title: `There is no ${p.path} in restore point ${p.snapshot}`,
    meaning: `The restore point in ${p.location} holds no file or folder of that path.`,
    nextStep: 'List the content of the restore point and use a path from the list.',
  })),
  'repository.key-not-found': errorSpec('user', (p: { location: string; key: string }) => ({
    title: `${p.location} has no password key ${p.key}`,
    meaning: 'No key file of that repository has that id.',
    nextStep: 'List the passwords of the repository and use an id from the list.',
  })),
  'repository.key-in-use': errorSpec('user', (p: { location: string; key: string }) => ({
    title: `The password in use of ${p.location} cannot be removed`,
    meaning: `Key ${p.key} is the one the repository was opened with just now. Nothing was changed.`,
    nextStep: 'Open the repository with another of its passwords, then remove this one.',
  })),
  'repository.invalid-input': errorSpec('bug', (p: { reason: string }) => ({
    title: 'Something that cannot be stored was given to the repository',
    meaning: `${p.reason}. Nothing was written for it.`,
    nextStep: 'Report it with the technical details.',
  })),
  'repository.closed': errorSpec('bug', (p: { what: string }) => ({
    title: `The ${p.what} was used after it was closed`,
    meaning: 'A step was started after the work on the repository had ended.',
    nextStep: 'Report it with the technical details.',
  })),
  'repository.worker-failed': errorSpec('transient', (p: { reason: string }) => ({
    title: 'A worker thread of Stillpoint stopped unexpectedly',
    meaning: `The step was stopped and nothing of it became visible. The program said: ${p.reason}`,
    nextStep: 'Try again; if it happens again, check the memory of this machine.',
  })),
};
