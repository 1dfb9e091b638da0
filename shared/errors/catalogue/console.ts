// Errors of the backend behind the contract, whoever called it.
import { errorSpec } from '../define-errors.ts';

export const consoleErrors = {
  'contract.unknown-call': errorSpec('bug', (p: { call: string }) => ({
    title: `There is no call ${p.call}`,
    meaning: 'The window and the backend are not of the same version. Nothing was done.',
    nextStep: 'Close Stillpoint and start it again.',
  })),
  'contract.invalid-input': errorSpec('user', (p: { call: string; field: string; reason: string }) => ({
    title: `Stillpoint was given a value that does not fit`,
    meaning: `${p.call}, ${p.field}: ${p.reason}. Nothing was done.`,
    nextStep: 'Correct that value and try again.',
  })),
  'contract.untrusted-sender': errorSpec('bug', (p: { call: string }) => ({
    title: `Something that is not the window of Stillpoint called ${p.call}`,
    meaning: 'Only the page Stillpoint itself brought may ask for anything. Nothing was done.',
    nextStep: 'Close Stillpoint and start it again. If it happens again, report it.',
  })),
  'console.no-repository': errorSpec('user', (_p: Record<string, never>) => ({
    title: 'No repository has been chosen',
    meaning: 'Restore points need a place to be kept. Nothing was done.',
    nextStep: 'Make a new one or open an existing one; on the command line with `stillpoint repository init`.',
  })),
  'console.no-password': errorSpec('user', (p: { location: string }) => ({
    title: `The password of ${p.location} is not known`,
    meaning: 'Everything in a repository is encrypted; nothing can be written or read without its password.',
    nextStep:
      'Open the repository with its password. On the command line give it with --password-file FILE, or in the ' +
      'environment as STILLPOINT_PASSWORD or STILLPOINT_PASSWORD_FILE.',
  })),
  'console.run-not-found': errorSpec('user', (p: { run: string }) => ({
    title: `There is no run ${p.run}`,
    meaning: 'No journal of this installation has that id.',
    nextStep: 'Choose a run from the list; on the command line `stillpoint runs list` shows it.',
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
  'console.verifications-damaged': errorSpec('environment', (p: { path: string; reason: string }) => ({
    title: `The record of verified restore points in ${p.path} cannot be used`,
    meaning: `It is not what Stillpoint wrote: ${p.reason}. The restore points themselves are not affected.`,
    nextStep: 'Move that file away. Restore points then show as never verified until they are verified again.',
  })),
  'console.verification-not-recorded': errorSpec(
    'environment',
    (p: { restorePoint: string; result: string; reason: string }) => ({
      title: `Restore point ${p.restorePoint} is ${p.result}, but that could not be written down`,
      meaning: `It was read back in full: it is ${p.result}. The list will not show it: ${p.reason}.`,
      nextStep: 'Fix the cause, then verify again if the list should show it.',
    }),
  ),
  'console.concurrency-mismatch': errorSpec('user', (p: { vmsAtOnce: number; vmsPerHost: number }) => ({
    title: `${p.vmsPerHost} VMs per host do not fit into ${p.vmsAtOnce} at once`,
    meaning: 'One host can never work on more VMs than a run works on overall. Nothing was changed.',
    nextStep: 'Raise the number of VMs at once, or choose fewer per host.',
  })),
  'console.password-not-kept': errorSpec('environment', (p: { location: string; reason: string }) => ({
    title: `The password of ${p.location} could not be kept as you chose`,
    meaning: `The repository is there and the password opens it, but it was not chosen: ${p.reason}.`,
    nextStep: 'Fix the cause, or open it again and choose to keep the password only while Stillpoint runs.',
  })),
  'console.password-not-forgotten': errorSpec('environment', (p: { location: string; reason: string }) => ({
    title: `The password of ${p.location} is still kept on this computer`,
    meaning: `It is forgotten until Stillpoint ends, but it could not be removed from where it is kept: ${p.reason}.`,
    nextStep: 'Fix the cause, then forget the password again.',
  })),
  'console.reading-changed': errorSpec('transient', (_p: Record<string, never>) => ({
    title: 'The list has changed',
    meaning: 'It was read again in the meantime, and the entry that this page follows is not there any more.',
    nextStep: 'Load the list from its beginning.',
  })),
  'console.path-not-absolute': errorSpec('user', (p: { path: string }) => ({
    title: `${p.path} is not a full path`,
    meaning: 'Only a path that begins with a drive, a share or the root folder says which folder is meant.',
    nextStep: 'Give the path from its beginning, for example D:\\Backup.',
  })),
  'console.not-a-folder': errorSpec('user', (p: { path: string }) => ({
    title: `${p.path} is not a folder`,
    meaning: 'There is a file of that name. Nothing was done.',
    nextStep: 'Choose a folder.',
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
