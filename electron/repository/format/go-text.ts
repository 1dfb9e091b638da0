// Strings and times exactly as Go's encoding/json and strconv write them: a tree's id is the hash of this text, so
// that the same folder has the same id whoever wrote it.
import { FormatError } from './format-error.ts';

const jsonEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A JSON string with Go's escapes: `<`, `>`, `&`, U+2028 and U+2029 too, `\b` and `\f` in the long form (Go before 1.22). */
export function goJsonString(text: string): string {
  const escaped = text
    .toWellFormed()
    .replace(/[\u0000-\u001f"\\<>&\u2028\u2029]/g, (c) => jsonEscapes[c] ?? `\\u${hex(c.charCodeAt(0), 4)}`);
  return `"${escaped}"`;
}

/** RFC 3339 in UTC; Go writes no trailing zeros in the fraction. */
export function goTime(atMs: number): string {
  const date = new Date(atMs);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 0 || year > 9999) throw new FormatError(`${atMs} is no time that can be stored`);
  return date.toISOString().replace(/\.?0*Z$/, 'Z');
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** Milliseconds; restic's nanoseconds are cut off. */
export function parseGoTime(text: string): number {
  const atMs = rfc3339.test(text) ? Date.parse(text.replace(/(\.\d{3})\d+/, '$1')) : Number.NaN;
  if (Number.isNaN(atMs)) throw new FormatError('a time is not in RFC 3339 form');
  return atMs;
}

const quoteEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** Go's strconv.Quote without the outer quotes, as restic stores names. A lone surrogate becomes its three bytes. */
export function goQuote(name: string): string {
  let quoted = '';
  for (const char of name) quoted += quoteEscapes[char] ?? (isPrintable(char) ? char : escapeRune(char));
  return quoted;
}

/** unicode.IsPrint: letters, marks, numbers, punctuation, symbols, and of the spaces only U+0020. */
function isPrintable(char: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char);
}

function escapeRune(char: string): string {
  const rune = char.codePointAt(0) ?? 0;
  if (rune < 0x20 || rune === 0x7f) return `\\x${hex(rune, 2)}`;
  if (rune >= 0xd800 && rune <= 0xdfff) return surrogateBytes(rune);
  return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`;
}

function surrogateBytes(unit: number): string {
  return [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]
    .map((b) => `\\x${hex(b, 2)}`)
    .join('');
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

const unquoteEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
};
const token = /([^"\\\n]+)|\\(?:([abfnrtv"\\])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;

/** Go's strconv.Unquote. Bytes that are no UTF-8 (names of other systems) show as U+FFFD. */
export function goUnquote(quoted: string): string {
  if (!/["\\\n]/.test(quoted)) return quoted;
  const parts: Uint8Array[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < quoted.length) {
    const match = token.exec(quoted);
    if (match === null) throw new FormatError('a name is not quoted as Go does');
    parts.push(unquotedBytes(match));
  }
  return Buffer.concat(parts).toString('utf8');
}

function unquotedBytes([, plain, short, byte, octal, rune4, rune8]: RegExpExecArray): Uint8Array {
  if (plain !== undefined) return Buffer.from(plain);
  if (short !== undefined) return Buffer.from(unquoteEscapes[short] ?? '');
  if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
  if (octal !== undefined) return Uint8Array.of(checked(Number.parseInt(octal, 8), 0xff));
  return Buffer.from(String.fromCodePoint(checked(Number.parseInt(rune4 ?? rune8 ?? '', 16), 0x10ffff)));
}

function checked(value: number, most: number): number {
  if (value > most || (value >= 0xd800 && value <= 0xdfff)) throw new FormatError('a name has an impossible character');
  return value;
}
