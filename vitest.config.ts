import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,workers,scripts}/**/*.test.{ts,tsx}', 'e2e/unit/**/*.test.ts'],
    environment: 'node',
    // The compiled step, which plans read.
    globalSetup: './scripts/build-wasm.mjs',
    testTimeout: 30_000,
    // Two cores; tfjs is loaded once a file.
    maxWorkers: 2,
  },
});
