import { defineConfig } from 'vite';

// One CommonJS file: a sandboxed preload script can load nothing but `electron` (Electron docs: tutorial/esm).
export default defineConfig({
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'dist/preload',
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: { preload: 'electron/preload/preload.ts' },
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: '[name].cjs' },
    },
  },
});
