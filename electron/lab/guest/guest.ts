// What goes on inside a running VM: files are written, the database does transactions, and all of it comes to rest when
// the host asks. Writes only through the disks it is given; time and chance are given too.
import { isAppError } from '../../../shared/errors/app-error.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { GuestActivity } from '../scenarios/scenario.ts';
import { pageBytes } from '../content/page-content.ts';
import { Prng } from '../content/prng.ts';
import type { LiveDisk } from '../vm/live-disk.ts';
import { GuestDatabase, type GuestDatabaseDisk } from './guest-database.ts';
import { RestGate } from './rest-gate.ts';
import { ledgerOffset, ledgerPageBytes, maxAccountPages } from './ledger-page.ts';

export interface GuestOptions {
  readonly disks: () => readonly LiveDisk[];
  readonly clock: Clock;
  readonly activity: GuestActivity;
  readonly speed: number;
  /** Multiplies the speed just now: less than 1 while nobody looks. */
  readonly pace: () => number;
  /** Different in every start, so that a guest does not write the same twice. */
  readonly seedText: string;
  readonly databaseId: string;
  /** The volume has no room: the VM is paused by its host until there is some. */
  readonly onStuck: (isStuck: boolean) => void;
}

/** How long the host waits before it lets a VM try again on a full volume. */
const stuckPauseMs = 500;
const pauseInTransactionMs = 6;
const slowSleepMs = 500;
const firstFreePage = Math.ceil(ledgerOffset / pageBytes) + maxAccountPages + 1;
const longestWritePages = 16;

export class Guest {
  readonly #options: GuestOptions;
  readonly #gate = new RestGate();
  readonly #prng: Prng;
  #database: GuestDatabase | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #stopping: AbortController | undefined;
  #failure: Error | undefined;
  #writtenBytes = 0;

  constructor(options: GuestOptions) {
    this.#options = options;
    this.#prng = new Prng(options.seedText);
  }

  get transactions(): number {
    return this.#database?.transactions ?? 0;
  }

  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  get isRunning(): boolean {
    return this.#stopping !== undefined;
  }

  start(): void {
    if (this.#stopping !== undefined) return;
    const stopping = new AbortController();
    this.#stopping = stopping;
    const { activity, speed } = this.#options;
    this.#running = Promise.all([
      this.#repeat(stopping.signal, activity.transactionsPerSecond * speed, () => this.#transact()),
      this.#repeat(stopping.signal, activity.fileWritesPerSecond * speed, () => this.#writeFile()),
    ]).catch((error: unknown) => {
      if (error !== stopping.signal.reason) this.#failure = error instanceof Error ? error : new Error(String(error));
      stopping.abort();
    });
  }

  /** Ends between two transactions. Throws what had ended the guest before, if anything had. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    await this.#running;
    this.#stopping = undefined;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  /** Resolves when the guest has come to rest; it stays there until `release`. */
  async quiesce(): Promise<void> {
    await this.#gate.shut();
  }

  release(): void {
    this.#gate.open();
  }

  /** Makes the database where there is none yet. */
  async openDatabase(): Promise<GuestDatabase> {
    const { disks, databaseId } = this.#options;
    this.#database ??= await GuestDatabase.open(
      disks().map((disk) => this.#databaseDisk(disk)),
      databaseId,
    );
    return this.#database;
  }

  /** `action` about `perSecond` times a second, until the signal; each time through the door. */
  async #repeat(signal: AbortSignal, perSecond: number, action: () => Promise<void>): Promise<void> {
    if (perSecond <= 0) return;
    while (!signal.aborted) {
      const restMs = (1000 / perSecond) * (0.5 + this.#prng.next() / 2 ** 32);
      if (!(await this.#rest(restMs, signal))) return;
      await this.#gate.work(async () => {
        if (!signal.aborted) await action();
      });
    }
  }

  /** Stretched by the pace, in short sleeps while it is slow: a faster one counts at once. False when the signal ended it. */
  async #rest(restMs: number, signal: AbortSignal): Promise<boolean> {
    for (let leftMs = restMs; leftMs > 0;) {
      const pace = this.#options.pace();
      const sleepMs = pace < 1 ? Math.min(leftMs / pace, slowSleepMs) : leftMs;
      if (!(await this.#sleep(sleepMs, signal))) return false;
      leftMs -= sleepMs * Math.min(1, pace);
    }
    return true;
  }

  async #transact(): Promise<void> {
    const database = await this.openDatabase();
    try {
      // A stop does not wait for time to pass: the rest of the transaction follows at once.
      await database.transact(this.#prng, async () => {
        await this.#sleep(pauseInTransactionMs, this.#stopping?.signal);
      });
    } catch (error) {
      // What is on the disks is not what the database remembers: the next start reads it again.
      this.#database = undefined;
      throw error;
    }
  }

  async #writeFile(): Promise<void> {
    const { disks } = this.#options;
    const all = disks();
    const disk = all[this.#prng.below(all.length)];
    if (disk === undefined) return;
    const pages = this.#prng.between(1, longestWritePages);
    const page = this.#prng.between(firstFreePage, hotPages(disk, this.#prng) - pages);
    const lengthBytes = pages * pageBytes;
    const kind = this.#prng.below(2) === 0 ? 'text' : 'random';
    const write = { kind, offset: page * pageBytes, lengthBytes, key: this.#prng.next() } as const;
    await this.#untilThereIsRoom(() => disk.write(write));
    this.#writtenBytes += lengthBytes;
  }

  #databaseDisk(disk: LiveDisk): GuestDatabaseDisk {
    return {
      read: (target, offset) => disk.read(target, offset),
      writePage: async (bytes, offset) => {
        await this.#untilThereIsRoom(() => disk.write({ kind: 'inline', offset, bytes }));
        this.#writtenBytes += ledgerPageBytes;
      },
    };
  }

  async #untilThereIsRoom(write: () => Promise<void>): Promise<void> {
    for (let isStuck = false; ; isStuck = true) {
      try {
        await write();
        if (isStuck) this.#options.onStuck(false);
        return;
      } catch (error) {
        if (!isAppError(error, 'vhdx.volume-full')) throw error;
        this.#options.onStuck(true);
      }
      await this.#sleep(stuckPauseMs, this.#stopping?.signal);
      this.#stopping?.signal.throwIfAborted();
    }
  }

  /** False when the signal ended it. */
  async #sleep(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      await this.#options.clock.sleep(ms, signal);
      return true;
    } catch (error) {
      if (signal?.aborted !== true) throw error;
      return false;
    }
  }
}

/** Nine writes of ten go to the same sixteenth of the disk, as on real disks. */
function hotPages(disk: LiveDisk, prng: Prng): number {
  const pages = disk.sizeBytes / pageBytes;
  return prng.below(10) === 0 ? pages : Math.max(firstFreePage + longestWritePages, Math.floor(pages / 16));
}
