import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { takePlainProducts } from '../engine/backends/software-products';
import { startWebGpu } from '../engine/backends/webgpu';
import { installNodeWebGpu } from '../engine/node';
import type { MethodFixture } from './golden';
import { checkCapturedFixture } from './golden-captured';

const lack = await installNodeWebGpu();

const read = (name: string): MethodFixture => JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), 'utf8'));

const FIXTURES = [
  'embeddings-regression',
  'embeddings-classification-k2',
  'embeddings-l2',
  'regbeddings-regression',
  'regbeddings-classification-k2',
  'mmbeddings-regression',
  'mmbeddings-regression-paper-logvar',
  'mmbeddings-classification-k2',
  'mmbeddings-k3',
  'ncf-embeddings',
  'ncf-mmbeddings',
  'tabtransformer',
  'lmmnn-one-factor',
  'lmmnn-two-factors',
  'lmmnn-binary',
  'deepfm-classification',
  'mmbeddings-full-covariance',
  'mmbeddings-v2-classification',
  'tabnet',
  'embeddings-dropout-norm',
  'hash-embeddings-classification-k2',
  'one-hot-classification-k2',
  'quotient-remainder-multiply',
  'shared-embeddings-k2',
  'uembeddings-k2',
];

describe.skipIf(lack)(`the captured step on golden fixtures${lack ? ` (skipped: ${lack})` : ''}`, () => {
  beforeAll(async () => {
    const adapter = await navigator.gpu.requestAdapter();
    await startWebGpu(adapter as GPUAdapter, (reason) => console.warn(reason));
    // Quicker on a software adapter, see training/captured-plan.test.ts.
    takePlainProducts();
  });

  it.each(FIXTURES)(
    '%s',
    async (name) => {
      const { ran, error, reason } = await checkCapturedFixture(read(name));
      expect(ran).toBe(true);
      expect(error, reason).toBeLessThan(name === 'tabnet' ? 1e-5 : 2e-6);
    },
    120_000,
  );

  it('notices a wrong number', async () => {
    const fixture = read('mmbeddings-regression');
    fixture.config.beta = (fixture.config.beta ?? 0) * 1.1;
    expect((await checkCapturedFixture(fixture)).error).toBeGreaterThan(1e-4);
  });
});
