import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinctSafeNames, safeName } from './safe-name.ts';

describe('safeName', () => {
  it.for([
    ['SQL01', 'SQL01'],
    ['Büro – Kasse 3', 'Büro – Kasse 3'],
    ['日本語 VM', '日本語 VM'],
    ['🦊 fox', '🦊 fox'],
    ['e\u0301', '\u00e9'],
    ['', '_'],
    ['.', '_'],
    ['..', '_'],
    ['...', '_'],
    ['   ', '_'],
    ['a/b', 'a_b'],
    ['..\\..\\Windows', '_._.._Windows'],
    ['/etc/passwd', '_etc_passwd'],
    ['C:\\x', 'C__x'],
    ['a\0b\nc\u001b[31m', 'a_b_c__31m'],
    ['rtl\u202egpj.exe', 'rtl_gpj.exe'],
    ['zero\u200bwidth', 'zero_width'],
    ['\ud800 lone', '_ lone'.replace('_', '\ufffd')],
    ['name.', 'name'],
    ['name. . ', 'name'],
    ['.hidden', '_hidden'],
    ['-rf', '_rf'],
    ['CON', '_CON'],
    ['con.txt', '_con.txt'],
    ['COM1', '_COM1'],
    ['COM¹', '_COM¹'],
    ['COM10', 'COM10'],
    ['console', 'console'],
    ['what*is?this[1]', 'what_is_this_1_'],
    ['"quoted" <a|b>', '_quoted_ _a_b_'],
  ] as const)('%j becomes %j', ([name, expected]) => {
    expect(safeName(name)).toBe(expected);
  });

  it('is always one step of a path that every system can make, and stays what it is when it is safe', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const safe = safeName(name);
        expect(safe).not.toBe('');
        expect(safe).not.toMatch(/^[.-]|[. ]$|[/\\:*?"<>|[\]\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(121);
        expect(safeName(safe)).toBe(safe);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not work for long on a long name', () => {
    expect(Buffer.byteLength(safeName('é'.repeat(1_000_000)))).toBeLessThanOrEqual(121);
  });
});

it('gives names that would be one file on Windows a file each', () => {
  const names = distinctSafeNames(['a.vmcx', 'A.vmcx', 'a/b', 'a\\b', 'a.vmcx', 'x', 'X']);
  expect(names).toEqual(['a.vmcx', 'A-2.vmcx', 'a_b', 'a_b-2', 'a-3.vmcx', 'x', 'X-2']);
});
