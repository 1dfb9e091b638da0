// The log of one disk: every write of the guest in order, appended before it is done, and a mark for every checkpoint.
// It is the whole memory of the model; it never looks at a VHDX file.
import { open, type FileHandle } from 'node:fs/promises';
import { AppError } from '../../../shared/errors/app-error.ts';
import { decodeRecord, encodedBytesOf, encodeRecord, maxRecordBytes, type LogRecord } from './log-record.ts';

const readBytes = 1024 * 1024;

export interface PlacedRecord {
  readonly record: LogRecord;
  /** Of the record in the log. */
  readonly position: number;
}

export class WriteLog {
  readonly #handle: FileHandle;
  readonly #marks = new Map<string, number>();
  #sizeBytes = 0;
  #last: LogRecord | undefined;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Opens or makes the log. What a killed process left half written at its end is cut off: it was never done. */
  static async open(path: string): Promise<WriteLog> {
    const log = new WriteLog(await open(path, 'a+'));
    for await (const { record, position } of log.#scan(Infinity)) {
      log.#sizeBytes = position + encodedBytesOf(record);
      log.#last = record;
      if (record.type === 'mark') log.#marks.set(record.checkpointId, position);
    }
    const lostBytes = (await log.#handle.stat()).size - log.#sizeBytes;
    if (lostBytes > maxRecordBytes) {
      await log.#handle.close();
      throw new AppError('lab.damaged', { path, reason: `${lostBytes} bytes at its end are no records` });
    }
    await log.#handle.truncate(log.#sizeBytes);
    return log;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The newest record: perhaps the process was killed before it was done on the disk. */
  get last(): LogRecord | undefined {
    return this.#last;
  }

  /** One after the other: the caller waits for each. */
  async append(record: LogRecord): Promise<void> {
    const bytes = encodeRecord(record);
    try {
      await this.#handle.appendFile(bytes);
    } catch (error) {
      await this.#handle.truncate(this.#sizeBytes);
      throw error;
    }
    if (record.type === 'mark') this.#marks.set(record.checkpointId, this.#sizeBytes);
    this.#sizeBytes += bytes.length;
    this.#last = record;
  }

  markOf(checkpointId: string): number | undefined {
    return this.#marks.get(checkpointId);
  }

  /** The records from one position to another (default: all there are now). */
  records(from = 0, to = this.#sizeBytes): AsyncGenerator<PlacedRecord, void, undefined> {
    return this.#scan(to, from);
  }

  /** The record that begins at `position`. */
  async readAt(position: number): Promise<LogRecord | undefined> {
    for await (const { record } of this.#scan(Math.min(position + maxRecordBytes, this.#sizeBytes), position))
      return record;
    return undefined;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async *#scan(to: number, from = 0): AsyncGenerator<PlacedRecord, void, undefined> {
    let position = from;
    let rest: Uint8Array = new Uint8Array(0);
    while (position + rest.length < to) {
      const wanted = Math.min(readBytes, to - position - rest.length);
      const piece = new Uint8Array(wanted);
      const { bytesRead } = await this.#handle.read(piece, 0, wanted, position + rest.length);
      if (bytesRead === 0) return;
      const bytes = Buffer.concat([rest, piece.subarray(0, bytesRead)]);
      let at = 0;
      for (;;) {
        const decoded = decodeRecord(bytes.subarray(at));
        if (decoded === undefined) break;
        yield { record: decoded.record, position: position + at };
        at += decoded.sizeBytes;
      }
      position += at;
      rest = bytes.subarray(at);
    }
  }
}
