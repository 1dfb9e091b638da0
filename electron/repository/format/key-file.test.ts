import { describe, expect, it } from 'vitest';
import { testDeps, startMs } from '../testing/repository-fixture.ts';
import { FormatError } from './format-error.ts';
import { decodeKeyFile, encodeKeyFile, openKeyFile } from './key-file.ts';
import { randomSealingKey } from './sealing.ts';

const { host } = testDeps();

describe('key files', () => {
  it('give the master key to the password alone', async () => {
    const master = randomSealingKey();
    const file = decodeKeyFile(await encodeKeyFile(master, 'pässword', host, startMs));
    expect(Buffer.from((await openKeyFile(file, 'pässword'))!).equals(master)).toBe(true);
    expect(await openKeyFile(file, 'passwörd')).toBeUndefined();
  });

  const valid = { created: '2026-11-24T02:07:43Z', kdf: 'scrypt', N: 32_768, r: 8, p: 5, salt: 'AA==', data: 'AA==' };
  it.each([
    ['a memory bomb', { N: 2 ** 24 }],
    ['a memory bomb by r', { r: 2 ** 20 }],
    ['hours of work', { p: 2 ** 20 }],
    ['work beyond the bound', { p: 4000 }],
    ['N that is no power of two', { N: 30_000 }],
    ['N of one', { N: 1 }],
    ['a negative p', { p: -1 }],
    ['a fraction', { r: 7.5 }],
    ['another function', { kdf: 'argon2' }],
    ['salt that is no base64', { salt: '***' }],
    ['no data', { data: undefined }],
  ])('are refused with %s', (_what, changes) => {
    expect(() => decodeKeyFile(Buffer.from(JSON.stringify({ ...valid, ...changes })))).toThrow(FormatError);
  });

  it('with data too short for anything open with no password', async () => {
    const file = decodeKeyFile(Buffer.from(JSON.stringify({ ...valid, N: 2, p: 1 })));
    expect(await openKeyFile(file, 'any')).toBeUndefined();
  });
});
