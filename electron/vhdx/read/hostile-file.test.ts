// Damage and attacks on one file: each must be refused with the right error, and nothing may stay open.
import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { isAppError } from '../../../shared/errors/app-error.ts';
import { encodeGuid } from '../format/guid.ts';
import { GiB, KiB, MiB } from '../format/limits.ts';
import { openDisk } from '../open-disk.ts';
import { memoryFiles, type MemoryContent } from '../testing/memory-files.ts';
import {
  at,
  batAt,
  batEntry,
  makeDynamic,
  metadataAt,
  patchChecked,
  patchHeaders,
  patchRegions,
  readAll,
  u32,
  u64,
} from '../testing/test-disks.ts';
import { openWritableDisk } from '../write/open-writable-disk.ts';

const path = 'C:\\vm\\disk.vhdx';
const dataAt = 4 * MiB;
type Damage = (content: MemoryContent) => void;

/** 4 MiB in blocks of 1 MiB: block 0 at 4 MiB, block 2 at 5 MiB; the file ends at 6 MiB. */
async function damaged(damage: Damage) {
  const files = memoryFiles();
  const content = await makeDynamic(files, path);
  const disk = await openWritableDisk(path, files);
  await disk.write(Buffer.alloc(MiB, 1), 0);
  await disk.write(Buffer.alloc(MiB, 2), 2 * MiB);
  await disk.close();
  damage(content);
  return files;
}

async function codeOf(damage: Damage): Promise<ErrorCode | 'opened' | 'another error'> {
  const files = await damaged(damage);
  const outcome = await openDisk(path, files).then(
    () => 'opened' as const,
    (error: unknown) => (isAppError(error) ? error.code : ('another error' as const)),
  );
  if (outcome !== 'opened') expect(files.openPaths).toEqual([]);
  return outcome;
}

const cut =
  (size: number): Damage =>
  (content) =>
    content.truncate(size);
const poke =
  (position: number, ...bytes: readonly (number | Uint8Array)[]): Damage =>
  (content) =>
    content.write(Buffer.concat(bytes.map((part) => (typeof part === 'number' ? Buffer.of(part) : part))), position);
const headers =
  (...patches: [number, Uint8Array][]): Damage =>
  (content) =>
    patchHeaders(content, ...patches);
const regions =
  (...patches: [number, Uint8Array][]): Damage =>
  (content) =>
    patchRegions(content, ...patches);
const guid = (text: string): Uint8Array => {
  const bytes = new Uint8Array(16);
  encodeGuid(text, bytes, 0);
  return bytes;
};
/** Entries of the region table: 0 the block table, 1 the metadata; 16 bytes of table header, 32 an entry. */
const bat = 16;
const meta = 48;
const extra = 80;
/** Entries of the metadata table in the order we write them. */
const item = (index: number): number => metadataAt + 32 + index * 32;
const itemData = metadataAt + 64 * KiB;
const unknownId = guid('aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee');
const addItem =
  (id: Uint8Array, offset: number, length: number, flags: number): Damage =>
  (content) => {
    poke(metadataAt + 10, 6)(content);
    poke(item(5), id, u32(offset), u32(length), u32(flags))(content);
  };
const addRegion =
  (id: Uint8Array, offset: number, length: number, required: number): Damage =>
  (content) => {
    content.truncate(8 * MiB);
    regions(
      [8, u32(3)],
      [extra, id],
      [extra + 16, u64(BigInt(offset))],
      [extra + 24, u32(length)],
      [extra + 28, u32(required)],
    )(content);
  };

const refused: readonly (readonly [string, ErrorCode, Damage])[] = [
  ['an empty file', 'vhdx.not-vhdx', cut(0)],
  ['a file of 100 bytes', 'vhdx.truncated', cut(100)],
  ['a cut in the header section', 'vhdx.truncated', cut(200 * KiB)],
  ['a cut in the log', 'vhdx.damaged', cut(1.5 * MiB)],
  ['a cut in the metadata', 'vhdx.damaged', cut(2.5 * MiB)],
  ['a cut in the block table', 'vhdx.damaged', cut(3.5 * MiB)],
  ['a cut in the payload', 'vhdx.damaged', cut(6 * MiB - 1)],
  ['another signature', 'vhdx.not-vhdx', poke(0, 0x56)],
  ['a dynamic VHD', 'vhdx.old-format', poke(0, Buffer.from('conectix'))],
  [
    'a fixed VHD',
    'vhdx.old-format',
    (content) => {
      poke(0, Buffer.alloc(8))(content);
      poke(6 * MiB - 512, Buffer.from('conectix'))(content);
    },
  ],
  [
    'both headers bad',
    'vhdx.damaged',
    (content) => {
      poke(at.header1 + 9, 1)(content);
      poke(at.header2 + 9, 1)(content);
    },
  ],
  ['one sequence number on two headers', 'vhdx.damaged', headers([8, u64(7n)])],
  ['version 2', 'vhdx.damaged', headers([66, Uint8Array.of(2)])],
  ['a log of another version', 'vhdx.damaged', headers([48, unknownId], [64, Uint8Array.of(1)])],
  ['a dirty log', 'vhdx.dirty-log', headers([48, unknownId])],
  ['a dirty log without length', 'vhdx.damaged', headers([48, unknownId], [68, u32(0)])],
  ['a log of 4 GiB', 'vhdx.damaged', headers([68, u32(0xfff00000)])],
  ['a log that is not whole MiB', 'vhdx.damaged', headers([68, u32(MiB + 4096)])],
  ['a log in the header section', 'vhdx.damaged', headers([72, u64(0n)])],
  ['a log at 2^63', 'vhdx.damaged', headers([72, u64(2n ** 63n)])],
  ['a log at the end of the address space', 'vhdx.damaged', headers([72, u64(2n ** 64n - 2n ** 20n)])],
  [
    'both region tables bad',
    'vhdx.damaged',
    (content) => {
      poke(at.regions1 + 20, 0xff)(content);
      poke(at.regions2 + 20, 0xff)(content);
    },
  ],
  ['2048 regions', 'vhdx.damaged', regions([8, u32(2048)])],
  ['2^32 regions', 'vhdx.damaged', regions([8, u32(0xffffffff)])],
  ['a region in the header section', 'vhdx.damaged', regions([bat + 16, u64(0n)])],
  ['a region that is not aligned', 'vhdx.damaged', regions([bat + 16, u64(BigInt(3 * MiB + 4096))])],
  ['a region without length', 'vhdx.damaged', regions([bat + 24, u32(0)])],
  ['a region past the end', 'vhdx.damaged', regions([bat + 16, u64(1n << 40n)])],
  ['a region that wraps', 'vhdx.damaged', regions([bat + 16, u64(2n ** 64n - 2n ** 20n)])],
  ['a block table of 4 GiB', 'vhdx.damaged', regions([bat + 24, u32(0xfff00000)])],
  ['the block table over the log', 'vhdx.damaged', regions([bat + 16, u64(BigInt(MiB))])],
  ['the block table over the metadata', 'vhdx.damaged', regions([bat + 16, u64(BigInt(2 * MiB))])],
  ['the block table over a block', 'vhdx.damaged', regions([bat + 24, u32(2 * MiB)])],
  ['a region twice', 'vhdx.damaged', regions([meta, guid('2dc27766-f623-4200-9d64-115e9bfd4a08')])],
  ['no metadata region', 'vhdx.damaged', regions([meta, unknownId], [meta + 28, u32(0)])],
  ['an unknown required region', 'vhdx.unsupported', addRegion(unknownId, 6 * MiB, MiB, 1)],
  ['an optional region on top of a block', 'vhdx.damaged', addRegion(unknownId, 5 * MiB, MiB, 0)],
  ['another metadata signature', 'vhdx.damaged', poke(metadataAt, 0x6e)],
  ['65535 metadata items', 'vhdx.damaged', poke(metadataAt + 10, 0xff, 0xff)],
  ['an item in the table', 'vhdx.damaged', poke(item(0) + 16, u32(1024))],
  ['an item outside of the region', 'vhdx.damaged', poke(item(0) + 16, u32(MiB))],
  ['an item that wraps', 'vhdx.damaged', poke(item(0) + 16, u32(0xfffffffc))],
  ['an item on top of another', 'vhdx.damaged', poke(item(1) + 16, u32(64 * KiB + 4))],
  ['an item of another length', 'vhdx.damaged', poke(item(0) + 20, u32(4))],
  ['an item twice', 'vhdx.damaged', addItem(guid('2fa54224-cd1b-4876-b211-5dbed83bf4b8'), 128 * KiB, 8, 6)],
  ['an empty item with a place', 'vhdx.damaged', addItem(unknownId, 128 * KiB, 0, 0)],
  ['an item longer than 1 MiB', 'vhdx.damaged', addItem(unknownId, 128 * KiB, MiB + 1, 0)],
  ['an unknown required item', 'vhdx.unsupported', addItem(unknownId, 128 * KiB, 8, 4)],
  [
    'the mark of an unfinished file',
    'vhdx.incomplete',
    addItem(guid('71cc85f0-1b69-4e28-9558-c3bf83ae75d3'), 128 * KiB, 8, 4),
  ],
  ['a missing size', 'vhdx.damaged', poke(item(1), unknownId, u32(64 * KiB + 8), u32(8), u32(0))],
  ...[0, 512 * KiB, 3 * MiB, 512 * MiB, 0x80000000].map((size): readonly [string, ErrorCode, Damage] => [
    `a block size of ${size}`,
    'vhdx.damaged',
    poke(itemData, u32(size)),
  ]),
  ['unknown file parameters', 'vhdx.damaged', poke(itemData + 4, u32(4))],
  ['a parent without a locator', 'vhdx.damaged', poke(itemData + 4, u32(2))],
  ...[0n, 1000n, 2n ** 46n + 512n, 2n ** 63n, 2n ** 64n - 512n].map((size): readonly [string, ErrorCode, Damage] => [
    `a disk of ${size} bytes`,
    'vhdx.damaged',
    poke(itemData + 8, u64(size)),
  ]),
  ['a disk larger than its table', 'vhdx.damaged', poke(itemData + 8, u64(BigInt(256 * GiB)))],
  ...[0, 513, 1024, 0xffffffff].flatMap((size): readonly (readonly [string, ErrorCode, Damage])[] => [
    [`a logical sector of ${size}`, 'vhdx.damaged', poke(itemData + 32, u32(size))],
    [`a physical sector of ${size}`, 'vhdx.damaged', poke(itemData + 36, u32(size))],
  ]),
  ['a block past the end', 'vhdx.damaged', poke(batAt + 8, batEntry(6, 2 ** 20))],
  ['a block at the end of the address space', 'vhdx.damaged', poke(batAt + 8, u64(2n ** 64n - 2n ** 20n + 6n))],
  ['a block that ends past the end', 'vhdx.damaged', poke(batAt + 8, batEntry(6, 6))],
  ['a block in the header section', 'vhdx.damaged', poke(batAt + 8, batEntry(6, 0))],
  ['a block in the log', 'vhdx.damaged', poke(batAt + 8, batEntry(6, 1))],
  ['a block in the metadata', 'vhdx.damaged', poke(batAt + 8, batEntry(6, 2))],
  ['a block in the block table', 'vhdx.damaged', poke(batAt + 8, batEntry(6, 3))],
  ['two blocks in one place', 'vhdx.damaged', poke(batAt + 8, batEntry(6, 4))],
  ['a block in state 4', 'vhdx.damaged', poke(batAt + 8, batEntry(4, 0))],
  ['a block in state 5', 'vhdx.damaged', poke(batAt + 8, batEntry(5, 0))],
  ['a block partly in a parent that is not there', 'vhdx.damaged', poke(batAt, batEntry(7, 4))],
  ['reserved bits in an entry', 'vhdx.damaged', poke(batAt, u64((4n << 20n) | (1n << 12n) | 6n))],
];

describe('refuses', () => {
  test.each(refused)('%s', async (_, code, damage) => {
    expect(await codeOf(damage)).toBe(code);
  });

  test('two blocks that overlap by a part', async () => {
    const files = memoryFiles();
    const content = await makeDynamic(files, path, { blockSizeBytes: 2 * MiB });
    content.truncate(8 * MiB);
    poke(batAt, batEntry(6, 4), batEntry(6, 5))(content);
    await expect(openDisk(path, files)).rejects.toMatchObject({ code: 'vhdx.damaged' });
  });
});

const accepted: readonly (readonly [string, Damage])[] = [
  ['one bad header', poke(at.header1 + 9, 1)],
  ['a bad second header that is older', poke(at.header2 + 200, 1)],
  [
    'two identical headers',
    (content) => {
      const bytes = new Uint8Array(4096);
      content.read(bytes, at.header2);
      content.write(bytes, at.header1);
    },
  ],
  ['another log version without a log', headers([64, Uint8Array.of(1)])],
  ['no log at all', headers([68, u32(0)], [72, u64(0n)])],
  ['a bad first region table', poke(at.regions1 + 20, 0xff)],
  ['a bad second region table', poke(at.regions2 + 20, 0xff)],
  [
    'two region tables that differ: the first',
    (content) => patchChecked(content, at.regions2, 65536, [[bat + 16, u64(0n)]]),
  ],
  ['regions that are not marked as required', regions([bat + 28, u32(0)], [meta + 28, u32(0)])],
  ['an unknown optional region', addRegion(unknownId, 6 * MiB, MiB, 0)],
  ['an unknown optional item', addItem(unknownId, 128 * KiB, 8, 0)],
  ['a user item that has a known name', addItem(guid('2fa54224-cd1b-4876-b211-5dbed83bf4b8'), 128 * KiB, 8, 1)],
  ['CHS geometry, though required', addItem(guid('da02d7bc-3d3a-423c-ac88-2a36ab21479b'), 128 * KiB, 8, 4)],
  ['an empty optional item', addItem(unknownId, 0, 0, 0)],
  ['bytes behind the last block', cut(6 * MiB + 513)],
  ['offsets in entries that are not in the file', poke(batAt + 8, batEntry(2, 4))],
  ['an undefined block with a stale offset', poke(batAt + 8, batEntry(1, 4))],
  ['an unmapped block with a stale offset', poke(batAt + 8, batEntry(3, 5))],
  ['entries behind the last one', poke(batAt + 4 * 8, batEntry(5, 1))],
];

describe('reads the same in spite of', () => {
  test.each(accepted)('%s', async (_, damage) => {
    const files = await damaged(damage);
    const disk = await openDisk(path, files);
    const content = Buffer.concat([Buffer.alloc(MiB, 1), Buffer.alloc(MiB), Buffer.alloc(MiB, 2), Buffer.alloc(MiB)]);
    expect(Buffer.compare(await readAll(disk), content)).toBe(0);
    await disk.close();
  });
});

test('an error names the file and what to do', async () => {
  const files = await damaged(poke(batAt + 8, batEntry(5, 0)));
  const error: unknown = await openDisk(path, files).catch((caught: unknown) => caught);
  expect(isAppError(error, 'vhdx.damaged') && error.text.title).toContain(path);
  expect(isAppError(error) && error.text.meaning).toContain('block 1');
  expect(isAppError(error) && error.text.nextStep).not.toBe('');
});

test('a read of a file that shrank after it was opened fails, and is no zeros', async () => {
  const files = await damaged(() => undefined);
  const disk = await openDisk(path, files);
  files.contents.get(path)?.truncate(dataAt + 4096);
  await expect(readAll(disk)).rejects.toMatchObject({ code: 'vhdx.truncated' });
});
