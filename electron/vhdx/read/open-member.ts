// Opens one file of a chain: identifier, headers, region tables, metadata, block table, in that order, each checked
// before the next is believed. Knows nothing of the file's parents.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ByteSource } from '../files.ts';
import { batShape } from '../format/bat.ts';
import { decodeFileIdentifier, fileIdentifierBytes, NotVhdx, type FileIdentifier } from '../format/file-identifier.ts';
import { zeroGuid } from '../format/guid.ts';
import {
  checkHeader,
  currentHeader,
  decodeHeader,
  headerBytes,
  headerPositions,
  type CurrentHeader,
  type Header,
} from '../format/header.ts';
import {
  batEntryBytes,
  headerSectionBytes,
  maxFileSizeBytes,
  maxMetadataRegionBytes,
  metadataTableBytes,
} from '../format/limits.ts';
import {
  decodeDiskParameters,
  knownItems,
  type DiskParameters,
  type MetadataItemName,
} from '../format/metadata-items.ts';
import { decodeMetadataTable } from '../format/metadata-table.ts';
import { decodeParentLocator, type ParentLocator } from '../format/parent-locator.ts';
import {
  decodeRegionTable,
  isIntactRegionTable,
  knownRegions,
  regionTableBytes,
  regionTablePositions,
  type Region,
} from '../format/region-table.ts';
import { check, Violation } from '../format/violation.ts';
import { readStructure, withPath } from './at-path.ts';
import { BlockTable } from './block-table.ts';
import { PagedSource, type PageCache } from './paged-source.ts';
import { UsedSpace } from './used-space.ts';

export interface FileStart {
  readonly fileSizeBytes: number;
  readonly identifier: FileIdentifier;
  readonly copies: readonly [Header | Violation, Header | Violation];
  readonly current: CurrentHeader;
}

export interface OpenMember {
  readonly source: ByteSource;
  readonly start: FileStart;
  readonly regions: readonly Region[];
  readonly parameters: DiskParameters;
  readonly blocks: BlockTable;
  readonly paged: PagedSource;
  /** In differencing disks only. */
  readonly parent?: ParentReference;
}

export interface ParentReference {
  readonly locator: ParentLocator;
  /** The locator's bytes as they stand in the file, and where. */
  readonly bytes: Uint8Array;
  readonly position: number;
}

/** Errors: `vhdx.not-vhdx`, `.old-format`, `.truncated`, `.damaged`, `.incomplete`, `.unsupported`, `.dirty-log`. */
export async function openMember(source: ByteSource, cache: PageCache): Promise<OpenMember> {
  try {
    const start = await readFileStart(source);
    if (start.current.header.logGuid !== zeroGuid) throw new AppError('vhdx.dirty-log', { path: source.path });
    return await readStructures(source, start, cache);
  } catch (error) {
    throw withPath(source.path, error);
  }
}

/** Identifier and headers, which the log never holds. May throw Violation. */
export async function readFileStart(source: ByteSource): Promise<FileStart> {
  const fileSizeBytes = await source.sizeBytes();
  const identifier = await readIdentifier(source, fileSizeBytes);
  check(fileSizeBytes <= maxFileSizeBytes, 'file', `its size of ${fileSizeBytes} bytes is beyond every bound`);
  if (fileSizeBytes < headerSectionBytes)
    throw new AppError('vhdx.truncated', {
      path: source.path,
      structure: 'header section',
      neededBytes: headerSectionBytes,
      sizeBytes: fileSizeBytes,
    });
  const { copies, current } = await readHeaders(source);
  checkHeader(current.header, fileSizeBytes);
  return { fileSizeBytes, identifier, copies, current };
}

/** Both headers as they are now, and the one that counts. Throws Violation when none does. */
export async function readHeaders(source: ByteSource): Promise<Pick<FileStart, 'copies' | 'current'>> {
  const read = async (position: number): Promise<Header | Violation> => {
    const bytes = await readStructure(source, position, headerBytes, 'header');
    try {
      return decodeHeader(bytes);
    } catch (error) {
      if (error instanceof Violation) return error;
      throw error;
    }
  };
  const copies = [await read(headerPositions[0]), await read(headerPositions[1])] as const;
  return { copies, current: currentHeader(copies) };
}

async function readIdentifier(source: ByteSource, fileSizeBytes: number): Promise<FileIdentifier> {
  const bytes = new Uint8Array(fileIdentifierBytes);
  const got = await source.read(bytes, 0);
  try {
    return decodeFileIdentifier(bytes.subarray(0, got));
  } catch (error) {
    if (error instanceof NotVhdx && (await isOldFormat(source, bytes, fileSizeBytes)))
      throw new AppError('vhdx.old-format', { path: source.path });
    throw error;
  }
}

/** A dynamic VHD begins with a copy of its footer; a fixed one has it in its last 512 bytes only. */
async function isOldFormat(source: ByteSource, start: Uint8Array, fileSizeBytes: number): Promise<boolean> {
  const footer = new Uint8Array(8);
  if (fileSizeBytes >= 512) await source.read(footer, fileSizeBytes - 512);
  return [start, footer].some((bytes) => Buffer.from(bytes.subarray(0, 8)).toString('latin1') === 'conectix');
}

async function readStructures(source: ByteSource, start: FileStart, cache: PageCache): Promise<OpenMember> {
  const { fileSizeBytes } = start;
  const { header } = start.current;
  const regions = await readRegions(source, fileSizeBytes);
  const { bat, metadata } = knownRegions(regions);
  const used = new UsedSpace(fileSizeBytes);
  if (header.logLengthBytes > 0) used.take(Number(header.logOffset), header.logLengthBytes, 'header', () => 'the log');
  for (const region of regions)
    used.take(region.offset, region.lengthBytes, 'region table', () => `region ${region.id}`);
  const { parameters, parent } = await readMetadata(source, metadata);
  const isDifferencing = parameters.type === 'differencing';
  const shape = batShape(parameters, isDifferencing);
  const tableBytes = shape.entryCount * batEntryBytes;
  const isRoomy = tableBytes <= bat.lengthBytes;
  check(isRoomy, 'block allocation table', `a disk of this size needs ${tableBytes} bytes, it has ${bat.lengthBytes}`);
  const paged = new PagedSource(source, cache, 'block allocation table');
  const { blockSizeBytes } = parameters;
  const place = { shape, isDifferencing, blockSizeBytes, offset: bat.offset };
  const blocks = await BlockTable.open(source, paged, place, used);
  return { source, start, regions, parameters, blocks, paged, ...(parent === undefined ? {} : { parent }) };
}

/** The first table counts; its copy, when signature or checksum of the first are wrong. */
async function readRegions(source: ByteSource, fileSizeBytes: number): Promise<readonly Region[]> {
  for (const position of regionTablePositions) {
    const bytes = await readStructure(source, position, regionTableBytes, 'region table');
    if (isIntactRegionTable(bytes)) return decodeRegionTable(bytes, fileSizeBytes);
  }
  throw new Violation('region table', 'both copies have a wrong signature or checksum');
}

async function readMetadata(
  source: ByteSource,
  region: Region,
): Promise<{ readonly parameters: DiskParameters; readonly parent: ParentReference | undefined }> {
  check(
    region.lengthBytes <= maxMetadataRegionBytes,
    'metadata',
    `its region of ${region.lengthBytes} bytes is too long`,
  );
  const table = await readStructure(source, region.offset, metadataTableBytes, 'metadata table');
  const entries = knownItems(decodeMetadataTable(table, region.lengthBytes));
  const items = new Map<MetadataItemName, Uint8Array>();
  for (const [name, entry] of entries)
    items.set(name, await readStructure(source, region.offset + entry.offset, entry.lengthBytes, 'metadata'));
  const parameters = decodeDiskParameters(items);
  if (parameters.type !== 'differencing') return { parameters, parent: undefined };
  const bytes = items.get('parentLocator');
  check(bytes !== undefined, 'metadata', 'it says the disk has a parent, and does not say which');
  const position = region.offset + (entries.get('parentLocator')?.offset ?? 0);
  return { parameters, parent: { locator: decodeParentLocator(bytes), bytes, position } };
}
