import { describe, expect, it } from 'vitest';
import { isIrreducible, randomIrreduciblePolynomial } from './polynomial.ts';

describe('polynomials over GF(2)', () => {
  // The first ones by degree, and two of degree 53 from restic's chunker tests and design document.
  it.each([0b10n, 0b11n, 0b111n, 0b1011n, 0b1101n, 0b10011n, 0b11111n, 0x11bn, 0x3da3358b4dc173n, 0x25b468838dcb75n])(
    'knows %x as irreducible',
    (f) => {
      expect(isIrreducible(f)).toBe(true);
    },
  );

  it.each([0b1n, 0b101n, 0b110n, 0b1001n, 0b1111n, 0b10101n, 0x11an, 0x3da3358b4dc172n, 0x3da3358b4dc171n])(
    'knows %x as reducible',
    (f) => {
      expect(isIrreducible(f)).toBe(false);
    },
  );

  it('counts as many irreducible ones of degree 8 as there are', () => {
    const all = Array.from({ length: 256 }, (_, i) => BigInt(256 + i));
    expect(all.filter(isIrreducible)).toHaveLength(30);
  });

  it('makes random ones of degree 53', () => {
    const f = randomIrreduciblePolynomial();
    expect(f >> 53n).toBe(1n);
    expect(isIrreducible(f)).toBe(true);
    expect(randomIrreduciblePolynomial()).not.toBe(f);
  });
});
