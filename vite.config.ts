import mdx from '@mdx-js/rollup';
import react from '@vitejs/plugin-react';
import remarkMath from 'remark-math';
import { defineConfig } from 'vite';
import { buildWasm } from './scripts/build-wasm.mjs';
import { headersFor, ISOLATION, WORKER_FOLDER } from './scripts/site/headers.ts';
import { serviceWorker } from './scripts/site/offline.ts';
import { chunkReport, embedPage, hostHeaders, namesCharts, onlyWoff2, precompress, tfjsWasm, workerReport } from './scripts/site/vite-plugins.ts';

export default defineConfig(({ mode }) => {
  // `--mode e2e` builds the pages of e2e/pages, which the tests use and the site does not have.
  const tests = mode === 'e2e';
  return {
    root: tests ? 'e2e/pages' : '.',
    publicDir: tests ? false : 'public',
    // Relative addresses: the build works under any path.
    base: './',
    plugins: [
      // Texts of lessons, compiled when the page is built.
      { enforce: 'pre' as const, ...mdx({ remarkPlugins: [remarkMath] }) },
      react(),
      tfjsWasm(),
      onlyWoff2(),
      { name: 'fused-step', buildStart: buildWasm },
      ...(tests
        ? []
        : [namesCharts('src/charts/plotly.ts'), embedPage(), hostHeaders(), chunkReport('.cache/chunks.json'), serviceWorker(), precompress()]),
    ],
    // Zod tries whether it may compile code: the policy refuses, and Firefox writes that on the console.
    define: { 'globalThis.__zod_globalConfig': '({ jitless: true })' },
    build: {
      outDir: tests ? '../../.cache/e2e-dist' : 'dist',
      emptyOutDir: true,
      target: 'es2022',
      // A font written into the style sheet would be a data: address, which the Content-Security-Policy does
      // not let in.
      assetsInlineLimit: (file: string) => (/\.(woff2?|ttf|wasm)$/.test(file) ? false : undefined),
      // Plotly and tfjs are big on purpose, and scripts/check-bundle.ts holds the budget that matters.
      chunkSizeWarningLimit: 4000,
      rolldownOptions: {
        ...(tests ? { input: ['e2e/pages/golden.html', 'e2e/pages/every-method.html'] } : {}),
        // The page reads what a method says of itself and drops the half that builds it; nothing it keeps may
        // pull tfjs in.
        treeshake: { moduleSideEffects: [{ test: /@tensorflow/, sideEffects: false }] },
        // A request costs a page some milliseconds: what is always loaded together is one file. Only groups
        // that import nothing but the first: another may lead to files that import each other, and
        // then to a page that depends on which of them comes first.
        output: {
          codeSplitting: {
            groups: [
              { name: 'first', tags: ['$initial'], priority: 2 },
              { name: 'mantine', test: /node_modules\/(@mantine|@floating-ui)\//, priority: 1 },
            ],
          },
        },
      },
    },
    worker: {
      format: 'es' as const,
      plugins: () => [workerReport()],
      rolldownOptions: {
        output: {
          entryFileNames: `${WORKER_FOLDER}[name]-[hash].js`,
          chunkFileNames: `${WORKER_FOLDER}[name]-[hash].js`,
          codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] },
        },
      },
    },
    server: { headers: ISOLATION, port: 5173 },
    preview: { headers: headersFor('/') },
  };
});
