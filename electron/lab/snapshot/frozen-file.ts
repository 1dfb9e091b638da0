// One file as it was when a snapshot was taken, while the real one changes: old blocks come out of the snapshot's area,
// the others out of the real file. What is saved while a read is under way is read again from the area.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ByteSource } from '../../vhdx/index.ts';
import { snapshotBlockBytes, type BlockIndex } from './block-index.ts';

/** What is used of a file of this machine. */
export interface OpenBytes {
  read(target: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

export interface FrozenFileParts {
  /** Names the file in errors. */
  readonly path: string;
  /** Of the file in the snapshot's catalogue. */
  readonly number: number;
  readonly sizeBytes: number;
  readonly index: BlockIndex;
  readonly saved: OpenBytes;
  /** The real file, or what was kept of it when it was removed. */
  readonly old: OpenBytes;
  /** Throws where the snapshot does not stand any more. */
  readonly assertStanding: () => void;
}

export class FrozenFile implements ByteSource {
  readonly path: string;
  readonly #parts: FrozenFileParts;

  constructor(parts: FrozenFileParts) {
    this.path = parts.path;
    this.#parts = parts;
  }

  sizeBytes(): Promise<number> {
    return Promise.resolve(this.#parts.sizeBytes);
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    const { sizeBytes, assertStanding } = this.#parts;
    assertStanding();
    const end = Math.min(position + target.length, sizeBytes);
    for (let at = position; at < end;) {
      const until = this.#isSaved(blockAt(at)) ? endOfBlock(at, end) : this.#endOfUnsaved(at, end);
      await this.#readPiece(target.subarray(at - position, until - position), at);
      at = until;
    }
    // Also afterwards: a snapshot that was given up meanwhile may have lost an old block in the middle of it.
    assertStanding();
    return Math.max(0, end - position);
  }

  async close(): Promise<void> {
    await this.#parts.old.close();
  }

  /** A saved block or a piece of one, or any length of what is not saved. */
  async #readPiece(piece: Uint8Array, at: number): Promise<void> {
    if (this.#isSaved(blockAt(at))) return this.#readSaved(piece, at);
    const { old, path } = this.#parts;
    const got = await readFully(path, old, piece, at);
    for (let from = at; from < at + piece.length;) {
      const until = endOfBlock(from, at + piece.length);
      // Changed since: it was saved before. Not saved: nobody had begun to change it when it was read.
      if (this.#isSaved(blockAt(from))) await this.#readSaved(piece.subarray(from - at, until - at), from);
      else if (until - at > got) throw new AppError('vhdx.file-unreadable', { path, reason: 'it ends too early' });
      from = until;
    }
  }

  async #readSaved(piece: Uint8Array, at: number): Promise<void> {
    const { index, number, saved, path } = this.#parts;
    const slot = index.slotOf(number, blockAt(at)) ?? 0;
    const got = await readFully(path, saved, piece, slot * snapshotBlockBytes + (at % snapshotBlockBytes));
    if (got < piece.length) throw new AppError('vhdx.file-unreadable', { path, reason: 'an old block is missing' });
  }

  #isSaved(block: number): boolean {
    return this.#parts.index.slotOf(this.#parts.number, block) !== undefined;
  }

  #endOfUnsaved(at: number, end: number): number {
    let until = endOfBlock(at, end);
    while (until < end && !this.#isSaved(blockAt(until))) until = endOfBlock(until, end);
    return until;
  }
}

function blockAt(position: number): number {
  return Math.floor(position / snapshotBlockBytes);
}

function endOfBlock(position: number, end: number): number {
  return Math.min((blockAt(position) + 1) * snapshotBlockBytes, end);
}

/** Fewer bytes than asked for only at the end of the file. */
async function readFully(path: string, handle: OpenBytes, target: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < target.length) {
    const reading = handle.read(target, done, target.length - done, position + done);
    const { bytesRead } = await reading.catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : 'unknown';
      throw new AppError('vhdx.file-unreadable', { path, reason }, { cause });
    });
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}
