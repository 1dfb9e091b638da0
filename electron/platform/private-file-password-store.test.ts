// Passwords in private files: what is saved comes back exactly, one per repository, readable by this account alone.
import fc from 'fast-check';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { privateFilePasswordStore } from './private-file-password-store.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stillpoint-passwords-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const files = (): readonly string[] => readdirSync(join(root, 'passwords'));

describe('the private-file password store', () => {
  it('gives back exactly what was saved, also with spaces around it', async () => {
    const store = privateFilePasswordStore(root);
    const line = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text));
    await fc.assert(
      fc.asyncProperty(line, async (password) => {
        await store.save('/r', password);
        expect(await store.load('/r')).toBe(password);
      }),
      { numRuns: 50 },
    );
    expect(files()).toHaveLength(1);
  });

  it('keeps one per repository, and forgets one alone', async () => {
    const store = privateFilePasswordStore(root);
    await store.save('/a', 'one');
    await store.save('/b', 'two');
    await store.forget('/a');
    await store.forget('/never');
    expect(await store.load('/a')).toBeUndefined();
    expect(await privateFilePasswordStore(root).load('/b')).toBe('two');
    expect(files()).toHaveLength(1);
  });

  it('writes files for this account alone, whose names say nothing', async () => {
    await privateFilePasswordStore(root).save('/backup/secret-place', 'one');
    const [name] = files();
    expect(name).toMatch(/^[0-9a-f]{64}\.txt$/);
    expect(statSync(join(root, 'passwords', name!)).mode & 0o777).toBe(0o600);
  });

  it('says in its own words that it does not encrypt', () => {
    const { view } = privateFilePasswordStore(root);
    expect(view.kind).toBe('private-file');
    expect(view.description).toContain('not encrypted');
    expect(view.description).toContain('administrators');
  });

  it('fails with a typed error where it cannot write or read', async () => {
    const store = privateFilePasswordStore(root);
    writeFileSync(join(root, 'passwords'), 'a file in the way');
    await expect(store.save('/r', 'one')).rejects.toMatchObject({ code: 'file.not-writable' });
    rmSync(join(root, 'passwords'));
    await store.save('/r', 'one');
    const [name] = files();
    rmSync(join(root, 'passwords', name!));
    mkdirSync(join(root, 'passwords', name!));
    chmodSync(join(root, 'passwords', name!), 0o700);
    await expect(store.load('/r')).rejects.toMatchObject({ code: 'file.not-readable' });
    await expect(store.forget('/r')).rejects.toMatchObject({ code: 'file.not-writable' });
  });
});
