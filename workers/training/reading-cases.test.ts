/**
 * Tables whose reading decides the result, from the file to the fit: values by lme4 on the same training rows
 * (cases/README.md).
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { previewTable } from '../data/columns';
import { openTable } from '../data/csv';
import { prepareDataset } from '../data/prepare';
import { withSteps } from '../data/reading/apply';
import type { Step } from '../data/schema';
import { useBackend } from '../engine/testing';
import { type ExperimentSpec, experimentSchema } from '../spec/experiment';
import { Run } from './run';

/** The result of a method as published on a case, read by `reading` of the steps that the reader took. */
async function resultOf(name: string, target: string, reading: (steps: Step[]) => Step[] = (steps) => steps, method = 'linear-mixed-model') {
  const opened = await openTable(new File([readFileSync(new URL(`../../cases/${name}`, import.meta.url))], name));
  const table = withSteps(opened, reading(opened.steps));
  const columns = previewTable(table).columns.map((column) => ({ name: column.name, role: column.name === target ? 'target' : column.role }));
  const spec: ExperimentSpec = experimentSchema.parse({
    dataset: { kind: 'table', name, fingerprint: table.fingerprint, task: 'regression', columns, reading: table.steps },
    methods: [{ id: method }],
    training: { protocol: 'published', batchSize: 'auto', drawPastStop: false },
  });
  const run = new Run(await prepareDataset(spec, new Map([[opened.fingerprint, opened]])), spec, () => undefined);
  await run.train();
  const result = run.finished.get(method)?.result;
  return { r2: result?.metrics.r2, residual: result?.estimates.find((estimate) => estimate.name === 'Residual variance')?.value };
}

describe('the reading decides the fit', () => {
  beforeAll(() => useBackend('cpu'));

  it('NA, None and Null are countries (cases/69-namibia)', async () => {
    const { r2, residual } = await resultOf('69-namibia.csv', 'y', (steps) => steps.filter(({ kind }) => kind !== 'missing-words'));
    expect(residual).toBeCloseTo(0.319, 3);
    expect(r2).toBeCloseTo(0.937, 3);
    // As missing they share one level, and the fit is another.
    expect((await resultOf('69-namibia.csv', 'y')).residual).not.toBeCloseTo(0.319, 2);
  });

  it.each(['68-missing-dash.csv', '68-missing-backslashN.csv'])('thirty sizes are missing, and the others are numbers (cases/%s)', async (name) => {
    expect((await resultOf(name, 'y', undefined, 'embeddings')).r2).toBeCloseTo(0.85, 2);
  });

  it('a rent of 1.106 is 1106 (cases/81-german-thousands-dot)', async () => {
    expect((await resultOf('81-german-thousands-dot.csv', 'miete')).r2).toBeCloseTo(0.96, 2);
    // Read as 1.106 among values such as 892, the rents of the largest flats are the smallest.
    const points = (steps: Step[]) => steps.filter((step) => !(step.kind === 'decimal' && step.column === 'miete'));
    expect((await resultOf('81-german-thousands-dot.csv', 'miete', points)).r2).toBeLessThan(0.5);
  });
});
