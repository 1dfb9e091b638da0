// The database inside a guest: transactions over several pages (and over both disks of a VM with two), page by page with
// pauses in between, as databases do. Cut in the middle it is torn; at rest it is whole.
import type { Prng } from '../content/prng.ts';
import {
  accountsPerPage,
  decodeAccountPage,
  decodeHead,
  encodeAccountPage,
  encodeHead,
  ledgerOffset,
  ledgerPageBytes,
  placeOfPage,
  type LedgerHead,
} from './ledger-page.ts';
import { inspectGuestDatabase, type GuestDiskReader } from './inspect-guest-database.ts';

export interface GuestDatabaseDisk extends GuestDiskReader {
  writePage(bytes: Uint8Array, offset: number): Promise<void>;
}

const pageCount = 12;
const startBalance = 1000;
const sum = pageCount * accountsPerPage * startBalance;

export class GuestDatabase {
  readonly #disks: readonly GuestDatabaseDisk[];
  #head: LedgerHead;
  #balances: readonly (readonly number[])[];

  private constructor(disks: readonly GuestDatabaseDisk[], head: LedgerHead, balances: readonly (readonly number[])[]) {
    this.#disks = disks;
    this.#head = head;
    this.#balances = balances;
  }

  /** The database on the disks; a new one where there is none, or where the guest was killed in a transaction. */
  static async open(disks: readonly GuestDatabaseDisk[], databaseId: string): Promise<GuestDatabase> {
    const judgement = await inspectGuestDatabase(disks);
    if (!judgement.torn) return GuestDatabase.#load(disks);
    const head: LedgerHead = {
      databaseId: databaseId.replaceAll('-', ''),
      transaction: judgement.transactions + 1,
      pageCount,
      diskCount: disks.length,
      sum,
      pageTransactions: Array.from({ length: pageCount }, () => judgement.transactions + 1),
    };
    const row = Array.from({ length: accountsPerPage }, () => startBalance);
    const database = new GuestDatabase(
      disks,
      head,
      Array.from({ length: pageCount }, () => row),
    );
    for (let page = 1; page <= pageCount; page += 1) await database.#writeAccounts(page, head.transaction);
    await database.#writeHead(head);
    return database;
  }

  get transactions(): number {
    return this.#head.transaction;
  }

  /** Moves money between accounts on three to five pages. `pause` is awaited between the writes. */
  async transact(prng: Prng, pause: () => Promise<void>): Promise<void> {
    const transaction = this.#head.transaction + 1;
    const pages = pickPages(prng, prng.between(3, 5));
    this.#move(prng, pages);
    for (const page of pages) {
      await this.#writeAccounts(page, transaction);
      await pause();
    }
    const pageTransactions = this.#head.pageTransactions.map((before, at) =>
      pages.includes(at + 1) ? transaction : before,
    );
    await this.#writeHead({ ...this.#head, transaction, pageTransactions });
  }

  static async #load(disks: readonly GuestDatabaseDisk[]): Promise<GuestDatabase> {
    const head = decodeHead(await readFrom(disks, 0, ledgerOffset));
    if (head === undefined) throw new RangeError('a whole database has a head page');
    const balances: (readonly number[])[] = [];
    for (let pageNumber = 1; pageNumber <= head.pageCount; pageNumber += 1) {
      const { disk, offset } = placeOfPage(pageNumber, head.diskCount);
      balances.push(decodeAccountPage(await readFrom(disks, disk, offset))?.balances ?? []);
    }
    return new GuestDatabase(disks, head, balances);
  }

  /** The sum stays; the balances stay whole numbers. */
  #move(prng: Prng, pages: readonly number[]): void {
    const rows = new Map(pages.map((page) => [page, [...(this.#balances[page - 1] ?? [])]]));
    pages.forEach((page, at) => {
      const amount = prng.between(1, 500);
      const from = rows.get(page) ?? [];
      const to = rows.get(pages[(at + 1) % pages.length] ?? page) ?? [];
      const [fromAccount, toAccount] = [prng.below(accountsPerPage), prng.below(accountsPerPage)];
      from[fromAccount] = (from[fromAccount] ?? 0) - amount;
      to[toAccount] = (to[toAccount] ?? 0) + amount;
    });
    this.#balances = this.#balances.map((row, at) => rows.get(at + 1) ?? row);
  }

  async #writeAccounts(pageNumber: number, transaction: number): Promise<void> {
    const balances = this.#balances[pageNumber - 1] ?? [];
    const bytes = encodeAccountPage({ databaseId: this.#head.databaseId, pageNumber, transaction, balances });
    const { disk, offset } = placeOfPage(pageNumber, this.#head.diskCount);
    await this.#disks[disk]?.writePage(bytes, offset);
  }

  async #writeHead(head: LedgerHead): Promise<void> {
    await this.#disks[0]?.writePage(encodeHead(head), ledgerOffset);
    this.#head = head;
  }
}

/** Neighbours, so that a VM with two disks has both in every transaction. */
function pickPages(prng: Prng, count: number): readonly number[] {
  const first = prng.below(pageCount);
  return Array.from({ length: count }, (_, at) => ((first + at) % pageCount) + 1);
}

async function readFrom(disks: readonly GuestDatabaseDisk[], disk: number, offset: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(ledgerPageBytes);
  await disks[disk]?.read(bytes, offset);
  return bytes;
}
