// The options that every command understands.
import type { OptionSpecs } from '../command.ts';

export const globalOptions: OptionSpecs = {
  dir: {
    type: 'string',
    value: 'DIR',
    help: 'Keep everything of this installation (lab, repository, journals, settings) below DIR.',
  },
  json: { type: 'boolean', help: 'Print the result as one JSON object on stdout.' },
  verbose: { type: 'boolean', help: 'With an error, print its technical details too.' },
  help: { type: 'boolean', help: 'Show help, for one command or in general.' },
  version: { type: 'boolean', help: 'Show the version.' },
};

/** Of the commands that open the repository. */
export const repositoryOptions: OptionSpecs = {
  repository: {
    type: 'string',
    value: 'DIR',
    help: 'The repository to use. Default: the one that was made or used last.',
  },
  'password-file': {
    type: 'string',
    value: 'FILE',
    help: 'File that holds the password of the repository. Or set STILLPOINT_PASSWORD or STILLPOINT_PASSWORD_FILE.',
  },
};
