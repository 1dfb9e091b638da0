import { describe, expect, it } from 'vitest';
import { FormatError } from './format-error.ts';
import { idOf } from './id.ts';
import {
  decodePackHeader,
  encodePackTail,
  headerBytesOf,
  packTailBytes,
  plainBytesOf,
  type PackedBlob,
} from './pack-header.ts';
import { randomSealingKey, seal } from './sealing.ts';

const key = randomSealingKey();
const blobs: readonly PackedBlob[] = [
  { id: idOf(Buffer.from('a')), kind: 'data', offset: 0, sealedBytes: 100, uncompressedBytes: 0 },
  { id: idOf(Buffer.from('b')), kind: 'data', offset: 100, sealedBytes: 50, uncompressedBytes: 4096 },
  { id: idOf(Buffer.from('c')), kind: 'tree', offset: 150, sealedBytes: 33, uncompressedBytes: 0 },
  { id: idOf(Buffer.from('d')), kind: 'tree', offset: 183, sealedBytes: 77, uncompressedBytes: 900 },
];
const bodyBytes = 260;
const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

describe('pack header', () => {
  it('reads back what it wrote, in the length it said before', () => {
    const tail = encodePackTail(key, blobs);
    expect(tail.length).toBe(packTailBytes(blobs));
    const headerBytes = headerBytesOf(tail.subarray(-4), bodyBytes + tail.length);
    expect(headerBytes).toBe(tail.length - 4);
    expect(decodePackHeader(key, tail.subarray(0, -4), bodyBytes + tail.length)).toEqual(blobs);
  });

  it('knows the length of the plaintext', () => {
    expect(blobs.map(plainBytesOf)).toEqual([68, 4096, 1, 900]);
  });

  it.each([0, 31, 17 * 1024 * 1024, 0xffff_ffff, 997])(
    'refuses a header length of %d in a pack of 1000 bytes',
    (length) => {
      expect(() => headerBytesOf(u32(length), 1000)).toThrow(FormatError);
    },
  );

  it('refuses a header that does not account for the pack', () => {
    const tail = encodePackTail(key, blobs);
    for (const packBytes of [0, bodyBytes, bodyBytes + tail.length - 1, bodyBytes + tail.length + 1]) {
      expect(() => decodePackHeader(key, tail.subarray(0, -4), packBytes)).toThrow(/account/);
    }
  });

  it.each([
    ['an unknown kind', Buffer.concat([Uint8Array.of(4), Buffer.alloc(40)])],
    ['an entry cut off', Buffer.concat([Uint8Array.of(0), Buffer.alloc(35)])],
    ['a compressed entry cut off', Buffer.concat([Uint8Array.of(2), Buffer.alloc(36)])],
  ])('refuses %s', (_what, plain) => {
    const header = seal(key, plain);
    expect(() => decodePackHeader(key, header, header.length + 4)).toThrow(FormatError);
  });
});
