// Index files: which blob lies where ("restic design.rst", Indexing). Decoded into flat arrays, since a large
// repository has millions of blobs and they pass from the worker threads to the table without being copied.
import { z } from 'zod';
import { FormatError } from './format-error.ts';
import { idFromBytes, idSizeBytes } from './id.ts';
import { limits } from './limits.ts';
import { plainBytesOf, type PackedBlob } from './pack-header.ts';
import { parseJson } from './parse-json.ts';
import { sealOverheadBytes } from './sealing.ts';

/**
 * `ids`: 32 bytes for each blob. `fields`: four words for each blob: pack number * 2 + (1 for a tree), offset, sealed
 * length, uncompressed length or 0. `packIds`: 32 bytes for each pack, by pack number.
 */
export interface FlatIndex {
  readonly packIds: Uint8Array;
  readonly ids: Uint8Array;
  readonly fields: Uint32Array;
}

export const fieldsPerBlob = 4;
const word = z.number().int().min(0).max(0xffff_ffff);
const idText = z.string().regex(/^[0-9a-f]{64}$/);
const indexSchema = z.object({
  packs: z.array(
    z.object({
      id: idText,
      blobs: z.array(
        z.object({
          id: idText,
          type: z.enum(['data', 'tree']),
          offset: word,
          length: word.min(sealOverheadBytes),
          uncompressed_length: word.optional(),
        }),
      ),
    }),
  ),
});

export function decodeIndex(bytes: Uint8Array): FlatIndex {
  const { packs } = parseJson(bytes, indexSchema);
  const count = packs.reduce((sum, pack) => sum + pack.blobs.length, 0);
  const flat = allocate(packs.length, count);
  let next = 0;
  for (const [packNumber, pack] of packs.entries()) {
    flat.packIds.write(pack.id, packNumber * idSizeBytes, 'hex');
    for (const blob of pack.blobs) {
      const packed = {
        id: blob.id,
        kind: blob.type,
        offset: blob.offset,
        sealedBytes: blob.length,
        uncompressedBytes: blob.uncompressed_length ?? 0,
      };
      checkBounds(packed);
      put(flat, next, packNumber, packed);
      next += 1;
    }
  }
  return flat;
}

// SECURITY: lengths of an index decide how much is read and allocated later.
function checkBounds(blob: PackedBlob): void {
  const most = blob.kind === 'tree' ? limits.treeBlobBytes : limits.dataBlobBytes;
  const isBounded = plainBytesOf(blob) <= most && blob.sealedBytes <= most + sealOverheadBytes;
  if (!isBounded || blob.offset + blob.sealedBytes > 0xffff_ffff) throw new FormatError(`blob ${blob.id} is too large`);
}

/** The flat form of packs just written. */
export function flattenPacks(
  packs: readonly { readonly id: string; readonly blobs: readonly PackedBlob[] }[],
): FlatIndex {
  const count = packs.reduce((sum, pack) => sum + pack.blobs.length, 0);
  const flat = allocate(packs.length, count);
  let next = 0;
  for (const [packNumber, pack] of packs.entries()) {
    flat.packIds.write(pack.id, packNumber * idSizeBytes, 'hex');
    for (const blob of pack.blobs) put(flat, next++, packNumber, blob);
  }
  return flat;
}

export function encodeIndex(flat: FlatIndex): string {
  const blobs = Array.from({ length: flat.packIds.length / idSizeBytes }, (): string[] => []);
  for (let i = 0; i < flat.ids.length / idSizeBytes; i += 1) {
    const [pack = 0, offset = 0, length = 0, uncompressed = 0] = flat.fields.subarray(
      i * fieldsPerBlob,
      (i + 1) * fieldsPerBlob,
    );
    blobs[pack >>> 1]?.push(
      `{"id":"${idFromBytes(flat.ids, i * idSizeBytes)}","type":"${(pack & 1) === 1 ? 'tree' : 'data'}",` +
        `"offset":${offset},"length":${length}${uncompressed > 0 ? `,"uncompressed_length":${uncompressed}` : ''}}`,
    );
  }
  const packs = blobs.map(
    (list, n) => `{"id":"${idFromBytes(flat.packIds, n * idSizeBytes)}","blobs":[${list.join(',')}]}`,
  );
  return `{"packs":[${packs.join(',')}]}`;
}

type BuildingIndex = FlatIndex & { readonly packIds: Buffer; readonly ids: Buffer };

function allocate(packs: number, blobs: number): BuildingIndex {
  return {
    packIds: Buffer.from(new ArrayBuffer(packs * idSizeBytes)),
    ids: Buffer.from(new ArrayBuffer(blobs * idSizeBytes)),
    fields: new Uint32Array(blobs * fieldsPerBlob),
  };
}

function put(flat: BuildingIndex, at: number, packNumber: number, blob: PackedBlob): void {
  flat.ids.write(blob.id, at * idSizeBytes, 'hex');
  const pack = packNumber * 2 + (blob.kind === 'tree' ? 1 : 0);
  flat.fields.set([pack, blob.offset, blob.sealedBytes, blob.uncompressedBytes], at * fieldsPerBlob);
}
