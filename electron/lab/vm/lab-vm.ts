// One VM of the lab while the lab is open: its disks, its guest, what is going on with it. What outlives the process
// stands in the state store.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { DiskSlot, VmId } from '../../../shared/model/ids.ts';
import { openWritableDisk } from '../../vhdx/index.ts';
import { InitialContent } from '../content/initial-content.ts';
import { guidOf } from '../content/prng.ts';
import type { FaultPlace } from '../faults.ts';
import { Guest } from '../guest/guest.ts';
import { Mutex } from '../mutex.ts';
import { storageOf, type Site } from '../site.ts';
import type { DiskRecord, VmRecord } from '../state/lab-state.ts';
import type { HostStorage } from '../storage/host-storage.ts';
import { compactLog } from '../truth/compact-log.ts';
import { DiskTruth } from '../truth/disk-truth.ts';
import { WriteLog } from '../truth/write-log.ts';
import { LiveDisk } from './live-disk.ts';

export class LabVm {
  readonly id: VmId;
  readonly guest: Guest;
  readonly #site: Site;
  readonly #logs: ReadonlyMap<DiskSlot, WriteLog>;
  /** Of a VM that is off: its disks are open only while something is done with them. */
  readonly #borrowing = new Mutex();
  #disks: readonly LiveDisk[] = [];
  /** The volume is full: the host has paused the VM. */
  isStuck = false;
  isCreatingCheckpoint = false;

  private constructor(site: Site, record: VmRecord, logs: ReadonlyMap<DiskSlot, WriteLog>) {
    this.id = record.id;
    this.#site = site;
    this.#logs = logs;
    const { idCount } = site.store.state;
    this.guest = new Guest({
      disks: () => this.#disks,
      clock: site.clock,
      activity: record.activity,
      speed: site.guestSpeed,
      pace: () => site.guestPace,
      seedText: `guest ${site.store.state.seed} ${record.id} ${idCount} ${site.clock.nowMs()}`,
      databaseId: guidOf(`database ${record.id}`),
      onStuck: (isStuck) => {
        this.isStuck = isStuck;
      },
    });
  }

  static async open(site: Site, record: VmRecord): Promise<LabVm> {
    const folder = join(site.folder, 'writes', record.id);
    await mkdir(folder, { recursive: true });
    const logs = new Map<DiskSlot, WriteLog>();
    for (const { slot } of record.disks) {
      const path = join(folder, `${slot}.log`);
      await compactLog(path);
      logs.set(slot, await WriteLog.open(path));
    }
    const vm = new LabVm(site, record, logs);
    if (vm.holdsItsDisks) vm.#disks = await vm.#openDisks();
    return vm;
  }

  get record(): VmRecord {
    const record = this.#site.store.state.vms.find((vm) => vm.id === this.id);
    if (record === undefined) throw new AppError('lab.no-such-thing', { what: `VM ${this.id}` });
    return record;
  }

  get storage(): HostStorage {
    return storageOf(this.#site, this.record.hostId);
  }

  get place(): FaultPlace {
    const { id, name, hostId } = this.record;
    return { vmId: id, vmName: name, hostId };
  }

  /** A VM that is on has its disk files open; nobody else may write to them, and nobody reads the one it writes to. */
  get holdsItsDisks(): boolean {
    return this.record.state === 'running' || this.record.state === 'paused';
  }

  /** Empty while the VM is off. */
  get openDisks(): readonly LiveDisk[] {
    return this.#disks;
  }

  /** Error: `lab.no-such-thing`. */
  diskRecord(slot: DiskSlot): DiskRecord {
    const disk = this.record.disks.find((candidate) => candidate.slot === slot);
    if (disk === undefined) throw new AppError('lab.no-such-thing', { what: `disk ${slot} in ${this.record.name}` });
    return disk;
  }

  /** Error: `lab.no-such-thing`. */
  logOf(slot: DiskSlot): WriteLog {
    const log = this.#logs.get(slot);
    if (log === undefined) throw new AppError('lab.no-such-thing', { what: `disk ${slot} in ${this.record.name}` });
    return log;
  }

  truthOf(slot: DiskSlot): DiskTruth {
    const initial = new InitialContent(this.diskRecord(slot), this.#site.content);
    return new DiskTruth(initial, this.#site.content, this.logOf(slot));
  }

  /** The disks, open; those of a VM that is off are closed again afterwards. */
  async withDisks<T>(action: (disks: readonly LiveDisk[]) => Promise<T>): Promise<T> {
    if (this.holdsItsDisks) return action(this.#disks);
    return this.#borrowing.run(async () => {
      const disks = await this.#openDisks();
      try {
        return await action(disks);
      } finally {
        await closeAll(disks);
      }
    });
  }

  startGuest(): void {
    if (this.record.state === 'running') this.guest.start();
  }

  async close(): Promise<void> {
    try {
      await this.guest.stop();
    } finally {
      await closeAll(this.#disks);
      for (const log of this.#logs.values()) await log.close();
    }
  }

  async #openDisks(): Promise<readonly LiveDisk[]> {
    const { storage } = this;
    const disks: LiveDisk[] = [];
    for (const { slot, files } of this.record.disks) {
      const path = files[0];
      if (path === undefined) throw new AppError('lab.no-such-thing', { what: `file for disk ${slot}` });
      const live = new LiveDisk({
        slot,
        disk: await openWritableDisk(path, storage),
        log: this.logOf(slot),
        content: this.#site.content,
        assertRoom: (diskPath, bytes) => this.#assertRoom(diskPath, bytes),
      });
      // The process may have been killed between the log and the disk.
      await live.mutex.run(() => live.settle());
      disks.push(live);
    }
    return disks;
  }

  #assertRoom(path: string, bytes: number): void {
    const isFaulty = this.#site.faults.take('write', this.place) !== undefined;
    if (isFaulty || this.storage.volumeOf(path).freeBytes < bytes) throw new AppError('vhdx.volume-full', { path });
  }
}

async function closeAll(disks: readonly LiveDisk[]): Promise<void> {
  for (const disk of disks) await disk.close();
}
