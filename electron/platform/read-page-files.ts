// Reads the built page into memory, once, at the start: what is handed out later is what was there then.
import { readdir, readFile } from 'node:fs/promises';
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
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new AppError('console.page-missing', { path: folder }, { cause: error });
  });
  const files = new Map<string, { readonly contentType: string; readonly bytes: Uint8Array }>();
  for (const entry of entries) {
    const contentType = contentTypes[extname(entry.name)];
    if (!entry.isFile() || contentType === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length).replaceAll('\\', '/');
    const bytes = await readFile(path).catch((error: unknown) => rethrowReading(path, error));
    files.set(posix.join('/', name), { contentType, bytes });
  }
  if (!files.has('/index.html')) throw new AppError('console.page-missing', { path: folder });
  return files;
}
