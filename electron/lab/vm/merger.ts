// Merges the files of removed checkpoints into their parents, in the background, while the guest writes on. The chain is
// readable at every moment: the child accepts its parent's old and new identity while the parent changes, and holds
// everything that the parent gets until the drive points to the parent. So a merge that was cut off just begins again.
import { randomUUID } from 'node:crypto';
import { AppError, isAppError, toAppError } from '../../../shared/errors/app-error.ts';
import type { DiskSlot } from '../../../shared/model/ids.ts';
import { openWritableDisk, type OwnRange, type WritableDisk } from '../../vhdx/index.ts';
import type { Site } from '../site.ts';
import type { MergeRecord } from '../state/lab-state.ts';
import type { LabVm } from './lab-vm.ts';
import type { LiveDisk } from './live-disk.ts';

export interface MergeProgress {
  readonly fraction: number;
  /** Why it does not go on now. */
  readonly waitsFor?: AppError;
}

const stepBytes = 512 * 1024;
const bytesPerSecond = 64 * 1024 * 1024;
const retryMs = 250;
const startMs = 150;

export class Merger {
  readonly #site: Site;
  readonly #vm: LabVm;
  readonly #progress = new Map<DiskSlot, MergeProgress>();
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(site: Site, vm: LabVm) {
    this.#site = site;
    this.#vm = vm;
  }

  /** Undefined where the merge of this disk has not begun. */
  progressOf(slot: DiskSlot): MergeProgress | undefined {
    return this.#progress.get(slot);
  }

  /** Whether a merge can go on; what waits for a checkpoint above it can not. */
  get hasWork(): boolean {
    return this.#next() !== undefined;
  }

  /** Looks for something to merge, and goes on until there is nothing. */
  kick(): void {
    if (this.#running !== undefined || this.#stopping.signal.aborted) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#next() !== undefined) this.kick();
    });
  }

  /** Resolves when nothing is being merged any more; what waits for a checkpoint above it goes on waiting. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Stops between two steps; the rest is done after the next start. */
  async suspend(): Promise<void> {
    this.#stopping.abort();
    await this.idle();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    await this.#pause(startMs);
    for (let next = this.#next(); next !== undefined && !signal.aborted; next = this.#next()) {
      const merge = next;
      try {
        await this.#vm.withDisks((disks) => this.#merge(merge, disks));
      } catch (error) {
        this.#report(merge, { fraction: 0, waitsFor: this.#explain(merge, error) });
        await this.#pause(retryMs);
      }
    }
  }

  /** Only the file that the VM writes to can be merged; one below waits until those above are gone. */
  #next(): MergeRecord | undefined {
    const { merges, disks } = this.#vm.record;
    return merges.find((merge) => disks.some((disk) => disk.slot === merge.slot && disk.files[0] === merge.from));
  }

  async #merge(merge: MergeRecord, disks: readonly LiveDisk[]): Promise<void> {
    const live = disks.find((disk) => disk.slot === merge.slot);
    if (live === undefined) throw new AppError('lab.no-such-thing', { what: `disk ${merge.slot}` });
    const { storage } = this.#vm;
    this.#assertNoReaders(merge);
    const target = await openWritableDisk(merge.into, storage);
    try {
      // Again: now that it is open for writing, no new reader can come.
      this.#assertNoReaders(merge);
      const ranges = await live.mutex.run(() => begin(merge, live, target));
      if (ranges === undefined) return;
      this.#report(merge, { fraction: 0 });
      if (!(await this.#copy(merge, live, target, ranges))) return;
      await live.mutex.run(async () => {
        await this.#site.store.updateVm(this.#vm.id, (record) => ({
          ...record,
          disks: record.disks.map((disk) =>
            disk.slot === merge.slot ? { ...disk, files: disk.files.slice(1) } : disk,
          ),
          merges: record.merges.filter((other) => other.from !== merge.from),
        }));
        await live.switchTo(target);
      });
      await storage.remove(merge.from);
      this.#progress.delete(merge.slot);
    } finally {
      if (live.disk !== target) {
        await live.mutex.run(async () => live.endMerge());
        await target.close();
      }
    }
  }

  /** False when it was stopped. Takes the disk for a step at a time, so that the guest's writes come in between; they go
   * to both files. */
  async #copy(merge: MergeRecord, live: LiveDisk, target: WritableDisk, ranges: readonly OwnRange[]): Promise<boolean> {
    const totalBytes = ranges.reduce((sum, range) => sum + range.lengthBytes, 0);
    const buffer = new Uint8Array(stepBytes);
    let doneBytes = 0;
    for (const range of ranges) {
      const end = range.offset + range.lengthBytes;
      for (let offset = range.offset; offset < end; offset += stepBytes) {
        if (!(await this.#mayGoOn(merge, doneBytes / totalBytes))) return false;
        const piece = buffer.subarray(0, Math.min(stepBytes, end - offset));
        await live.mutex.run(async () => {
          await live.disk.read(piece, offset);
          await target.write(piece, offset);
        });
        doneBytes += piece.length;
        this.#report(merge, { fraction: doneBytes / totalBytes });
        await this.#pause((piece.length / bytesPerSecond) * 1000);
      }
    }
    return !this.#stopping.signal.aborted;
  }

  #assertNoReaders({ into }: MergeRecord): void {
    if (this.#vm.storage.hasReaders(into))
      throw new AppError('hyperv.disk-in-use', { path: into, host: this.#vm.record.hostId });
  }

  /** Waits while a fault holds the merge. */
  async #mayGoOn(merge: MergeRecord, fraction: number): Promise<boolean> {
    while (!this.#stopping.signal.aborted) {
      if (this.#site.faults.peek('merge', this.#vm.place) === undefined) return true;
      const { name: vm, hostId: host } = this.#vm.record;
      this.#report(merge, { fraction, waitsFor: new AppError('hyperv.merge-stalled', { vm, host }) });
      await this.#pause(retryMs);
    }
    return false;
  }

  #report(merge: MergeRecord, progress: MergeProgress): void {
    this.#progress.set(merge.slot, progress);
  }

  #explain(merge: MergeRecord, error: unknown): AppError {
    if (!isAppError(error, 'vhdx.volume-full')) return toAppError(error);
    const volume = this.#vm.storage.volumeOf(merge.into).path;
    return new AppError('hyperv.volume-full', { volume, host: this.#vm.record.hostId }, { cause: error });
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopping;
    await this.#site.clock.sleep(ms, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** Announces the parent's change to its child, then to itself; from then on the guest writes to both. */
async function begin(
  merge: MergeRecord,
  live: LiveDisk,
  target: WritableDisk,
): Promise<readonly OwnRange[] | undefined> {
  // A checkpoint was made meanwhile: this file is not written to any more, and has to wait for that one's end.
  if (live.disk.path !== merge.from) return undefined;
  await live.settle();
  const child = live.disk;
  const identity = randomUUID();
  await child.setParentLinkage(target.dataWriteGuid);
  await child.setParentLinkage2(identity);
  await target.renewDataWriteGuid(identity);
  live.beginMerge(target);
  const ranges: OwnRange[] = [];
  for await (const range of child.ownRanges()) ranges.push(range);
  return ranges;
}
