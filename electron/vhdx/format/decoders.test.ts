// The small decoders: GUID, CRC-32C, file identifier, sector bitmap, block table arithmetic.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  batShape,
  bitmapEntryIndex,
  blockOfEntry,
  encodeEntry,
  entryOffset,
  entryState,
  isPlacedBitmap,
  isPlacedPayload,
  payloadEntryIndex,
} from './bat.ts';
import { crc32c, structureChecksum } from './crc32c.ts';
import { decodeFileIdentifier, encodeFileIdentifier, NotVhdx } from './file-identifier.ts';
import { decodeGuid, encodeGuid, parseGuid } from './guid.ts';
import { GiB, MiB, TiB } from './limits.ts';
import { bitAt, bitRun, setBits } from './sector-bitmap.ts';
import { Violation } from './violation.ts';

describe('GUID', () => {
  // The BAT region's GUID as [MS-VHDX] prints it and as it lies in every file.
  const bytes = Buffer.from('6677c22d23f600429d64115e9bfd4a08', 'hex');

  test('is printed as Windows prints it', () => {
    expect(decodeGuid(bytes, 0)).toBe('2dc27766-f623-4200-9d64-115e9bfd4a08');
  });

  test('is encoded back', () => {
    const target = Buffer.alloc(20);
    encodeGuid('{2DC27766-F623-4200-9D64-115E9BFD4A08}', target, 4);
    expect(target.subarray(4)).toEqual(bytes);
  });

  test.each(['', 'x', '2dc27766-f623-4200-9d64-115e9bfd4a0', '2dc27766f62342009d64115e9bfd4a08'])(
    '%j is none',
    (text) => {
      expect(parseGuid(text)).toBeUndefined();
      expect(() => encodeGuid(text, Buffer.alloc(16), 0)).toThrow(RangeError);
    },
  );
});

describe('CRC-32C', () => {
  // RFC 3720 B.4 and the check value of the CRC catalogue.
  test.each([
    [Buffer.from('123456789'), 0xe3069283],
    [Buffer.alloc(32), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
    [Buffer.alloc(0), 0],
  ])('of a known text', (bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  test('goes on over pieces of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
        expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(crc32c(bytes));
      }),
    );
  });

  test('of a structure takes its own field as zero', () => {
    const bytes = Buffer.from('headXXXXmore');
    const zeroed = Buffer.from('head\0\0\0\0more');
    expect(structureChecksum(bytes, 4)).toBe(crc32c(zeroed));
  });
});

describe('file identifier', () => {
  test('gives the creator, without what could steer a terminal', () => {
    const bytes = encodeFileIdentifier({ creator: 'Tool\u001b[31m 1' });
    expect(decodeFileIdentifier(bytes).creator).toBe('Tool[31m 1');
  });

  test('needs no NUL behind the creator', () => {
    const bytes = Buffer.concat([Buffer.from('vhdxfile'), Buffer.from('ab'.repeat(128), 'utf16le')]);
    expect(decodeFileIdentifier(bytes).creator.length).toBe(256);
  });

  test.each([
    ['nothing', Buffer.alloc(0), /empty/],
    ['seven bytes', Buffer.from('vhdxfil'), /signature/],
    ['another signature', Buffer.from('vhdxfilf' + 'x'.repeat(512)), /signature/],
    ['a VHD', Buffer.from('conectix' + 'x'.repeat(512)), /older VHD/],
  ])('refuses %s', (_, bytes, reason) => {
    expect(() => decodeFileIdentifier(bytes)).toThrow(NotVhdx);
    expect(() => decodeFileIdentifier(bytes)).toThrow(reason);
  });
});

describe('sector bitmap', () => {
  const bitmap = fc.array(fc.constantFrom(0, 0xff, 0x0f, 0x80, 1, 0x55), { minLength: 1, maxLength: 12 });

  test('runs are those a bit by bit walk finds', () => {
    fc.assert(
      fc.property(bitmap, fc.nat(95), fc.nat(95), (list, a, b) => {
        const bits = Uint8Array.from(list);
        const end = 1 + (Math.max(a, b) % (bits.length * 8));
        const start = Math.min(a, b) % end;
        let expected = start + 1;
        while (expected < end && bitAt(bits, expected) === bitAt(bits, start)) expected += 1;
        expect(bitRun(bits, start, end)).toEqual({ isSet: bitAt(bits, start), end: expected });
      }),
      { numRuns: 2000 },
    );
  });

  test('set bits are those asked for and no others', () => {
    fc.assert(
      fc.property(bitmap, fc.nat(96), fc.nat(96), (list, a, b) => {
        const bits = Uint8Array.from(list);
        const [start, end] = [Math.min(a, b, bits.length * 8), Math.min(Math.max(a, b), bits.length * 8)];
        const before = Uint8Array.from(bits);
        setBits(bits, start, end);
        for (let index = 0; index < bits.length * 8; index += 1)
          expect(bitAt(bits, index)).toBe(bitAt(before, index) || (index >= start && index < end));
      }),
    );
  });

  test('counts from the least significant bit', () => {
    expect(bitAt(Uint8Array.from([0, 0b0000_0100]), 10)).toBe(true);
    expect(bitAt(Uint8Array.from([0, 0b0010_0000]), 10)).toBe(false);
  });
});

describe('block table', () => {
  const geometry = (sizeBytes: number, blockSizeBytes: number, sector: 512 | 4096 = 512) => ({
    sizeBytes,
    blockSizeBytes,
    logicalSectorSizeBytes: sector,
    physicalSectorSizeBytes: 4096 as const,
  });

  // [MS-VHDX] 2.5 and the counts of the fixtures' headers (64 TiB in 256 MiB blocks: 278527 entries).
  test.each([
    [geometry(64 * TiB, 256 * MiB), false, { payloadBlocks: 262144, chunkRatio: 16, entryCount: 278527 }],
    [geometry(64 * TiB, MiB), false, { payloadBlocks: 2 ** 26, chunkRatio: 4096, entryCount: 2 ** 26 + 16383 }],
    [geometry(4 * MiB, 2 * MiB), true, { payloadBlocks: 2, chunkRatio: 2048, entryCount: 2049 }],
    [geometry(4 * GiB, MiB), false, { payloadBlocks: 4096, chunkRatio: 4096, entryCount: 4096 }],
    [geometry(4 * GiB + 512, MiB), false, { payloadBlocks: 4097, chunkRatio: 4096, entryCount: 4098 }],
    [geometry(512, 256 * MiB, 4096), true, { payloadBlocks: 1, chunkRatio: 128, entryCount: 129 }],
    [geometry(4096, MiB, 4096), false, { payloadBlocks: 1, chunkRatio: 32768, entryCount: 1 }],
  ])('shape %#', (disk, isDifferencing, expected) => {
    expect(batShape(disk, isDifferencing)).toEqual(expected);
  });

  test('the entry of a block leads back to the block, and bitmaps lie between', () => {
    const shape = batShape(geometry(20 * TiB, 256 * MiB), true);
    fc.assert(
      fc.property(fc.nat(shape.payloadBlocks - 1), (block) => {
        expect(blockOfEntry(shape, payloadEntryIndex(shape, block))).toBe(block);
        expect(blockOfEntry(shape, bitmapEntryIndex(shape, block))).toBeUndefined();
      }),
    );
    expect(payloadEntryIndex(shape, 16)).toBe(17);
    expect(bitmapEntryIndex(shape, 15)).toBe(16);
    expect(bitmapEntryIndex(shape, 16)).toBe(33);
  });

  test('an entry keeps state and offset, up to the largest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0, 2, 6, 7), (mib, state) => {
        const view = new DataView(encodeEntry(state, mib * MiB).buffer);
        const [low, high] = [view.getUint32(0, true), view.getUint32(4, true)];
        expect([entryState(low), entryOffset(low, high)]).toEqual([state, mib * MiB]);
      }),
    );
    expect(entryOffset(0xffffffff, 0xffffffff)).toBe((2 ** 44 - 1) * MiB);
  });

  test.each([
    [0, false, false],
    [1, false, false],
    [2, false, false],
    [3, false, false],
    [6, false, true],
    [6, true, true],
    [7, true, true],
  ])('payload state %i (differencing: %s) is placed: %s', (state, isDifferencing, expected) => {
    expect(isPlacedPayload(state, isDifferencing, 0)).toBe(expected);
  });

  test.each([
    ['state 4', 4, true],
    ['state 5', 5, true],
    ['state 7 without a parent', 7, false],
    ['the lowest reserved bit', 6 | 8, true],
    ['the highest reserved bit', 6 | 0x80000, true],
  ])('payload: refuses %s', (_, low, isDifferencing) => {
    expect(() => isPlacedPayload(low, isDifferencing, 3)).toThrow(Violation);
  });

  test('bitmaps: absent, present, 7 read as 6; nothing else, and none without a parent', () => {
    expect([0, 6, 7].map((state) => isPlacedBitmap(state, true, 16))).toEqual([false, true, true]);
    for (const state of [1, 2, 3, 4, 5, 6 | 8]) expect(() => isPlacedBitmap(state, true, 16)).toThrow(Violation);
    expect(() => isPlacedBitmap(6, false, 16)).toThrow(Violation);
  });
});
