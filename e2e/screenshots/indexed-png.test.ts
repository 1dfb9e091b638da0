import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { decodePng, encodeIndexed, toIndexedPng } from './indexed-png.ts';

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

function chunksOf(png: Buffer): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at < png.length;) {
    const end = at + 8 + png.readUInt32BE(at);
    expect(png.readUInt32BE(end)).toBe(crc32(png.subarray(at + 4, end)));
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

function indexedColours(png: Buffer, width: number): readonly number[] {
  const [, palette, rows] = chunksOf(png);
  const indexes = [...inflateSync(rows!.data)].filter((_byte, at) => at % (width + 1) !== 0);
  return indexes.map((index) => palette!.data.readUIntBE(index * 3, 3));
}

/** Two rows of three pixels, each written with the filter that is given, as section 9 of the specification has them. */
function pngOf(rows: readonly (readonly number[])[], colourType: 2 | 6, width: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32BE(data.length, 0);
    numbers.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([numbers.subarray(0, 4), body, numbers.subarray(4)]);
  };
  const header = Buffer.from([0, 0, 0, width, 0, 0, 0, rows.length, 8, colourType, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(rows.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('a picture as Chromium writes it', () => {
  it.each<[string, readonly (readonly number[])[]]>([
    [
      'no filter',
      [
        [0, 10, 20, 30, 40, 50, 60],
        [0, 70, 80, 90, 100, 110, 120],
      ],
    ],
    [
      'left',
      [
        [1, 10, 20, 30, 30, 30, 30],
        [1, 70, 80, 90, 30, 30, 30],
      ],
    ],
    [
      'up',
      [
        [2, 10, 20, 30, 40, 50, 60],
        [2, 60, 60, 60, 60, 60, 60],
      ],
    ],
    [
      'average',
      [
        [3, 10, 20, 30, 35, 40, 45],
        [3, 65, 70, 75, 45, 45, 45],
      ],
    ],
    [
      'Paeth',
      [
        [4, 10, 20, 30, 30, 30, 30],
        [4, 60, 60, 60, 30, 30, 30],
      ],
    ],
  ])('is read with the filter %s', (_name, rows) => {
    const colours = Uint32Array.from([0x0a141e, 0x28323c, 0x46505a, 0x646e78]);
    expect(decodePng(pngOf(rows, 2, 2))).toEqual({ width: 2, height: 2, colours });
  });

  it('is read without its transparency', () => {
    expect(decodePng(pngOf([[0, 1, 2, 3, 255]], 6, 1)).colours).toEqual(Uint32Array.from([0x010203]));
  });

  it('is refused where it is none', () => {
    expect(() => decodePng(Buffer.from('GIF89a, and so on'))).toThrow('this is no PNG');
  });
});

describe('a picture with a palette', () => {
  it('has every colour it had, while they are 256 at most', () => {
    const pixels = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 6 })).chain(([width, height]) =>
      fc.array(fc.nat({ max: 0xffffff }), { minLength: width * height, maxLength: width * height }).map((colours) => ({
        width,
        height,
        colours: Uint32Array.from(colours),
      })),
    );
    fc.assert(
      fc.property(pixels, (picture) => {
        expect(indexedColours(encodeIndexed(picture), picture.width)).toEqual([...picture.colours]);
      }),
    );
  });

  it('gives the rarest colours up for the nearest, and no other', () => {
    const frequent = Array.from({ length: 256 }, (_none, index) => index * 0x010101);
    const rare = 0x808180;
    const colours = Uint32Array.from([...frequent, ...frequent, rare]);
    const shown = indexedColours(encodeIndexed({ width: colours.length, height: 1, colours }), colours.length);
    expect(shown).toEqual([...frequent, ...frequent, 0x808080]);
  });

  it('comes from a picture of Chromium', () => {
    const shown = toIndexedPng(pngOf([[0, 10, 20, 30, 40, 50, 60]], 2, 2));
    expect(indexedColours(shown, 2)).toEqual([0x0a141e, 0x28323c]);
  });
});
