import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../testing/temp-dir.ts';
import { localFiles } from './local-files.ts';
import { openDisk } from './open-disk.ts';
import { ids, smallGeometry } from './testing/test-disks.ts';
import { createDifferencingDisk, createDynamicDisk } from './write/create-disk.ts';

const files = localFiles();

test('reads short only at the end, writes past it, cuts and grows', async () => {
  const path = join(tempDir(), 'bytes');
  const store = await files.create(path);
  await store.write(Buffer.from('abc'), 5);
  expect(await store.sizeBytes()).toBe(8);
  const target = Buffer.alloc(10, 0xee);
  expect(await store.read(target, 4)).toBe(4);
  expect(target.toString('latin1', 0, 4)).toBe('\0abc');
  await store.truncate(6);
  await store.truncate(8);
  expect(await store.read(target, 5)).toBe(3);
  expect(target.toString('latin1', 0, 3)).toBe('a\0\0');
  expect(await store.read(target, 100)).toBe(0);
  await store.flush();
  await store.close();
  await store.close();
});

test('the errors of a file system have our words', async () => {
  const folder = tempDir();
  const path = join(folder, 'f');
  await expect(files.open(path)).rejects.toMatchObject({ code: 'vhdx.file-not-found', params: { path } });
  await expect(files.identity(join(path, 'x'))).rejects.toMatchObject({ code: 'vhdx.file-not-found' });
  writeFileSync(path, '');
  await expect(files.create(path)).rejects.toMatchObject({ code: 'vhdx.file-exists' });
  await expect(files.open(join(path, 'x'))).rejects.toMatchObject({ code: 'vhdx.file-not-found' });
  await expect(files.open(folder)).rejects.toMatchObject({ code: 'vhdx.file-unreadable' });
});

test('a pipe is refused at once and not waited for', async () => {
  const path = join(tempDir(), 'pipe.vhdx');
  execFileSync('mkfifo', [path]);
  await expect(files.open(path)).rejects.toMatchObject({ code: 'vhdx.file-unreadable' });
});

test('a file is the same by every name it has', async () => {
  const folder = tempDir();
  const path = join(folder, 'a');
  writeFileSync(path, '');
  linkSync(path, join(folder, 'hard'));
  symlinkSync(path, join(folder, 'soft'));
  mkdirSync(join(folder, 'other'));
  writeFileSync(join(folder, 'other', 'a'), '');
  const identity = await files.identity(path);
  expect(await files.identity(join(folder, 'hard'))).toBe(identity);
  expect(await files.identity(join(folder, 'soft'))).toBe(identity);
  expect(await files.identity(join(folder, 'other', 'a'))).not.toBe(identity);
});

test('a loop through a symbolic link is seen', async () => {
  const folder = tempDir();
  const path = join(folder, 'leaf.avhdx');
  const store = await files.create(path);
  const parent = { ...smallGeometry, ...ids };
  await createDifferencingDisk(store, { parent, paths: { relativePath: '.\\other.vhdx' } });
  await store.close();
  symlinkSync(path, join(folder, 'other.vhdx'));
  await expect(openDisk(path, files)).rejects.toMatchObject({ code: 'vhdx.parent-loop' });
});

test('a parent outside of the folder is opened with the word of the user, and not without', async () => {
  const folder = tempDir();
  mkdirSync(join(folder, 'child'));
  const base = await files.create(join(folder, 'base.vhdx'));
  await createDynamicDisk(base, { ...smallGeometry, ids });
  const path = join(folder, 'child', 'leaf.avhdx');
  const leaf = await files.create(path);
  await createDifferencingDisk(leaf, {
    parent: { ...smallGeometry, ...ids },
    paths: { relativePath: '..\\base.vhdx' },
  });
  await Promise.all([base.close(), leaf.close()]);
  await expect(openDisk(path, files)).rejects.toMatchObject({
    code: 'vhdx.parent-refused',
    params: { parent: join(folder, 'base.vhdx') },
  });
  const disk = await openDisk(path, localFiles({ allow: (_, danger) => danger === 'outside-folder' }));
  expect(disk.members[1]).toMatchObject({ path: join(folder, 'base.vhdx'), foundBy: 'relative' });
  await disk.close();
});
