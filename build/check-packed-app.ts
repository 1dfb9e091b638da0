// Opens a packed app and says what is wrong with it: foreign files, missing files, imports that lead nowhere, what
// names this machine, weight. Runs in every packing, so that a mistake in a pattern never reaches an installer.
import { getRawHeader, extractFile, uncache } from '@electron/asar';
import { existsSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, posix, resolve } from 'node:path';
import ts from 'typescript';
import { belongsInPackage, largestPackageBytes, nativeModule, neededFiles } from './packed-files.ts';
import { packedAppIn, type PackageTarget } from './package-target.ts';

interface PackedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly unpacked: boolean;
}

const projectFolder = resolve(import.meta.dirname, '..');
const page = 'dist/renderer/index.html';
const code = /^dist\/(main|preload)\/.+\.c?js$/;

/** One sentence for each thing that is wrong; none for an app as it should be. */
export async function checkPackedApp(folder: string, target: PackageTarget): Promise<readonly string[]> {
  const { asar } = packedAppIn(folder, target);
  uncache(asar);
  const files = listFiles(asar);
  const present = new Set(files.map(({ path }) => path));
  const read = (path: string): string => extractFile(asar, path).toString('utf8');
  return [
    ...files.filter(({ path }) => !belongsInPackage(path, target)).map(({ path }) => `${path} does not belong there`),
    ...neededFiles(target)
      .filter((path) => !present.has(path))
      .map((path) => `${path} is missing`),
    ...unpackedProblems(files, asar, target),
    ...[...present]
      .filter((path) => code.test(path))
      .flatMap((path) => [
        ...importProblems(path, read(path), present),
        ...referenceProblems(path, read(path), present),
      ]),
    ...(present.has(page) ? pageProblems(read(page), present) : []),
    ...[...present]
      .filter((path) => path === 'package.json' || path.startsWith('dist/'))
      .filter((path) => namesThisMachine(read(path)))
      .map((path) => `${path} names a folder of the machine it was built on`),
    ...weightProblems(files),
  ];
}

/** Every file of the archive with its path in slashes, those outside it included. */
export function listFiles(asar: string): readonly PackedFile[] {
  const walk = (entry: object, path: string): PackedFile[] => {
    if ('files' in entry)
      return childrenOf(entry.files).flatMap(([name, child]) => walk(child, posix.join(path, name)));
    const sizeBytes = 'size' in entry && typeof entry.size === 'number' ? entry.size : 0;
    return [{ path, sizeBytes, unpacked: 'unpacked' in entry && entry.unpacked === true }];
  };
  return walk(getRawHeader(asar).header, '');
}

function childrenOf(files: unknown): readonly [name: string, entry: object][] {
  return typeof files === 'object' && files !== null ? Object.entries(files as Readonly<Record<string, object>>) : [];
}

function unpackedProblems(files: readonly PackedFile[], asar: string, target: PackageTarget): readonly string[] {
  const outside = files.filter(({ unpacked }) => unpacked);
  const native = files.find(({ path }) => path === nativeModule(target));
  const onDisk = join(`${asar}.unpacked`, nativeModule(target));
  return [
    ...outside
      .filter((file) => file !== native)
      .map(({ path }) => `${path} lies outside the archive, where nothing checks its integrity`),
    ...(native?.unpacked === false ? [`${native.path} cannot be loaded from inside the archive`] : []),
    ...(native?.unpacked === true && (!existsSync(onDisk) || statSync(onDisk).size !== native.sizeBytes)
      ? [`${native.path} is not beside the archive as it should be`]
      : []),
  ];
}

/** A file named relative to the bundle, in an expression that is used: a line of its own is a bundler's left-over. */
const fileReference = /(?<=\S[^\n]*)new URL\(\s*["']([^"']+)["'],\s*import\.meta\.url\)/g;

function referenceProblems(path: string, source: string, present: ReadonlySet<string>): readonly string[] {
  return [...source.matchAll(fileReference)]
    .map(([, reference = '']) => reference)
    .filter((reference) => {
      const named = posix.join(dirname(path), reference);
      return !present.has(named) && ![...present].some((file) => file.startsWith(`${named}/`));
    })
    .map((reference) => `${path} names ${reference}, which is not there at run time`);
}

/** What the page loads at the start; what it loads later is named in hashed files that came from the same build. */
function pageProblems(html: string, present: ReadonlySet<string>): readonly string[] {
  return [...html.matchAll(/\b(?:src|href)="([^"]+)"/g)]
    .map(([, reference = '']) => reference)
    .filter((reference) => !present.has(posix.join(dirname(page), reference)))
    .map((reference) => `${page} names ${reference}, which is not there`);
}

/** What a bundle imports must be Electron's, Node's, or in the package. */
function importProblems(path: string, source: string, present: ReadonlySet<string>): readonly string[] {
  const { importedFiles } = ts.preProcessFile(source, true, true);
  const sandboxed = path.startsWith('dist/preload/');
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => {
      if (name === 'electron') return false;
      if (sandboxed) return true;
      if (name.startsWith('node:') || builtinModules.includes(name)) return false;
      if (name.startsWith('.')) return !present.has(posix.join(dirname(path), name));
      return !present.has(`node_modules/${packageNameOf(name)}/package.json`);
    })
    .map((name) => `${path} imports ${name}, which is not there at run time`);
}

function packageNameOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function namesThisMachine(content: string): boolean {
  return [projectFolder, homedir()].some((folder) => folder.length > 5 && content.includes(folder));
}

function weightProblems(files: readonly PackedFile[]): readonly string[] {
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return totalBytes > largestPackageBytes ? [`${totalBytes} bytes: more than ${largestPackageBytes}`] : [];
}
