// The races of a reader, made to happen: what is saved, cut or lost between its look at the index and its read.
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import { tempDir } from '../../../testing/temp-dir.ts';
import { BlockIndex, snapshotBlockBytes } from './block-index.ts';
import { FrozenFile, type OpenBytes } from './frozen-file.ts';

const sizeBytes = 3 * snapshotBlockBytes;

/** A file of three blocks of 1, of which `meanwhile` happens in the middle of the first read of the real one. */
async function openRaced(meanwhile: (parts: { readonly index: BlockIndex; readonly live: Buffer }) => Promise<void>) {
  const folder = tempDir('lab-frozen');
  const index = await BlockIndex.open(join(folder, 'index'));
  await writeFile(join(folder, 'data'), Buffer.alloc(snapshotBlockBytes, 1));
  const saved = await open(join(folder, 'data'), 'r');
  onTestFinished(async () => {
    await index.close();
    await saved.close();
  });
  let live = Buffer.alloc(sizeBytes, 1);
  let isFirst = true;
  const old: OpenBytes = {
    read: async (target, offset, length, position) => {
      if (isFirst) {
        isFirst = false;
        const parts = { index, live };
        await meanwhile(parts);
        live = parts.live;
      }
      return { bytesRead: live.copy(target, offset, position, position + length) };
    },
    close: () => Promise.resolve(),
  };
  let end: AppError | undefined;
  const file = new FrozenFile({
    path: 'D:\\a.vhdx',
    number: 0,
    sizeBytes,
    index,
    saved,
    old,
    assertStanding: () => {
      if (end !== undefined) throw end;
    },
  });
  const lose = (): void => {
    end = new AppError('vhdx.file-unreadable', { path: 'D:\\a.vhdx', reason: 'lost' });
  };
  return { file, lose };
}

it('reads the old block when it is saved and overwritten in the middle of a read', async () => {
  const { file } = await openRaced(async ({ index, live }) => {
    await index.append([{ file: 0, block: 1 }]);
    live.fill(2, snapshotBlockBytes, 2 * snapshotBlockBytes);
  });
  const bytes = Buffer.alloc(sizeBytes);
  expect(await file.read(bytes, 0)).toBe(sizeBytes);
  expect(bytes.equals(Buffer.alloc(sizeBytes, 1))).toBe(true);
});

it('reads the old block when the file is cut in the middle of a read', async () => {
  const { file } = await openRaced(async (parts) => {
    await parts.index.append([{ file: 0, block: 2 }]);
    Object.assign(parts, { live: parts.live.subarray(0, 2 * snapshotBlockBytes) });
  });
  const bytes = Buffer.alloc(sizeBytes);
  expect(await file.read(bytes, 0)).toBe(sizeBytes);
  expect(bytes.equals(Buffer.alloc(sizeBytes, 1))).toBe(true);
});

it('gives no bytes of a snapshot that is lost in the middle of a read', async () => {
  const raced = await openRaced(() => {
    raced.lose();
    return Promise.resolve();
  });
  await expect(raced.file.read(Buffer.alloc(10), 0)).rejects.toMatchObject({ params: { reason: 'lost' } });
});

it('fails where neither the file nor the snapshot has a block', async () => {
  const { file } = await openRaced((parts) => {
    Object.assign(parts, { live: parts.live.subarray(0, snapshotBlockBytes + 1) });
    return Promise.resolve();
  });
  await expect(file.read(Buffer.alloc(sizeBytes), 0)).rejects.toMatchObject({ code: 'vhdx.file-unreadable' });
});

it.each([
  [0, 10, 10],
  [sizeBytes - 4, 10, 4],
  [sizeBytes, 10, 0],
  [sizeBytes + 1, 10, 0],
])('reads from %i, %i bytes: %i', async (position, length, expected) => {
  const { file } = await openRaced(() => Promise.resolve());
  expect(await file.read(Buffer.alloc(length), position)).toBe(expected);
});
