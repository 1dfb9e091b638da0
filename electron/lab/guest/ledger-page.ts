// The pages of the guest database as bytes: a ledger of accounts whose sum never changes. Head page: what every account
// page must look like after the newest committed transaction. The format is the lab's own; a page is 4 KiB.
//
//   0  "SPLEDGER"   8  version u32   12  page number u32   16  database id (16 bytes)   32  transaction (float64)
//   40 CRC-32 of the page with this field zero
//   48 head page: account pages u32, disks u32, constant sum (float64), then for every account page the transaction
//      (float64) that wrote it last        account page: 64 balances (float64)
// All behind that is zero.
import { crc32 } from 'node:zlib';

export const ledgerPageBytes = 4096;
export const accountsPerPage = 64;
export const maxAccountPages = 64;
/** Where the ledger begins on every disk that has a part of it. */
export const ledgerOffset = 2 * 1024 * 1024;

const signature = 'SPLEDGER';
const version = 1;
const checksumAt = 40;
const bodyAt = 48;
const tableAt = bodyAt + 16;

export interface LedgerHead {
  readonly databaseId: string;
  readonly transaction: number;
  readonly pageCount: number;
  readonly diskCount: number;
  readonly sum: number;
  readonly pageTransactions: readonly number[];
}

export interface AccountPage {
  readonly databaseId: string;
  readonly pageNumber: number;
  readonly transaction: number;
  readonly balances: readonly number[];
}

/** Page 0 is the head; account pages count from 1 and lie on the disks by turns. */
export function placeOfPage(pageNumber: number, diskCount: number): { readonly disk: number; readonly offset: number } {
  const disk = pageNumber === 0 ? 0 : pageNumber % diskCount;
  return { disk, offset: ledgerOffset + pageNumber * ledgerPageBytes };
}

export function encodeHead(head: LedgerHead): Uint8Array {
  return sealed(head.databaseId, 0, head.transaction, (view) => {
    view.setUint32(bodyAt, head.pageCount, true);
    view.setUint32(bodyAt + 4, head.diskCount, true);
    view.setFloat64(bodyAt + 8, head.sum, true);
    head.pageTransactions.forEach((transaction, page) => view.setFloat64(tableAt + page * 8, transaction, true));
  });
}

export function encodeAccountPage(page: AccountPage): Uint8Array {
  return sealed(page.databaseId, page.pageNumber, page.transaction, (view) => {
    page.balances.forEach((balance, account) => view.setFloat64(bodyAt + account * 8, balance, true));
  });
}

/** Undefined for a page that is not a whole head page. */
export function decodeHead(bytes: Uint8Array): LedgerHead | undefined {
  const page = unsealed(bytes);
  if (page?.pageNumber !== 0) return undefined;
  const { view, databaseId, transaction } = page;
  const pageCount = view.getUint32(bodyAt, true);
  const diskCount = view.getUint32(bodyAt + 4, true);
  if (pageCount > maxAccountPages || diskCount === 0) return undefined;
  const pageTransactions = Array.from({ length: pageCount }, (_, at) => view.getFloat64(tableAt + at * 8, true));
  return { databaseId, transaction, pageCount, diskCount, sum: view.getFloat64(bodyAt + 8, true), pageTransactions };
}

/** Undefined for a page that is not a whole account page. */
export function decodeAccountPage(bytes: Uint8Array): AccountPage | undefined {
  const page = unsealed(bytes);
  if (page === undefined || page.pageNumber === 0) return undefined;
  const { view, databaseId, pageNumber, transaction } = page;
  const balances = Array.from({ length: accountsPerPage }, (_, at) => view.getFloat64(bodyAt + at * 8, true));
  return { databaseId, pageNumber, transaction, balances };
}

function sealed(
  databaseId: string,
  pageNumber: number,
  transaction: number,
  fillBody: (view: DataView) => void,
): Uint8Array {
  const bytes = new Uint8Array(ledgerPageBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(signature), 0);
  view.setUint32(8, version, true);
  view.setUint32(12, pageNumber, true);
  bytes.set(Buffer.from(databaseId.replaceAll('-', ''), 'hex'), 16);
  view.setFloat64(32, transaction, true);
  fillBody(view);
  view.setUint32(checksumAt, checksum(bytes), true);
  return bytes;
}

interface Unsealed {
  readonly view: DataView;
  readonly pageNumber: number;
  readonly databaseId: string;
  readonly transaction: number;
}

function unsealed(bytes: Uint8Array): Unsealed | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length !== ledgerPageBytes || buffer.toString('latin1', 0, 8) !== signature) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWhole = view.getUint32(checksumAt, true) === checksum(bytes);
  if (!isWhole || view.getUint32(8, true) !== version) return undefined;
  const databaseId = buffer.toString('hex', 16, 32);
  return { view, pageNumber: view.getUint32(12, true), databaseId, transaction: view.getFloat64(32, true) };
}

const noChecksum = new Uint8Array(4);

function checksum(page: Uint8Array): number {
  return crc32(page.subarray(checksumAt + 4), crc32(noChecksum, crc32(page.subarray(0, checksumAt))));
}
