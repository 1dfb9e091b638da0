// The two headers, of which the valid one with the greater sequence number counts. [MS-VHDX] 2.2.2.
import { structureChecksum } from './crc32c.ts';
import { decodeGuid, encodeGuid, zeroGuid, type Guid } from './guid.ts';
import { alignmentBytes, headerSectionBytes, KiB, maxLogBytes } from './limits.ts';
import { check, Violation } from './violation.ts';

export const headerBytes = 4 * KiB;
export const headerPositions = [64 * KiB, 128 * KiB] as const;

const structure = 'header';
const signature = 0x64616568; // "head"
const checksumAt = 4;
const supportedVersion = 1;

export interface Header {
  readonly sequenceNumber: bigint;
  /** Changes with any change of the file. */
  readonly fileWriteGuid: Guid;
  /** Changes with any change of what the guest sees; children name their parent by it. */
  readonly dataWriteGuid: Guid;
  /** Zero when the log is empty. */
  readonly logGuid: Guid;
  readonly logVersion: number;
  readonly version: number;
  readonly logLengthBytes: number;
  /** 64 bit on disk: bounded against the file's size by {@link checkLog}. */
  readonly logOffset: bigint;
}

/** Throws Violation when signature or checksum are wrong: then the other header counts. */
export function decodeHeader(bytes: Uint8Array): Header {
  check(bytes.length === headerBytes, structure, `only ${bytes.length} of its ${headerBytes} bytes are there`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  check(view.getUint32(0, true) === signature, structure, 'its signature is wrong');
  check(view.getUint32(checksumAt, true) === structureChecksum(bytes, checksumAt), structure, 'its checksum is wrong');
  return {
    sequenceNumber: view.getBigUint64(8, true),
    fileWriteGuid: decodeGuid(bytes, 16),
    dataWriteGuid: decodeGuid(bytes, 32),
    logGuid: decodeGuid(bytes, 48),
    logVersion: view.getUint16(64, true),
    version: view.getUint16(66, true),
    logLengthBytes: view.getUint32(68, true),
    logOffset: view.getBigUint64(72, true),
  };
}

export function encodeHeader(header: Header): Uint8Array {
  const bytes = new Uint8Array(headerBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  view.setBigUint64(8, header.sequenceNumber, true);
  encodeGuid(header.fileWriteGuid, bytes, 16);
  encodeGuid(header.dataWriteGuid, bytes, 32);
  encodeGuid(header.logGuid, bytes, 48);
  view.setUint16(64, header.logVersion, true);
  view.setUint16(66, header.version, true);
  view.setUint32(68, header.logLengthBytes, true);
  view.setBigUint64(72, header.logOffset, true);
  view.setUint32(checksumAt, structureChecksum(bytes, checksumAt), true);
  return bytes;
}

export interface CurrentHeader {
  readonly header: Header;
  /** Which of the two it is; an update goes to the other one. */
  readonly index: 0 | 1;
}

/** Chooses between what decoding the first and the second header gave. */
export function currentHeader(copies: readonly [Header | Violation, Header | Violation]): CurrentHeader {
  const [first, second] = copies;
  if (first instanceof Violation) {
    if (!(second instanceof Violation)) return { header: second, index: 1 };
    throw new Violation(
      structure,
      `both copies are bad: in the first ${first.message}, in the second ${second.message}`,
    );
  }
  if (second instanceof Violation) return { header: first, index: 0 };
  if (first.sequenceNumber !== second.sequenceNumber)
    return first.sequenceNumber > second.sequenceNumber ? { header: first, index: 0 } : { header: second, index: 1 };
  // disk2vhd writes two identical headers; two different ones with one number leave no way to choose.
  check(isSameHeader(first, second), structure, 'both copies have one sequence number and differ');
  return { header: first, index: 0 };
}

/** Versions and the place of the log. `fileSizeBytes` is what the log must lie inside of. */
export function checkHeader(header: Header, fileSizeBytes: number): void {
  check(header.version === supportedVersion, structure, `its version is ${header.version}, not ${supportedVersion}`);
  const hasLog = header.logGuid !== zeroGuid;
  check(!hasLog || header.logVersion === 0, structure, `its log version is ${header.logVersion}, not 0`);
  check(header.logLengthBytes > 0 || !hasLog, structure, 'it has a log of no length');
  checkLog(header, fileSizeBytes);
}

function checkLog(header: Header, fileSizeBytes: number): void {
  const { logLengthBytes, logOffset } = header;
  check(logLengthBytes % alignmentBytes === 0, structure, `the log length ${logLengthBytes} is not whole MiB`);
  check(logLengthBytes <= maxLogBytes, structure, `the log length ${logLengthBytes} is beyond every bound`);
  if (logLengthBytes === 0) return;
  check(
    logOffset % BigInt(alignmentBytes) === 0n,
    structure,
    `the log offset ${logOffset.toString()} is not whole MiB`,
  );
  const inside = logOffset >= BigInt(headerSectionBytes) && logOffset + BigInt(logLengthBytes) <= BigInt(fileSizeBytes);
  check(inside, structure, `the log at ${logOffset.toString()} lies outside of the file`);
}

function isSameHeader(a: Header, b: Header): boolean {
  return Buffer.compare(encodeHeader(a), encodeHeader(b)) === 0;
}
