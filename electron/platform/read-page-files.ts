// Reads the built page into memory, once, at the start: what is handed out later is what was there then.
import { lstat, readdir, readFile } from 'node:fs/promises';
import { extname, join, posix } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import { rethrowReading } from './file-errors.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Key: `/index.html`, `/assets/…`. Files of other kinds are left out. @throws AppError `console.page-missing`, `file.not-readable` */
export async function readPageFiles(
  folder: string,
): Promise<ReadonlyMap<string, { readonly contentType: string; readonly bytes: Uint8Array }>> {
  const names = await namesBelow(folder).catch((error: unknown) => {
    throw new AppError('console.page-missing', { path: folder }, { cause: error });
  });
  const files = new Map<string, { readonly contentType: string; readonly bytes: Uint8Array }>();
  for (const name of names) {
    const contentType = contentTypes[extname(name)];
    if (contentType === undefined) continue;
    const path = join(folder, name);
    const bytes = await readFile(path).catch((error: unknown) => rethrowReading(path, error));
    files.set(posix.join('/', name), { contentType, bytes });
  }
  if (!files.has('/index.html')) throw new AppError('console.page-missing', { path: folder });
  return files;
}

/**
 * Files below `folder`, by names with slashes. Not by one recursive `readdir` with types: inside an .asar archive
 * Electron's takes folders for files (lib/node/asar-fs-wrapper.ts, readdirRecursive), and the packed window would stay blank.
 */
async function namesBelow(folder: string, within = ''): Promise<readonly string[]> {
  const names = await readdir(join(folder, within));
  const found = await Promise.all(
    names.map(async (name) => {
      const path = posix.join(within, name);
      const facts = await lstat(join(folder, path));
      if (facts.isDirectory()) return namesBelow(folder, path);
      return facts.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}
