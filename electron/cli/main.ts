// The command line from its words to its exit code. Owns what is printed where: a result on stdout, an error on stderr,
// or with --json one object on stdout for either.
import { appFolders } from '../platform/index.ts';
import { product } from '../console/composition.ts';
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import { parseArguments, type ParsedArguments } from './arguments/parse-arguments.ts';
import type { CommandContext, CommandOutcome, ExitCode } from './command.ts';
import { commands } from './commands/index.ts';
import { errorDataOf, exitCodeOf } from './failure.ts';
import { commandHelp, generalHelp, groupHelp } from './help.ts';
import { errorLines } from '../../shared/words/error-lines.ts';
import { withConsole } from './session.ts';
import type { Terminal } from './terminal.ts';

export interface Program {
  /** Entry of the repository's worker threads. */
  readonly workerUrl: URL;
  /** Entry of the threads that hash disk files. */
  readonly diskHashWorkerUrl: URL;
}

/** Never rejects: what goes wrong is printed, and is the exit code. */
export async function main(argv: readonly string[], terminal: Terminal, program: Program): Promise<ExitCode> {
  const words = beforeTerminator(argv);
  const output = { terminal, isJson: words.includes('--json'), isVerbose: words.includes('--verbose') };
  try {
    const outcome = await perform(parseArguments(argv, commands), terminal, program);
    printOutcome(outcome, output);
    return outcome.exitCode;
  } catch (error) {
    const data = errorDataOf(error);
    printError(data, output);
    return exitCodeOf(data);
  }
}

async function perform(parsed: ParsedArguments, terminal: Terminal, program: Program): Promise<CommandOutcome> {
  if (parsed.kind === 'version') return { exitCode: 0, json: { product }, text: [product] };
  if (parsed.kind === 'help')
    return { exitCode: 0, json: { help: helpLines(parsed.topic) }, text: helpLines(parsed.topic) };
  const { command, options, invocation } = parsed;
  const dir = options.text('dir');
  const folders = appFolders(dir, terminal.environment);
  const context: CommandContext = {
    invocation,
    arguments: parsed.arguments,
    options,
    terminal,
    folders,
    hasFolder: dir !== undefined,
    isJson: options.flag('json'),
    ...program,
    withConsole: (needs, work) =>
      withConsole({ folders, options, terminal, workerUrl: program.workerUrl }, needs, work),
  };
  return command.run(context);
}

function helpLines(topic: Extract<ParsedArguments, { kind: 'help' }>['topic']): readonly string[] {
  if (topic === undefined) return generalHelp(commands);
  return typeof topic === 'string' ? groupHelp(topic, commands) : commandHelp(topic);
}

interface Output {
  readonly terminal: Terminal;
  readonly isJson: boolean;
  readonly isVerbose: boolean;
}

function printOutcome({ exitCode, json, text }: CommandOutcome, { terminal, isJson }: Output): void {
  if (isJson) terminal.out(JSON.stringify({ ok: exitCode === 0 || exitCode === 3, ...json }));
  else for (const line of text) terminal.out(line);
}

function printError(error: AppErrorData, { terminal, isJson, isVerbose }: Output): void {
  if (isJson) terminal.out(JSON.stringify({ ok: false, error }));
  else for (const line of errorLines(error, isVerbose)) terminal.say(line);
}

function beforeTerminator(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}
