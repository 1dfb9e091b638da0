import { describe, expect, test } from 'vitest';
import { decodeParentLocator, encodeParentLocator, findLinkage, linksTo } from './parent-locator.ts';
import { UnknownFeature, Violation } from './violation.ts';

const linkage = 'f88d4d92-6fcc-408d-9bef-9b7c89f15c89';
const zero = '00000000-0000-0000-0000-000000000000';
const typeHex = 'b7ef4ab09ed1814ab78925b8e9445913';

/** A locator built by hand, so that encoder and decoder are not judged by each other. */
function locator(pairs: readonly (readonly [string, string])[], change?: (bytes: Buffer) => void): Buffer {
  const head = Buffer.alloc(20 + pairs.length * 12);
  Buffer.from(typeHex, 'hex').copy(head);
  head.writeUInt16LE(pairs.length, 18);
  const texts: Buffer[] = [];
  let position = head.length;
  pairs.forEach((pair, index) => {
    pair.forEach((text, part) => {
      const bytes = Buffer.from(text, 'utf16le');
      head.writeUInt32LE(position, 20 + index * 12 + part * 4);
      head.writeUInt16LE(bytes.length, 20 + index * 12 + 8 + part * 2);
      texts.push(bytes);
      position += bytes.length;
    });
  });
  const all = Buffer.concat([head, ...texts]);
  change?.(all);
  return all;
}

const good = [
  ['parent_linkage', `{${linkage}}`],
  ['relative_path', '.\\base.vhdx'],
] as const;

describe('decoding', () => {
  test('takes the five keys, whatever the case of a GUID, and others as they come', () => {
    const pairs = [
      ['parent_linkage', `{${linkage.toUpperCase()}}`],
      ['parent_linkage2', `{${zero}}`],
      ['volume_path', '\\\\?\\Volume{5e0bd954-71b2-4bff-a928-082af7ab0f8f}\\b.vhdx'],
      ['absolute_win32_path', 'C:\\b.vhdx'],
      ['something_new', 'x'],
    ] as const;
    expect(decodeParentLocator(locator(pairs))).toEqual({
      parentLinkage: linkage,
      parentLinkage2: zero,
      volumePath: '\\\\?\\Volume{5e0bd954-71b2-4bff-a928-082af7ab0f8f}\\b.vhdx',
      absoluteWin32Path: 'C:\\b.vhdx',
    });
  });

  test.each<[string, Buffer]>([
    ['no bytes', Buffer.alloc(0)],
    ['19 bytes', locator(good).subarray(0, 19)],
    ['65535 entries', locator(good, (bytes) => bytes.writeUInt16LE(65535, 18))],
    ['entries beyond its end', locator(good, (bytes) => bytes.writeUInt16LE(30, 18))],
    ['a key outside', locator(good, (bytes) => bytes.writeUInt32LE(0xfffffff0, 20))],
    ['a key at zero', locator(good, (bytes) => bytes.writeUInt32LE(0, 20))],
    ['a value that ends outside', locator(good, (bytes) => bytes.writeUInt16LE(60000, 20 + 12 + 10))],
    ['an odd length', locator(good, (bytes) => bytes.writeUInt16LE(21, 20 + 12 + 10))],
    ['a length of zero', locator(good, (bytes) => bytes.writeUInt16LE(0, 20 + 12 + 10))],
    ['a NUL in a path', locator([good[0], ['relative_path', '.\\a\0b']])],
    ['the same key twice', locator([good[0], good[1], good[1]])],
    ['no linkage', locator([good[1]])],
    ['a linkage that is no GUID', locator([['parent_linkage', '{x}'], good[1]])],
    ['a second linkage that is no GUID', locator([...good, ['parent_linkage2', '1']])],
    ['no path', locator([good[0]])],
    ['a key in another case only', locator([['Parent_Linkage', `{${linkage}}`], good[1]])],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeParentLocator(bytes)).toThrow(Violation);
  });

  test('refuses another type of locator as a feature it does not know', () => {
    const other = locator(good, (bytes) => bytes.writeUInt8(1, 0));
    expect(() => decodeParentLocator(other)).toThrow(UnknownFeature);
  });
});

test('what we encode is what was meant, with a second linkage that can be set in place', () => {
  const bytes = encodeParentLocator({
    parentLinkage: linkage,
    relativePath: '.\\ä.vhdx',
    absoluteWin32Path: 'C:\\ä.vhdx',
  });
  expect(decodeParentLocator(bytes)).toEqual({
    parentLinkage: linkage,
    parentLinkage2: zero,
    relativePath: '.\\ä.vhdx',
    absoluteWin32Path: 'C:\\ä.vhdx',
  });
  const place = findLinkage(bytes, 'parent_linkage2') ?? 0;
  expect(Buffer.from(bytes).toString('utf16le', place, place + 76)).toBe(`{${zero}}`);
  expect(findLinkage(locator(good), 'parent_linkage2')).toBeUndefined();
});

test('a parent is right by either linkage, and never by a zero one', () => {
  const other = '11111111-2222-4333-8444-555555555555';
  const both = { parentLinkage: linkage, parentLinkage2: other, relativePath: 'x' };
  expect(linksTo(both, linkage)).toBe(true);
  expect(linksTo(both, other)).toBe(true);
  expect(linksTo(both, '99999999-2222-4333-8444-555555555555')).toBe(false);
  expect(linksTo({ parentLinkage: zero, parentLinkage2: zero, relativePath: 'x' }, zero)).toBe(false);
});
