// What is shipped of the window, in bytes as they lie there and as gzip would send them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface BundleSize {
  readonly name: string;
  readonly rawBytes: number;
  readonly gzipBytes: number;
}

/** Code, styles and pages; neither source maps nor licence texts. */
const shipped = /\.(js|cjs|css|html|svg)$/;

/** @param dist the folder of the builds */
export function bundleSizes(dist: string, names: readonly string[]): readonly BundleSize[] {
  return names.map((name) => {
    const folder = join(dist, name);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => shipped.test(path));
    const contents = files.map((path) => readFileSync(join(folder, path)));
    return {
      name,
      rawBytes: contents.reduce((sum, bytes) => sum + bytes.length, 0),
      gzipBytes: contents.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0),
    };
  });
}
