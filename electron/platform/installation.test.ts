// What an installation keeps on this machine: folders, settings, passwords, the demo's claim on its folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../testing/temp-dir.ts';
import { zombieProcess } from '../../testing/zombie-process.ts';
import { appFolders, defaultRoot } from './app-folders.ts';
import { claimDemoFolder } from './demo-folder.ts';
import { createPasswordFile, findPassword, readPasswordFile } from './password-source.ts';
import { changeSettings, readSettings } from './settings-file.ts';
import { isOwnerRunning, isProcessRunning, thisProcess } from './this-process.ts';

describe('folders', () => {
  it('are below --dir, else below STILLPOINT_DIR, else where the system keeps such things', () => {
    expect(appFolders('/a', { STILLPOINT_DIR: '/b' }).root).toBe('/a');
    expect(appFolders(undefined, { STILLPOINT_DIR: '/b' }).lab).toBe('/b/lab');
    expect(appFolders(undefined, { STILLPOINT_DIR: '', XDG_DATA_HOME: '/x' }).root).toMatch(/stillpoint$/i);
    expect(defaultRoot({ XDG_DATA_HOME: '/x' }, 'linux')).toBe('/x/stillpoint');
    expect(defaultRoot({}, 'linux')).toBe(join(homedir(), '.local/share/stillpoint'));
    expect(defaultRoot({ LOCALAPPDATA: '/l' }, 'win32')).toBe('/l/Stillpoint');
    expect(defaultRoot({}, 'darwin')).toBe(join(homedir(), 'Library/Application Support/Stillpoint'));
  });
});

describe('settings', () => {
  it('are empty at first, come back as written, and leave no temporary file', async () => {
    const folder = tempDir();
    const path = join(folder, 'new', 'settings.json');
    expect(await readSettings(path)).toEqual({ schemaVersion: 1 });
    const settings = { schemaVersion: 1, repository: { location: '/r', passwordFile: '/p' } } as const;
    await changeSettings(path, () => settings);
    await changeSettings(path, () => settings);
    expect(await readSettings(path)).toEqual(settings);
    expect(readdirSync(join(folder, 'new'))).toEqual(['settings.json']);
  });

  it.each([
    ['not JSON', '{"schemaVersion":', 'it is not JSON'],
    ['another version', '{"schemaVersion":2}', 'schemaVersion'],
    ['a wrong type', '{"schemaVersion":1,"repository":{"location":5}}', 'repository.location'],
  ])('that hold %s are refused by name, and kept', async (_name, text, reason) => {
    const path = join(tempDir(), 'settings.json');
    writeFileSync(path, text);
    await expect(readSettings(path)).rejects.toMatchObject({
      code: 'console.settings-damaged',
      params: { path, reason: expect.stringContaining(reason) as string },
    });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('passwords', () => {
  it('come from the file that is named, then from the environment, then from the remembered file', async () => {
    const folder = tempDir();
    const fileWith = (name: string): string => {
      writeFileSync(join(folder, name), `${name}\n`);
      return join(folder, name);
    };
    const [file, fromEnvironment, rememberedFile] = [
      fileWith('given'),
      fileWith('environment'),
      fileWith('remembered'),
    ];
    const environment = { STILLPOINT_PASSWORD: 'direct', STILLPOINT_PASSWORD_FILE: fromEnvironment };
    expect(await findPassword({ file, environment, rememberedFile })).toBe('given');
    expect(await findPassword({ environment, rememberedFile })).toBe('environment');
    expect(await findPassword({ environment: { STILLPOINT_PASSWORD: 'direct' }, rememberedFile })).toBe('direct');
    expect(await findPassword({ environment: { STILLPOINT_PASSWORD: '' }, rememberedFile })).toBe('remembered');
    expect(await findPassword({ environment: {} })).toBeUndefined();
  });

  it('are read as restic reads them: without a byte order mark and white space around', async () => {
    const path = join(tempDir(), 'pw');
    writeFileSync(path, '\uFEFF  two words \r\n\n');
    expect(await readPasswordFile(path)).toBe('two words');
  });

  it('are never empty, and a file that is not there is named', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'empty'), ' \n');
    await expect(readPasswordFile(join(folder, 'empty'))).rejects.toMatchObject({ code: 'password.empty' });
    await expect(readPasswordFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'file.not-found' });
  });

  it('that are made up differ, are kept to this user, and never replace a file', async () => {
    const folder = tempDir();
    const path = join(folder, 'pw');
    const password = await createPasswordFile(path);
    expect(password).toMatch(/^[\w-]{32}$/);
    expect(await readPasswordFile(path)).toBe(password);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await expect(createPasswordFile(path)).rejects.toMatchObject({ code: 'password.file-exists' });
    expect(await readPasswordFile(path)).toBe(password);
    expect(await createPasswordFile(join(folder, 'other'))).not.toBe(password);
  });
});

describe('the demo folder', () => {
  it('is made anew over an earlier demo, and touches nothing else in it', async () => {
    const root = join(tempDir(), 'demo');
    await claimDemoFolder(root, ['lab', 'pw.txt']);
    mkdirSync(join(root, 'lab'));
    writeFileSync(join(root, 'pw.txt'), 'x');
    writeFileSync(join(root, 'notes.txt'), 'mine');
    await claimDemoFolder(root, ['lab', 'pw.txt']);
    expect(readdirSync(root).sort()).toEqual(['notes.txt', 'stillpoint-demo.json']);
  });

  it('refuses a folder in which somebody else keeps something of the same name', async () => {
    const root = tempDir();
    mkdirSync(join(root, 'lab'));
    writeFileSync(join(root, 'lab', 'precious'), 'x');
    await expect(claimDemoFolder(root, ['lab'])).rejects.toMatchObject({ code: 'demo.folder-in-use' });
    expect(existsSync(join(root, 'lab', 'precious'))).toBe(true);
  });

  it('refuses a folder in which another demo is at work', async () => {
    const root = tempDir();
    const other = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    onTestFinished(() => void other.kill('SIGKILL'));
    const marker = { hostname: thisProcess.hostname, pid: other.pid, startedAtMs: Date.now() };
    writeFileSync(join(root, 'stillpoint-demo.json'), JSON.stringify(marker));
    await expect(claimDemoFolder(root, ['lab'])).rejects.toMatchObject({ code: 'demo.folder-in-use' });
    other.kill('SIGKILL');
    await once(other, 'exit');
    await expect(claimDemoFolder(root, ['lab'])).resolves.toBeUndefined();
  });
});

describe('processes', () => {
  it('are told by number and start, so that a number given again is another process', async () => {
    expect(await isOwnerRunning(thisProcess)).toBe(true);
    expect(await isOwnerRunning({ ...thisProcess, pid: 2 ** 22 + 1 })).toBe(false);
    expect(await isOwnerRunning({ ...thisProcess, startedAtMs: 1 })).toBe(false);
    if (process.platform === 'linux')
      expect(await isOwnerRunning({ ...thisProcess, startedAtMs: thisProcess.startedAtMs - 60_000 })).toBe(false);
  });

  it.runIf(process.platform === 'linux')(
    'that were killed are gone, though nobody fetched their exit code',
    async () => {
      const pid = await zombieProcess();
      expect(isProcessRunning(pid)).toBe(false);
      expect(await isOwnerRunning({ ...thisProcess, pid, startedAtMs: Date.now() })).toBe(false);
    },
  );

  it('of another machine are taken for running: nobody here can know', async () => {
    expect(await isOwnerRunning({ ...thisProcess, hostname: 'elsewhere', pid: 2 ** 22 + 1 })).toBe(true);
  });
});
