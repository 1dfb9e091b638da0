// One record of a disk's write log, as bytes. A record is valid by its checksum alone, so a log that was cut off by the
// death of the process ends at its last valid record.
//
//   0  magic "SW"     2  type (1 text, 2 random, 3 inline, 4 mark)    3  0
//   4  length of the write in bytes    8  offset on the disk (float64)    16  key    20  CRC-32 of 0..19 and the payload
//   24 payload: the bytes of an inline write without the zeros at their end, the checkpoint id of a mark
//
// Offset 4 is the length on the disk, except for a mark; the payload's length is its key, except for generated content.
import { crc32 } from 'node:zlib';
import type { ContentKind } from '../content/page-content.ts';

export const recordHeaderBytes = 24;
const magic = 0x5753;
/** An inline write is a database page; a mark is a GUID. */
const maxPayloadBytes = 64 * 1024;
export const maxRecordBytes = recordHeaderBytes + maxPayloadBytes;

export type LogRecord =
  | { readonly type: ContentKind; readonly offset: number; readonly lengthBytes: number; readonly key: number }
  | { readonly type: 'inline'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly type: 'mark'; readonly checkpointId: string };

const typeCodes = { text: 1, random: 2, inline: 3, mark: 4 } as const;
const typeNames = ['', 'text', 'random', 'inline', 'mark'] as const;

export function encodeRecord(record: LogRecord): Uint8Array {
  const payload = payloadOf(record);
  const bytes = new Uint8Array(recordHeaderBytes + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, magic, true);
  view.setUint8(2, typeCodes[record.type]);
  view.setUint32(4, diskBytesOf(record), true);
  view.setUint32(16, record.type === 'text' || record.type === 'random' ? record.key : payload.length, true);
  if (record.type !== 'mark') view.setFloat64(8, record.offset, true);
  bytes.set(payload, recordHeaderBytes);
  view.setUint32(20, checksum(bytes), true);
  return bytes;
}

/** The record at the start of `bytes`; undefined where there is none that is whole. */
export function decodeRecord(
  bytes: Uint8Array,
): { readonly record: LogRecord; readonly sizeBytes: number } | undefined {
  if (bytes.length < recordHeaderBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = typeNames[view.getUint8(2)];
  if (view.getUint16(0, true) !== magic || type === undefined || type === '') return undefined;
  const lengthBytes = view.getUint32(4, true);
  const key = view.getUint32(16, true);
  const payloadBytes = type === 'inline' || type === 'mark' ? key : 0;
  const sizeBytes = recordHeaderBytes + payloadBytes;
  if (payloadBytes > maxPayloadBytes || bytes.length < sizeBytes) return undefined;
  const whole = bytes.subarray(0, sizeBytes);
  if (view.getUint32(20, true) !== checksum(whole)) return undefined;
  const payload = whole.subarray(recordHeaderBytes);
  const offset = view.getFloat64(8, true);
  if (type === 'mark') return { record: { type, checkpointId: Buffer.from(payload).toString('ascii') }, sizeBytes };
  if (type !== 'inline') return { record: { type, offset, lengthBytes, key }, sizeBytes };
  if (lengthBytes > maxPayloadBytes || payloadBytes > lengthBytes) return undefined;
  const content = new Uint8Array(lengthBytes);
  content.set(payload);
  return { record: { type, offset, bytes: content }, sizeBytes };
}

function payloadOf(record: LogRecord): Uint8Array {
  if (record.type === 'inline') return record.bytes.subarray(0, lengthWithoutZeros(record.bytes));
  return record.type === 'mark' ? Buffer.from(record.checkpointId, 'ascii') : new Uint8Array(0);
}

/** 0 for a mark. */
export function diskBytesOf(record: LogRecord): number {
  if (record.type === 'inline') return record.bytes.length;
  return record.type === 'mark' ? 0 : record.lengthBytes;
}

/** What the record takes in the log. */
export function encodedBytesOf(record: LogRecord): number {
  return recordHeaderBytes + payloadOf(record).length;
}

function lengthWithoutZeros(bytes: Uint8Array): number {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length -= 1;
  return length;
}

function checksum(record: Uint8Array): number {
  return crc32(record.subarray(recordHeaderBytes), crc32(record.subarray(0, 20)));
}
