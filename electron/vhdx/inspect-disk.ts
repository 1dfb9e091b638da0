// The structure of one disk file as facts, for a command line and for error screens. Opens no parent and does not mind
// a log that was not applied: what lies behind such a log is then left out.
import type { DiskGeometry, DiskType } from './disk.ts';
import type { ByteSource, ParentCandidate, VhdxFiles } from './files.ts';
import { zeroGuid, type Guid } from './format/guid.ts';
import type { ParentLocator } from './format/parent-locator.ts';
import { Violation } from './format/violation.ts';
import { withPath } from './read/at-path.ts';
import { openMember, readFileStart, type FileStart, type OpenMember } from './read/open-member.ts';
import { PageCache } from './read/paged-source.ts';

export interface HeaderFacts {
  readonly sequenceNumber: bigint;
  readonly fileWriteGuid: Guid;
  readonly dataWriteGuid: Guid;
}

export interface DiskStructure extends DiskGeometry {
  readonly type: DiskType;
  readonly virtualDiskId: Guid;
  readonly regions: readonly { readonly id: Guid; readonly offset: number; readonly lengthBytes: number }[];
  /** Payload blocks in each state of [MS-VHDX] 2.5.1.1; the index is the state. */
  readonly blocksByState: readonly number[];
  readonly sectorBitmapBlocks: number;
  readonly parentLocator?: ParentLocator;
  /** Where the parent would be looked for, in order. */
  readonly parentCandidates: readonly ParentCandidate[];
}

export interface DiskInspection {
  readonly path: string;
  readonly fileSizeBytes: number;
  /** The program that made the file, by its own word. */
  readonly creator: string;
  /** Both copies; what is wrong with one that does not count. */
  readonly headers: readonly (HeaderFacts | { readonly fault: string })[];
  readonly currentHeader: HeaderFacts & { readonly copy: 1 | 2 };
  readonly log: { readonly isDirty: boolean; readonly offset: number; readonly lengthBytes: number };
  /** Undefined while the log is not applied. */
  readonly structure?: DiskStructure;
}

/** Errors: as openDisk, except those of parents and of a dirty log. */
export async function inspectDisk(path: string, files: VhdxFiles): Promise<DiskInspection> {
  const source = await files.open(path);
  try {
    const start = await startOf(source);
    const isDirty = start.current.header.logGuid !== zeroGuid;
    const member = isDirty ? undefined : await openMember(source, new PageCache());
    const facts = inspectStart(path, start, isDirty);
    return member === undefined ? facts : { ...facts, structure: structureOf(member, files) };
  } finally {
    await source.close();
  }
}

async function startOf(source: ByteSource): Promise<FileStart> {
  try {
    return await readFileStart(source);
  } catch (error) {
    throw withPath(source.path, error);
  }
}

function inspectStart(path: string, start: FileStart, isDirty: boolean): DiskInspection {
  const { header, index } = start.current;
  return {
    path,
    fileSizeBytes: start.fileSizeBytes,
    creator: start.identifier.creator,
    headers: start.copies.map((copy) => (copy instanceof Violation ? { fault: copy.message } : headerFacts(copy))),
    currentHeader: { ...headerFacts(header), copy: index === 0 ? 1 : 2 },
    log: { isDirty, offset: Number(header.logOffset), lengthBytes: header.logLengthBytes },
  };
}

function headerFacts({ sequenceNumber, fileWriteGuid, dataWriteGuid }: HeaderFacts): HeaderFacts {
  return { sequenceNumber, fileWriteGuid, dataWriteGuid };
}

function structureOf({ source, parameters, regions, blocks, parent }: OpenMember, files: VhdxFiles): DiskStructure {
  return {
    ...parameters,
    regions: regions.map(({ id, offset, lengthBytes }) => ({ id, offset, lengthBytes })),
    blocksByState: blocks.counts.payloadByState,
    sectorBitmapBlocks: blocks.counts.bitmaps,
    ...(parent === undefined ? {} : { parentLocator: parent.locator }),
    parentCandidates: parent === undefined ? [] : files.parentCandidates(source.path, parent.locator),
  };
}
