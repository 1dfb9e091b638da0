// Makes new disk files: dynamic, fixed, differencing. The file identifier is written last: a file whose making was
// interrupted is not taken for a disk by anyone.
import { randomUUID } from 'node:crypto';
import type { DiskGeometry } from '../disk.ts';
import type { ByteStore } from '../files.ts';
import { blockState, payloadEntryIndex } from '../format/bat.ts';
import type { Guid } from '../format/guid.ts';
import { batEntryBytes, MiB } from '../format/limits.ts';
import type { ParentLocator } from '../format/parent-locator.ts';
import { headPieces, layoutOf, type DiskIds, type FileLayout, type NewDisk } from './file-layout.ts';

/** Windows' own choice for differencing disks. */
const defaultDifferencingBlockBytes = 2 * MiB;

export interface NewDiskOptions extends DiskGeometry {
  /** What is not given is random. */
  readonly ids?: Partial<DiskIds>;
}

/** What a child must know of its parent. */
export interface ParentFacts extends Omit<DiskGeometry, 'blockSizeBytes'> {
  /** The parent's current one. */
  readonly dataWriteGuid: Guid;
  /** Windows keeps one id along a chain. */
  readonly virtualDiskId: Guid;
}

export interface NewDifferencingDiskOptions {
  readonly parent: ParentFacts;
  /** Where the parent is, in Windows' notation; at least one. Relative from the child's folder: `.\base.vhdx`. */
  readonly paths: Pick<ParentLocator, 'relativePath' | 'volumePath' | 'absoluteWin32Path'>;
  /** Default: the parent's; a child may be larger or smaller. */
  readonly sizeBytes?: number;
  /** Default 2 MiB, as Windows does. */
  readonly blockSizeBytes?: number;
  readonly ids?: Partial<DiskIds>;
}

/** An empty dynamic disk in an empty store. Error: `vhdx.bad-geometry`. */
export async function createDynamicDisk(store: ByteStore, options: NewDiskOptions): Promise<void> {
  const { ids, ...geometry } = options;
  await writeNewDisk(store, { ...geometry, ...completeIds(ids), type: 'dynamic' });
}

/** A fixed disk in an empty store: every block has its place, and the file its full size (sparse where it can be). */
export async function createFixedDisk(store: ByteStore, options: NewDiskOptions): Promise<void> {
  const { ids, ...geometry } = options;
  await writeNewDisk(store, { ...geometry, ...completeIds(ids), type: 'fixed' });
}

/** A differencing disk that holds nothing yet, in an empty store. */
export async function createDifferencingDisk(store: ByteStore, options: NewDifferencingDiskOptions): Promise<void> {
  const { parent, paths } = options;
  await writeNewDisk(store, {
    sizeBytes: options.sizeBytes ?? parent.sizeBytes,
    blockSizeBytes: options.blockSizeBytes ?? defaultDifferencingBlockBytes,
    logicalSectorSizeBytes: parent.logicalSectorSizeBytes,
    physicalSectorSizeBytes: parent.physicalSectorSizeBytes,
    ...completeIds({ virtualDiskId: parent.virtualDiskId, ...options.ids }),
    type: 'differencing',
    locator: { parentLinkage: parent.dataWriteGuid, ...paths },
  });
}

async function writeNewDisk(store: ByteStore, disk: NewDisk): Promise<void> {
  const layout = layoutOf(disk, disk.type);
  const [identifier, ...pieces] = headPieces(disk, layout);
  await store.truncate(layout.headSizeBytes);
  for (const piece of pieces) await store.write(piece.bytes, piece.position);
  if (disk.type === 'fixed') await placeAllBlocks(store, disk, layout);
  if (identifier !== undefined) await store.write(identifier.bytes, identifier.position);
}

async function placeAllBlocks(store: ByteStore, disk: NewDisk, layout: FileLayout): Promise<void> {
  const { shape, batOffset, headSizeBytes } = layout;
  await store.truncate(headSizeBytes + shape.payloadBlocks * disk.blockSizeBytes);
  const pieceEntries = MiB / batEntryBytes;
  let block = 0;
  for (let first = 0; first < shape.entryCount; first += pieceEntries) {
    const count = Math.min(pieceEntries, shape.entryCount - first);
    const view = new DataView(new ArrayBuffer(count * batEntryBytes));
    for (; block < shape.payloadBlocks; block += 1) {
      const index = payloadEntryIndex(shape, block) - first;
      if (index >= count) break;
      const offset = headSizeBytes + block * disk.blockSizeBytes;
      view.setBigUint64(index * batEntryBytes, BigInt(offset) | BigInt(blockState.fullyPresent), true);
    }
    await store.write(new Uint8Array(view.buffer), batOffset + first * batEntryBytes);
  }
}

function completeIds(ids: Partial<DiskIds> = {}): DiskIds {
  return {
    virtualDiskId: ids.virtualDiskId ?? randomUUID(),
    dataWriteGuid: ids.dataWriteGuid ?? randomUUID(),
    fileWriteGuid: ids.fileWriteGuid ?? randomUUID(),
  };
}
