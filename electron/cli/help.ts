// Help that teaches: what the program is for, what a command does, examples that can be typed as they are.
import type { Command, OptionSpecs } from './command.ts';
import { globalOptions } from './arguments/global-options.ts';

export function generalHelp(commands: readonly Command[]): readonly string[] {
  return [
    'Stillpoint backs up Hyper-V virtual machines while they run, and proves the restore points.',
    '',
    'Usage: stillpoint COMMAND [ARGUMENTS] [OPTIONS]',
    '',
    'To see all of it in under a minute, without touching a host:',
    '',
    '  stillpoint demo',
    '',
    'Step by step, in the lab (a simulated Hyper-V site over real virtual disks):',
    '',
    '  stillpoint lab create                                  make the lab',
    '  stillpoint audit                                       can its VMs be backed up online?',
    '  stillpoint repository init --new-password-file pw.txt  make a place for restore points',
    '  stillpoint backup SQL01                                back up a running VM',
    '  stillpoint restore-points list                         what there is now',
    '',
    'Commands:',
    ...columns(commands.map((command) => [command.name, command.summary])),
    '',
    'Options of every command:',
    ...optionLines(globalOptions),
    '',
    'Exit codes: 0 done, 1 failed, 2 bad usage, 3 done with warnings.',
    '`stillpoint COMMAND --help` tells more about one command.',
  ];
}

export function groupHelp(group: string, commands: readonly Command[]): readonly string[] {
  const members = commands.filter((command) => command.name.startsWith(`${group} `));
  return [
    `Usage: stillpoint ${group} COMMAND`,
    '',
    'Commands:',
    ...columns(members.map((command) => [command.name, command.summary])),
    '',
    `\`stillpoint ${group} COMMAND --help\` tells more about one of them.`,
  ];
}

export function commandHelp(command: Command): readonly string[] {
  const { name, summary, details, argument, options, examples } = command;
  const words = ['stillpoint', name, ...(argument === undefined ? [] : [argumentWord(argument)]), '[OPTIONS]'];
  const own = Object.keys(options).length > 0 ? ['', 'Options:', ...optionLines(options)] : [];
  return [
    summary,
    '',
    `Usage: ${words.join(' ')}`,
    ...(details.length > 0 ? ['', ...details] : []),
    ...own,
    '',
    'Options of every command:',
    ...optionLines(globalOptions),
    '',
    'Examples:',
    ...examples.flatMap(({ line, what }) => [`  ${line}`, `      ${what}`]),
  ];
}

function argumentWord({ name, least, most }: NonNullable<Command['argument']>): string {
  const word = most > 1 ? `${name}...` : name;
  return least === 0 ? `[${word}]` : word;
}

function optionLines(options: OptionSpecs): readonly string[] {
  return columns(
    Object.entries(options).map(([name, { value, help }]) => [
      value === undefined ? `--${name}` : `--${name} ${value}`,
      help,
    ]),
  );
}

/** Long left words get a line of their own; long right ones are broken. */
function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.min(30, Math.max(...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    const [first = '', ...more] = wrap(right, 76 - width);
    const indent = ' '.repeat(width + 4);
    const lines = more.map((line) => `${indent}${line}`);
    return left.length > width
      ? [`  ${left}`, `${indent}${first}`, ...lines]
      : [`  ${left.padEnd(width)}  ${first}`, ...lines];
  });
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
