// The ids inside of an image. The same frozen content has to give the same bytes, or nothing would deduplicate, so
// nothing here is random.
import { createHash } from 'node:crypto';
import type { DiskIds, Guid, VirtualDisk } from '../../vhdx/index.ts';

/** The disk keeps its identity and the version of its content; the file is one of its own, with an id made of both. */
export function imageIds(disk: Pick<VirtualDisk, 'virtualDiskId' | 'dataWriteGuid'>, blockSizeBytes: number): DiskIds {
  const { virtualDiskId, dataWriteGuid } = disk;
  const fileWriteGuid = guidOf(`stillpoint-image\n${virtualDiskId}\n${dataWriteGuid}\n${blockSizeBytes}`);
  return { virtualDiskId, dataWriteGuid, fileWriteGuid };
}

/** A name-based GUID over SHA-256: RFC 9562, version 8. */
function guidOf(name: string): Guid {
  const bytes = createHash('sha256').update(name).digest();
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
