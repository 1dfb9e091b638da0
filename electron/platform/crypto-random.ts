// Randomness of the system, behind the engine's port.
import { randomBytes } from 'node:crypto';
import type { RandomSource } from '../engine/ports/random.ts';

export const cryptoRandom: RandomSource = { bytes: (lengthBytes) => randomBytes(lengthBytes) };
