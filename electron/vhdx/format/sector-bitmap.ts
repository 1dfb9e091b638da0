// The sector bitmap of a differencing disk: one bit per logical sector, least significant first; 1 = in this file,
// 0 = ask the parent. [MS-VHDX] 2.4.

/** End of the run of equal bits that starts at `start`, at most `end`. `isSet` is the value of the run. */
export function bitRun(
  bits: Uint8Array,
  start: number,
  end: number,
): { readonly isSet: boolean; readonly end: number } {
  const isSet = bitAt(bits, start);
  const plain = isSet ? 0xff : 0;
  let at = start + 1;
  while (at < end) {
    // Whole bytes of the run are passed in one step; a run may begin and end in the middle of a byte.
    if (at % 8 === 0 && bits[at >>> 3] === plain) at += 8;
    else if (bitAt(bits, at) === isSet) at += 1;
    else break;
  }
  return { isSet, end: Math.min(at, end) };
}

export function bitAt(bits: Uint8Array, index: number): boolean {
  return (((bits[index >>> 3] ?? 0) >>> (index & 7)) & 1) === 1;
}

/** Sets the bits [start, end) in place. */
export function setBits(bits: Uint8Array, start: number, end: number): void {
  let at = start;
  while (at < end) {
    if (at % 8 === 0 && end - at >= 8) {
      const wholeBytes = (end - at) >>> 3;
      bits.fill(0xff, at >>> 3, (at >>> 3) + wholeBytes);
      at += wholeBytes * 8;
    } else {
      bits[at >>> 3] = (bits[at >>> 3] ?? 0) | (1 << (at & 7));
      at += 1;
    }
  }
}
