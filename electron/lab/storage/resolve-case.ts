// Finds a file whatever the case of its name was given in, as Windows does.
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** `path` (below `folder`) as it is really written; `path` itself where there is no such file. */
export async function resolveCase(folder: string, path: string): Promise<string> {
  if (await exists(path)) return path;
  let real = folder;
  for (const name of relative(folder, path).split(sep)) {
    const names = await namesIn(real);
    const match = names.find((other) => other.toLowerCase() === name.toLowerCase());
    if (match === undefined) return path;
    real = join(real, match);
  }
  return real;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
