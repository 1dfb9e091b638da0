// The words `stillpoint-serve` understands, and its help.
import { parseArgs } from 'node:util';
import { AppError } from '../../shared/errors/app-error.ts';

export interface ServeArguments {
  readonly isHelp: boolean;
  readonly dir?: string;
  readonly port?: number;
  readonly scenario?: string;
  readonly labFaults: readonly string[];
}

/** @throws AppError `serve.bad-usage` */
export function parseServeArguments(argv: readonly string[]): ServeArguments {
  const { help, dir, port, scenario, 'lab-fault': labFaults } = valuesOf(argv);
  for (const [name, value] of Object.entries({ dir, scenario }))
    if (value === '') throw new AppError('serve.bad-usage', { reason: `--${name} is empty` });
  return {
    isHelp: help === true,
    ...(dir === undefined ? {} : { dir }),
    ...(port === undefined ? {} : { port: portIn(port) }),
    ...(scenario === undefined ? {} : { scenario }),
    labFaults: labFaults ?? [],
  };
}

function valuesOf(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        dir: { type: 'string' },
        port: { type: 'string' },
        scenario: { type: 'string' },
        'lab-fault': { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    // Node says it well, in one sentence; what follows is about its own API.
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : 'it is not understood';
    throw new AppError('serve.bad-usage', { reason }, { cause: error });
  }
}

function portIn(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new AppError('serve.bad-usage', { reason: `--port takes a number from 0 to 65535, and ${text} is none` });
}

export const serveHelp: readonly string[] = [
  'Serves the console of Stillpoint on this computer alone (127.0.0.1), for a browser.',
  '',
  'It prints one line with the address. The token in it is good once; the browser that used it stays let in until',
  '12 hours after its last use. Ctrl-C ends it: what is going on is cancelled and merged first.',
  '',
  '  --dir DIR          Keep everything under DIR: lab, repository, journals, settings.',
  '  --port N           Listen on port N. Otherwise the one of last time, or any free one.',
  '  --scenario NAME    Of the lab, when there is none yet and one is made.',
  '  --lab-fault FAULT  Let something go wrong in the lab on purpose: FAULT or FAULT:VM. May be given more than once.',
  '                     `stillpoint backup --help` names the faults.',
  '  --help             This text.',
];
