// Our side as it is shipped: bundled to plain JavaScript, with the worker threads' entry beside it. Stripping types at
// every start would be measured otherwise, and no installed Stillpoint does that.
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');

/** @returns the script to run. It lies inside of the checkout, where its packages are found. */
export async function bundleOurSide(): Promise<string> {
  const outDir = join(root, 'dist', 'bench');
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    build: {
      ssr: true,
      target: 'node24',
      outDir,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: {
          'our-side': join(root, 'bench/our-side.ts'),
          'repository-worker': join(root, 'electron/repository/worker/repository-worker.ts'),
        },
        external: ['sodium-native', 'piscina', ...builtinModules, /^node:/],
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
    ssr: { noExternal: ['zod'] },
  });
  return join(outDir, 'our-side.js');
}
