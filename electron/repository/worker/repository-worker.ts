// Entry of the worker threads: everything that takes processor time for each byte. Pure functions of their input, so
// that a thread may die at any moment without a loss. Bundled to a file of its own; loaded by nothing but the pool.
import { createHash } from 'node:crypto';
import { FormatError } from '../format/format-error.ts';
import { idOf } from '../format/id.ts';
import {
  decodeIndex as decodeIndexJson,
  encodeIndex as encodeIndexJson,
  type FlatIndex,
} from '../format/index-codec.ts';
import { limits } from '../format/limits.ts';
import { encodePackTail } from '../format/pack-header.ts';
import { openInto, sealInto, sealOverheadBytes } from '../format/sealing.ts';
import { decodeTree, type RawTree } from '../format/tree-codec.ts';
import { compress, decompress, openUnpacked, sealUnpacked } from '../format/unpacked.ts';
import { isZero } from '../format/zeros.ts';
import { type BlobLocation, type Opened, type TaskInput, type TaskResult } from './tasks.ts';

/** Chunks of zeros are many and have few lengths. */
const zeroIds = new Map<number, string>();

export function hashChunk({ input }: TaskInput<'hashChunk'>): string {
  if (!isZero(input)) return idOf(input);
  const known = zeroIds.get(input.length);
  if (known !== undefined) return known;
  const id = idOf(input);
  zeroIds.set(input.length, id);
  return id;
}

export function sealBlob({ key, input, output, level }: TaskInput<'sealBlob'>): TaskResult<'sealBlob'> {
  const compressed = compress(input, level);
  const gains = compressed.length < input.length;
  const content = gains ? compressed : input;
  const sealedBytes = content.length + sealOverheadBytes;
  sealInto(output.subarray(0, sealedBytes), key, content);
  return { sealedBytes, uncompressedBytes: gains ? input.length : 0 };
}

export function finishPack({ key, body, blobs }: TaskInput<'finishPack'>): TaskResult<'finishPack'> {
  const tail = encodePackTail(key, blobs);
  return { id: createHash('sha256').update(body).update(tail).digest('hex'), tail };
}

export function openBlob({ output, ...task }: TaskInput<'openBlob'>): TaskResult<'openBlob'> {
  return attempt(() => {
    const plain = openVerified(task);
    output?.set(plain);
    return plain.length;
  });
}

export function openTree(task: TaskInput<'openTree'>): Opened<RawTree> {
  return attempt(() => decodeTree(openVerified(task)));
}

export function encodeIndex({ key, index }: TaskInput<'encodeIndex'>): TaskResult<'encodeIndex'> {
  const bytes = sealUnpacked(key, encodeIndexJson(index));
  return { id: idOf(bytes), bytes };
}

export function decodeIndex({ key, id, bytes }: TaskInput<'decodeIndex'>): Opened<FlatIndex> {
  return attempt(() => {
    if (idOf(bytes) !== id) throw new FormatError('its name is not the hash of its content');
    return decodeIndexJson(openUnpacked(key, bytes, limits.indexJsonBytes));
  });
}

/** Verified plaintext; valid until the next task of this thread. */
function openVerified({ key, input, id, uncompressedBytes }: BlobLocation & { readonly key: Uint8Array }): Uint8Array {
  const content = scratchOf(input.length - sealOverheadBytes);
  openInto(content, key, input);
  const plain = uncompressedBytes > 0 ? decompress(content, uncompressedBytes) : content;
  if (uncompressedBytes > 0 && plain.length !== uncompressedBytes) {
    throw new FormatError('it has another length than its index says');
  }
  if (idOf(plain) !== id) throw new FormatError('its content has another hash than its id');
  return plain;
}

const keptScratchBytes = 2 ** 23 + 2 ** 16;
let scratch = new Uint8Array();

/** Memory that every blob uses again: fresh memory for each costs more than the decryption. */
function scratchOf(bytes: number): Uint8Array {
  if (bytes < 0) throw new FormatError('it is too short');
  if (bytes > keptScratchBytes) return new Uint8Array(bytes);
  if (scratch.length < bytes) scratch = new Uint8Array(Math.min(keptScratchBytes, bytes * 2));
  return scratch.subarray(0, bytes);
}

function attempt<T>(work: () => T): Opened<T> {
  try {
    return { isOpen: true, value: work() };
  } catch (error) {
    if (error instanceof FormatError) return { isOpen: false, reason: error.message };
    throw error;
  }
}
