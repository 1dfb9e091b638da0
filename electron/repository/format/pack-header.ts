// The end of a pack: what it holds, encrypted, and that header's length ("restic design.rst", Pack Format).
import { FormatError } from './format-error.ts';
import { idFromBytes, idSizeBytes, idToBytes } from './id.ts';
import { limits } from './limits.ts';
import { open, seal, sealOverheadBytes, type SealingKey } from './sealing.ts';

export type BlobKind = 'data' | 'tree';

/** A blob inside its pack. Lengths in bytes; `uncompressedBytes` is 0 for a blob stored as it is. */
export interface PackedBlob {
  readonly id: string;
  readonly kind: BlobKind;
  readonly offset: number;
  readonly sealedBytes: number;
  readonly uncompressedBytes: number;
}

/** Length of a blob's plaintext. */
export function plainBytesOf(blob: Pick<PackedBlob, 'sealedBytes' | 'uncompressedBytes'>): number {
  return blob.uncompressedBytes > 0 ? blob.uncompressedBytes : blob.sealedBytes - sealOverheadBytes;
}

const plainEntryBytes = 1 + 4 + idSizeBytes;
const compressedEntryBytes = plainEntryBytes + 4;

/** What the header of these blobs takes at the end of the pack, its length field included. */
export function packTailBytes(blobs: Iterable<Pick<PackedBlob, 'uncompressedBytes'>>): number {
  let size = 4 + sealOverheadBytes;
  for (const blob of blobs) size += blob.uncompressedBytes > 0 ? compressedEntryBytes : plainEntryBytes;
  return size;
}

/** Encrypted header and its length: what follows the blobs. */
export function encodePackTail(key: SealingKey, blobs: readonly PackedBlob[]): Uint8Array {
  const header = seal(key, Buffer.concat(blobs.map(encodeEntry)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  return Buffer.concat([header, length]);
}

function encodeEntry(blob: PackedBlob): Uint8Array {
  const isCompressed = blob.uncompressedBytes > 0;
  const entry = Buffer.alloc(isCompressed ? compressedEntryBytes : plainEntryBytes);
  entry[0] = (blob.kind === 'tree' ? 1 : 0) + (isCompressed ? 2 : 0);
  entry.writeUInt32LE(blob.sealedBytes, 1);
  if (isCompressed) entry.writeUInt32LE(blob.uncompressedBytes, 5);
  entry.set(idToBytes(blob.id), isCompressed ? 9 : 5);
  return entry;
}

/** Length of the encrypted header by the last four bytes of a pack of `packBytes`. */
export function headerBytesOf(lastFour: Uint8Array, packBytes: number): number {
  const size = Buffer.from(lastFour).readUInt32LE(0);
  const isPossible = size >= sealOverheadBytes && size <= limits.packHeaderBytes && size + 4 <= packBytes;
  if (!isPossible) throw new FormatError('its header has an impossible length');
  return size;
}

/** The blobs of a pack of `packBytes`, in order; they fill it exactly up to the header. */
export function decodePackHeader(key: SealingKey, header: Uint8Array, packBytes: number): readonly PackedBlob[] {
  const plain = Buffer.from(open(key, header));
  const blobs: PackedBlob[] = [];
  let offset = 0;
  for (let at = 0; at < plain.length;) {
    const [blob, entryBytes] = decodeEntry(plain, at, offset);
    blobs.push(blob);
    at += entryBytes;
    offset += blob.sealedBytes;
  }
  if (offset + header.length + 4 !== packBytes) throw new FormatError('its header does not account for its length');
  return blobs;
}

function decodeEntry(plain: Buffer, at: number, offset: number): readonly [PackedBlob, number] {
  const type = plain[at] ?? 0;
  if (type > 3) throw new FormatError('its header names an unknown kind of blob');
  const isCompressed = type >= 2;
  const entryBytes = isCompressed ? compressedEntryBytes : plainEntryBytes;
  if (at + entryBytes > plain.length) throw new FormatError('its header ends in the middle of an entry');
  const blob: PackedBlob = {
    id: idFromBytes(plain, at + entryBytes - idSizeBytes),
    kind: (type & 1) === 1 ? 'tree' : 'data',
    offset,
    sealedBytes: plain.readUInt32LE(at + 1),
    uncompressedBytes: isCompressed ? plain.readUInt32LE(at + 5) : 0,
  };
  return [blob, entryBytes];
}
