import { describe, expect, it } from 'vitest';
import { FormatError } from './format-error.ts';
import { idOf } from './id.ts';
import { decodeIndex, encodeIndex, flattenPacks } from './index-codec.ts';

const id = (name: string): string => idOf(Buffer.from(name));
const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const blob = { id: id('b'), type: 'data', offset: 0, length: 64 };
const withBlob = (changes: object): Uint8Array =>
  bytesOf({ packs: [{ id: id('p'), blobs: [{ ...blob, ...changes }] }] });

describe('index files', () => {
  it('are written as restic writes them, and read back', () => {
    const packs = [
      { id: id('p1'), blobs: [{ id: id('a'), kind: 'data', offset: 0, sealedBytes: 70, uncompressedBytes: 1000 }] },
      { id: id('p2'), blobs: [{ id: id('t'), kind: 'tree', offset: 9, sealedBytes: 80, uncompressedBytes: 0 }] },
    ] as const;
    const flat = flattenPacks(packs);
    const json = encodeIndex(flat);
    expect(json).toBe(
      `{"packs":[{"id":"${id('p1')}","blobs":[{"id":"${id('a')}","type":"data","offset":0,"length":70,"uncompressed_length":1000}]},` +
        `{"id":"${id('p2')}","blobs":[{"id":"${id('t')}","type":"tree","offset":9,"length":80}]}]}`,
    );
    expect(decodeIndex(Buffer.from(json))).toEqual(flat);
  });

  it.each([
    ['no packs', bytesOf({})],
    ['the list form of version 0', bytesOf([])],
    ['no JSON', Buffer.from('{"packs":[')],
    ['an id that is none', withBlob({ id: 'zz' })],
    ['an upper-case id', withBlob({ id: blob.id.toUpperCase() })],
    ['an unknown type', withBlob({ type: 'code' })],
    ['a negative offset', withBlob({ offset: -1 })],
    ['a fractional offset', withBlob({ offset: 0.5 })],
    ['an offset beyond 32 bits', withBlob({ offset: 2 ** 32 })],
    ['an end beyond 32 bits', withBlob({ offset: 2 ** 32 - 10 })],
    ['a length below the overhead', withBlob({ length: 31 })],
    ['a huge length', withBlob({ length: 2 ** 31 })],
    ['a huge uncompressed length', withBlob({ uncompressed_length: 2 ** 31 })],
    ['a number as text', withBlob({ length: '64' })],
  ])('are refused with %s', (_what, bytes) => {
    expect(() => decodeIndex(bytes)).toThrow(FormatError);
  });
});
