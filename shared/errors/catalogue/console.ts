// Errors of the backend behind the contract, whoever called it.
import { errorSpec } from '../define-errors.ts';

export const consoleErrors = {
  'contract.unknown-call': errorSpec('bug', (p: { call: string }) => ({
    title: `There is no call ${p.call}`,
    meaning: 'The window and the backend are not of the same version. Nothing was done.',
    nextStep: 'Close Stillpoint and start it again.',
  })),
  'contract.invalid-input': errorSpec('user', (p: { call: string; field: string; reason: string }) => ({
    title: `${p.call} was asked for with something that does not fit`,
    meaning: `${p.field}: ${p.reason}. Nothing was done.`,
    nextStep: 'Correct that value and try again.',
  })),
  'console.no-repository': errorSpec('user', (_p: Record<string, never>) => ({
    title: 'No repository has been chosen',
    meaning: 'Restore points need a place to be kept. Nothing was done.',
    nextStep: 'Create one with `stillpoint repository init`, or choose an existing one.',
  })),
  'console.no-password': errorSpec('user', (p: { location: string }) => ({
    title: `The password of ${p.location} is not known`,
    meaning: 'Everything in a repository is encrypted; nothing can be written or read without its password.',
    nextStep:
      'Give it with --password-file FILE, or in the environment as STILLPOINT_PASSWORD or STILLPOINT_PASSWORD_FILE.',
  })),
  'console.run-not-found': errorSpec('user', (p: { run: string }) => ({
    title: `There is no run ${p.run}`,
    meaning: 'No journal of this installation has that id.',
    nextStep: 'Run `stillpoint runs list` and use an id from the list.',
  })),
  'console.not-a-lab': errorSpec('user', (p: { site: string }) => ({
    title: `${p.site} is not a lab`,
    meaning: 'This can be done in the lab only. Nothing was done.',
    nextStep: 'Connect to the lab first.',
  })),
  'console.settings-damaged': errorSpec('environment', (p: { path: string; reason: string }) => ({
    title: `The settings in ${p.path} cannot be used`,
    meaning: `They are not what Stillpoint wrote: ${p.reason}. Nothing was done.`,
    nextStep: 'Correct the file, or move it away and give the repository again.',
  })),
  'console.page-missing': errorSpec('bug', (p: { path: string }) => ({
    title: 'The window of Stillpoint is not built',
    meaning: `There is no page in ${p.path}. Nothing was started.`,
    nextStep: 'From a clone, run `npm run build`. An installed Stillpoint has to be installed again.',
  })),
  'console.operation-cancelled': errorSpec('user', (p: { what: string }) => ({
    title: `${p.what} was cancelled`,
    meaning: 'It was stopped on request. What was not complete was removed.',
    nextStep: 'Start it again when you want it.',
  })),
};
