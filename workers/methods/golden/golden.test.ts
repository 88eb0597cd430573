import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../../engine/testing';
import type { MethodAbout } from '../method';
import { ABOUTS } from '../registry';
import { checkFixture, type GoldenResult, isMethodFixture, type MethodFixture, methodOf, relativeError, verdict } from './golden';
import { checkRecordedFixture } from './golden-captured';
import { selfTest } from './self-test';

const FOLDER = join(import.meta.dirname, '../../../golden');
const fixtures = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name): unknown => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')))
  .filter(isMethodFixture);
const read = (name: string): MethodFixture => structuredClone(fixtures.find((fixture) => fixture.name === name) as MethodFixture);

describe.each(NODE_BACKENDS)('golden steps on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  // On WASM the same are a stage of their own (`npm run golden`).
  it.runIf(backend === 'cpu')('all that the engine has a method for pass', async () => {
    expect(fixtures.length).toBeGreaterThan(50);
    const results = await Promise.all(fixtures.map((fixture) => checkFixture(fixture)));
    expect(results.filter((result) => verdict(result) !== 'passed').map(({ name, reason }) => `${name}: ${reason}`)).toEqual([]);
  });

  describe.runIf(backend === 'wasm')('all that the engine has a method for pass on the recorded step', () => {
    it.each([1, 2] as const)('on threads: %i', async (threads) => {
      const results: GoldenResult[] = [];
      for (const fixture of fixtures) results.push(await checkRecordedFixture(fixture, threads));
      expect(results.filter((result) => verdict(result) !== 'passed').map(({ name, reason }) => `${name}: ${reason}`)).toEqual([]);
    });
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

/** Why a method needs no fixture of steps; null when it needs one. */
const otherwise = ({ ownAlgorithm, inputWidth }: MethodAbout): string | null => {
  if (ownAlgorithm) return 'it takes no gradient step: its fit is tested against numbers of its own';
  if (inputWidth) return 'its categories are numbers before training begins (golden/encodings.json), and its steps are those of ignore';
  return null;
};

describe('golden results', () => {
  it('every method that takes gradient steps of its own has a fixture', () => {
    const covered = fixtures.flatMap(({ config }) => {
      const method = methodOf(config);
      return 'id' in method ? [method.id] : [];
    });
    const lacking = ABOUTS.filter((about) => !covered.includes(about.id) && otherwise(about) === null);
    const write = lacking.map(({ id }) => `${id}: write golden/${id}.json, three steps in float64, with a maker in golden/make (golden/README.md)`);
    expect(write).toEqual([]);
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
