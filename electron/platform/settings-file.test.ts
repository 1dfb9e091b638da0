// The settings file: old files are read, hostile ones refused, and two changes at once both survive.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeSettings, readSettings } from './settings-file.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stillpoint-settings-'));
  path = join(dir, 'settings.json');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the settings file', () => {
  it('of an earlier version is read as it is', async () => {
    const old = { schemaVersion: 1, repository: { location: '/r', passwordFile: '/p' } };
    writeFileSync(path, JSON.stringify(old));
    expect(await readSettings(path)).toEqual(old);
  });

  it.each<[string, unknown]>([
    ['an unknown appearance', { schemaVersion: 1, appearance: 'neon' }],
    ['no VM at once', { schemaVersion: 1, concurrency: { vmsAtOnce: 0, vmsPerHost: 0 } }],
    ['a fraction of a VM', { schemaVersion: 1, concurrency: { vmsAtOnce: 1.5, vmsPerHost: 1 } }],
    ['far too many', { schemaVersion: 1, concurrency: { vmsAtOnce: 1e9, vmsPerHost: 1 } }],
    ['more per host than overall', { schemaVersion: 1, concurrency: { vmsAtOnce: 2, vmsPerHost: 3 } }],
    ['an unknown keeping', { schemaVersion: 1, repository: { location: '/r', keep: 'everywhere' } }],
    ['another version', { schemaVersion: 2 }],
  ])('with %s is refused', async (_name, settings) => {
    writeFileSync(path, JSON.stringify(settings));
    await expect(readSettings(path)).rejects.toMatchObject({ code: 'console.settings-damaged' });
    await expect(changeSettings(path, () => ({ schemaVersion: 1 }))).rejects.toMatchObject({
      code: 'console.settings-damaged',
    });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(settings);
  });

  it('keeps every one of many changes at once, under whichever name of the same file', async () => {
    const step = (at: number) =>
      changeSettings(at % 2 === 0 ? path : join(dir, '.', 'settings.json'), (settings) => ({
        ...settings,
        repository: { location: `${settings.repository?.location ?? ''}.` },
      }));
    await Promise.all(Array.from({ length: 30 }, (_, at) => step(at)));
    expect((await readSettings(path)).repository?.location).toBe('.'.repeat(30));
  });

  it('goes on after a change that failed', async () => {
    const failing = changeSettings(path, () => {
      throw new Error('no');
    });
    const next = changeSettings(path, (settings) => ({ ...settings, appearance: 'dark' }));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toEqual({ schemaVersion: 1, appearance: 'dark' });
  });
});
