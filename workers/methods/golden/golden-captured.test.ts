import { beforeAll, describe, expect, it } from 'vitest';
import { takePlainProducts } from '../../engine/backends/software-products';
import { startWebGpu } from '../../engine/backends/webgpu';
import { installNodeWebGpu } from '../../engine/node';
import { checkCapturedFixture } from './golden-captured';
import { PAPER_FIXTURES, readFixture } from './golden-files';

const lack = await installNodeWebGpu();

/**
 * One of each kind: that the captured step of every method equals the eager one, which passes every fixture,
 * is the matter of training/captured-every-method.test.ts.
 */
const FIXTURES = [
  ...PAPER_FIXTURES,
  'ncf-embeddings',
  'tabtransformer',
  'lmmnn-one-factor',
  'lmmnn-two-factors',
  'lmmnn-binary',
  'deepfm-classification',
  'mmbeddings-full-covariance',
  'mmbeddings-v2-classification',
  'tabnet',
  'interactions-second-order',
  'tabular-embeddings-train',
  'embeddings-pretrained-slow',
  'tag-mmbeddings-others',
  'tag-regbeddings-mean',
  'tag-sum-with-levels',
  'tag-attention-mask',
  'tag-pretrained-frozen',
];

/** Of sequences. Their zero gradients, of key biases, come out at a millionth of the largest. */
const SEQUENCES = ['sequence-transformer-dropout', 'timexer-tags'];

describe.skipIf(lack)(`the captured step on golden fixtures${lack ? ` (skipped: ${lack})` : ''}`, () => {
  beforeAll(async () => {
    const adapter = await navigator.gpu.requestAdapter();
    await startWebGpu(adapter as GPUAdapter, (reason) => console.warn(reason));
    takePlainProducts();
  });

  it.each(FIXTURES)(
    '%s',
    async (name) => {
      const { ran, error, reason } = await checkCapturedFixture(readFixture(name));
      expect(ran).toBe(true);
      expect(error, reason).toBeLessThan(name === 'tabnet' ? 1e-5 : 2e-6);
    },
    120_000,
  );

  it.each(SEQUENCES)(
    '%s',
    async (name) => {
      const { ran, error, reason } = await checkCapturedFixture(readFixture(name));
      expect(ran, reason).toBe(true);
      expect(error, reason).toBeLessThan(1e-5);
    },
    120_000,
  );

  it('notices a wrong number', async () => {
    const fixture = readFixture('mmbeddings-regression');
    fixture.config.beta = (fixture.config.beta ?? 0) * 1.1;
    expect((await checkCapturedFixture(fixture)).error).toBeGreaterThan(1e-4);
  });
});
