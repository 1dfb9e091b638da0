// Errors of the lab, the simulated Hyper-V site. What its hosts answer stands in hyperv.ts: the lab answers the same.
import { errorSpec } from '../define-errors.ts';

export const labErrors = {
  'lab.not-found': errorSpec('user', (p: { folder: string }) => ({
    title: `There is no lab in ${p.folder}`,
    meaning: 'The folder does not exist or holds no lab.json.',
    nextStep: 'Create one with `stillpoint lab create`, or name the folder of an existing lab.',
  })),
  'lab.exists': errorSpec('user', (p: { folder: string }) => ({
    title: `${p.folder} is not empty`,
    meaning: 'A new lab is made in an empty or new folder only. Nothing was changed.',
    nextStep: 'Name another folder, or remove this one first.',
  })),
  'lab.in-use': errorSpec('user', (p: { folder: string; pid: number }) => ({
    title: `The lab in ${p.folder} is in use`,
    meaning: `Process ${p.pid} runs it now. Two at once would destroy its disks.`,
    nextStep: 'End the other program first, or use another lab.',
  })),
  'lab.damaged': errorSpec('integrity', (p: { path: string; reason: string }) => ({
    title: `The lab cannot be opened: ${p.path} is damaged`,
    meaning: `It does not hold what the lab wrote: ${p.reason}.`,
    nextStep: 'Create a new lab in another folder.',
  })),
  'lab.scenario-unknown': errorSpec('user', (p: { scenario: string; known: readonly string[] }) => ({
    title: `There is no scenario ${p.scenario}`,
    meaning: `The scenarios are: ${p.known.join(', ')}.`,
    nextStep: 'Name one of these.',
  })),
  'lab.fault-unknown': errorSpec('user', (p: { fault: string; known: readonly string[] }) => ({
    title: `The lab knows no fault ${p.fault}`,
    meaning: `The faults are: ${p.known.join(', ')}; with :VM behind it, for that VM alone. Nothing was done.`,
    nextStep: 'Name one of these.',
  })),
  'lab.no-such-thing': errorSpec('user', (p: { what: string }) => ({
    title: `The lab has no ${p.what}`,
    meaning: 'Nothing of that name or id was found. Nothing was changed.',
    nextStep: 'Run `stillpoint lab status` to see what the lab has.',
  })),
};
