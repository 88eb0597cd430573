/**
 * Tables of `cases` from the file to results, as the page and the command line go: seed 1, a fifth of the
 * rows for the test.
 */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openTable } from '../data/csv';
import { prepareDataset } from '../data/prepare';
import type { ColumnRole } from '../data/schema';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { refusedMethods } from '../methods/refusals';
import { OF_TABLES } from '../methods/testing/every-method';
import { type ExperimentSpec, experimentSchema } from '../spec/experiment';
import { Run } from './run';

const EPOCHS = 1;

/** The spec of a table whose columns have these roles, and its dataset. */
async function caseOf(name: string, roles: Record<string, ColumnRole>, ids: readonly string[]) {
  const table = await openTable(new File([readFileSync(new URL(`../../cases/${name}`, import.meta.url))], name), {});
  const spec = (methods: readonly string[]): ExperimentSpec =>
    experimentSchema.parse({
      dataset: {
        kind: 'table',
        name,
        fingerprint: table.fingerprint,
        task: 'regression',
        columns: Object.entries(roles).map(([column, role]) => ({ name: column, role })),
        testFraction: 0.2,
      },
      methods: methods.map((id) => ({ id })),
      training: { batchSize: 256, epochs: EPOCHS, patience: null, drawPastStop: false },
      seeds: { data: 1, split: 1, weights: 1 },
    });
  const dataset = await prepareDataset(spec(ids), new Map([[table.fingerprint, table]]));
  const problem = { task: dataset.task, p: dataset.p, levels: dataset.categorical.map(({ cardinality }) => cardinality) };
  const refused = refusedMethods(
    ids.map((id) => ({ id })),
    problem,
  );
  const accepted = ids.filter((id) => refused.every((one) => one.id !== id));
  return { dataset, refused, accepted, spec: spec(accepted) };
}

/**
 * Trains the methods one after the other in memory that holds no numbers from before, and expects a number
 * for every test row.
 */
async function train({ dataset, spec, accepted }: Awaited<ReturnType<typeof caseOf>>): Promise<Run> {
  tf.dispose(Array.from({ length: 400 }, (_, i) => tf.fill([i + 1], Number.NaN)));
  const run = new Run(dataset, spec, () => undefined);
  await run.train();
  expect([...run.finished.keys()].sort()).toEqual([...accepted].sort());
  for (const [id, { predictions }] of run.finished) {
    expect(predictions.length, id).toBe(dataset.split.test.length);
    expect(
      [...predictions].filter((value) => !Number.isFinite(value)),
      id,
    ).toEqual([]);
  }
  return run;
}

const ALL = OF_TABLES.map(({ id }) => id);

describe.each(NODE_BACKENDS)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  // The CPU backend takes many times longer: it shows a few methods.
  const others = backend === 'wasm' ? ALL : ['mean', 'ignore', 'embeddings', 'mmbeddings', 'ncf-embeddings', 'linear-mixed-model'];

  it('the linear mixed model is that of lme4 whatever else runs, without a numeric column (cases/ratings.csv)', { timeout: 120_000 }, async () => {
    const tried = await caseOf('ratings.csv', { user: 'categorical', movie: 'categorical', rating: 'target' }, others);
    const run = await train(tried);
    const result = run.finished.get('linear-mixed-model')?.result;
    expect(result?.metrics.mse).toBeCloseTo(0.4324, 4);
    expect(result?.metrics.r2).toBeCloseTo(0.643, 3);
    const estimate = (name: string): number | undefined => result?.estimates?.find((one) => one.name === name)?.value;
    expect(estimate('Variance of user')).toBeCloseTo(0.4745, 3);
    expect(estimate('Variance of movie')).toBeCloseTo(0.1702, 3);
    expect(estimate('Residual variance')).toBeCloseTo(0.5101, 3);
  });

  it('every method fits or says why not (cases/readme-table.csv)', { timeout: 120_000 }, async () => {
    const tried = await caseOf('readme-table.csv', { a: 'categorical', b: 'categorical', x: 'numeric', y: 'target' }, others);
    await train(tried);
    if (backend === 'wasm')
      expect(tried.refused.map(({ id }) => id)).toEqual(
        expect.arrayContaining(['menets', 'growth-embeddings', 'growth-regbeddings', 'growth-mmbeddings', 'lindstrom-bates']),
      );
    for (const { sentence } of tried.refused) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  it('without a categorical column what needs one says so (cases/g07-participant.csv)', { timeout: 120_000 }, async () => {
    const tried = await caseOf('g07-participant.csv', { participant: 'numeric', condition: 'numeric', rt: 'target' }, others);
    await train(tried);
    expect(tried.refused.length).toBe(others.length - tried.accepted.length);
    for (const { sentence } of tried.refused) {
      expect(sentence).toMatch(/categorical feature|column of tags|windows of series|are 2/);
      expect(sentence).not.toContain('∞');
    }
    if (backend === 'wasm') expect(tried.accepted).toEqual(expect.arrayContaining(['mean', 'ignore', 'tabnet', 'fm', 'deepfm']));
  });
});
