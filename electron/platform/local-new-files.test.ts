import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../testing/temp-dir.ts';
import { rethrowWriting } from './file-errors.ts';
import { localNewFiles } from './local-new-files.ts';

const files = localNewFiles();

describe('localNewFiles', () => {
  it('gives a file its name only when it is committed, with its holes', async () => {
    const path = join(tempDir(), 'deep', 'er', 'disk.vhdx');
    const file = await files.create(path);
    await file.truncate(8 * 1024 * 1024);
    await file.write(Buffer.from('end'), 8 * 1024 * 1024 - 3);
    expect(await files.exists(path)).toBe(false);
    await file.commit({ isOverwriting: false });
    expect(readdirSync(join(path, '..'))).toEqual(['disk.vhdx']);
    const { size, blocks } = statSync(path);
    expect(size).toBe(8 * 1024 * 1024);
    expect(blocks * 512).toBeLessThan(1024 * 1024);
    expect(readFileSync(path).subarray(-4).toString()).toBe('\0end');
  });

  it('removes what was not committed', async () => {
    const folder = tempDir();
    const file = await files.create(join(folder, 'disk.vhdx'));
    await file.write(Buffer.from('half'), 0);
    await file.discard();
    await file.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps a file that appeared meanwhile, unless told to overwrite', async () => {
    const path = join(tempDir(), 'disk.vhdx');
    const first = await files.create(path);
    const second = await files.create(path);
    await first.write(Buffer.from('first'), 0);
    await second.write(Buffer.from('second'), 0);
    writeFileSync(path, 'precious');
    await expect(first.commit({ isOverwriting: false })).rejects.toMatchObject({ code: 'restore.file-exists' });
    await first.discard();
    expect(readFileSync(path, 'utf8')).toBe('precious');
    await second.commit({ isOverwriting: true });
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(readdirSync(join(path, '..'))).toEqual(['disk.vhdx']);
  });

  it('counts a link that leads nowhere, and a folder, as taken', async () => {
    const folder = tempDir();
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
    mkdirSync(join(folder, 'sub'));
    expect(await files.exists(join(folder, 'link'))).toBe(true);
    expect(await files.exists(join(folder, 'sub'))).toBe(true);
    expect(await files.exists(join(folder, 'nothing'))).toBe(false);
  });

  it('says which file could not be made where a folder is a file', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'file'), '');
    const path = join(folder, 'file', 'disk.vhdx');
    await expect(files.create(path)).rejects.toMatchObject({ code: 'file.not-writable', params: { path } });
  });

  it.for([
    ['ENOSPC', 'file.disk-full'],
    ['EDQUOT', 'file.disk-full'],
    ['EIO', 'file.not-writable'],
  ] as const)('calls %s %s', ([code, expected]) => {
    const rethrow = (): never => rethrowWriting('/out/disk.vhdx', Object.assign(new Error(code), { code }));
    expect(rethrow).toThrow(expect.objectContaining({ code: expected }));
  });
});
