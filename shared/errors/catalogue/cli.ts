// Errors of the command line: what was typed, and where passwords come from.
import { errorSpec } from '../define-errors.ts';

const didYouMean = (near: readonly string[]): string =>
  near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;

export const cliErrors = {
  'cli.unknown-command': errorSpec('user', (p: { command: string; near: readonly string[] }) => ({
    title: `There is no command "${p.command}"`,
    meaning: `Nothing was done.${didYouMean(p.near)}`,
    nextStep: 'Run `stillpoint --help` to see every command.',
  })),
  'cli.unknown-option': errorSpec('user', (p: { command: string; option: string; near: readonly string[] }) => ({
    title: `"${p.command}" has no option ${p.option}`,
    meaning: `Nothing was done.${didYouMean(p.near)}`,
    nextStep: `Run \`${p.command} --help\` to see its options.`,
  })),
  'cli.password-argument': errorSpec('user', (p: { option: string }) => ({
    title: `A password is never given as ${p.option}`,
    meaning: 'What stands on a command line can be seen by every user of the machine. Nothing was done.',
    nextStep:
      'Put it in a file that only you can read and give --password-file FILE, or set STILLPOINT_PASSWORD or ' +
      'STILLPOINT_PASSWORD_FILE in the environment.',
  })),
  'cli.bad-option-value': errorSpec(
    'user',
    (p: { command: string; option: string; value: string; reason: string }) => ({
      title: `${p.option} cannot be "${p.value}"`,
      meaning: `${p.reason}. Nothing was done.`,
      nextStep: `Run \`${p.command} --help\` to see what it takes.`,
    }),
  ),
  'cli.missing-argument': errorSpec('user', (p: { command: string; argument: string }) => ({
    title: `"${p.command}" needs ${p.argument}`,
    meaning: 'Without it there is nothing to do.',
    nextStep: `Run \`${p.command} --help\` to see examples.`,
  })),
  'cli.too-many-arguments': errorSpec('user', (p: { command: string; argument: string }) => ({
    title: `"${p.command}" does not know what to do with "${p.argument}"`,
    meaning: 'It takes fewer arguments. Nothing was done.',
    nextStep: `Run \`${p.command} --help\` to see what it takes.`,
  })),
  'cli.vm-unknown': errorSpec('user', (p: { vm: string; site: string; near: readonly string[] }) => ({
    title: `${p.site} has no VM called ${p.vm}`,
    meaning: `No host that answered has a VM of that name or id. Nothing was done.${didYouMean(p.near)}`,
    nextStep: 'Run `stillpoint audit` to see every VM with its name and host.',
  })),
  'demo.folder-in-use': errorSpec('user', (p: { path: string }) => ({
    title: `${p.path} already holds something`,
    meaning: 'The demo makes everything anew and does not write over what is there. Nothing was changed.',
    nextStep: 'Give another folder with --dir, or leave --dir out for a new one.',
  })),
  'cli.result-not-written': errorSpec('environment', (p: { reason: string }) => ({
    title: 'The result could not be written to the output',
    meaning: `What the command did is done, only its words are lost: ${p.reason}.`,
    nextStep:
      'Free the disk that the output goes to. `stillpoint runs list` and `stillpoint restore-points list` say what ' +
      'became of a backup.',
  })),
  'password.empty': errorSpec('user', (p: { path: string }) => ({
    title: `${p.path} holds no password`,
    meaning: 'The file is empty, or holds nothing but white space. Nothing was done.',
    nextStep: 'Write the password into it, in the first line.',
  })),
  'password.file-exists': errorSpec('user', (p: { path: string }) => ({
    title: `${p.path} is already there`,
    meaning: 'It may hold the password of another repository, so no new one was written over it. Nothing was done.',
    nextStep: 'Choose another file, or use the one that is there with --password-file.',
  })),
};
