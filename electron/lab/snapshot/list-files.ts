// The files below a folder of this machine, and the names by which they are found whatever their case.
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

export interface ListedFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
}

export async function listFiles(folder: string): Promise<readonly ListedFile[]> {
  const files: ListedFile[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.push({ path: relative(folder, path).split(sep).join('/'), sizeBytes: (await stat(path)).size });
  }
  return files;
}

/** Windows does not distinguish case. @param path below the folder, with `/` */
export function keyOfFile(path: string): string {
  return path.toLowerCase();
}
