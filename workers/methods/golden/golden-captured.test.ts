import { beforeAll, describe, expect, it } from 'vitest';
import { takePlainProducts } from '../../engine/backends/software-products';
import { startWebGpu } from '../../engine/backends/webgpu';
import { installNodeWebGpu } from '../../engine/node';
import { checkCapturedFixture } from './golden-captured';
import { PAPER_FIXTURES, readFixture } from './golden-files';

const lack = await installNodeWebGpu();

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
  'interactions-product-where-equal',
  'interactions-second-order',
  'tabular-embeddings-train',
  'tabular-embeddings-eval',
  'tabular-embeddings-classification',
  'embeddings-dropout-norm',
  'embeddings-pretrained-slow',
  'embeddings-pretrained-frozen',
  'hash-embeddings-classification-k2',
  'one-hot-classification-k2',
  'quotient-remainder-multiply',
  'shared-embeddings-k2',
  'tag-mmbeddings-sum',
  'tag-mmbeddings-mean',
  'tag-mmbeddings-others',
  'tag-regbeddings-mean',
  'tag-sum',
  'tag-sum-with-levels',
  'tag-multi-head-attention',
  'tag-interaction-listing',
  'tag-mlp',
  'tag-bilinear-form',
  'tag-attention-formula',
  'tag-attention-first-listing',
  'tag-attention-listing',
  'tag-attention-mask',
  'tag-hierarchical-ancestors-once',
  'tag-pretrained',
  'tag-pretrained-frozen',
  'tag-hybrid-add',
];

/** Of sequences. Their zero gradients, of key biases, come out at a millionth of the largest. */
const SEQUENCES = [
  'sequence-transformer',
  'sequence-transformer-causal',
  'sequence-transformer-dropout',
  'sequence-transformer-untagged',
  'timexer-tags',
  'timexer-published',
  'timexer-library',
  'timexer-dropout',
];

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
