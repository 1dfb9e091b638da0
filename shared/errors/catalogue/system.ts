import { errorSpec } from '../define-errors.ts';

export const systemErrors = {
  'bug.unexpected': errorSpec('bug', (p: { reason: string }) => ({
    title: 'Stillpoint met a situation it does not know',
    meaning: `The step was stopped where it stood. The program said: ${p.reason}`,
    nextStep: 'Run the same command again. If it happens again, report it with the technical details.',
  })),
  'file.not-found': errorSpec('user', (p: { path: string }) => ({
    title: `${p.path} does not exist`,
    meaning: 'There is no file or folder of that name.',
    nextStep: 'Check the path, and that the drive or share is connected.',
  })),
  'file.not-readable': errorSpec('environment', (p: { path: string; reason: string }) => ({
    title: `${p.path} cannot be read`,
    meaning: `The system refused to read it: ${p.reason}.`,
    nextStep: 'Check the permissions of the file and of the account Stillpoint runs under.',
  })),
  'file.not-writable': errorSpec('environment', (p: { path: string; reason: string }) => ({
    title: `${p.path} cannot be written`,
    meaning: `The system refused to write it: ${p.reason}.`,
    nextStep: 'Choose another folder, or give the account Stillpoint runs under the right to write there.',
  })),
  'file.disk-full': errorSpec('environment', (p: { path: string }) => ({
    title: `There is no space left for ${p.path}`,
    meaning: 'The disk or the quota is full; the file was not completed.',
    nextStep: 'Free space on that disk or choose another one, then run the same command again.',
  })),
};
