import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FormatError } from './format-error.ts';
import { randomSealingKey, seal } from './sealing.ts';
import { compress, decompress, openUnpacked, sealUnpacked } from './unpacked.ts';

const key = randomSealingKey();
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe('unpacked files', () => {
  it('reads back what it wrote, compressed', () => {
    const json = JSON.stringify({ packs: Array.from({ length: 1000 }, (_, id) => ({ id })) });
    const sealed = sealUnpacked(key, json);
    expect(sealed.length).toBeLessThan(json.length / 2);
    expect(text(openUnpacked(key, sealed, 1_000_000))).toBe(json);
  });

  it.each(['{"version":2}', '[1]'])('reads plain JSON, which older programs write: %s', (json) => {
    expect(text(openUnpacked(key, seal(key, Buffer.from(json)), 100))).toBe(json);
  });

  it.each([
    ['an unknown marker', Uint8Array.of(3, 1, 2)],
    ['nothing', new Uint8Array()],
    ['a marker without a frame', Uint8Array.of(2)],
    ['a frame that is none', Uint8Array.of(2, 9, 9, 9, 9, 9)],
  ])('refuses %s', (_what, content) => {
    expect(() => openUnpacked(key, seal(key, content), 100)).toThrow(FormatError);
  });

  it('stops a frame that would grow beyond its limit, whatever it claims', () => {
    const bomb = compress(Buffer.alloc(64 * 1024 * 1024), 3);
    expect(bomb.length).toBeLessThan(16_384);
    expect(() => decompress(bomb, 1_000_000)).toThrow(FormatError);
    expect(() => openUnpacked(key, seal(key, Buffer.concat([Uint8Array.of(2), bomb])), 1_000_000)).toThrow(FormatError);
  });

  it('reads frames without a content size, as streaming writers make them', () => {
    const plain = Buffer.alloc(300_000, 'abc');
    const frame = zstdCompressSync(plain, { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } });
    expect(Buffer.compare(decompress(frame, plain.length), plain)).toBe(0);
  });

  it('writes the content size into its frames', () => {
    // RFC 8878 3.1.1.1: frame header descriptor, top two bits = size of the content size field (2 = 4 bytes).
    expect(compress(Buffer.alloc(1024 * 1024), 3)[4]! >> 6).toBe(2);
  });
});
