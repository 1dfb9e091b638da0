// How a parent locator's Windows paths are understood. Pure. The paths come out of a disk file, so they are hostile:
// whatever leaves the disk's folder, the machine or the world of files is marked and not followed unasked.
import { win32 } from 'node:path';
import type { AllowParentPath, ParentCandidate, ParentPathDanger, ParentPathOrigin } from './files.ts';
import type { ParentLocator } from './format/parent-locator.ts';

/** Names that Windows gives to devices in every folder, with any extension. */
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;

/**
 * The places to look for the parent of `childPath`, for a host whose paths are `C:\...`, `\\server\share\...` or
 * `\\?\Volume{...}\...`. Order: relative (from the child's folder), volume, absolute, beside the child.
 */
export function windowsParentCandidates(
  childPath: string,
  locator: ParentLocator,
  allow: AllowParentPath = () => false,
): readonly ParentCandidate[] {
  const folder = win32.dirname(childPath);
  const { relativePath, volumePath, absoluteWin32Path } = locator;
  const candidates: ParentCandidate[] = [];
  const add = (origin: ParentPathOrigin, path: string, danger: ParentPathDanger | undefined): void => {
    if (danger === undefined || allow(path, danger)) candidates.push({ path, origin });
    else candidates.push({ path, origin, refused: danger });
  };
  if (relativePath !== undefined) {
    const path = isRelative(relativePath) ? win32.join(folder, relativePath) : win32.normalize(relativePath);
    add('relative', path, isRelative(relativePath) ? relativeDanger(relativePath) : windowsDanger(childPath, path));
  }
  for (const [origin, text] of [['volume', volumePath] as const, ['absolute', absoluteWin32Path] as const]) {
    if (text === undefined) continue;
    const path = win32.normalize(text);
    add(origin, path, windowsDanger(childPath, path));
  }
  for (const name of parentBaseNames(locator)) {
    const path = win32.join(folder, name);
    if (!candidates.some((known) => known.path.toLowerCase() === path.toLowerCase())) add('beside', path, undefined);
  }
  return candidates;
}

/** The file names that the locator's paths end in, without those that are no file's name. */
export function parentBaseNames(locator: ParentLocator): readonly string[] {
  const paths = [locator.relativePath, locator.volumePath, locator.absoluteWin32Path];
  const names = paths.flatMap((path) => (path === undefined ? [] : [win32.basename(path)]));
  return [...new Set(names)].filter((name) => name !== '' && name !== '.' && name !== '..' && !isDeviceName(name));
}

/** Danger of a relative Windows path: climbing out of the folder, or a device's name in it. */
export function relativeDanger(relativePath: string): ParentPathDanger | undefined {
  const parts = win32.normalize(relativePath).split('\\');
  if (parts.some(isDeviceName)) return 'device';
  return parts[0] === '..' ? 'outside-folder' : undefined;
}

/** Danger of a full Windows path named by the disk at `childPath`. */
export function windowsDanger(childPath: string, path: string): ParentPathDanger | undefined {
  const root = win32.parse(path).root.toLowerCase();
  const names = path.slice(root.length).split('\\');
  if (names.some(isDeviceName)) return 'device';
  if (/^(\\\\\?\\)?[a-z]:\\$/.test(root) || /^\\\\\?\\volume\{[0-9a-f-]{36}\}\\$/.test(root)) return undefined;
  if (!root.startsWith('\\\\')) return 'outside-folder';
  const isDeviceSpace = root.startsWith('\\\\?\\') || root.startsWith('\\\\.\\');
  if (isDeviceSpace) return root.startsWith('\\\\?\\unc\\') ? 'network' : 'device';
  // The share that the child itself was read from is no new place.
  return win32.parse(childPath).root.toLowerCase() === root ? undefined : 'network';
}

function isRelative(path: string): boolean {
  return win32.parse(path).root === '';
}

/** A colon inside a name opens an alternate data stream. */
function isDeviceName(name: string): boolean {
  return deviceName.test(name.trimEnd()) || name.includes(':');
}
