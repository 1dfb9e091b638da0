import { describe, expect, it } from 'vitest';
import { Prng } from '../content/prng.ts';
import { GuestDatabase, type GuestDatabaseDisk } from './guest-database.ts';
import { inspectGuestDatabase } from './inspect-guest-database.ts';
import { ledgerOffset, ledgerPageBytes } from './ledger-page.ts';

/** A disk in memory that remembers what it looked like after each write of any disk of its VM. */
class MemoryDisk implements GuestDatabaseDisk {
  readonly bytes: Uint8Array;
  readonly #onWrite: () => void;

  constructor(onWrite: () => void, bytes = new Uint8Array(ledgerOffset + 80 * ledgerPageBytes)) {
    this.#onWrite = onWrite;
    this.bytes = bytes;
  }

  read(target: Uint8Array, offset: number): Promise<void> {
    target.set(this.bytes.subarray(offset, offset + target.length));
    return Promise.resolve();
  }

  writePage(bytes: Uint8Array, offset: number): Promise<void> {
    this.bytes.set(bytes, offset);
    this.#onWrite();
    return Promise.resolve();
  }
}

const id = '11111111-2222-4333-8444-555555555555';
const noPause = (): Promise<void> => Promise.resolve();

const nothing = (): void => undefined;

async function newDatabase(diskCount: number, onWrite: (disks: readonly MemoryDisk[]) => void = nothing) {
  const disks: MemoryDisk[] = [];
  while (disks.length < diskCount) disks.push(new MemoryDisk(() => onWrite(disks)));
  return { disks, database: await GuestDatabase.open(disks, id) };
}

/** The disks as they are at this moment. */
function cutOf(disks: readonly MemoryDisk[]): readonly MemoryDisk[] {
  return disks.map((disk) => new MemoryDisk(nothing, disk.bytes.slice()));
}

describe.each([1, 2])('the ledger on %i disks', (diskCount) => {
  it('is whole between transactions and torn at every cut inside of one', async () => {
    const cuts: (readonly MemoryDisk[])[] = [];
    const { disks, database } = await newDatabase(diskCount, (now) => cuts.push(cutOf(now)));
    const prng = new Prng('transactions');
    for (let round = 0; round < 20; round += 1) {
      cuts.length = 0;
      await database.transact(prng, noPause);
      expect(cuts.length).toBeGreaterThan(3);
      const torn = await Promise.all(cuts.map(async (cut) => (await inspectGuestDatabase(cut)).torn));
      expect(torn).toEqual([...cuts.slice(1).map(() => true), false]);
      expect((await inspectGuestDatabase(disks)).transactions).toBe(database.transactions);
    }
  });

  it('is torn when one disk is of another moment', async () => {
    const { disks, database } = await newDatabase(diskCount);
    const before = cutOf(disks);
    await database.transact(new Prng('x'), noPause);
    const mixed = diskCount === 1 ? before : [disks[0]!, before[1]!];
    expect((await inspectGuestDatabase(mixed)).torn).toBe(diskCount === 2);
    if (diskCount === 2) expect((await inspectGuestDatabase([before[0]!, disks[1]!])).torn).toBe(true);
  });

  it('is torn by any flipped bit', async () => {
    const { disks } = await newDatabase(diskCount);
    const prng = new Prng('bits');
    for (let round = 0; round < 200; round += 1) {
      const page = prng.between(0, 12);
      const disk = disks[page === 0 ? 0 : page % diskCount]!;
      const at = ledgerOffset + page * ledgerPageBytes + prng.below(ledgerPageBytes);
      const bit = 1 << prng.below(8);
      disk.bytes[at] = (disk.bytes[at] ?? 0) ^ bit;
      expect((await inspectGuestDatabase(disks)).torn).toBe(true);
      disk.bytes[at] = (disk.bytes[at] ?? 0) ^ bit;
    }
    expect((await inspectGuestDatabase(disks)).torn).toBe(false);
  });

  it('goes on where it was after a restart, and begins anew after a cut', async () => {
    const { disks, database } = await newDatabase(diskCount);
    await database.transact(new Prng('a'), noPause);
    const again = await GuestDatabase.open(disks, id);
    expect(again.transactions).toBe(database.transactions);
    await again.transact(new Prng('b'), noPause);
    disks[0]!.bytes.fill(0, ledgerOffset + 2 * ledgerPageBytes, ledgerOffset + 3 * ledgerPageBytes);
    const anew = await GuestDatabase.open(disks, id);
    expect(anew.transactions).toBeGreaterThan(again.transactions);
    expect((await inspectGuestDatabase(disks)).torn).toBe(false);
  });
});

it('says so where there is no database', async () => {
  expect(await inspectGuestDatabase([])).toMatchObject({ torn: true, transactions: 0 });
  const empty = new MemoryDisk(nothing);
  expect(await inspectGuestDatabase([empty])).toMatchObject({ torn: true, detail: 'there is no readable head page' });
});
