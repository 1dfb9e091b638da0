// What an opened virtual disk is: the shapes that readers and writers of this library share with its users.
import type { ParentPathOrigin } from './files.ts';
import type { Guid } from './format/guid.ts';

/** `fixed` says how the file was made; it still goes through its block table like the others. */
export type DiskType = 'fixed' | 'dynamic' | 'differencing';

/** What a stretch of the virtual disk is: held by a file, recorded as zeros, or held by no file of the chain at all.
 * Both `zero` and `absent` read as zeros. */
export type ExtentKind = 'allocated' | 'zero' | 'absent';

export interface Extent {
  readonly offset: number;
  readonly lengthBytes: number;
  readonly kind: ExtentKind;
}

/** A stretch that one file itself answers for, in a chain. */
export interface OwnRange {
  readonly offset: number;
  readonly lengthBytes: number;
  readonly kind: 'allocated' | 'zero';
}

/** One file of a chain. */
export interface ChainMember {
  readonly path: string;
  readonly type: DiskType;
  readonly sizeBytes: number;
  readonly blockSizeBytes: number;
  readonly fileSizeBytes: number;
  readonly virtualDiskId: Guid;
  readonly dataWriteGuid: Guid;
  readonly fileWriteGuid: Guid;
  readonly sequenceNumber: bigint;
  /** How its child led here; undefined for the leaf. */
  readonly foundBy?: ParentPathOrigin;
}

export interface DiskGeometry {
  readonly sizeBytes: number;
  readonly blockSizeBytes: number;
  readonly logicalSectorSizeBytes: 512 | 4096;
  readonly physicalSectorSizeBytes: 512 | 4096;
}

/** A disk as the guest sees it, over a chain of files. Geometry and ids are the leaf's. */
export interface VirtualDisk extends DiskGeometry {
  readonly path: string;
  readonly type: DiskType;
  readonly virtualDiskId: Guid;
  /** Changes with every change of what the guest sees; the version of the content. */
  readonly dataWriteGuid: Guid;
  readonly fileWriteGuid: Guid;
  /** Leaf first. */
  readonly members: readonly ChainMember[];
  /** Fills all of `target` from `offset`; any alignment. Error: `vhdx.out-of-range`. */
  read(target: Uint8Array, offset: number): Promise<void>;
  /** What lies where, in order, neighbours of a kind merged, the whole range covered (default: the whole disk).
   * Stop iterating to cancel. */
  extents(offset?: number, lengthBytes?: number): AsyncIterable<Extent>;
  /** Reads the current header of every member again. Error: `vhdx.changed-while-reading`. */
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}

/** The leaf of a chain, open for reading and writing. Survives the death of the process at any point: payload is
 * written before the bits and entries that lead to it. Writes are put in order one after the other. */
export interface WritableDisk extends Omit<VirtualDisk, 'assertUnchanged' | 'extents'> {
  /** Size of the leaf's file now. */
  readonly fileSizeBytes: number;
  /** Any offset and length inside the disk. The first write gives the file a new DataWriteGuid. */
  write(data: Uint8Array, offset: number): Promise<void>;
  /** What the leaf's own file holds (all else is the parent's), in order, neighbours of a kind merged. */
  ownRanges(): AsyncIterable<OwnRange>;
  /** Announces a change of content now (a merge does it before it copies). Returns the new DataWriteGuid. */
  renewDataWriteGuid(guid?: Guid): Promise<Guid>;
  /** Makes the leaf accept a parent with this DataWriteGuid as well, while a merge changes the parent. */
  setParentLinkage2(guid: Guid): Promise<void>;
  /** Makes this the one DataWriteGuid that the parent must have. */
  setParentLinkage(guid: Guid): Promise<void>;
  flush(): Promise<void>;
}
