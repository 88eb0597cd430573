import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../../engine/testing';
import { ABOUTS } from '../registry';
import { checkFixture, isMethodFixture, type MethodFixture, methodOf, relativeError, verdict } from './golden';
import { selfTest } from './self-test';

const FOLDER = join(import.meta.dirname, '../../../golden');
const fixtures = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name): unknown => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')))
  .filter(isMethodFixture);
const read = (name: string): MethodFixture => structuredClone(fixtures.find((fixture) => fixture.name === name) as MethodFixture);

describe.each(NODE_BACKENDS)('golden steps on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('all that the engine has a method for pass', async () => {
    const results = await Promise.all(fixtures.map((fixture) => checkFixture(fixture)));
    const passed = results.filter((result) => verdict(result) === 'passed').map((result) => result.name);
    expect(passed.sort()).toEqual([
      'deepfm-classification',
      'deepfm-regression',
      'embeddings-classification-k2',
      'embeddings-dropout-norm',
      'embeddings-dropout-squares',
      'embeddings-l2',
      'embeddings-regression',
      'feature-hashing-k2',
      'feature-hashing-signed-shared-k2',
      'fm-classification',
      'fm-regression',
      'growth-embeddings',
      'growth-mmbeddings',
      'growth-regbeddings',
      'hash-embeddings-classification-k2',
      'hash-embeddings-regression',
      'ignore-classification',
      'ignore-regression',
      'interactions-bilinear',
      'interactions-product',
      'interactions-sum',
      'lmmnn-binary',
      'lmmnn-one-factor',
      'lmmnn-two-factors',
      'mmbeddings-classification-k2',
      'mmbeddings-full-covariance',
      'mmbeddings-k3',
      'mmbeddings-learned',
      'mmbeddings-regression',
      'mmbeddings-regression-paper-logvar',
      'mmbeddings-v2-classification',
      'mmbeddings-v2-regression',
      'ncf-embeddings',
      'ncf-mmbeddings',
      'ncf-uembeddings-classification',
      'ncf-uembeddings-regression',
      'one-hot-classification-k2',
      'one-hot-regression',
      'quotient-remainder-add',
      'quotient-remainder-concatenate',
      'quotient-remainder-multiply',
      'regbeddings-classification-k2',
      'regbeddings-regression',
      'shared-embeddings-k2',
      'tabnet',
      'tabtransformer',
      'tabtransformer-mmbeddings-classification',
      'tabtransformer-mmbeddings-regression',
      'tabtransformer-uembeddings-classification',
      'tabtransformer-uembeddings-regression',
      'uembeddings-k2',
      'unified-embeddings-k2',
    ]);
    expect(results.filter((result) => verdict(result) === 'failed')).toEqual([]);
  });

  it('the self-test passes', async () => {
    expect(await selfTest()).toBeLessThan(1e-5);
  });

  it.each<[string, (fixture: MethodFixture) => void]>([
    [
      'a gradient',
      (fixture) => {
        fixture.expected.gradients['encoder/mean0/kernel'].values[3] += 0.01;
      },
    ],
    [
      'a loss',
      (fixture) => {
        fixture.expected.steps[1].loss *= 1.001;
      },
    ],
    [
      'a term',
      (fixture) => {
        fixture.expected.steps[0].kl *= 1.001;
      },
    ],
    [
      'the output',
      (fixture) => {
        fixture.expected.output.values[0] += 0.01;
      },
    ],
    [
      'a parameter after the steps',
      (fixture) => {
        fixture.expected.parametersAfter['decoder/output/bias'].values[0] += 0.01;
      },
    ],
    [
      'a missing parameter',
      (fixture) => {
        delete fixture.initial['decoder/output/bias'];
      },
    ],
  ])('fails when %s differs', async (_, spoil) => {
    const fixture = read('mmbeddings-regression');
    spoil(fixture);
    expect(verdict(await checkFixture(fixture))).toBe('failed');
  });
});

/** Methods without a fixture of steps: encodings are numbers before training begins (golden/encodings.json), the others have fits of their own (golden/README.md). */
const OTHERWISE = ['mean', 'mean-encoding', 'target-encoding', 'pca-encoding', 'linear-mixed-model', 'menets', 'lindstrom-bates'];

describe('golden results', () => {
  it('every other method has a fixture', () => {
    const covered = fixtures.flatMap(({ config }) => {
      const method = methodOf(config);
      return 'id' in method ? [method.id] : [];
    });
    const lacking = ABOUTS.filter(({ id }) => !covered.includes(id)).map(({ id }) => id);
    expect(lacking.sort()).toEqual([...OTHERWISE].sort());
  });

  it('says why a fixture does not run', async () => {
    const result = await checkFixture({ ...read('tabtransformer'), config: { ...read('tabtransformer').config, method: 'nothing' } });
    expect(result).toMatchObject({ ran: false, error: null, reason: 'the engine has no method "nothing"' });
    expect(verdict(result)).toBe('skipped');
  });

  it('measures errors against the largest entry, and calls other lengths and non-numbers infinite', () => {
    expect(relativeError([1, 2.5], [1, 2])).toBe(0.25);
    expect(relativeError([0], [0])).toBe(0);
    expect(relativeError([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([Number.NaN], [1])).toBe(Number.POSITIVE_INFINITY);
  });
});
