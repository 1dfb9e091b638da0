import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type * as promises from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { tempDir } from '../../testing/temp-dir.ts';
import { readPageFiles } from './read-page-files.ts';

// As inside an .asar archive of Electron: names can be had, a recursive listing with types is not to be trusted.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>();
  const readdir = (folder: string, options?: unknown): Promise<string[]> =>
    options === undefined ? real.readdir(folder) : Promise.reject(new Error('not inside an archive'));
  return { ...real, readdir };
});

it('reads the page with everything below it, and nothing that is not part of a page', async () => {
  const folder = tempDir();
  mkdirSync(join(folder, 'assets/fonts'), { recursive: true });
  for (const [path, content] of [
    ['index.html', '<p>'],
    ['icon.svg', '<svg/>'],
    ['LICENSES.md', '# Licenses'],
    ['assets/index-4f2a.js', 'go()'],
    ['assets/fonts/a.woff2', 'font'],
    ['assets/notes.txt', 'no'],
  ] as const)
    writeFileSync(join(folder, path), content);
  symlinkSync(join(folder, 'index.html'), join(folder, 'assets/link.js'));

  const files = await readPageFiles(folder);
  const read = [...files].map(([name, { contentType, bytes }]) => [name, contentType, Buffer.from(bytes).toString()]);
  expect(read.sort()).toEqual([
    ['/assets/fonts/a.woff2', 'font/woff2', 'font'],
    ['/assets/index-4f2a.js', 'text/javascript; charset=utf-8', 'go()'],
    ['/icon.svg', 'image/svg+xml', '<svg/>'],
    ['/index.html', 'text/html; charset=utf-8', '<p>'],
  ]);
});

it.each([
  ['a folder that is not there', (folder: string) => join(folder, 'gone')],
  ['a folder without index.html', (folder: string) => folder],
])('says that the page is missing: %s', async (_, folderIn) => {
  await expect(readPageFiles(folderIn(tempDir()))).rejects.toMatchObject({ code: 'console.page-missing' });
});
