// Looking for a folder: folders only, whole paths only, an end to every list.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browseFolders } from './browse-folders.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stillpoint-browse-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('browsing folders', () => {
  it('names folders and links to folders, sorted as people sort, and no file', async () => {
    for (const name of ['beta', 'Alpha', 'alpha2', 'ö']) mkdirSync(join(dir, name));
    writeFileSync(join(dir, 'file.txt'), '');
    symlinkSync(join(dir, 'beta'), join(dir, 'link'));
    symlinkSync(join(dir, 'nowhere'), join(dir, 'broken'));
    symlinkSync(join(dir, 'file.txt'), join(dir, 'to-a-file'));
    const view = await browseFolders(join(dir, 'beta', '..'));
    expect(view).toMatchObject({ path: dir, parent: dirname(dir), isCutShort: false });
    expect(view.folders).toEqual(['Alpha', 'alpha2', 'beta', 'link', 'ö']);
    expect(view.freeBytes).toBeGreaterThan(0);
  });

  it('begins at home, and has no parent at the root', async () => {
    mkdirSync(join(dir, 'inside'));
    expect(await browseFolders(undefined, { home: dir })).toMatchObject({ path: dir, folders: ['inside'] });
    const root = await browseFolders('/');
    expect(root.path).toBe('/');
    expect(root).not.toHaveProperty('parent');
  });

  it('cuts a list of more than a thousand short, and says so', async () => {
    for (let at = 0; at < 1001; at += 1) mkdirSync(join(dir, `f${String(at).padStart(4, '0')}`));
    const view = await browseFolders(dir);
    expect(view.folders).toHaveLength(1000);
    expect(view.folders[0]).toBe('f0000');
    expect(view.isCutShort).toBe(true);
  });

  it.each<[string, string, string]>([
    ['a relative path', 'backups', 'console.path-not-absolute'],
    ['a path that climbs', '../..', 'console.path-not-absolute'],
    ['an empty path', '', 'console.path-not-absolute'],
    ['a zero byte', '/tmp/\0', 'console.path-not-absolute'],
  ])('refuses %s', async (_name, path, code) => {
    await expect(browseFolders(path)).rejects.toMatchObject({ code });
  });

  it('says what is not there, and what is no folder', async () => {
    writeFileSync(join(dir, 'file.txt'), '');
    await expect(browseFolders(join(dir, 'absent'))).rejects.toMatchObject({ code: 'file.not-found' });
    await expect(browseFolders(join(dir, 'file.txt'))).rejects.toMatchObject({ code: 'console.not-a-folder' });
  });

  it('says what may not be read', async (context) => {
    // root may read everything.
    if (process.getuid?.() === 0) context.skip('this account may read everything');
    mkdirSync(join(dir, 'locked'));
    chmodSync(join(dir, 'locked'), 0);
    await expect(browseFolders(join(dir, 'locked'))).rejects.toMatchObject({ code: 'file.not-readable' });
  });

  it.each(['\\\\.\\', '//./', '\\\\.'])('takes %s for the list of drives on Windows', async (path) => {
    const view = await browseFolders(path, { platform: 'win32' });
    // There is no drive here; that there is nothing above them is what counts.
    expect(view).toEqual({ path: '\\\\.\\', folders: [], isCutShort: false });
  });

  it.each(['\\\\.\\Q:', '\\\\.\\\\Q:\\', 'Q:\\'])('takes %s for a drive', async (path) => {
    await expect(browseFolders(path, { platform: 'win32' })).rejects.toMatchObject({
      code: 'file.not-found',
      params: { path: 'Q:\\' },
    });
  });
});
