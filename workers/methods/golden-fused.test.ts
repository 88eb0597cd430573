import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startCpu } from '../engine/backends/cpu';
import type { MethodFixture } from './golden';
import { checkFusedFixture } from './golden-fused';

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
  'ncf-uembeddings-regression',
  'ignore-classification',
  'uembeddings-k2',
  'unified-embeddings-k2',
  'quotient-remainder-concatenate',
];

beforeAll(startCpu);

describe('the fused step on golden fixtures', () => {
  it.each(FIXTURES.flatMap((name) => [1, 2].map((threads) => ({ name, threads }))))('$name, threads: $threads', async ({ name, threads }) => {
    const { ran, error, reason } = await checkFusedFixture(read(name), threads);
    expect(ran).toBe(true);
    expect(error, reason).toBeLessThan(2e-6);
  });

  it('notices a wrong number', async () => {
    const fixture = read('mmbeddings-regression');
    fixture.config.beta = (fixture.config.beta ?? 0) * 1.1;
    expect((await checkFusedFixture(fixture)).error).toBeGreaterThan(1e-4);
  });
});
