// The region table and its copy: where the block allocation table and the metadata lie. [MS-VHDX] 2.2.3.
import { structureChecksum } from './crc32c.ts';
import { decodeGuid, encodeGuid, guidSizeBytes, type Guid } from './guid.ts';
import { alignmentBytes, headerSectionBytes, KiB, maxRegions } from './limits.ts';
import { check, UnknownFeature } from './violation.ts';

export const regionTableBytes = 64 * KiB;
export const regionTablePositions = [192 * KiB, 256 * KiB] as const;
export const batRegionId: Guid = '2dc27766-f623-4200-9d64-115e9bfd4a08';
export const metadataRegionId: Guid = '8b7ca206-4790-4b9a-b8fe-575f050f886e';

const structure = 'region table';
const signature = 0x69676572; // "regi"
const checksumAt = 4;
const tableHeaderBytes = 16;
const entryBytes = 32;

export interface Region {
  readonly id: Guid;
  readonly offset: number;
  readonly lengthBytes: number;
  readonly isRequired: boolean;
}

/** Whether signature and checksum are right; if not, the copy counts. Says nothing about the entries. */
export function isIntactRegionTable(bytes: Uint8Array): boolean {
  if (bytes.length !== regionTableBytes) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (
    view.getUint32(0, true) === signature && view.getUint32(checksumAt, true) === structureChecksum(bytes, checksumAt)
  );
}

/** Decodes an intact table. Every region lies inside the file, aligned; overlaps are found by whoever maps the file. */
export function decodeRegionTable(bytes: Uint8Array, fileSizeBytes: number): readonly Region[] {
  check(isIntactRegionTable(bytes), structure, 'its signature or checksum is wrong');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(8, true);
  check(count <= maxRegions, structure, `it claims ${count} entries`);
  const regions = Array.from({ length: count }, (_, index) =>
    decodeEntry(bytes, view, tableHeaderBytes + index * entryBytes, fileSizeBytes),
  );
  check(new Set(regions.map((region) => region.id)).size === count, structure, 'it names a region twice');
  return regions;
}

export function encodeRegionTable(regions: readonly Region[]): Uint8Array {
  const bytes = new Uint8Array(regionTableBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  view.setUint32(8, regions.length, true);
  regions.forEach((region, index) => {
    const at = tableHeaderBytes + index * entryBytes;
    encodeGuid(region.id, bytes, at);
    view.setBigUint64(at + guidSizeBytes, BigInt(region.offset), true);
    view.setUint32(at + 24, region.lengthBytes, true);
    view.setUint32(at + 28, region.isRequired ? 1 : 0, true);
  });
  view.setUint32(checksumAt, structureChecksum(bytes, checksumAt), true);
  return bytes;
}

/** The two regions every file has. QEMU once wrote them as not required, so that flag is not asked for. */
export function knownRegions(regions: readonly Region[]): { readonly bat: Region; readonly metadata: Region } {
  const bat = regions.find((region) => region.id === batRegionId);
  const metadata = regions.find((region) => region.id === metadataRegionId);
  check(bat !== undefined, structure, 'it names no block allocation table');
  check(metadata !== undefined, structure, 'it names no metadata region');
  const unknown = regions.find((region) => region.isRequired && region !== bat && region !== metadata);
  if (unknown !== undefined)
    throw new UnknownFeature(structure, `region ${unknown.id}, which the file says is required`);
  return { bat, metadata };
}

function decodeEntry(bytes: Uint8Array, view: DataView, at: number, fileSizeBytes: number): Region {
  const id = decodeGuid(bytes, at);
  const offset = view.getBigUint64(at + guidSizeBytes, true);
  const lengthBytes = view.getUint32(at + 24, true);
  const isAligned = offset % BigInt(alignmentBytes) === 0n && lengthBytes % alignmentBytes === 0 && lengthBytes > 0;
  const place = `region ${id} (${lengthBytes} bytes at ${offset.toString()})`;
  check(isAligned, structure, `${place} is not made of whole MiB`);
  const isInside = offset >= BigInt(headerSectionBytes) && offset + BigInt(lengthBytes) <= BigInt(fileSizeBytes);
  check(isInside, structure, `${place} lies outside of the file's ${fileSizeBytes} bytes or in its header section`);
  return { id, offset: Number(offset), lengthBytes, isRequired: (view.getUint32(at + 28, true) & 1) === 1 };
}
