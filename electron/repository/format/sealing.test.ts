import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from './format-error.ts';
import { open, randomSealingKey, seal, sealOverheadBytes } from './sealing.ts';

const key = randomSealingKey();

describe('sealing', () => {
  it('opens what it sealed, of any length, also across the pieces it works in', () => {
    const lengths = [0, 1, 15, 16, 17, 131_071, 131_072, 131_073, 300_000];
    for (const length of lengths) {
      const plain = Buffer.alloc(length, 7);
      const sealed = seal(key, plain);
      expect(sealed.length).toBe(length + sealOverheadBytes);
      expect(Buffer.compare(open(key, sealed), plain)).toBe(0);
    }
  });

  it('never uses an IV twice', () => {
    const ivs = Array.from({ length: 1000 }, () =>
      Buffer.from(seal(key, new Uint8Array(1)).subarray(0, 16)).toString('hex'),
    );
    expect(new Set(ivs).size).toBe(1000);
  });

  it('refuses any flipped bit, wherever it is', () => {
    const sealed = seal(key, Buffer.from('a snapshot, or anything else that is small'));
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = Buffer.from(sealed);
        changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
        expect(() => open(key, changed)).toThrow(FormatError);
      }),
    );
  });

  it('refuses another key, and anything shorter than its own overhead', () => {
    const sealed = seal(key, Buffer.from('text'));
    expect(() => open(randomSealingKey(), sealed)).toThrow(/authentication/);
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => open(key, sealed.subarray(0, length))).toThrow(FormatError);
    }
  });

  it('works on shared memory, as the worker threads use it', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(200_000)).fill(5);
    const sealed = new Uint8Array(new SharedArrayBuffer(200_032));
    sealed.set(seal(key, shared));
    expect(Buffer.compare(open(key, sealed), shared)).toBe(0);
  });
});
