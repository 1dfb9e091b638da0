// Which words mean what: tables of what people type, and of what they mistype.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../shared/errors/app-error.ts';
import { commands } from '../commands/index.ts';
import { nearWords } from './near-words.ts';
import { parseArguments, type ParsedArguments } from './parse-arguments.ts';

const parse = (line: string): ParsedArguments => parseArguments(line.split(' ').filter(Boolean), commands);

function errorOf(line: string): { readonly code: string; readonly params: unknown } {
  try {
    const { kind } = parse(line);
    return { code: `no error but ${kind}`, params: {} };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { code: error.code, params: error.params };
  }
}

describe('commands', () => {
  it.each([
    ['audit', 'audit', []],
    ['backup SQL01 web01', 'backup', ['SQL01', 'web01']],
    ['--json backup --dir /x SQL01', 'backup', ['SQL01']],
    ['backup --dir=/x --consistency crash SQL01', 'backup', ['SQL01']],
    ['backup -- --odd-name', 'backup', ['--odd-name']],
    ['restore-points list', 'restore-points list', []],
    ['restore-points show abcd', 'restore-points show', ['abcd']],
    ['leftovers clean a b c', 'leftovers clean', ['a', 'b', 'c']],
    ['lab foreign-checkpoint SQL01', 'lab foreign-checkpoint', ['SQL01']],
    ['repository init /backup --password-file pw', 'repository init', ['/backup']],
  ])('%s', (line, name, args) => {
    const parsed = parse(line);
    expect(parsed.kind === 'command' && [parsed.command.name, parsed.arguments]).toEqual([name, args]);
  });

  it('have names, help and examples that parse as they stand', () => {
    for (const command of commands) {
      expect(command.summary, command.name).not.toBe('');
      expect(command.examples.length, command.name).toBeGreaterThan(0);
      for (const { line } of command.examples) {
        const parsed = parse(line.replace(/^stillpoint /, ''));
        expect(parsed.kind === 'command' && parsed.command.name, line).toBe(command.name);
      }
    }
  });

  it.each([
    ['', undefined],
    ['--help', undefined],
    ['help', undefined],
    ['help backup', 'backup'],
    ['backup --help', 'backup'],
    ['backup SQL01 --help', 'backup'],
    ['help lab', 'lab'],
    ['lab --help', 'lab'],
    ['lab create --help', 'lab create'],
  ])('help for %j', (line, topic) => {
    const parsed = parse(line);
    expect(parsed.kind).toBe('help');
    const shown = parsed.kind === 'help' ? parsed.topic : 'none';
    expect(typeof shown === 'object' ? shown.name : shown).toBe(topic);
  });

  it('show the version', () => {
    expect(parse('--version').kind).toBe('version');
  });
});

describe('what is mistyped', () => {
  it.each([
    ['bakup SQL01', 'cli.unknown-command', { command: 'bakup', near: ['"backup"'] }],
    ['restorepoints list', 'cli.unknown-command', { near: ['"restore-points"', '"restore"'] }],
    ['lab creat', 'cli.unknown-command', { command: 'lab creat', near: ['"lab create"'] }],
    ['nonsense', 'cli.unknown-command', { near: [] }],
    ['help bakup', 'cli.unknown-command', { near: ['"backup"'] }],
    [
      'lab',
      'cli.missing-argument',
      { command: 'stillpoint lab', argument: 'one of: create, status, run, foreign-checkpoint' },
    ],
    ['audit --jsn', 'cli.unknown-option', { command: 'stillpoint audit', option: '--jsn', near: ['--json'] }],
    ['audit --all', 'cli.unknown-option', { option: '--all', near: [] }],
    ['backup --mod on-host SQL01', 'cli.unknown-option', { near: ['--mode'] }],
    ['audit -j', 'cli.unknown-option', { option: '-j' }],
    ['audit --__proto__', 'cli.unknown-option', { option: '--__proto__' }],
    ['--frobnicate', 'cli.unknown-option', { command: 'stillpoint' }],
    ['backup SQL01 --password secret', 'cli.password-argument', { option: '--password' }],
    ['backup SQL01 --password=secret', 'cli.password-argument', { option: '--password' }],
    ['backup SQL01 --Pass x', 'cli.password-argument', { option: '--Pass' }],
    ['audit --dir', 'cli.bad-option-value', { option: '--dir' }],
    ['audit --dir --json', 'cli.bad-option-value', { option: '--dir' }],
    ['audit --dir= --json', 'cli.bad-option-value', { option: '--dir' }],
    ['audit --json=yes', 'cli.bad-option-value', { option: '--json' }],
    ['audit --dir a --dir b', 'cli.bad-option-value', { option: '--dir', value: 'b' }],
    ['audit SQL01', 'cli.too-many-arguments', { argument: 'SQL01' }],
    ['restore', 'cli.missing-argument', { argument: 'ID' }],
    ['restore-points show a b', 'cli.too-many-arguments', { argument: 'b' }],
  ])('%s', (line, code, params) => {
    expect(errorOf(line)).toMatchObject({ code, params });
  });

  it('never lets a password into an error', () => {
    expect(JSON.stringify(errorOf('backup SQL01 --password=hunter2'))).not.toContain('hunter2');
  });

  it('is an error of ours, whatever was typed', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('backup', '--dir', '--json', '--', '-x', 'lab', 'help', '='));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
        try {
          parseArguments(argv, commands);
        } catch (error) {
          expect(isAppError(error) && error.code).toMatch(/^cli\./);
        }
      }),
    );
  });
});

describe('option values', () => {
  const optionsOf = (line: string) => parse(line).options;

  it('are read in the form that is needed', () => {
    expect(optionsOf('lab create --seed 7').count('seed')).toBe(7);
    expect(optionsOf('lab create').count('seed')).toBeUndefined();
    expect(optionsOf('backup A --mode On-Host').choice('mode', ['on-host', 'off-host'])).toBe('on-host');
    expect(optionsOf('restore x --disk a --disk b').texts('disk')).toEqual(['a', 'b']);
    expect(optionsOf('audit --json').flag('json')).toBe(true);
    expect(optionsOf('audit').flag('json')).toBe(false);
  });

  it.each(['0', '-1', '1.5', 'x', '1e3', '9999999999'])('%s is no count', (text) => {
    expect(() => optionsOf(`lab create --seed=${text}`).count('seed')).toThrow(/cli\.bad-option-value/);
  });

  it('name the words that are possible', () => {
    expect(() => optionsOf('backup A --mode fast').choice('mode', ['on-host', 'off-host'])).toThrow(
      expect.objectContaining({
        params: expect.objectContaining({ reason: 'It takes one of: on-host, off-host' }) as unknown,
      }),
    );
  });
});

describe('near words', () => {
  it.each([
    ['SQl1', ['SQL01', 'WEB01'], ['SQL01']],
    ['sql', ['SQL01', 'SQL02', 'WEB01'], ['SQL01', 'SQL02']],
    ['adn', ['and', 'zzz'], ['and']],
    ['', ['a', 'bb'], ['a']],
    ['something else', ['a'], []],
  ])('%j among %j', (word, known, near) => {
    expect(nearWords(word, known)).toEqual(near);
  });

  it('find a word with one letter too many, too few or changed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,12}$/), fc.nat(11), (word, at) => {
        const place = at % word.length;
        const cut = word.slice(0, place) + word.slice(place + 1);
        expect(nearWords(cut, ['0123456789', word])).toEqual([word]);
      }),
    );
  });
});
