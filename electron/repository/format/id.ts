// Ids: SHA-256 as 64 lower-case hex digits, or as 32 bytes where there are many.
import { hash } from 'node:crypto';

const idPattern = /^[0-9a-f]{64}$/;

export const idSizeBytes = 32;

export function isId(text: string): boolean {
  return idPattern.test(text);
}

export function idOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

export function idToBytes(id: string): Uint8Array {
  return Buffer.from(id, 'hex');
}

export function idFromBytes(bytes: Uint8Array, offset = 0): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, idSizeBytes).toString('hex');
}
