import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toRestorePointId } from '../../../shared/model/ids.ts';
import { quoteForPowerShell, quoteForSh, resticCommandFor } from './restic-command.ts';

const restorePoint = { id: toRestorePointId('ab'.repeat(32)), folder: '/Büro SQL' };

describe('resticCommandFor', () => {
  it('is what an admin would type', () => {
    const command = resticCommandFor({ location: '/srv/backup', restorePoint, folder: '/tmp/out' });
    expect(command.sh).toBe(
      `restic -r /srv/backup restore ${restorePoint.id} --target /tmp/out --include '/Büro SQL/disks'`,
    );
    expect(command.powershell).toBe(command.sh);
  });

  it('quotes for each shell', () => {
    const command = resticCommandFor({
      location: "D:\\Bob's backup\\",
      restorePoint: { ...restorePoint, folder: '/it\u2019s' },
      folder: '$HOME',
    });
    expect(command.sh).toContain(String.raw`-r 'D:\Bob'\''s backup\' restore`);
    expect(command.sh).toContain("--target '$HOME' --include '/it\u2019s/disks'");
    expect(command.powershell).toContain(String.raw`-r 'D:\Bob''s backup\\' restore`);
    expect(command.powershell).toContain("--target '$HOME' --include '/it\u2019\u2019s/disks'");
  });
});

it('a real sh gives back any word that was quoted for it', () => {
  const word = fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.replaceAll('\0', '').toWellFormed());
  const words = fc.sample(word, 200);
  const script = words.map((text) => `printf '%s\\0' ${quoteForSh(text)}`).join('\n');
  const output = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
  expect(output.split('\0').slice(0, -1)).toEqual(words);
});

it('PowerShell gets one word: every quote inside is doubled, also the typographic ones', () => {
  const word = fc.string({
    unit: fc.constantFrom("'", '\u2018', '\u2019', '\u201a', '\u201b', 'a', ' ', '$', '`', '\\'),
  });
  fc.assert(
    fc.property(word, (text) => {
      const quoted = quoteForPowerShell(text);
      if (quoted === text) {
        expect(text).toMatch(/^[A-Za-z0-9_./=-]+$/);
        return;
      }
      expect(quoted.at(0)).toBe("'");
      expect(quoted.at(-1)).toBe("'");
      // Between the outer quotes each quote character stands before its double.
      const inside = quoted.slice(1, -1);
      expect(inside.replaceAll(/(['\u2018\u2019\u201a\u201b])\1/g, '')).not.toMatch(/['\u2018\u2019\u201a\u201b]/);
    }),
  );
});
