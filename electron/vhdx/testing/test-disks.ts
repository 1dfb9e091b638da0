// Disks for tests, and what tests ask of disks again and again.
import type { DiskGeometry, Extent, VirtualDisk } from '../disk.ts';
import type { ByteStore } from '../files.ts';
import { structureChecksum } from '../format/crc32c.ts';
import { MiB } from '../format/limits.ts';
import { createDifferencingDisk, createDynamicDisk, type NewDiskOptions } from '../write/create-disk.ts';
import type { MemoryContent, MemoryFiles } from './memory-files.ts';

export const ids = {
  virtualDiskId: '11111111-0000-4000-8000-000000000001',
  dataWriteGuid: '22222222-0000-4000-8000-000000000002',
  fileWriteGuid: '33333333-0000-4000-8000-000000000003',
};

export const smallGeometry: DiskGeometry = {
  sizeBytes: 4 * MiB,
  blockSizeBytes: MiB,
  logicalSectorSizeBytes: 512,
  physicalSectorSizeBytes: 4096,
};

/** Where the files we make have their parts (write/file-layout.ts). */
export const at = { header1: 64 * 1024, header2: 128 * 1024, regions1: 192 * 1024, regions2: 256 * 1024, log: MiB };
export const metadataAt = 2 * MiB;
export const batAt = 3 * MiB;

export async function makeDynamic(
  files: MemoryFiles,
  path: string,
  options: Partial<NewDiskOptions> = {},
): Promise<MemoryContent> {
  return fill(files, path, (store) => createDynamicDisk(store, { ...smallGeometry, ids, ...options }));
}

/** A child in the parent's folder. */
export async function makeChild(
  files: MemoryFiles,
  path: string,
  parentPath: string,
  parent: VirtualDisk | (DiskGeometry & { dataWriteGuid: string; virtualDiskId: string }),
  options: { blockSizeBytes?: number; sizeBytes?: number; dataWriteGuid?: string } = {},
): Promise<MemoryContent> {
  const { dataWriteGuid, ...sizes } = options;
  const paths = { relativePath: `.\\${parentPath.split('\\').at(-1) ?? ''}` };
  const childIds = dataWriteGuid === undefined ? {} : { ids: { dataWriteGuid } };
  return fill(files, path, (store) => createDifferencingDisk(store, { parent, paths, ...sizes, ...childIds }));
}

async function fill(
  files: MemoryFiles,
  path: string,
  make: (store: ByteStore) => Promise<void>,
): Promise<MemoryContent> {
  const store = await files.create(path);
  await make(store);
  await store.close();
  const content = files.contents.get(path);
  if (content === undefined) throw new Error(`${path} was not made`);
  return content;
}

export async function readAll(disk: Pick<VirtualDisk, 'read' | 'sizeBytes'>): Promise<Buffer> {
  // Old bytes in the target must not shine through.
  const target = Buffer.alloc(disk.sizeBytes, 0xee);
  await disk.read(target, 0);
  return target;
}

export async function listExtents(extents: AsyncIterable<Extent>): Promise<Extent[]> {
  const list: Extent[] = [];
  for await (const extent of extents) list.push(extent);
  return list;
}

export function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

export function u64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

export function batEntry(state: number, offsetMiB: number): Uint8Array {
  return u64((BigInt(offsetMiB) << 20n) | BigInt(state));
}

/** Changes a checksummed structure in place and makes its checksum right again, as an attacker would. */
export function patchChecked(
  content: MemoryContent,
  start: number,
  length: number,
  patches: [number, Uint8Array][],
): void {
  const bytes = new Uint8Array(length);
  content.read(bytes, start);
  for (const [offset, patch] of patches) bytes.set(patch, offset);
  new DataView(bytes.buffer).setUint32(4, structureChecksum(bytes, 4), true);
  content.write(bytes, start);
}

/** The same patch in both headers. */
export function patchHeaders(content: MemoryContent, ...patches: [number, Uint8Array][]): void {
  for (const start of [at.header1, at.header2]) patchChecked(content, start, 4096, patches);
}

export function patchRegions(content: MemoryContent, ...patches: [number, Uint8Array][]): void {
  for (const start of [at.regions1, at.regions2]) patchChecked(content, start, 65536, patches);
}
