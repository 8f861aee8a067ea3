import { defineConfig } from 'vite';

/** The pages, built into dist/web: one bundle, names with a hash, so that browsers keep it until it changes. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { outDir: '../../dist/web', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
});
