import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../testing/temp-dir.ts';
import { createLocalStorage, type RepositoryFile } from './index.ts';

const name = 'ab'.repeat(32);
const pack: RepositoryFile = { kind: 'data', name };

async function emptyStorage(): Promise<{
  readonly folder: string;
  readonly storage: ReturnType<typeof createLocalStorage>;
}> {
  const folder = tempDir('storage');
  const storage = createLocalStorage(folder);
  await storage.prepare();
  return { folder, storage };
}

describe('local storage', () => {
  it('lays files out as restic does, and leaves nothing beside them', async () => {
    const { folder, storage } = await emptyStorage();
    await storage.writeAtomic(pack, [Buffer.from('one'), Buffer.from('two')]);
    expect(readdirSync(join(folder, 'data', 'ab'))).toEqual([name]);
    expect(readdirSync(join(folder, 'data'))).toHaveLength(256);
    expect(await storage.list('data')).toEqual([{ name, sizeBytes: 6 }]);
    expect(Buffer.from(await storage.read(pack, 6)).toString()).toBe('onetwo');
    const middle = new Uint8Array(new SharedArrayBuffer(3));
    await storage.readRange(pack, 2, middle);
    expect(Buffer.from(middle).toString()).toBe('etw');
    await storage.remove(pack);
    await storage.remove(pack);
    expect(await storage.exists(pack)).toBe(false);
  });

  it('writes into a data folder that is not there yet, as in repositories of other programs', async () => {
    const { folder, storage } = await emptyStorage();
    rmSync(join(folder, 'data', 'ab'), { recursive: true });
    await storage.writeAtomic(pack, [Buffer.from('x')]);
    expect(await storage.exists(pack)).toBe(true);
  });

  it('does not see the temporary files of a writer that crashed', async () => {
    const { folder, storage } = await emptyStorage();
    writeFileSync(join(folder, 'data', 'ab', `${name}-tmp-1234`), 'half');
    writeFileSync(join(folder, 'index', 'README'), 'x');
    mkdirSync(join(folder, 'data', 'zz'));
    expect(await storage.list('data')).toEqual([]);
    expect(await storage.list('index')).toEqual([]);
  });

  it('is empty where nothing is', async () => {
    const storage = createLocalStorage(join(tempDir('storage'), 'absent'));
    expect(await storage.list('data')).toEqual([]);
    expect(await storage.exists({ kind: 'config', name: '' })).toBe(false);
  });

  it('does not create a repository anew where its share went away', async () => {
    const folder = join(tempDir('storage'), 'absent');
    await expect(createLocalStorage(folder).writeAtomic(pack, [Buffer.from('x')])).rejects.toMatchObject({
      code: 'repository.not-writable',
    });
    expect(() => readdirSync(folder)).toThrow(/ENOENT/);
  });

  it('names what it cannot do', async () => {
    const { storage } = await emptyStorage();
    await storage.writeAtomic(pack, [Buffer.from('short')]);
    await expect(storage.read({ kind: 'index', name }, 10)).rejects.toMatchObject({ code: 'repository.file-missing' });
    await expect(storage.read(pack, 4)).rejects.toMatchObject({ code: 'repository.damaged-file' });
    await expect(storage.readRange(pack, 3, new Uint8Array(3))).rejects.toMatchObject({
      code: 'repository.damaged-file',
    });
    const file = join(tempDir('storage'), 'a-file');
    writeFileSync(file, '');
    await expect(createLocalStorage(file).prepare()).rejects.toMatchObject({ code: 'repository.not-writable' });
    await expect(createLocalStorage('/proc/nowhere').prepare()).rejects.toMatchObject({
      code: 'repository.not-writable',
    });
  });
});
