import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

// The main process of the window, as ES modules. Packages with native parts or threads of their own stay outside.
export default defineConfig({
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'dist/main',
    emptyOutDir: true,
    sourcemap: true,
    license: { fileName: 'LICENSES.md' },
    minify: false,
    rolldownOptions: {
      input: {
        main: 'electron/main/main.ts',
        'repository-worker': 'electron/repository/worker/repository-worker.ts',
      },
      external: ['electron', 'sodium-native', 'piscina', ...builtinModules, /^node:/],
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
  ssr: { noExternal: ['zod'] },
});
