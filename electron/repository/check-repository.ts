// Structure of the whole repository, without reading the data: indexes can be read, packs are there and are what the
// index says, every snapshot's folders can be read and every chunk they name is known.
import { AppError, isAppError } from '../../shared/errors/app-error.ts';
import { type BlobReader } from './blob-reader.ts';
import { type BlobEntry, type BlobTable } from './blob-table.ts';
import { breathe, forEachLimited } from './concurrency.ts';
import { damagedFile } from './damaged-file.ts';
import { DamageList } from './damage-list.ts';
import { FormatError } from './format/format-error.ts';
import { decodePackHeader, headerBytesOf, packTailBytes, type PackedBlob } from './format/pack-header.ts';
import { type CheckResult, type FileNode, type ReadOptions } from './model.ts';
import { type RepositoryCore } from './repository-core.ts';
import { assertPresent, type RepositoryFile } from './repository-storage.ts';
import { listSnapshots } from './snapshot-store.ts';
import { walkTrees } from './walk-trees.ts';

const readsAtOnce = 8;

export async function checkRepository(
  core: RepositoryCore,
  reader: BlobReader,
  options: ReadOptions = {},
): Promise<CheckResult> {
  const damages = new DamageList();
  // Snapshots before indexes: what a snapshot seen here needs was indexed before it was written.
  const snapshots = await listSnapshots(core, { onDamaged: (error) => damages.addError(error) });
  const table = await core.index.reload((error) => damages.addError(error));
  const unreferencedPacks = await checkPacks(core, table, damages, options);
  const visited = new Set<string>();
  for (const snapshot of snapshots) {
    await walkTrees(reader, table, snapshot.tree, {
      visited,
      ...(options.signal && { signal: options.signal }),
      onFile: (path, node) => checkContent(core, table, path, node, damages),
      onDamage: (path, error) => damages.addError(error, { path }),
    });
  }
  // A drive that went away meanwhile is no damage.
  if (damages.count > 0) await assertPresent(core.storage);
  return {
    isIntact: damages.count === 0,
    damages: damages.damages,
    damageCount: damages.count,
    snapshots: snapshots.length,
    packs: table.packCount,
    blobs: table.count,
    unreferencedPacks,
  };
}

async function checkPacks(
  core: RepositoryCore,
  table: BlobTable,
  damages: DamageList,
  { signal, onProgress }: ReadOptions,
): Promise<number> {
  const files = await core.storage.list('data');
  const sizes = new Map(files.map((file) => [file.name, file.sizeBytes]));
  const packs = entriesByPack(table);
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  let doneBytes = 0;
  await forEachLimited(packs.entries(), readsAtOnce, async ([packNumber, entries]) => {
    signal?.throwIfAborted();
    const file = { kind: 'data', name: table.packIdOf(packNumber) } as const;
    const size = sizes.get(file.name);
    try {
      await checkPack(
        core,
        file,
        size,
        entries.map((entry) => table.blob(entry)),
      );
    } catch (error) {
      if (!isAppError(error) || error.category !== 'integrity') throw error;
      damages.addError(error);
    }
    sizes.delete(file.name);
    doneBytes += size ?? 0;
    onProgress?.({ doneBytes, totalBytes });
  });
  return sizes.size;
}

function entriesByPack(table: BlobTable): readonly (readonly BlobEntry[])[] {
  const packs = Array.from({ length: table.packCount }, (): BlobEntry[] => []);
  for (let entry = 0; entry < table.count; entry += 1) packs[table.packNumberOf(entry)]?.push(entry);
  return packs;
}

async function checkPack(
  core: RepositoryCore,
  file: RepositoryFile,
  size: number | undefined,
  blobs: readonly PackedBlob[],
): Promise<void> {
  const { storage } = core;
  if (size === undefined) throw missing(core, file);
  const tailBytes = packTailBytes(blobs);
  const expected = tailBytes + blobs.reduce((sum, blob) => sum + blob.sealedBytes, 0);
  if (size !== expected) throw damagedFile(storage, file, `it has ${size} bytes, its index says ${expected}`);
  const tail = new Uint8Array(tailBytes);
  await storage.readRange(file, size - tailBytes, tail);
  try {
    const headerBytes = headerBytesOf(tail.subarray(-4), size);
    if (headerBytes + 4 !== tailBytes) throw new FormatError('its header has another length than its index says');
    compareBlobs(decodePackHeader(core.key, tail.subarray(0, -4), size), blobs);
  } catch (error) {
    if (error instanceof FormatError) throw damagedFile(storage, file, error.message, error);
    throw error;
  }
}

function compareBlobs(inPack: readonly PackedBlob[], inIndex: readonly PackedBlob[]): void {
  const sorted = [...inIndex].sort((a, b) => a.offset - b.offset);
  const isSame = inPack.every((blob, i) => {
    const indexed = sorted[i];
    const isSameBlob = indexed?.id === blob.id && indexed.kind === blob.kind && indexed.offset === blob.offset;
    return (
      isSameBlob && indexed.sealedBytes === blob.sealedBytes && indexed.uncompressedBytes === blob.uncompressedBytes
    );
  });
  if (!isSame) throw new FormatError('its header names other blobs than its index');
}

async function checkContent(
  core: RepositoryCore,
  table: BlobTable,
  path: string,
  node: FileNode,
  damages: DamageList,
): Promise<void> {
  for (const [i, blob] of node.content.entries()) {
    if (table.find('data', blob) === undefined) {
      damages.addError(new AppError('repository.blob-missing', { location: core.storage.location, blob }), { path });
    }
    if (i % 8192 === 8191) await breathe();
  }
}

function missing(core: RepositoryCore, file: RepositoryFile): AppError {
  return new AppError('repository.file-missing', {
    location: core.storage.location,
    file: `${file.kind} ${file.name}`,
  });
}
