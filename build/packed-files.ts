// Which files the packed app consists of: the one list from which electron-builder's patterns are made and by which
// the finished archive is judged. What is not listed is not shipped.
import { namesOf, type PackageTarget } from './package-target.ts';

/**
 * Packages that the bundles leave outside, with all they need at run time on Node. sodium-native also names
 * bare-assert, which only the Bare runtime loads; piscina also names @napi-rs/nice, which it loads only where a
 * thread's niceness is asked for, and we do not.
 */
const runtimePackages: Readonly<Record<string, RegExp>> = {
  piscina: /^dist\/.+\.m?js$/,
  'sodium-native': /^(index|binding)\.js$/,
  'require-addon': /^lib\/.+\.js$/,
  'bare-addon-resolve': /^(index|lib\/.+)\.js$/,
  'bare-module-resolve': /^(index|lib\/.+)\.js$/,
  'bare-semver': /^(index|lib\/.+)\.js$/,
  'which-runtime': /^index\.js$/,
};

/** Their licences ask to be passed on with them. */
const everyPackageShips = /^(package\.json|LICENSE)$/;

/** Our own part. No source maps: they are as large as the program and name the build machine's folders. */
const ownFiles: readonly RegExp[] = [
  /^(package\.json|LICENSE)$/,
  /^dist\/main\/(main|repository-worker)\.js$/,
  /^dist\/main\/chunks\/[\w.-]+\.js$/,
  /^dist\/(main|renderer)\/LICENSES\.md$/,
  /^dist\/preload\/preload\.cjs$/,
  /^dist\/renderer\/(index\.html|icon\.svg)$/,
  /^dist\/renderer\/assets\/[\w.-]+\.(js|css|svg|woff2?|ttf)$/,
];

/** Without these no window opens or no backup runs: a missing one stops the packing. */
export function neededFiles(target: PackageTarget): readonly string[] {
  return [
    'package.json',
    'LICENSE',
    'dist/main/LICENSES.md',
    'dist/main/main.js',
    'dist/main/repository-worker.js',
    'dist/preload/preload.cjs',
    'dist/renderer/LICENSES.md',
    'dist/renderer/index.html',
    'dist/renderer/icon.svg',
    nativeModule(target),
  ];
}

/** The one file that cannot be loaded out of the archive. */
export function nativeModule(target: PackageTarget): string {
  return `node_modules/sodium-native/prebuilds/${namesOf[target].nativeFolder}/sodium-native.node`;
}

/** Whether a file of the archive, as a path with slashes, belongs there. */
export function belongsInPackage(path: string, target: PackageTarget): boolean {
  if (path === nativeModule(target)) return true;
  const [, name, inside] = /^node_modules\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (name === undefined || inside === undefined) return ownFiles.some((pattern) => pattern.test(path));
  const code = runtimePackages[name];
  return code !== undefined && (everyPackageShips.test(inside) || code.test(inside));
}

/** Bytes of archive and unpacked files together: about twice what page, engine and native module need. */
export const largestPackageBytes = 6 * 1024 * 1024;

/** The list as electron-builder's patterns. It takes inclusions for our own files and exclusions for packages. */
export function builderFilePatterns(target: PackageTarget): string[] {
  return [
    'package.json',
    'LICENSE',
    'dist/{main,preload,renderer}/**',
    '!**/*.map',
    `!node_modules/!(${Object.keys(runtimePackages).join('|')}){,/**}`,
    '!node_modules/*/{src,test,test-jest,benchmark,docs,examples,scripts,extensions,.github}{,/**}',
    '!node_modules/*/!(package.json|LICENSE|index.js|binding.js|lib|dist|prebuilds)',
    '!node_modules/**/*.{d.ts,bare}',
    `!node_modules/sodium-native/prebuilds/!(${namesOf[target].nativeFolder}){,/**}`,
  ];
}
