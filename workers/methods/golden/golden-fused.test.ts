import { beforeAll, describe, expect, it } from 'vitest';
import { startCpu } from '../../engine/backends/cpu';
import { PAPER_FIXTURES, readFixture } from './golden-files';
import { checkFusedFixture } from './golden-fused';

const FIXTURES = [
  ...PAPER_FIXTURES,
  'ncf-embeddings',
  'ncf-uembeddings-regression',
  'ignore-classification',
  'unified-embeddings-k2',
  'quotient-remainder-concatenate',
  'tag-sum',
  'tag-sum-mean',
  'tag-sum-classification',
  'tag-sum-with-levels',
  'tag-linear',
  'tag-multi-head',
  'tag-bilinear-listing',
  'tag-mmbeddings-sum',
  'tag-mmbeddings-mean',
  'tag-mmbeddings-classification',
];

beforeAll(startCpu);

describe('the fused step on golden fixtures', () => {
  it.each(FIXTURES.flatMap((name) => [1, 2].map((threads) => ({ name, threads }))))('$name, threads: $threads', async ({ name, threads }) => {
    const { ran, error, reason } = await checkFusedFixture(readFixture(name), threads);
    expect(ran).toBe(true);
    expect(error, reason).toBeLessThan(2e-6);
  });

  it('notices a wrong number', async () => {
    const fixture = readFixture('mmbeddings-regression');
    fixture.config.beta = (fixture.config.beta ?? 0) * 1.1;
    expect((await checkFusedFixture(fixture)).error).toBeGreaterThan(1e-4);
  });
});
