// The metadata table: which items there are, and where in the metadata region. [MS-VHDX] 2.6.1. What the items mean
// is said in metadata-items.ts.
import { decodeGuid, encodeGuid, type Guid } from './guid.ts';
import { maxMetadataItemBytes, maxMetadataItems, maxUserMetadataItems, metadataTableBytes } from './limits.ts';
import { check } from './violation.ts';

const structure = 'metadata table';
const signature = 'metadata';
const tableHeaderBytes = 32;
const entryBytes = 32;

export interface MetadataEntry {
  readonly id: Guid;
  /** From the start of the metadata region. */
  readonly offset: number;
  readonly lengthBytes: number;
  readonly isUser: boolean;
  readonly isVirtualDisk: boolean;
  readonly isRequired: boolean;
}

/** `bytes` is the 64 KiB table; every item lies behind it and inside the region, and none on top of another. */
export function decodeMetadataTable(bytes: Uint8Array, regionLengthBytes: number): readonly MetadataEntry[] {
  check(bytes.length === metadataTableBytes, structure, `only ${bytes.length} bytes of it are there`);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  check(text.toString('latin1', 0, 8) === signature, structure, 'its signature is wrong');
  const count = text.readUInt16LE(10);
  check(count <= maxMetadataItems, structure, `it claims ${count} entries`);
  const entries = Array.from({ length: count }, (_, index) => decodeEntry(text, tableHeaderBytes + index * entryBytes));
  for (const entry of entries) checkPlace(entry, regionLengthBytes);
  const users = entries.filter((entry) => entry.isUser).length;
  check(users <= maxUserMetadataItems, structure, `it has ${users} user items`);
  const names = new Set(entries.map((entry) => `${entry.id} ${entry.isUser}`));
  check(names.size === count, structure, 'it names an item twice');
  checkOverlaps(entries);
  return entries;
}

export function encodeMetadataTable(entries: readonly MetadataEntry[]): Uint8Array {
  const bytes = Buffer.alloc(metadataTableBytes);
  bytes.write(signature, 0, 'latin1');
  bytes.writeUInt16LE(entries.length, 10);
  entries.forEach((entry, index) => {
    const at = tableHeaderBytes + index * entryBytes;
    encodeGuid(entry.id, bytes, at);
    bytes.writeUInt32LE(entry.offset, at + 16);
    bytes.writeUInt32LE(entry.lengthBytes, at + 20);
    bytes.writeUInt32LE((entry.isUser ? 1 : 0) | (entry.isVirtualDisk ? 2 : 0) | (entry.isRequired ? 4 : 0), at + 24);
  });
  return bytes;
}

function decodeEntry(text: Buffer, at: number): MetadataEntry {
  const flags = text.readUInt32LE(at + 24);
  return {
    id: decodeGuid(text, at),
    offset: text.readUInt32LE(at + 16),
    lengthBytes: text.readUInt32LE(at + 20),
    isUser: (flags & 1) !== 0,
    isVirtualDisk: (flags & 2) !== 0,
    isRequired: (flags & 4) !== 0,
  };
}

function checkPlace(entry: MetadataEntry, regionLengthBytes: number): void {
  const place = `item ${entry.id} (${entry.lengthBytes} bytes at ${entry.offset})`;
  check(entry.lengthBytes <= maxMetadataItemBytes, structure, `${place} is too long`);
  if (entry.lengthBytes === 0) {
    check(entry.offset === 0, structure, `${place} is empty and has a place`);
    return;
  }
  // Plain numbers: two 32-bit values cannot wrap in a double.
  const isInside = entry.offset >= metadataTableBytes && entry.offset + entry.lengthBytes <= regionLengthBytes;
  check(isInside, structure, `${place} lies outside of the metadata region's items`);
}

function checkOverlaps(entries: readonly MetadataEntry[]): void {
  const placed = entries.filter((entry) => entry.lengthBytes > 0).sort((a, b) => a.offset - b.offset);
  placed.forEach((entry, index) => {
    const before = placed[index - 1];
    const isFree = before === undefined || before.offset + before.lengthBytes <= entry.offset;
    check(isFree, structure, `item ${entry.id} lies on top of another`);
  });
}
