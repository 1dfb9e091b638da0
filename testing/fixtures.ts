// Files that nobody of us wrote, for tests. They lie beside the checkout (`../shared/fixtures`) or where
// STILLPOINT_FIXTURES says, are never committed, and a lone clone does not have them.
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { SkippableContext } from './judges.ts';

const root = process.env['STILLPOINT_FIXTURES'] ?? resolve(import.meta.dirname, '../../shared/fixtures');

/** Absolute path of a fixture, or undefined where the fixtures are not on this machine. */
export function findFixture(relativePath: string): string | undefined {
  const path = join(root, relativePath);
  return existsSync(path) ? path : undefined;
}

/** Absolute path of a fixture; skips the running test, with the reason, where it is absent. */
export function requireFixture(context: SkippableContext, relativePath: string): string {
  return (
    findFixture(relativePath) ?? context.skip(`fixture ${relativePath} is not on this machine (no fixtures folder)`)
  );
}

/** Expands a .gz or .bz2 fixture into `folder` under its plain name and returns the new path. */
export function expandFixture(path: string, folder: string): string {
  const target = join(folder, basename(path).replace(/\.(gz|bz2)$/, ''));
  if (existsSync(target)) return target;
  const packed = path.endsWith('.bz2')
    ? execFileSync('bzip2', ['-dc', path], { maxBuffer: 2 ** 31 - 1 })
    : gunzipSync(readFileSync(path), { maxOutputLength: 2 ** 31 - 1 });
  writeSparse(target, packed);
  return target;
}

/** Leaves out what is zero: an unpacked disk of a gigabyte holds a few megabytes. */
function writeSparse(path: string, content: Buffer): void {
  const chunkBytes = 1024 * 1024;
  const zeros = Buffer.alloc(chunkBytes);
  const file = openSync(path, 'wx');
  try {
    ftruncateSync(file, content.length);
    for (let start = 0; start < content.length; start += chunkBytes) {
      const chunk = content.subarray(start, start + chunkBytes);
      if (!chunk.equals(zeros.subarray(0, chunk.length))) writeSync(file, chunk, 0, chunk.length, start);
    }
  } finally {
    closeSync(file);
  }
}
