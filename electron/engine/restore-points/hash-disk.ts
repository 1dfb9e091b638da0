// SHA-256 of a disk's raw content, as the guest sees it: what is compared when a restore is to be proved.
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openDisk, type Extent, type VhdxFiles, type VirtualDisk } from '../../vhdx/index.ts';

export interface HashProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface HashOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: HashProgress) => void;
}

/** Half a millisecond of hashing; in between everything else has its turn. */
const pieceBytes = 1024 ** 2;
const zeros = Buffer.alloc(pieceBytes);

/** Lower-case hex. Errors: `vhdx.*`, the signal's reason. */
export async function hashDisk(
  disk: Pick<VirtualDisk, 'sizeBytes' | 'read' | 'extents'>,
  { signal, onProgress }: HashOptions = {},
): Promise<string> {
  const hash = createHash('sha256');
  let doneBytes = 0;
  for await (const piece of readAhead(disk)) {
    signal?.throwIfAborted();
    hash.update(piece);
    doneBytes += piece.length;
    onProgress?.({ doneBytes, totalBytes: disk.sizeBytes });
    await nextTurn();
  }
  return hash.digest('hex');
}

/** The same for a disk file and its chain, read-only. */
export async function hashDiskFile(files: VhdxFiles, path: string, options: HashOptions = {}): Promise<string> {
  const disk = await openDisk(path, files);
  try {
    return await hashDisk(disk, options);
  } finally {
    await disk.close();
  }
}

interface Piece {
  readonly offset: number;
  readonly lengthBytes: number;
  readonly isAllocated: boolean;
}

/** The content in order. While one piece is used, the next is read; each is valid until the one after next is asked for. */
async function* readAhead(disk: Pick<VirtualDisk, 'read' | 'extents'>): AsyncGenerator<Uint8Array, void, undefined> {
  const buffers = [Buffer.allocUnsafe(pieceBytes), Buffer.allocUnsafe(pieceBytes)] as const;
  let turn = 0;
  let pending: Promise<Uint8Array> | undefined;
  try {
    for await (const piece of pieces(disk.extents())) {
      turn ^= 1;
      const target = (turn === 0 ? buffers[0] : buffers[1]).subarray(0, piece.lengthBytes);
      const next = piece.isAllocated
        ? filled(disk, target, piece.offset)
        : Promise.resolve(zeros.subarray(0, piece.lengthBytes));
      const ready = pending;
      pending = next;
      if (ready !== undefined) yield await ready;
    }
    const last = pending;
    pending = undefined;
    if (last !== undefined) yield await last;
  } finally {
    // Whoever stops early closes the disk next: nothing may be read from it any more.
    await pending?.catch(() => undefined);
  }
}

function filled(disk: Pick<VirtualDisk, 'read'>, target: Uint8Array, offset: number): Promise<Uint8Array> {
  const reading = disk.read(target, offset).then(() => target);
  // Met when its turn comes; until then it must not count as unhandled.
  reading.catch(() => undefined);
  return reading;
}

/** Small neighbours are read together: a read fills what no file holds with zeros by itself. */
async function* pieces(extents: AsyncIterable<Extent>): AsyncGenerator<Piece, void, undefined> {
  let open: { offset: number; lengthBytes: number; isAllocated: boolean } | undefined;
  for await (const extent of extents) {
    const isAllocated = extent.kind === 'allocated';
    const end = extent.offset + extent.lengthBytes;
    for (let at = extent.offset; at < end;) {
      open ??= { offset: at, lengthBytes: 0, isAllocated: false };
      const part = Math.min(end - at, pieceBytes - open.lengthBytes);
      open.lengthBytes += part;
      open.isAllocated ||= isAllocated;
      at += part;
      if (open.lengthBytes < pieceBytes) continue;
      yield open;
      open = undefined;
    }
  }
  if (open !== undefined) yield open;
}
