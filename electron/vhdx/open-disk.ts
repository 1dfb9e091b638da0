// Opens a virtual disk for reading: the one place where files, chain, map and reader are put together. Never writes.
import { AppError } from '../../shared/errors/app-error.ts';
import type { ChainMember, DiskType, Extent, VirtualDisk } from './disk.ts';
import type { VhdxFiles } from './files.ts';
import type { Guid } from './format/guid.ts';
import { Violation } from './format/violation.ts';
import { ChainMap } from './read/chain-map.ts';
import { mergeStretches } from './read/merge-stretches.ts';
import { openChain, type ChainLink, type ChainOptions } from './read/open-chain.ts';
import { readHeaders, type OpenMember } from './read/open-member.ts';
import { ChainReader, checkRange } from './read/read-chain.ts';

/**
 * Opens `path` and every file of its chain.
 *
 * The whole block table of each file is checked here, so that a damaged file is refused before anything of it is used.
 * Errors: `vhdx.*`; see shared/errors/catalogue/vhdx.ts.
 */
export async function openDisk(path: string, files: VhdxFiles, options: ChainOptions = {}): Promise<VirtualDisk> {
  return new OpenedDisk(await openChain(await files.open(path), files, options));
}

/** What the outside learns of one file of a chain. */
export function describeMember({ member, foundBy }: ChainLink): ChainMember {
  const { header } = member.start.current;
  return {
    path: member.source.path,
    type: member.parameters.type,
    sizeBytes: member.parameters.sizeBytes,
    blockSizeBytes: member.parameters.blockSizeBytes,
    fileSizeBytes: member.start.fileSizeBytes,
    virtualDiskId: member.parameters.virtualDiskId,
    dataWriteGuid: header.dataWriteGuid,
    fileWriteGuid: header.fileWriteGuid,
    sequenceNumber: header.sequenceNumber,
    ...(foundBy === undefined ? {} : { foundBy }),
  };
}

export function leafOf(links: readonly ChainLink[]): OpenMember {
  const leaf = links[0];
  if (leaf === undefined) throw new RangeError('a chain has at least one file');
  return leaf.member;
}

class OpenedDisk implements VirtualDisk {
  readonly path: string;
  readonly type: DiskType;
  readonly sizeBytes: number;
  readonly blockSizeBytes: number;
  readonly logicalSectorSizeBytes: 512 | 4096;
  readonly physicalSectorSizeBytes: 512 | 4096;
  readonly virtualDiskId: Guid;
  readonly dataWriteGuid: Guid;
  readonly fileWriteGuid: Guid;
  readonly members: readonly ChainMember[];
  readonly #links: readonly ChainLink[];
  readonly #map: ChainMap;
  readonly #reader: ChainReader;

  constructor(links: readonly ChainLink[]) {
    const { source, parameters, start } = leafOf(links);
    this.path = source.path;
    this.type = parameters.type;
    this.sizeBytes = parameters.sizeBytes;
    this.blockSizeBytes = parameters.blockSizeBytes;
    this.logicalSectorSizeBytes = parameters.logicalSectorSizeBytes;
    this.physicalSectorSizeBytes = parameters.physicalSectorSizeBytes;
    this.virtualDiskId = parameters.virtualDiskId;
    this.dataWriteGuid = start.current.header.dataWriteGuid;
    this.fileWriteGuid = start.current.header.fileWriteGuid;
    this.members = links.map(describeMember);
    this.#links = links;
    this.#map = new ChainMap(links.map((link) => link.member));
    this.#reader = new ChainReader(
      this.#map,
      links.map((link) => link.member.source),
    );
  }

  async read(target: Uint8Array, offset: number): Promise<void> {
    checkRange(this.path, this.sizeBytes, offset, target.length);
    await this.#reader.read(target, offset);
  }

  extents(offset = 0, lengthBytes = this.sizeBytes - offset): AsyncIterable<Extent> {
    checkRange(this.path, this.sizeBytes, offset, lengthBytes);
    return mergeStretches(offset, offset + lengthBytes, (at, end) => this.#map.stretchAt(at, end));
  }

  async assertUnchanged(): Promise<void> {
    for (const { member } of this.#links)
      if (await hasChanged(member)) throw new AppError('vhdx.changed-while-reading', { path: member.source.path });
  }

  async close(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.member.source.close()));
  }
}

async function hasChanged({ source, start }: OpenMember): Promise<boolean> {
  try {
    const now = (await readHeaders(source)).current.header;
    const before = start.current.header;
    return now.sequenceNumber !== before.sequenceNumber || now.fileWriteGuid !== before.fileWriteGuid;
  } catch (error) {
    // Headers that were whole a moment ago and are not now: somebody is writing them.
    if (error instanceof Violation) return true;
    throw error;
  }
}
