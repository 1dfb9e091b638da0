// Puts the file's path to what decoders found, and reads whole structures. The only place where a Violation becomes
// an error the admin sees.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ByteSource } from '../files.ts';
import { NotVhdx } from '../format/file-identifier.ts';
import { IncompleteFile, UnknownFeature, Violation } from '../format/violation.ts';

/** What a decoder threw, as the error that names the file; anything else as it is. */
export function withPath(path: string, error: unknown): unknown {
  if (error instanceof NotVhdx) return new AppError('vhdx.not-vhdx', { path, reason: error.message });
  if (error instanceof IncompleteFile) return new AppError('vhdx.incomplete', { path });
  if (error instanceof UnknownFeature) return new AppError('vhdx.unsupported', { path, feature: error.message });
  if (error instanceof Violation)
    return new AppError('vhdx.damaged', { path, structure: error.structure, reason: error.message });
  return error;
}

/** `lengthBytes` bytes at `position`; `structure` names them in the error of a file that ends before. */
export async function readStructure(
  source: ByteSource,
  position: number,
  lengthBytes: number,
  structure: string,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(lengthBytes);
  await readFully(source, bytes, position, structure);
  return bytes;
}

/** Fills `target` or throws `vhdx.truncated`: a file that ended early must never read as zeros. */
export async function readFully(
  source: ByteSource,
  target: Uint8Array,
  position: number,
  structure: string,
): Promise<void> {
  const got = await source.read(target, position);
  if (got === target.length) return;
  const neededBytes = position + target.length;
  throw new AppError('vhdx.truncated', { path: source.path, structure, neededBytes, sizeBytes: position + got });
}
