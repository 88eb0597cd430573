import { readdirSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { configDefaults, defineConfig, type TestProjectConfiguration } from 'vitest/config';

/** Test files that start WebGPU in Node. */
const WEBGPU = readdirSync('workers', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `workers/${file.replaceAll(sep, '/')}`)
  .filter((file) => readFileSync(file, 'utf8').includes('installNodeWebGpu'));

const project = (name: string, groupOrder: number, maxWorkers: number, include: string[], exclude: string[] = []): TestProjectConfiguration => ({
  test: {
    name,
    include,
    exclude: [...configDefaults.exclude, ...exclude],
    environment: 'node',
    testTimeout: 30_000,
    maxWorkers,
    sequence: { groupOrder },
  },
});

export default defineConfig({
  test: {
    // The compiled step, which plans read.
    globalSetup: './scripts/build-wasm.mjs',
    projects: [
      // Two cores; tfjs is loaded once a file.
      project('cpu', 0, 2, ['{src,workers,scripts}/**/*.test.{ts,tsx}', 'e2e/unit/**/*.test.ts'], WEBGPU),
      // A software adapter has a thread for each core, and Dawn polls it: files side by side wait for each other, and take three times as long.
      project('webgpu', 1, 1, WEBGPU),
    ],
  },
});
