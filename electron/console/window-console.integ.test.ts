// An installation opened as a window opens it: a lab made at the first start, the password found again at the next, and
// trouble with it said without standing in the way.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import type { Result } from '../../shared/ipc/define-contract.ts';
import { appFolders, privateFilePasswordStore } from '../platform/index.ts';
import { repositoryWorkerSourceUrl } from '../repository/index.ts';
import type { PasswordStore } from './password-store.ts';
import { openWindowConsole, type WindowConsole, type WindowConsoleOptions } from './window-console.ts';

const dir = mkdtempSync(join(tmpdir(), 'stillpoint-window-'));
const folders = appFolders(dir);
const { repository: location } = folders;
const store = privateFilePasswordStore(dir);
const notes: string[] = [];

function ok<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

async function opened<T>(
  work: (window: WindowConsole) => Promise<T>,
  change: Partial<WindowConsoleOptions> = {},
): Promise<T> {
  notes.length = 0;
  const window = await openWindowConsole({
    folders,
    workerUrl: repositoryWorkerSourceUrl,
    passwordStore: store,
    environment: {},
    scenario: 'standalone-host',
    onNote: (line) => notes.push(line),
    ...change,
  });
  try {
    return await work(window);
  } finally {
    await window.close();
  }
}

const snapshotOf = async ({ api }: WindowConsole) => ok(await api.app.snapshot(undefined));

beforeAll(async () => {
  await opened(async (window) => {
    expect(notes.join('\n')).toContain(`Making the lab in ${folders.lab}`);
    expect(ok(await window.api.lab.status(undefined)).guestsAreWriting).toBe(true);
    ok(await window.api.repository.init({ location, password: 'a password', keep: 'this-computer' }));
  });
}, 120_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the next start', () => {
  it('finds repository and password again, and makes no second lab', async () => {
    await opened(async (window) => {
      const { repository, settings } = await snapshotOf(window);
      expect(repository).toEqual({ location, hasPassword: true });
      expect(settings.passwordKeeping).toBe('this-computer');
      expect(ok(await window.api.repository.status(undefined)).isOpen).toBe(true);
      expect(notes).toEqual([]);
    });
  });

  it('takes the password of the environment before the kept one', async () => {
    await opened(
      async (window) => {
        expect(ok(await window.api.repository.status(undefined)).error?.code).toBe('repository.wrong-password');
      },
      { environment: { STILLPOINT_PASSWORD: 'another' } },
    );
  });

  it('goes on without a password that cannot be read, and says so', async () => {
    const broken: PasswordStore = {
      ...store,
      load: () => Promise.reject(new AppError('file.not-readable', { path: '/p', reason: 'locked' })),
    };
    await opened(
      async (window) => {
        expect((await snapshotOf(window)).repository).toEqual({ location, hasPassword: false });
        expect(notes).toHaveLength(1);
        expect(notes[0]).toContain('could not be read');
      },
      { passwordStore: broken },
    );
  });

  it('says so when a password file of the admin is gone, and never deletes one', async () => {
    const passwordFile = join(dir, 'own.txt');
    const before = readFileSync(folders.settingsFile, 'utf8');
    const settings = { schemaVersion: 1, repository: { location, passwordFile } };
    writeFileSync(folders.settingsFile, JSON.stringify(settings));
    await opened(async (window) => {
      expect(notes[0]).toContain(passwordFile);
      expect((await snapshotOf(window)).repository.hasPassword).toBe(false);
    });
    writeFileSync(passwordFile, 'a password\n');
    await opened(async (window) => {
      const shown = await snapshotOf(window);
      expect(shown).toMatchObject({
        repository: { hasPassword: true },
        settings: { passwordKeeping: 'file', passwordFile },
      });
      const forgotten = ok(await window.api.repository.forgetPassword(undefined));
      expect(forgotten).toMatchObject({ passwordKeeping: 'session' });
      expect(forgotten).not.toHaveProperty('passwordFile');
    });
    expect(readFileSync(passwordFile, 'utf8')).toBe('a password\n');
    expect((await opened(snapshotOf)).repository.hasPassword).toBe(false);
    writeFileSync(folders.settingsFile, before);
    await store.save(location, 'a password');
  });

  it('does not call a password kept that is not there any more', async () => {
    await store.forget(location);
    await opened(async (window) => {
      const { repository, settings } = await snapshotOf(window);
      expect(repository.hasPassword).toBe(false);
      expect(settings.passwordKeeping).toBe('session');
      expect(notes.join('\n')).toContain('not kept on this computer any more');
    });
    await opened(() => Promise.resolve());
    expect(notes).toEqual([]);
  });

  it('refuses settings that are not its own, and leaves the lab unlocked', async () => {
    const before = readFileSync(folders.settingsFile, 'utf8');
    writeFileSync(folders.settingsFile, '{"schemaVersion":1,"appearance":"neon"}');
    await expect(opened(() => Promise.resolve())).rejects.toMatchObject({ code: 'console.settings-damaged' });
    writeFileSync(folders.settingsFile, before);
    expect(await opened((window) => Promise.resolve(window.lab.scenarioName))).toBe('standalone-host');
  });
});
