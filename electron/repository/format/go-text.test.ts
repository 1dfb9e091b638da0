import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from './format-error.ts';
import { goJsonString, goQuote, goTime, goUnquote, parseGoTime } from './go-text.ts';

describe('goJsonString', () => {
  // encoding/json of Go 1.19, as restic 0.14 is built.
  it.each([
    ['plain ü 漢 😀', '"plain ü 漢 😀"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['<a>&', '"\\u003ca\\u003e\\u0026"'],
    ['\n\r\t\b\f\v\0\x1f', '"\\n\\r\\t\\u0008\\u000c\\u000b\\u0000\\u001f"'],
    ['\x7f', '"\x7f"'],
    ['\u2028\u2029', '"\\u2028\\u2029"'],
  ])('writes %j as Go does', (text, json) => {
    expect(goJsonString(text)).toBe(json);
  });

  it('always yields JSON of the same text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => JSON.parse(goJsonString(text)) === text));
  });
});

describe('goQuote', () => {
  // strconv.Quote without the outer quotes.
  it.each([
    ['disk 0.vhdx', 'disk 0.vhdx'],
    ['a"b\\c', 'a\\"b\\\\c'],
    ["it's", "it's"],
    ['\x07\b\f\n\r\t\v', '\\a\\b\\f\\n\\r\\t\\v'],
    ['\0\x1b\x7f', '\\x00\\x1b\\x7f'],
    ['\u0080\u00a0\u00ad\u200b\ufeff', '\\u0080\\u00a0\\u00ad\\u200b\\ufeff'],
    ['ü漢😀', 'ü漢😀'],
    ['\u{e0001}', '\\U000e0001'],
    ['\ud800', '\\xed\\xa0\\x80'],
  ])('quotes %j', (name, quoted) => {
    expect(goQuote(name)).toBe(quoted);
  });

  it('is undone by goUnquote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(goUnquote(goQuote(name))).toBe(name);
      }),
    );
  });
});

describe('goUnquote', () => {
  it.each([
    ['\\101\\x42\\u0043\\U00000044', 'ABCD'],
    ['\\xc3\\xbc', 'ü'],
    ['caf\\xe9', 'caf\ufffd'],
  ])('reads %s', (quoted, name) => {
    expect(goUnquote(quoted)).toBe(name);
  });

  it.each(['a"b', '\\', '\\q', '\\x4', '\\400', '\\ud800', '\\U00110000', 'a\nb', "\\'"])('refuses %j', (quoted) => {
    expect(() => goUnquote(quoted)).toThrow(FormatError);
  });
});

describe('times', () => {
  it.each([
    [Date.UTC(2026, 10, 24, 2, 7, 43, 0), '2026-11-24T02:07:43Z'],
    [Date.UTC(2026, 10, 24, 2, 7, 40, 120), '2026-11-24T02:07:40.12Z'],
    [Date.UTC(2026, 10, 24, 2, 0, 0, 7), '2026-11-24T02:00:00.007Z'],
    [0, '1970-01-01T00:00:00Z'],
  ])('writes %d as %s and reads it back', (atMs, text) => {
    expect(goTime(atMs)).toBe(text);
    expect(parseGoTime(text)).toBe(atMs);
  });

  it('reads nanoseconds and zones', () => {
    expect(parseGoTime('2026-11-24T04:07:43.123456789+02:00')).toBe(Date.UTC(2026, 10, 24, 2, 7, 43, 123));
  });

  it.each(['', 'yesterday', '2026-11-24', '2026-13-24T00:00:00Z'])('refuses %j', (text) => {
    expect(() => parseGoTime(text)).toThrow(FormatError);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 8e15, -1e14])('cannot write %d', (atMs) => {
    expect(() => goTime(atMs)).toThrow(FormatError);
  });
});
