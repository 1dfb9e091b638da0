// How the files we make are laid out, and the bytes of everything before the first block.
//
//   0        file identifier, headers (64, 128 KiB), region tables (192, 256 KiB)
//   1 MiB    log (empty: its GUID in the headers is zero)
//   2 MiB    metadata
//   3 MiB    block allocation table, whole MiB
//   then     blocks, each at a whole MiB
import { AppError } from '../../../shared/errors/app-error.ts';
import type { DiskGeometry, DiskType } from '../disk.ts';
import { batShape, type BatShape } from '../format/bat.ts';
import { encodeFileIdentifier } from '../format/file-identifier.ts';
import { encodeGuid, guidSizeBytes, zeroGuid, type Guid } from '../format/guid.ts';
import { encodeHeader, headerPositions } from '../format/header.ts';
import { alignmentBytes, batEntryBytes, KiB, metadataTableBytes, MiB } from '../format/limits.ts';
import { geometryFault, metadataItemIds, type MetadataItemName } from '../format/metadata-items.ts';
import { encodeMetadataTable, type MetadataEntry } from '../format/metadata-table.ts';
import { encodeParentLocator, type ParentLocator } from '../format/parent-locator.ts';
import { batRegionId, encodeRegionTable, metadataRegionId, regionTablePositions } from '../format/region-table.ts';

/** In the file identifier of every file we make. */
export const creator = 'Stillpoint 0.1';

const logOffset = MiB;
const logLengthBytes = MiB;
const metadataOffset = 2 * MiB;
const metadataLengthBytes = MiB;
const batOffset = 3 * MiB;

export interface DiskIds {
  readonly virtualDiskId: Guid;
  readonly dataWriteGuid: Guid;
  readonly fileWriteGuid: Guid;
}

export interface NewDisk extends DiskGeometry, DiskIds {
  readonly type: DiskType;
  /** For differencing disks. */
  readonly locator?: ParentLocator;
}

export interface FileLayout {
  readonly shape: BatShape;
  readonly batOffset: number;
  readonly batLengthBytes: number;
  /** Where the first block may lie: the size of everything before. */
  readonly headSizeBytes: number;
}

export interface Piece {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Error: `vhdx.bad-geometry`. */
export function layoutOf(geometry: DiskGeometry, type: DiskType): FileLayout {
  const reason = geometryFault(geometry);
  if (reason !== undefined) throw new AppError('vhdx.bad-geometry', { reason });
  const shape = batShape(geometry, type === 'differencing');
  const batLengthBytes = Math.ceil((shape.entryCount * batEntryBytes) / alignmentBytes) * alignmentBytes;
  return { shape, batOffset, batLengthBytes, headSizeBytes: batOffset + batLengthBytes };
}

/** Everything before the first block except the block table, in order of position. All between is zero. */
export function headPieces(disk: NewDisk, layout: FileLayout): readonly Piece[] {
  const header = {
    fileWriteGuid: disk.fileWriteGuid,
    dataWriteGuid: disk.dataWriteGuid,
    logGuid: zeroGuid,
    logVersion: 0,
    version: 1,
    logLengthBytes,
    logOffset: BigInt(logOffset),
  };
  const regions = encodeRegionTable([
    { id: batRegionId, offset: batOffset, lengthBytes: layout.batLengthBytes, isRequired: true },
    { id: metadataRegionId, offset: metadataOffset, lengthBytes: metadataLengthBytes, isRequired: true },
  ]);
  return [
    { position: 0, bytes: encodeFileIdentifier({ creator }) },
    ...headerPositions.map((position, index) => ({
      position,
      bytes: encodeHeader({ ...header, sequenceNumber: BigInt(index + 1) }),
    })),
    ...regionTablePositions.map((position) => ({ position, bytes: regions })),
    ...metadataPieces(disk),
  ];
}

function metadataPieces(disk: NewDisk): readonly Piece[] {
  const items: (readonly [MetadataItemName, Uint8Array])[] = [
    ['fileParameters', numbers(disk.blockSizeBytes, parameterFlags[disk.type])],
    ['virtualDiskSize', numbers(disk.sizeBytes % 2 ** 32, Math.floor(disk.sizeBytes / 2 ** 32))],
    ['virtualDiskId', guidBytes(disk.virtualDiskId)],
    ['logicalSectorSize', numbers(disk.logicalSectorSizeBytes)],
    ['physicalSectorSize', numbers(disk.physicalSectorSizeBytes)],
    ...(disk.locator === undefined ? [] : [['parentLocator', encodeParentLocator(disk.locator)] as const]),
  ];
  const entries: MetadataEntry[] = [];
  const pieces: Piece[] = [];
  let offset = metadataTableBytes;
  for (const [name, bytes] of items) {
    // The locator begins a 4 KiB page, so that a linkage in it is changed whole or not at all.
    if (name === 'parentLocator') offset = Math.ceil(offset / (4 * KiB)) * 4 * KiB;
    const isFileItem = name === 'fileParameters' || name === 'parentLocator';
    const place = { offset, lengthBytes: bytes.length };
    entries.push({ id: metadataItemIds[name], ...place, isUser: false, isVirtualDisk: !isFileItem, isRequired: true });
    pieces.push({ position: metadataOffset + offset, bytes });
    offset += bytes.length;
  }
  return [{ position: metadataOffset, bytes: encodeMetadataTable(entries) }, ...pieces];
}

/** Bit 0: leave blocks allocated; bit 1: has a parent. [MS-VHDX] 2.6.2.1 */
const parameterFlags: Readonly<Record<DiskType, number>> = { dynamic: 0, fixed: 1, differencing: 2 };

function numbers(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, index) => view.setUint32(index * 4, value, true));
  return new Uint8Array(view.buffer);
}

function guidBytes(guid: Guid): Uint8Array {
  const bytes = new Uint8Array(guidSizeBytes);
  encodeGuid(guid, bytes, 0);
  return bytes;
}
