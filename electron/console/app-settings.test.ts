// The settings while the console runs: what is shown is what was written, and limits fit together.
import { describe, expect, it } from 'vitest';
import type { Settings } from '../platform/index.ts';
import { AppSettings } from './app-settings.ts';

function newSettings(stored: Omit<Settings, 'schemaVersion'> = {}, passwordFile?: string) {
  const disk: { settings: Settings; isFull: boolean } = { settings: { schemaVersion: 1, ...stored }, isFull: false };
  const settings = new AppSettings({
    settings: disk.settings,
    passwordStore: { kind: 'private-file', description: 'a file' },
    folders: { root: '/root', repository: '/root/repository', restored: '/root/restored' },
    passwordFile,
    change: async (change) => {
      const changed = change(disk.settings);
      if (disk.isFull) throw new Error('full');
      return (disk.settings = changed);
    },
  });
  return { settings, disk };
}

describe('settings', () => {
  it('have defaults where nothing is stored', () => {
    expect(newSettings().settings.view).toEqual({
      appearance: 'system',
      concurrency: { vmsAtOnce: 4, vmsPerHost: 2 },
      passwordKeeping: 'session',
      passwordStore: { kind: 'private-file', description: 'a file' },
      folders: { root: '/root', repository: '/root/repository', restored: '/root/restored' },
    });
  });

  it('change what is named, and nothing else', async () => {
    const { settings, disk } = newSettings({ repository: { location: '/r' }, appearance: 'dark' });
    await settings.change({ vmsAtOnce: 8 });
    expect(disk.settings).toEqual({
      schemaVersion: 1,
      repository: { location: '/r' },
      appearance: 'dark',
      concurrency: { vmsAtOnce: 8, vmsPerHost: 2 },
    });
    await settings.change({});
    await settings.change({ appearance: 'high-contrast' });
    expect(settings.view).toMatchObject({ appearance: 'high-contrast', concurrency: { vmsAtOnce: 8, vmsPerHost: 2 } });
  });

  it.each([
    [{ vmsAtOnce: 1 }, { vmsAtOnce: 1, vmsPerHost: 1 }],
    [
      { vmsAtOnce: 3, vmsPerHost: 3 },
      { vmsAtOnce: 3, vmsPerHost: 3 },
    ],
    [{ vmsPerHost: 4 }, { vmsAtOnce: 4, vmsPerHost: 4 }],
    [{ vmsPerHost: 5 }, undefined],
    [{ vmsAtOnce: 1, vmsPerHost: 2 }, undefined],
  ])('never let more VMs per host than at once: %o', async (change, concurrency) => {
    const { settings, disk } = newSettings();
    if (concurrency === undefined) {
      await expect(settings.change(change)).rejects.toMatchObject({ code: 'console.concurrency-mismatch' });
      expect(disk.settings).toEqual({ schemaVersion: 1 });
    } else {
      await settings.change(change);
      expect(settings.concurrency).toEqual(concurrency);
    }
  });

  it('show nothing that could not be written', async () => {
    const { settings, disk } = newSettings();
    disk.isFull = true;
    await expect(settings.change({ appearance: 'dark' })).rejects.toThrow('full');
    expect(settings.view.appearance).toBe('system');
  });
});

describe('where the password is', () => {
  const file = { location: '/r', passwordFile: '/pw.txt' };

  it('is a file of the admin, until another keeping is chosen for that repository', async () => {
    const { settings, disk } = newSettings({ repository: file });
    expect(settings.view).toMatchObject({ passwordKeeping: 'file', passwordFile: '/pw.txt' });
    await settings.rememberRepository('/r', undefined);
    expect(settings.view).toMatchObject({ passwordKeeping: 'file', passwordFile: '/pw.txt' });
    await settings.rememberRepository('/r', 'this-computer');
    expect(disk.settings.repository).toEqual({ location: '/r', keep: 'this-computer' });
    expect(settings.view.passwordKeeping).toBe('this-computer');
  });

  it('is not that of the repository before', async () => {
    const { settings, disk } = newSettings({ repository: file });
    await settings.rememberRepository('/other', undefined);
    expect(disk.settings.repository).toEqual({ location: '/other' });
    expect(settings.view.passwordKeeping).toBe('session');
  });

  it('is the file that was named with this start', async () => {
    const { settings } = newSettings({}, '/given.txt');
    await settings.rememberRepository('/r', undefined);
    expect(settings.view).toMatchObject({ passwordKeeping: 'file', passwordFile: '/given.txt' });
  });

  it('is nowhere once it is forgotten; the repository stays', async () => {
    const { settings, disk } = newSettings({ repository: file, appearance: 'dark' });
    await settings.forgetPassword();
    expect(disk.settings).toEqual({ schemaVersion: 1, appearance: 'dark', repository: { location: '/r' } });
    expect(settings.view.passwordKeeping).toBe('session');
  });
});
