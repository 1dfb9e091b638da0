// Files that hold one JSON document (index, snapshot, lock; config and key content without compression): sealed, and
// in format version 2 compressed behind a marker byte ("restic design.rst", Unpacked Data Format).
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { FormatError } from './format-error.ts';
import { open, seal, type SealingKey } from './sealing.ts';

const zstdMarker = 2;

export function sealUnpacked(key: SealingKey, json: string): Uint8Array {
  const plain = Buffer.from(json, 'utf8');
  return seal(key, Buffer.concat([Uint8Array.of(zstdMarker), compress(plain, 3)]));
}

/** The JSON's bytes, at most `maxBytes` of them. */
export function openUnpacked(key: SealingKey, sealed: Uint8Array, maxBytes: number): Uint8Array {
  const content = open(key, sealed);
  const first = content[0];
  if (first === 0x7b || first === 0x5b) return content;
  if (first !== zstdMarker) throw new FormatError('its content is of an unknown form');
  return decompress(content.subarray(1), maxBytes);
}

/** One zstd frame that carries its content size. */
export function compress(plain: Uint8Array, level: number): Uint8Array {
  return zstdCompressSync(plain, {
    // One output block of the worst case, so that nothing is joined; zstd's own bound is n + n/256 + 64 for large n.
    chunkSize: plain.length + (plain.length >> 8) + 1024,
    pledgedSrcSize: plain.length,
    params: { [constants.ZSTD_c_compressionLevel]: level },
  });
}

export function decompress(frame: Uint8Array, maxBytes: number): Uint8Array {
  try {
    // SECURITY: a frame that would grow beyond the limit ends here, whatever its header claims.
    return zstdDecompressSync(frame, {
      maxOutputLength: Math.max(maxBytes, 1),
      chunkSize: Math.max(Math.min(maxBytes, 64 << 20), 64),
    });
  } catch (error) {
    throw new FormatError('it cannot be decompressed within its length', { cause: error });
  }
}
