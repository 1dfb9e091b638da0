// The metadata items this library knows: geometry, identity and kind of the virtual disk. [MS-VHDX] 2.6.2.
import type { DiskGeometry, DiskType } from '../disk.ts';
import { decodeGuid, guidSizeBytes, type Guid } from './guid.ts';
import { maxBlockSizeBytes, maxVirtualSizeBytes, minBlockSizeBytes, sectorSizesBytes } from './limits.ts';
import type { MetadataEntry } from './metadata-table.ts';
import { check, IncompleteFile, UnknownFeature } from './violation.ts';

const structure = 'metadata';

export const metadataItemIds = {
  fileParameters: 'caa16737-fa36-4d43-b3b6-33f0aa44e76b',
  virtualDiskSize: '2fa54224-cd1b-4876-b211-5dbed83bf4b8',
  virtualDiskId: 'beca12ab-b2e6-4523-93ef-c309e000c746',
  logicalSectorSize: '8141bf1d-a96f-4709-ba47-f233a8faab5f',
  physicalSectorSize: 'cda348c7-445d-4471-9cc9-e9885251c556',
  parentLocator: 'a8d35f2d-b30b-454d-abf7-d3d84834ab0c',
} as const;

/** Not in the text, known to Microsoft's reader (openvmm): the creation of the file was not finished. */
const incompleteFileId: Guid = '71cc85f0-1b69-4e28-9558-c3bf83ae75d3';
/** Not in the text, may be required, and change nothing for a reader: CHS geometry, PMEM labels (openvmm). */
const harmlessIds: readonly Guid[] = ['da02d7bc-3d3a-423c-ac88-2a36ab21479b', '10e1ae8a-4b7e-4169-a40f-cd70de928393'];

export type MetadataItemName = keyof typeof metadataItemIds;

/** The items to fetch. Refuses a file that needs what we do not know; `parentLocator` may be missing. */
export function knownItems(entries: readonly MetadataEntry[]): ReadonlyMap<MetadataItemName, MetadataEntry> {
  const found = new Map<MetadataItemName, MetadataEntry>();
  const known = Object.entries(metadataItemIds) as [MetadataItemName, Guid][];
  for (const entry of entries) {
    const name = entry.isUser ? undefined : known.find(([, id]) => id === entry.id)?.[0];
    if (name !== undefined) found.set(name, entry);
    else if (!entry.isUser && entry.id === incompleteFileId)
      throw new IncompleteFile(structure, 'its creation was not finished');
    else if (entry.isRequired && !harmlessIds.includes(entry.id))
      throw new UnknownFeature(structure, `metadata item ${entry.id}, which the file says is required`);
  }
  for (const [name] of known)
    check(name === 'parentLocator' || found.has(name), structure, `the item "${name}" is missing`);
  return found;
}

export interface DiskParameters extends DiskGeometry {
  readonly type: DiskType;
  readonly virtualDiskId: Guid;
}

/** `items` holds the bytes of each known item. */
export function decodeDiskParameters(items: ReadonlyMap<MetadataItemName, Uint8Array>): DiskParameters {
  const parameters = itemView(items, 'fileParameters', 8);
  const blockSizeBytes = parameters.getUint32(0, true);
  const isPowerOfTwo = (blockSizeBytes & (blockSizeBytes - 1)) === 0;
  const isInRange = blockSizeBytes >= minBlockSizeBytes && blockSizeBytes <= maxBlockSizeBytes;
  check(isInRange && isPowerOfTwo, structure, `the block size is ${blockSizeBytes} bytes`);
  const flags = parameters.getUint32(4, true);
  check(flags >>> 2 === 0, structure, `the file parameters have unknown flags (${flags})`);
  const logicalSectorSizeBytes = sectorSize(items, 'logicalSectorSize');
  return {
    type: (flags & 2) !== 0 ? 'differencing' : (flags & 1) !== 0 ? 'fixed' : 'dynamic',
    blockSizeBytes,
    sizeBytes: virtualSize(items, logicalSectorSizeBytes),
    logicalSectorSizeBytes,
    physicalSectorSizeBytes: sectorSize(items, 'physicalSectorSize'),
    virtualDiskId: decodeGuid(viewBytes(itemView(items, 'virtualDiskId', guidSizeBytes)), 0),
  };
}

/** The geometry rules of the format as one predicate, for those who make a disk. Undefined when all is well. */
export function geometryFault(geometry: DiskGeometry): string | undefined {
  const { sizeBytes, blockSizeBytes, logicalSectorSizeBytes, physicalSectorSizeBytes } = geometry;
  const isBlock = blockSizeBytes >= minBlockSizeBytes && blockSizeBytes <= maxBlockSizeBytes;
  if (!isBlock || !Number.isInteger(Math.log2(blockSizeBytes))) return `a block size of ${blockSizeBytes} bytes`;
  if (!sectorSizesBytes.includes(logicalSectorSizeBytes)) return `a logical sector of ${logicalSectorSizeBytes} bytes`;
  if (!sectorSizesBytes.includes(physicalSectorSizeBytes))
    return `a physical sector of ${physicalSectorSizeBytes} bytes`;
  const isSize = sizeBytes > 0 && sizeBytes <= maxVirtualSizeBytes && sizeBytes % logicalSectorSizeBytes === 0;
  return isSize ? undefined : `a size of ${sizeBytes} bytes`;
}

function virtualSize(items: ReadonlyMap<MetadataItemName, Uint8Array>, logicalSectorSizeBytes: number): number {
  const size = itemView(items, 'virtualDiskSize', 8).getBigUint64(0, true);
  const isInRange = size > 0n && size <= BigInt(maxVirtualSizeBytes);
  check(isInRange, structure, `the virtual disk has ${size.toString()} bytes`);
  const isWhole = size % BigInt(logicalSectorSizeBytes) === 0n;
  check(isWhole, structure, `the virtual disk's ${size.toString()} bytes are not whole sectors`);
  return Number(size);
}

function sectorSize(items: ReadonlyMap<MetadataItemName, Uint8Array>, name: MetadataItemName): 512 | 4096 {
  const size = itemView(items, name, 4).getUint32(0, true);
  const known = sectorSizesBytes.find((candidate) => candidate === size);
  check(known !== undefined, structure, `the item "${name}" is ${size}`);
  return known;
}

function itemView(
  items: ReadonlyMap<MetadataItemName, Uint8Array>,
  name: MetadataItemName,
  lengthBytes: number,
): DataView {
  const bytes = items.get(name);
  check(bytes?.length === lengthBytes, structure, `the item "${name}" does not have ${lengthBytes} bytes`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function viewBytes(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
