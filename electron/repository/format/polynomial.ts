// The random irreducible polynomial that restic's content-defined chunker wants in `config`. We cut chunks at fixed
// places and never use it, but restic refuses a repository whose polynomial is not irreducible.
import { randomBytes } from 'node:crypto';

/** restic/chunker: degree 53. */
const degree = 53;

export function randomIrreduciblePolynomial(): bigint {
  for (;;) {
    const bits = randomBytes(8).readBigUInt64LE() & ((1n << BigInt(degree)) - 1n);
    const candidate = bits | (1n << BigInt(degree)) | 1n;
    if (isIrreducible(candidate)) return candidate;
  }
}

/** Ben-Or: f of degree n has no factor of degree i <= n/2 iff gcd(x^(2^i) - x, f) = 1 for each such i. */
export function isIrreducible(f: bigint): boolean {
  const n = degreeOf(f);
  let power = 2n;
  for (let i = 1; i <= n >> 1; i += 1) {
    power = multiply(power, power, f);
    if (gcd(power ^ 2n, f) !== 1n) return false;
  }
  return n > 0;
}

function degreeOf(f: bigint): number {
  return f.toString(2).length - 1;
}

function remainder(a: bigint, f: bigint): bigint {
  const n = degreeOf(f);
  let rest = a;
  for (let d = degreeOf(rest); rest !== 0n && d >= n; d = degreeOf(rest)) rest ^= f << BigInt(d - n);
  return rest;
}

function multiply(a: bigint, b: bigint, f: bigint): bigint {
  let product = 0n;
  for (let rest = b, shifted = a; rest !== 0n; rest >>= 1n, shifted <<= 1n) if ((rest & 1n) === 1n) product ^= shifted;
  return remainder(product, f);
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, remainder(x, y)];
  return x;
}
