// From the words that were typed to a command with its arguments and options, or to an error that says what was meant.
// Pure: knows which words there are, not what they do.
import { parseArgs } from 'node:util';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Command, GivenOptions, OptionSpec, OptionSpecs } from '../command.ts';
import { globalOptions } from './global-options.ts';
import { nearWords } from './near-words.ts';
import { givenOptions, type OptionValues } from './given-options.ts';

const program = 'stillpoint';

export type ParsedArguments =
  | { readonly kind: 'help'; readonly topic: Command | string | undefined; readonly options: GivenOptions }
  | { readonly kind: 'version'; readonly options: GivenOptions }
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly invocation: string;
      readonly arguments: readonly string[];
      readonly options: GivenOptions;
    };

type Token = NonNullable<ReturnType<typeof tokenize>['tokens']>[number];

/** @throws AppError `cli.*` */
export function parseArguments(argv: readonly string[], commands: readonly Command[]): ParsedArguments {
  const { tokens } = tokenize(argv, commands);
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const [first, ...others] = words;
  const isHelp = first === 'help' || hasFlag(tokens, 'help');
  const spoken = first === 'help' ? others : words;
  const { command, rest } = findCommand(spoken, commands);
  const invocation = command === undefined ? program : `${program} ${command.name}`;
  const options = readOptions(tokens, invocation, { ...globalOptions, ...command?.options });
  if (isHelp || (words.length === 0 && !hasFlag(tokens, 'version'))) {
    return { kind: 'help', topic: command ?? helpTopic(spoken, commands), options };
  }
  if (command === undefined && hasFlag(tokens, 'version')) return { kind: 'version', options };
  if (command === undefined) throw unknownCommand(spoken, commands);
  checkArgumentCount(command, invocation, rest);
  return { kind: 'command', command, invocation, arguments: rest, options };
}

function tokenize(argv: readonly string[], commands: readonly Command[]) {
  // All options of all commands, so that a value is told from an argument wherever the command's name stands.
  const specs: OptionSpecs = Object.assign(
    {},
    globalOptions,
    ...commands.map((command) => command.options),
  ) as OptionSpecs;
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type }]) => [name, { type, multiple: true }] as const),
  );
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
}

function hasFlag(tokens: readonly Token[], name: string): boolean {
  return tokens.some((token) => token.kind === 'option' && token.name === name);
}

/** The longest name that the words begin with. */
function findCommand(
  words: readonly string[],
  commands: readonly Command[],
): { readonly command: Command | undefined; readonly rest: readonly string[] } {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const command = words.length < length ? undefined : commands.find((candidate) => candidate.name === name);
    if (command !== undefined) return { command, rest: words.slice(length) };
  }
  return { command: undefined, rest: words };
}

function helpTopic(words: readonly string[], commands: readonly Command[]): string | undefined {
  const [group] = words;
  if (group === undefined) return undefined;
  if (commands.some((command) => command.name.startsWith(`${group} `))) return group;
  throw unknownCommand(words, commands);
}

function unknownCommand(words: readonly string[], commands: readonly Command[]): AppError {
  const [group = '', word] = words;
  const inGroup = commands.filter((command) => command.name.startsWith(`${group} `)).map((command) => command.name);
  if (inGroup.length > 0) {
    const names = inGroup.map((name) => name.slice(group.length + 1));
    if (word === undefined) {
      return new AppError('cli.missing-argument', {
        command: `${program} ${group}`,
        argument: `one of: ${names.join(', ')}`,
      });
    }
    const near = nearWords(word, names).map((name) => `"${group} ${name}"`);
    return new AppError('cli.unknown-command', { command: `${group} ${word}`, near });
  }
  const known = [...new Set(commands.flatMap(({ name }) => [name, name.split(' ')[0] ?? name]))];
  return new AppError('cli.unknown-command', { command: group, near: nearWords(group, known).map(quote) });
}

function readOptions(tokens: readonly Token[], invocation: string, specs: OptionSpecs): GivenOptions {
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const spec = Object.hasOwn(specs, name) && rawName.startsWith('--') ? specs[name] : undefined;
    if (spec === undefined) throw unknownOption(rawName, invocation, specs);
    checkValue(spec, { option: rawName, value, isInline: inlineValue === true, invocation });
    const known = values.get(name) ?? [];
    if (known.length > 0 && spec.isRepeatable !== true) {
      const reason = 'It is given more than once';
      throw new AppError('cli.bad-option-value', { command: invocation, option: rawName, value: value ?? '', reason });
    }
    values.set(name, [...known, value ?? '']);
  }
  return givenOptions(invocation, values satisfies OptionValues);
}

function checkValue(
  { type, value: valueName }: OptionSpec,
  given: { readonly option: string; readonly value: string | undefined; isInline: boolean; invocation: string },
): void {
  const { option, value, isInline, invocation } = given;
  const fail = (reason: string): never => {
    throw new AppError('cli.bad-option-value', { command: invocation, option, value: value ?? '', reason });
  };
  if (type === 'boolean' && value !== undefined) fail('It takes no value');
  const isMissing = value === undefined || value === '' || (!isInline && value.startsWith('-'));
  if (type === 'string' && isMissing) fail(`It needs a value (${valueName ?? 'VALUE'}) behind it`);
}

function unknownOption(rawName: string, invocation: string, specs: OptionSpecs): AppError {
  if (/^--?(pass|password|pwd|pw)$/i.test(rawName)) return new AppError('cli.password-argument', { option: rawName });
  const known = Object.keys(specs).map((name) => `--${name}`);
  return new AppError('cli.unknown-option', { command: invocation, option: rawName, near: nearWords(rawName, known) });
}

function checkArgumentCount({ argument }: Command, invocation: string, given: readonly string[]): void {
  const { least = 0, most = 0, name = '' } = argument ?? {};
  if (given.length < least) throw new AppError('cli.missing-argument', { command: invocation, argument: name });
  const extra = given[most];
  if (extra !== undefined) throw new AppError('cli.too-many-arguments', { command: invocation, argument: extra });
}

function quote(text: string): string {
  return `"${text}"`;
}
