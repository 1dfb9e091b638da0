// Judges the guest database in restored bytes: whole, or torn by a cut through the middle of a transaction. Reads disks
// in any form and knows nothing of how they were made.
import {
  decodeAccountPage,
  decodeHead,
  ledgerOffset,
  ledgerPageBytes,
  placeOfPage,
  type AccountPage,
  type LedgerHead,
} from './ledger-page.ts';

/** A disk of the VM, from wherever: a restored file, a raw copy, a checkpoint. */
export interface GuestDiskReader {
  read(target: Uint8Array, offset: number): Promise<void>;
}

export interface GuestDatabaseJudgement {
  /** Transactions the database says it has committed; 0 when there is none to be read. */
  readonly transactions: number;
  readonly torn: boolean;
  /** One sentence without its full stop. */
  readonly detail: string;
}

/** @param readers all disks of the VM, in the order of their slots. */
export async function inspectGuestDatabase(readers: readonly GuestDiskReader[]): Promise<GuestDatabaseJudgement> {
  const first = readers[0];
  const head = first === undefined ? undefined : decodeHead(await readPage(first, ledgerOffset));
  if (head === undefined) return { transactions: 0, torn: true, detail: 'there is no readable head page' };
  const fault = await findFault(head, readers);
  const { transaction } = head;
  if (fault !== undefined) return { transactions: transaction, torn: true, detail: fault };
  return {
    transactions: transaction,
    torn: false,
    detail: `all ${head.pageCount} pages agree on transaction ${transaction}, and the balances add up to ${head.sum}`,
  };
}

async function findFault(head: LedgerHead, readers: readonly GuestDiskReader[]): Promise<string | undefined> {
  let sum = 0;
  for (let pageNumber = 1; pageNumber <= head.pageCount; pageNumber += 1) {
    const { disk, offset } = placeOfPage(pageNumber, head.diskCount);
    const reader = readers[disk];
    if (reader === undefined) return `page ${pageNumber} lies on disk ${disk}, which is not there`;
    const page = decodeAccountPage(await readPage(reader, offset));
    const fault = pageFault(head, pageNumber, page);
    if (fault !== undefined) return fault;
    sum += page?.balances.reduce((total, balance) => total + balance, 0) ?? 0;
  }
  return sum === head.sum ? undefined : `the balances add up to ${sum} in place of ${head.sum}`;
}

function pageFault(head: LedgerHead, pageNumber: number, page: AccountPage | undefined): string | undefined {
  if (page?.databaseId !== head.databaseId) return `page ${pageNumber} is not readable`;
  if (page.pageNumber !== pageNumber) return `page ${pageNumber} holds page ${page.pageNumber}`;
  const expected = head.pageTransactions[pageNumber - 1];
  if (page.transaction === expected) return undefined;
  return `page ${pageNumber} was written by transaction ${page.transaction}, the head page knows of ${expected ?? 0}`;
}

async function readPage(reader: GuestDiskReader, offset: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(ledgerPageBytes);
  await reader.read(bytes, offset);
  return bytes;
}
