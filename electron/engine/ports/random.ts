// Randomness as a port, so that a lab run can be repeated exactly.

export interface RandomSource {
  /** `lengthBytes` random bytes. */
  bytes(lengthBytes: number): Uint8Array;
}
