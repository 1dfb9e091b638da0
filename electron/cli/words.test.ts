// Figures in words, tables, VMs by name, errors as an admin reads them, help that can be typed.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import { inventoryOf } from '../readiness/testing/inventories.ts';
import { commands } from './commands/index.ts';
import { errorDataOf, exitCodeOf, valueOf } from './failure.ts';
import { findVm } from './find-vms.ts';
import { formatBytes, formatSeconds, plural, table } from '../../shared/words/format.ts';
import { commandHelp, generalHelp, groupHelp } from './help.ts';
import { errorLines } from '../../shared/words/error-lines.ts';
import { printable } from '../../shared/words/printable.ts';

describe('figures', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1024, '1.0 KB'],
    [1_048_576, '1.0 MB'],
    [104_857_600, '100 MB'],
    [1_073_741_823, '1.0 GB'],
    [3 * 1024 ** 3, '3.0 GB'],
    [2 ** 50, '1.0 PB'],
  ])('%d bytes', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, '0.0 s'],
    [-5, '0.0 s'],
    [1234, '1.2 s'],
    [99_900, '99.9 s'],
    [112_000, '1 min 52 s'],
    [7_260_000, '2 h 1 min'],
  ])('%d ms', (ms, text) => {
    expect(formatSeconds(ms)).toBe(text);
  });

  it('count nouns and line up columns', () => {
    expect([0, 1, 2].map((n) => plural(n, 'VM'))).toEqual(['0 VMs', '1 VM', '2 VMs']);
    expect(table(['A', 'LONG'], [['xyz', '1']])).toEqual(['A    LONG', 'xyz  1']);
  });
});

describe('VMs by name', () => {
  const inventory = inventoryOf({
    hosts: [
      {
        name: 'HV01',
        build: 20_348,
        vms: ['SQL01', 'sql01', 'Web01', 'Twin', 'Twin'].map((name) => ({ name, version: '9.0' })),
      },
    ],
  });
  const [first] = inventory.hosts[0]!.vms;

  it.each([
    ['SQL01', 'SQL01'],
    ['sql01', 'sql01'],
    ['WEB01', 'Web01'],
  ])('%s is %s: exact before any case', (typed, name) => {
    expect(findVm(inventory, typed).name).toBe(name);
  });

  it('an id, in any case and with braces, as Hyper-V prints it', () => {
    expect(findVm(inventory, `{${first!.id.toUpperCase()}}`)).toBe(first);
  });

  it('an unknown one gets near names, one that is not unique gets ids', () => {
    expect(() => findVm(inventory, 'SQL1')).toThrow(
      expect.objectContaining({
        code: 'cli.vm-unknown',
        params: { vm: 'SQL1', site: 'SHOP', near: ['SQL01', 'sql01'] },
      }),
    );
    expect(() => findVm(inventory, 'Twin')).toThrow(expect.objectContaining({ code: 'hyperv.vm-ambiguous' }));
    expect(() => findVm(inventory, 'Sql01')).toThrow(expect.objectContaining({ code: 'hyperv.vm-ambiguous' }));
  });
});

describe('errors', () => {
  const error = new AppError('console.no-repository', {}, { cause: new Error('underneath') }).toData();

  it('say what, why and what to do; technical details only when asked for', () => {
    expect(errorLines(error, false)).toEqual([
      'Error: No repository has been chosen',
      '  Restore points need a place to be kept. Nothing was done.',
      '  What to do: Make a new one or open an existing one; on the command line with `stillpoint repository init`.',
    ]);
    expect(errorLines(error, true).join('\n')).toMatch(
      /Technical details:\n {4}console\.no-repository \(user\)\n.*underneath/s,
    );
  });

  it('that came as data stay what they are', () => {
    expect(valueOf({ ok: true, value: 5 })).toBe(5);
    let caught: unknown;
    try {
      valueOf({ ok: false, error });
    } catch (thrown) {
      caught = thrown;
    }
    expect(errorDataOf(caught)).toEqual(error);
    expect(exitCodeOf(error)).toBe(1);
    expect(exitCodeOf(new AppError('cli.missing-argument', { command: 'x', argument: 'y' }).toData())).toBe(2);
  });
});

describe('names from outside', () => {
  it('cannot command the terminal', () => {
    expect(printable('a\u001b[2Jb\u009b1mc\u0007\u202ed\r')).toBe('a\uFFFD[2Jb\uFFFD1mc\uFFFD\uFFFDd\uFFFD');
    expect(printable('Größe\tund\nZeile 日本')).toBe('Größe\tund\nZeile 日本');
  });
});

describe('help', () => {
  it('names every command, and fits a terminal of 80 columns but for long examples', () => {
    const general = generalHelp(commands).join('\n');
    for (const { name } of commands) expect(general).toContain(`  ${name}`);
    for (const command of commands) {
      const lines = commandHelp(command);
      expect(lines.join('\n')).toContain(`Usage: stillpoint ${command.name}`);
      for (const option of Object.keys(command.options)) expect(lines.join('\n')).toContain(`--${option}`);
    }
    expect(groupHelp('lab', commands).join('\n')).toContain('lab create');
  });
});
