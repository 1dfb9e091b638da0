// The file identifier at the start of every VHDX file. [MS-VHDX] 2.2.1.
import { Violation } from './violation.ts';

const signature = 'vhdxfile';
const creatorBytes = 512;

/** What has to be read from position 0. */
export const fileIdentifierBytes = 8 + creatorBytes;

/** The bytes do not begin as a VHDX file does. */
export class NotVhdx extends Violation {}

/** Who made the file, for diagnosis only: it need not end with a NUL and may be anything. */
export interface FileIdentifier {
  readonly creator: string;
}

export function decodeFileIdentifier(bytes: Uint8Array): FileIdentifier {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || text.toString('latin1', 0, 8) !== signature)
    throw new NotVhdx('file identifier', describeStart(text));
  const creator = text.toString('utf16le', 8, Math.min(bytes.length, fileIdentifierBytes));
  const end = creator.indexOf('\0');
  // Control characters would let a file write to the admin's terminal.
  return { creator: (end < 0 ? creator : creator.slice(0, end)).replaceAll(/\p{C}/gu, '') };
}

export function encodeFileIdentifier(identifier: FileIdentifier): Uint8Array {
  const bytes = Buffer.alloc(fileIdentifierBytes);
  bytes.write(signature, 0, 'latin1');
  bytes.write(identifier.creator, 8, creatorBytes - 2, 'utf16le');
  return bytes;
}

/** A disk in the older VHD format begins with its footer's copy, or ends with it (fixed ones). */
function describeStart(text: Buffer): string {
  if (text.length === 0) return 'the file is empty';
  if (text.toString('latin1', 0, 8) === 'conectix') return 'it is a disk in the older VHD format';
  return 'it does not begin with the signature "vhdxfile"';
}
