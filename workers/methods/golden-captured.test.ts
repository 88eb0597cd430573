import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWebGpu } from '../engine/backends/webgpu';
import { installNodeWebGpu } from '../engine/node';
import type { MethodFixture } from './golden';
import { checkCapturedFixture } from './golden-captured';

const lack = await installNodeWebGpu();

const read = (name: string): MethodFixture => JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), 'utf8'));

/** Losses that differ in what they compute. Chromium checks every fixture captured (e2e/golden.spec.ts), as does `npm run golden -- golden --backend webgpu`. */
const FIXTURES = [
  'embeddings-dropout-norm',
  'regbeddings-classification-k2',
  'mmbeddings-full-covariance',
  'mmbeddings-v2-classification',
  'lmmnn-binary',
];

describe.skipIf(lack)(`the captured step on golden fixtures${lack ? ` (skipped: ${lack})` : ''}`, () => {
  beforeAll(async () => {
    const adapter = await navigator.gpu.requestAdapter();
    await startWebGpu(adapter as GPUAdapter, (reason) => console.warn(reason));
    // Quicker on a software adapter, see training/captured-plan.test.ts.
    tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', 3);
  });

  it.each(FIXTURES)(
    '%s',
    async (name) => {
      const { ran, error, reason } = await checkCapturedFixture(read(name));
      expect(ran).toBe(true);
      expect(error, reason).toBeLessThan(2e-6);
    },
    120_000,
  );

  it('notices a wrong number', async () => {
    const fixture = read('mmbeddings-regression');
    fixture.config.beta = (fixture.config.beta ?? 0) * 1.1;
    expect((await checkCapturedFixture(fixture)).error).toBeGreaterThan(1e-4);
  });
});
