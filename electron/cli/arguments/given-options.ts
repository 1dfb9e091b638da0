// The options of one call, asked for by name and in the form that is needed.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { GivenOptions } from '../command.ts';

export type OptionValues = ReadonlyMap<string, readonly string[]>;

export function givenOptions(invocation: string, values: OptionValues): GivenOptions {
  const text = (name: string): string | undefined => values.get(name)?.at(-1);
  const bad = (name: string, reason: string): AppError =>
    new AppError('cli.bad-option-value', { command: invocation, option: `--${name}`, value: text(name) ?? '', reason });
  return {
    text,
    texts: (name) => values.get(name) ?? [],
    flag: (name) => values.has(name),
    count: (name) => {
      const given = text(name);
      if (given === undefined) return undefined;
      const count = /^\d{1,9}$/.test(given) ? Number(given) : 0;
      if (count < 1) throw bad(name, 'It takes a whole number above zero');
      return count;
    },
    choice: (name, words) => {
      const given = text(name);
      if (given === undefined) return undefined;
      const word = words.find((candidate) => candidate === given.toLowerCase());
      if (word === undefined) throw bad(name, `It takes one of: ${words.join(', ')}`);
      return word;
    },
  };
}
