// What a killed process can leave behind in an area, and what the next one makes of it.
import { appendFile, link, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../../../testing/temp-dir.ts';
import { snapshotBlockBytes } from './block-index.ts';
import { SnapshotArea, type SnapshotAreaOptions } from './snapshot-area.ts';

const room = { take: () => undefined, give: () => undefined };

/** A snapshot of one file of two blocks of 1, of which the first is saved; closed again. */
async function leave(): Promise<SnapshotAreaOptions> {
  const root = tempDir('lab-area');
  const volumeFolder = join(root, 'volume');
  await mkdir(volumeFolder);
  await writeFile(join(volumeFolder, 'a.vhdx'), Buffer.alloc(2 * snapshotBlockBytes, 1));
  const options = { folder: join(root, 'area'), volumeFolder, room, onLost: () => Promise.reject(new Error('lost')) };
  const area = await SnapshotArea.create(options);
  await area.freeze();
  await area.writeCatalogue();
  await area.preserve('a.vhdx', 0, 1, (target) => {
    target.fill(1);
    return Promise.resolve(target.length);
  });
  await area.close();
  return options;
}

/** The bytes of the file, each block by its first byte. */
async function blocksOf(options: SnapshotAreaOptions): Promise<readonly number[]> {
  const area = await SnapshotArea.open(options);
  const file = await area.openFile('a.vhdx', 'D:\\a.vhdx');
  const bytes = Buffer.alloc(await file.sizeBytes());
  await file.read(bytes, 0);
  await file.close();
  await area.close();
  return [bytes[0] ?? 0, bytes[snapshotBlockBytes] ?? 0];
}

it.each([1, 15, 16, 40])('drops %i bytes at the end of its index that are no record', async (count) => {
  const options = await leave();
  await appendFile(join(options.folder, 'blocks.index'), Buffer.alloc(count, 7));
  await writeFile(join(options.volumeFolder, 'a.vhdx'), Buffer.alloc(2 * snapshotBlockBytes, 2));
  expect(await blocksOf(options)).toEqual([1, 2]);
});

it('does not believe a record whose checksum is wrong', async () => {
  const options = await leave();
  const record = Buffer.alloc(16);
  record.writeUInt32LE(1, 4);
  await appendFile(join(options.folder, 'blocks.index'), record);
  await writeFile(join(options.volumeFolder, 'a.vhdx'), Buffer.alloc(2 * snapshotBlockBytes, 2));
  expect(await blocksOf(options)).toEqual([1, 2]);
});

it('does not believe a block that was written and not indexed', async () => {
  const options = await leave();
  await appendFile(join(options.folder, 'blocks.data'), Buffer.alloc(snapshotBlockBytes, 9));
  expect(await blocksOf(options)).toEqual([1, 1]);
  const area = await SnapshotArea.open(options);
  await area.preserve('a.vhdx', snapshotBlockBytes, snapshotBlockBytes + 1, (target) => {
    target.fill(1);
    return Promise.resolve(target.length);
  });
  await area.close();
  await writeFile(join(options.volumeFolder, 'a.vhdx'), Buffer.alloc(2 * snapshotBlockBytes, 2));
  expect(await blocksOf(options)).toEqual([1, 1]);
});

it('keeps a file whose removal was cut off after it, and forgets the second name of one that is still there', async () => {
  const options = await leave();
  const live = join(options.volumeFolder, 'a.vhdx');
  const kept = join(options.folder, 'kept');
  await link(live, join(kept, '0.linking'));
  expect(await blocksOf(options)).toEqual([1, 1]);
  expect(await readdir(kept)).toEqual([]);
  await link(live, join(kept, '0.linking'));
  await rm(live);
  expect(await blocksOf(options)).toEqual([1, 1]);
  expect(await readdir(kept)).toEqual(['0']);
  // Another file of that name is none of its.
  await writeFile(live, Buffer.alloc(9, 9));
  expect(await blocksOf(options)).toEqual([1, 1]);
});

it('is not opened without its catalogue', async () => {
  const options = await leave();
  await writeFile(join(options.folder, 'catalogue.json'), '[{"path":');
  await expect(SnapshotArea.open(options)).rejects.toThrow();
});
