import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../testing/temp-dir.ts';
import { expectFuses, fuses, setFuses } from './fuses.ts';
import { fuseWire } from './stand-in-runtime.ts';

const options = Object.values(FuseV1Options).filter((value) => typeof value === 'number');

/** A file as large as it needs to be for the wire to lie somewhere inside. */
function binaryWith(wire: Buffer): string {
  const path = join(tempDir(), 'electron');
  writeFileSync(path, Buffer.concat([Buffer.alloc(5000, 7), wire, Buffer.alloc(5000, 9)]));
  return path;
}

describe('fuses', () => {
  it('state every fuse there is, each as decided', () => {
    const byName = Object.fromEntries(Object.entries(fuses).map(([key, on]) => [FuseV1Options[Number(key)], on]));
    expect(byName).toEqual({
      RunAsNode: false,
      EnableCookieEncryption: true,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
      WasmTrapHandlers: true,
    });
  });

  it('are written into the binary, and nothing else is touched', async () => {
    const path = binaryWith(fuseWire());
    const before = readFileSync(path);
    await setFuses(path);
    const after = readFileSync(path);

    const wire: Readonly<Record<string, unknown>> = { ...(await getCurrentFuseWire(path)) };
    for (const option of options)
      expect(wire[option], FuseV1Options[option]).toBe(fuses[option] ? FuseState.ENABLE : FuseState.DISABLE);
    const changed = [...after.keys()].filter((index) => before[index] !== after[index]);
    const off = options.filter((option) => !fuses[option]);
    expect(changed.map((index) => index - 5000 - fuseWire(0).length)).toEqual(off);
  });

  it.each(options)('fuse %i turned in the finished binary is found', async (option) => {
    const path = binaryWith(fuseWire());
    await setFuses(path);
    const bytes = readFileSync(path);
    bytes[5000 + fuseWire(0).length + option] = fuses[option] ? FuseState.DISABLE : FuseState.ENABLE;
    writeFileSync(path, bytes);
    await expect(expectFuses(path)).rejects.toThrow(`${FuseV1Options[option]} is not`);
  });

  it('stop the packing where Electron has a fuse more than we decided about', async () => {
    const path = binaryWith(fuseWire(options.length + 1));
    await expect(setFuses(path)).rejects.toThrow(/strictlyRequireAllFuses/);
    await expect(expectFuses(path)).rejects.toThrow(`fuse ${options.length} is unknown to us`);
  });

  it('stop the packing where the binary has fewer fuses, or none', async () => {
    await expect(setFuses(binaryWith(fuseWire(options.length - 1)))).rejects.toThrow(/not long enough/);
    await expect(setFuses(binaryWith(Buffer.from('no wire')))).rejects.toThrow(/sentinel/);
  });
});
