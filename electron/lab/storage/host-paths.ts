// Windows paths of the simulated hosts, and where they lie on this machine. Pure. A path can come out of a disk file or
// from a user, so it is hostile: what is not a plain file name inside a known volume leads nowhere.
import { join } from 'node:path';

/** A volume as a host names it, and the folder of this machine that stands for it. */
export interface MappedVolume {
  readonly path: string;
  readonly folder: string;
}

const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
const forbidden = /[<>:"|?*\u0000-\u001f/\\]/;

/** The names of `C:\a\b` in order, drive first; undefined for what is not a plain absolute path. */
export function splitHostPath(hostPath: string): readonly string[] | undefined {
  const path = hostPath.replace(/^\\\\\?\\(?=[a-zA-Z]:)/, '').replaceAll('/', '\\');
  const [drive = '', ...names] = path.replace(/\\$/, '').split('\\');
  if (!/^[a-zA-Z]:$/.test(drive) || path.length === 2) return undefined;
  return names.every(isPlainName) ? [drive, ...names] : undefined;
}

/** The volume that holds the path (the one with the longest root) and the names below its root. */
export function findVolume<V extends MappedVolume>(
  volumes: readonly V[],
  hostPath: string,
): { readonly volume: V; readonly names: readonly string[] } | undefined {
  const parts = splitHostPath(hostPath);
  if (parts === undefined) return undefined;
  const holders = volumes
    .map((volume) => ({ volume, root: splitHostPath(volume.path) ?? [] }))
    .filter(({ root }) => root.length > 0 && startsWith(parts, root))
    .sort((a, b) => b.root.length - a.root.length);
  const holder = holders[0];
  return holder === undefined ? undefined : { volume: holder.volume, names: parts.slice(holder.root.length) };
}

/** The file of this machine behind a host's path; undefined where the host has no such place. */
export function toLocalPath(volumes: readonly MappedVolume[], hostPath: string): string | undefined {
  const found = findVolume(volumes, hostPath);
  return found === undefined || found.names.length === 0 ? undefined : join(found.volume.folder, ...found.names);
}

function isPlainName(name: string): boolean {
  if (name === '' || name.length > 255 || /[. ]$/.test(name)) return false;
  return !forbidden.test(name) && !deviceName.test(name);
}

/** By whole names, as Windows compares them: `Volume3` is not the beginning of `Volume33`. */
function startsWith(parts: readonly string[], root: readonly string[]): boolean {
  return root.every((name, at) => name.toLowerCase() === parts[at]?.toLowerCase());
}
