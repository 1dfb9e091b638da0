// One disk of a running VM: every write goes into the log first and then into the file the VM writes to; while a merge
// runs, into the merge's target as well. All of it one at a time, so that a cut never falls into a write.
import type { DiskSlot } from '../../../shared/model/ids.ts';
import type { WritableDisk } from '../../vhdx/index.ts';
import type { ContentKind, PageContent } from '../content/page-content.ts';
import { Mutex } from '../mutex.ts';
import type { LogRecord } from '../truth/log-record.ts';
import type { WriteLog } from '../truth/write-log.ts';

/** A write of a guest, in whole pages. */
export type GuestWrite =
  | { readonly kind: ContentKind; readonly offset: number; readonly lengthBytes: number; readonly key: number }
  | { readonly kind: 'inline'; readonly offset: number; readonly bytes: Uint8Array };

export interface LiveDiskParts {
  readonly slot: DiskSlot;
  readonly disk: WritableDisk;
  readonly log: WriteLog;
  readonly content: PageContent;
  /** Throws `vhdx.volume-full` where a growth by so many bytes would find no room. */
  readonly assertRoom: (path: string, bytes: number) => void;
}

/** What one write can add to a file beside its block: a block of sector bitmaps, and rounding. */
const tableGrowthBytes = 2 * 1024 * 1024;

export class LiveDisk {
  readonly slot: DiskSlot;
  /** Whoever changes or cuts the disk holds it. */
  readonly mutex = new Mutex();
  readonly log: WriteLog;
  readonly #content: PageContent;
  readonly #assertRoom: LiveDiskParts['assertRoom'];
  #disk: WritableDisk;
  #mergeTarget: WritableDisk | undefined;
  /** In the log and not surely in the file: done again before anything else. */
  #unfinished: LogRecord | undefined;

  constructor(parts: LiveDiskParts) {
    this.slot = parts.slot;
    this.log = parts.log;
    this.#disk = parts.disk;
    this.#content = parts.content;
    this.#assertRoom = parts.assertRoom;
    this.#unfinished = parts.log.last;
  }

  /** The file that is written to now. */
  get disk(): WritableDisk {
    return this.#disk;
  }

  get isMerging(): boolean {
    return this.#mergeTarget !== undefined;
  }

  get sizeBytes(): number {
    return this.#disk.sizeBytes;
  }

  /** Errors: `vhdx.volume-full` and then nothing has happened; every other error is one of this machine. */
  write(write: GuestWrite): Promise<void> {
    return this.mutex.run(async () => {
      this.#checkRoom();
      await this.settle();
      const record = recordOf(write);
      await this.log.append(record);
      this.#unfinished = record;
      await this.settle();
    });
  }

  read(target: Uint8Array, offset: number): Promise<void> {
    return this.mutex.run(async () => {
      await this.settle();
      await this.#disk.read(target, offset);
    });
  }

  /** Makes file and log agree. Held mutex. */
  async settle(): Promise<void> {
    const record = this.#unfinished;
    if (record === undefined) return;
    if (record.type !== 'mark') {
      const bytes = this.#bytesOf(record);
      await this.#disk.write(bytes, record.offset);
      await this.#mergeTarget?.write(bytes, record.offset);
    }
    this.#unfinished = undefined;
  }

  /** From now on `disk` is written to; the one before is closed. Held mutex. */
  async switchTo(disk: WritableDisk): Promise<void> {
    const before = this.#disk;
    this.#disk = disk;
    this.#mergeTarget = undefined;
    await before.close();
  }

  /** Held mutex. Every write goes to `target` too, until `switchTo` or `endMerge`. */
  beginMerge(target: WritableDisk): void {
    this.#mergeTarget = target;
  }

  endMerge(): void {
    this.#mergeTarget = undefined;
  }

  async close(): Promise<void> {
    await this.mutex.run(async () => {
      await this.settle();
      await this.#disk.close();
    });
  }

  #checkRoom(): void {
    for (const disk of [this.#disk, this.#mergeTarget])
      if (disk !== undefined) this.#assertRoom(disk.path, disk.blockSizeBytes + tableGrowthBytes);
  }

  #bytesOf(record: Exclude<LogRecord, { readonly type: 'mark' }>): Uint8Array {
    if (record.type === 'inline') return record.bytes;
    const bytes = new Uint8Array(record.lengthBytes);
    this.#content.fill(bytes, record.type, record.key);
    return bytes;
  }
}

function recordOf(write: GuestWrite): LogRecord {
  if (write.kind === 'inline') return { type: 'inline', offset: write.offset, bytes: write.bytes };
  const { kind, offset, lengthBytes, key } = write;
  return { type: kind, offset, lengthBytes, key };
}
