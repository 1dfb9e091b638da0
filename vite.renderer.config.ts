import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The page: plain files with hashed names, no inline script (the policy forbids them), no polyfill that writes one.
export default defineConfig({
  root: 'renderer',
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome148',
    sourcemap: false,
    license: { fileName: 'LICENSES.md' },
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
  },
});
