// The built page, read once: what gets into the table, under which name, and what does not.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

function folderWith(files: readonly string[]): string {
  const folder = join(tempDir(), 'renderer');
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), `content of ${file}`);
  }
  return folder;
}

it.each(['', '/', '/.'])('names the files alike when the folder is given with %j behind it', async (end) => {
  const files = await readPageFiles(`${folderWith(['index.html', 'assets/a.js'])}${end}`);
  expect([...files.keys()].sort()).toEqual(['/assets/a.js', '/index.html']);
});

it('leaves out source maps, notes, and what has no kind', async () => {
  const files = await readPageFiles(folderWith(['index.html', 'a.js.map', 'x.JS', 'noext', '.htaccess', 'b.json']));
  expect([...files.keys()]).toEqual(['/index.html']);
});

it('follows no link out of its folder', async () => {
  const folder = folderWith(['index.html']);
  const outside = folderWith(['secret.html']);
  symlinkSync(join(outside, 'secret.html'), join(folder, 'link.html'));
  symlinkSync(outside, join(folder, 'linked'));
  expect([...(await readPageFiles(folder)).keys()]).toEqual(['/index.html']);
});

it('keeps what was there at the start, whatever happens to the folder later', async () => {
  const folder = folderWith(['index.html']);
  const files = await readPageFiles(folder);
  rmSync(folder, { recursive: true });
  expect(Buffer.from(files.get('/index.html')?.bytes ?? []).toString()).toBe('content of index.html');
});

it('takes a page that lies deeper for none', async () => {
  const folder = folderWith(['assets/index.html']);
  await expect(readPageFiles(folder)).rejects.toMatchObject({ code: 'console.page-missing', params: { path: folder } });
});
