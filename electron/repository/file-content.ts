// Reading a file's content: in order for a stream, or in the order it lies in the packs for a restore.
import { AppError } from '../../shared/errors/app-error.ts';
import { type BlobEntry, type BlobTable } from './blob-table.ts';
import { type BlobReader } from './blob-reader.ts';
import { breathe } from './concurrency.ts';
import { plainBytesOf } from './format/pack-header.ts';
import { isZero } from './format/zeros.ts';
import {
  type FileNode,
  type ReadOptions,
  type RestoreOptions,
  type RestoreResult,
  type RestoreTarget,
} from './model.ts';

/** Chunks that are looked up, sorted and read together: bounds memory, large enough that neighbours meet. */
const chunksPerBatch = 2048;
const chunksAhead = 8;

/** Where the chunks of a batch go: a chunk that occurs several times is read once. */
type Positions = Map<BlobEntry, number[]>;

/** The bytes in order; a few chunks are read ahead. */
export async function* readFile(
  reader: BlobReader,
  table: BlobTable,
  node: FileNode,
  { signal, onProgress }: ReadOptions = {},
): AsyncGenerator<Uint8Array> {
  const ahead: Promise<Uint8Array>[] = [];
  let next = 0;
  let doneBytes = 0;
  try {
    while (next < node.content.length || ahead.length > 0) {
      signal?.throwIfAborted();
      while (ahead.length < chunksAhead && next < node.content.length) {
        ahead.push(startRead(reader, table, node.content[next] ?? ''));
        next += 1;
      }
      const chunk = await ahead.shift();
      if (chunk === undefined) return;
      doneBytes += chunk.length;
      onProgress?.({ doneBytes, totalBytes: node.sizeBytes });
      yield chunk;
    }
  } finally {
    await Promise.allSettled(ahead);
  }
}

function startRead(reader: BlobReader, table: BlobTable, id: string): Promise<Uint8Array> {
  const reading = (async () => reader.read(table, reader.locate(table, 'data', id)))();
  // A failure is met when its turn comes; until then it must not count as unhandled.
  reading.catch(() => undefined);
  return reading;
}

/** Writes the whole file to the target; rejects at the first chunk that cannot be had. */
export async function restoreFile(
  reader: BlobReader,
  table: BlobTable,
  node: FileNode,
  target: RestoreTarget,
  options: RestoreOptions = {},
): Promise<RestoreResult> {
  const { signal, onProgress } = options;
  const totalBytes = await contentBytes(reader, table, node);
  if (totalBytes !== node.sizeBytes) {
    const params = { file: node.name, saidBytes: node.sizeBytes, foundBytes: totalBytes };
    throw new AppError('repository.file-length', params);
  }
  await target.truncate(totalBytes);
  const state = { doneBytes: 0, writtenBytes: 0 };
  const write = async (plain: Uint8Array, positions: readonly number[]): Promise<void> => {
    const isHole = options.isFresh === true && isZero(plain);
    for (const position of positions) {
      if (!isHole) await target.write(plain, position);
      state.doneBytes += plain.length;
      state.writtenBytes += isHole ? 0 : plain.length;
    }
    onProgress?.({ doneBytes: state.doneBytes, totalBytes });
  };
  let position = 0;
  for (let at = 0; at < node.content.length; at += chunksPerBatch) {
    signal?.throwIfAborted();
    const batch = node.content.slice(at, at + chunksPerBatch);
    const { positions, end } = locateAll(reader, table, batch, position);
    position = end;
    await reader.visitAll(table, [...positions.keys()], {
      wantsBytes: true,
      ...(signal && { signal }),
      visit: async ({ entry, outcome }) => {
        if (!outcome.isOpen) throw outcome.error;
        await write(outcome.plain, positions.get(entry) ?? []);
      },
    });
    await breathe();
  }
  return { sizeBytes: totalBytes, writtenBytes: state.writtenBytes };
}

/** By the index, which counts the same bytes the restore writes. Finds a missing chunk before anything is written. */
async function contentBytes(reader: BlobReader, table: BlobTable, node: FileNode): Promise<number> {
  let bytes = 0;
  for (const [i, id] of node.content.entries()) {
    bytes += plainBytesOf(table.blob(reader.locate(table, 'data', id)));
    if (i % 8192 === 8191) await breathe();
  }
  return bytes;
}

function locateAll(
  reader: BlobReader,
  table: BlobTable,
  ids: readonly string[],
  start: number,
): { readonly positions: Positions; readonly end: number } {
  const positions: Positions = new Map();
  let position = start;
  for (const id of ids) {
    const entry = reader.locate(table, 'data', id);
    const list = positions.get(entry);
    if (list === undefined) positions.set(entry, [position]);
    else list.push(position);
    position += plainBytesOf(table.blob(entry));
  }
  return { positions, end: position };
}
