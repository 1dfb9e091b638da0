import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

// The command line and the threads it starts, bundled: Node does not strip types below node_modules, so an installed
// `stillpoint` needs plain JavaScript. Packages with native parts or threads of their own stay outside the bundle.
export default defineConfig({
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'dist/node',
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: {
        stillpoint: 'electron/cli/stillpoint.ts',
        'stillpoint-serve': 'electron/serve/stillpoint-serve.ts',
        'repository-worker': 'electron/repository/worker/repository-worker.ts',
        'disk-hash-worker': 'electron/console/disk-hash-worker.ts',
      },
      external: ['sodium-native', 'piscina', 'ws', ...builtinModules, /^node:/],
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
  ssr: { noExternal: ['zod'] },
});
