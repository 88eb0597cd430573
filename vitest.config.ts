import { readdirSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { configDefaults, defineConfig, type TestProjectConfiguration } from 'vitest/config';

/** Unit test files whose text matches. */
const filesWith = (text: RegExp): string[] =>
  ['src', 'workers', 'scripts'].flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.test\.tsx?$/.test(file))
      .map((file) => `${room}/${file.replaceAll(sep, '/')}`)
      .filter((file) => text.test(readFileSync(file, 'utf8'))),
  );
/** Those that start WebGPU in Node. */
const WEBGPU = filesWith(/installNodeWebGpu/);
/** Those that put something in the place of a module or of a global: the next file must not see it. */
const REPLACING = filesWith(/vi\.(mock|resetModules|stubGlobal)/);

/**
 * Those that take more than five seconds; `npm run check` leaves them, and WebGPU in software, to `npm test`.
 */
const SLOW = [
  'workers/exports/model-file.test.ts',
  'scripts/experiment.test.ts',
  'workers/mixed/mixed-model.test.ts',
  'workers/training/fused-plan.test.ts',
  'workers/training/own-unit.test.ts',
  'workers/training/run.test.ts',
  'workers/training/shown-metrics.test.ts',
  'workers/training/tables-of-cases.test.ts',
];

const project = (
  name: string,
  groupOrder: number,
  maxWorkers: number,
  isolate: boolean,
  include: string[],
  exclude: string[] = [],
): TestProjectConfiguration => ({
  test: {
    name,
    include,
    exclude: [...configDefaults.exclude, ...exclude],
    environment: 'node',
    testTimeout: 30_000,
    maxWorkers,
    isolate,
    sequence: { groupOrder },
  },
});

export default defineConfig({
  test: {
    // The compiled step, which plans read.
    globalSetup: './scripts/build-wasm.mjs',
    projects: [
      // Two cores; files share their modules, or each would load tfjs anew.
      project('cpu', 0, 2, false, ['{src,workers,scripts}/**/*.test.{ts,tsx}'], [...WEBGPU, ...REPLACING, ...(process.env.QUICK ? SLOW : [])]),
      project('replacing', 1, 2, true, REPLACING),
      // A software adapter has a thread for each core, and Dawn polls it: files side by side wait for each
      // other, and take three times as long. They share tfjs and the kernels that it has compiled.
      project('webgpu', 2, 1, false, WEBGPU),
    ],
  },
});
