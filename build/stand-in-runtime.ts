// A folder that electron-builder takes for an Electron runtime, where there is none: it proves file list, fuses and
// integrity record, and is nothing that could ever run. The fuse wire is laid out as in Electron's binary: sentinel,
// version, number of fuses, one byte each.
import { FuseState, FuseV1Options } from '@electron/fuses';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { namesOf, type PackageTarget } from './package-target.ts';

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const americanEnglish = { lang: 1033, codepage: 1200 };

export function makeStandInRuntime(folder: string, target: PackageTarget): void {
  mkdirSync(join(folder, 'locales'), { recursive: true });
  writeFileSync(join(folder, 'locales', 'en-US.pak'), '');
  const content = target === 'win' ? standInExe() : Buffer.concat([Buffer.from('\x7fELF stand-in\n'), fuseWire()]);
  writeFileSync(join(folder, namesOf[target].runtimeExecutable), content, { mode: 0o755 });
  writeFileSync(join(folder, 'STAND-IN.txt'), 'This is not Electron. It was packed to prove the file list.\n');
}

/** All fuses on, which is wrong for most of them: what is right afterwards has been written. */
export function fuseWire(fuseCount = Object.values(FuseV1Options).filter(Number.isInteger).length): Buffer {
  const version = 1;
  return Buffer.concat([
    Buffer.from(sentinel, 'latin1'),
    Buffer.from([version, fuseCount, ...Array.from({ length: fuseCount }, () => FuseState.ENABLE)]),
  ]);
}

/** The smallest Windows program with what electron-builder edits: one version record in one language. */
function standInExe(): Buffer {
  const executable = NtExecutable.createEmpty(false, false);
  const resources = NtExecutableResource.from(executable);
  const version = Resource.VersionInfo.createEmpty();
  version.setFileVersion(1, 0, 0, 0, americanEnglish.lang);
  version.setStringValues(americanEnglish, { FileDescription: 'stand-in', ProductName: 'stand-in' });
  version.outputToResourceEntries(resources.entries);
  const wire = fuseWire();
  resources.entries.push({
    type: 10,
    id: 1,
    lang: americanEnglish.lang,
    codepage: americanEnglish.codepage,
    bin: wire.buffer.slice(wire.byteOffset, wire.byteOffset + wire.byteLength) as ArrayBuffer,
  });
  resources.outputResource(executable);
  return Buffer.from(executable.generate());
}
