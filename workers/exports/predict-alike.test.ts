import { beforeAll, describe, expect, it } from 'vitest';
import { openTable } from '../data/csv';
import { prepareDataset } from '../data/prepare';
import type { Step } from '../data/reading/steps';
import { useBackend } from '../engine/testing';
import { writeModel } from '../model-file/write';
import { experimentSchema } from '../spec/experiment';
import { Run } from '../training/run';
import { modelFile } from './model';
import { type OpenedModel, openModel } from './opened';
import { predictTable } from './predict-table';

beforeAll(() => useBackend('cpu'));

interface Options {
  id?: string;
  settings?: Record<string, unknown>;
  missing?: Record<string, string>;
  /** Different texts from which on a column of numbers is held as numbers. */
  many?: number;
  /** Exactly these steps, and no word for missing that the reader would find. */
  steps?: Step[];
}

/** A model file of a table, trained to the end. */
async function modelOf(lines: readonly string[], roles: Record<string, string>, options: Options = {}): Promise<OpenedModel> {
  const { id = 'linear-mixed-model', settings = {}, missing, many, steps } = options;
  const table = await openTable(new File([lines.join('\n')], 'train.csv'), { many, steps });
  const columns = Object.entries(roles).map(([name, role]) => ({ name, role, ...(role === 'tags' && { tagSeparator: ';' }) }));
  const spec = experimentSchema.parse({
    dataset: { kind: 'table', name: 'train.csv', fingerprint: table.fingerprint, task: 'regression', columns, reading: table.steps, missing },
    methods: [{ id, settings }],
    training: { batchSize: 64, epochs: 3, patience: null, drawPastStop: false, learningRate: 0.01 },
  });
  const dataset = await prepareDataset(spec, new Map([[table.fingerprint, table]]));
  const run = new Run(dataset, { ...spec, keepPredictors: true }, () => undefined);
  await run.train();
  const finished = run.finished.get(id);
  if (!finished) throw new Error(`${id} has no result`);
  return openModel(writeModel(modelFile({ dataset, spec, finished, version: '0' }), '0'));
}

/** Predictions of the rows of a small file, rounded. */
async function predicted(model: OpenedModel, ...lines: string[]): Promise<number[]> {
  const { fitted } = await predictTable(await openTable(new File([lines.join('\n')], 'new.csv'), { alone: true }), model);
  return Array.from(fitted, (value) => Number(value.toFixed(2)));
}

const rows = (count: number, row: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => row(i));

describe('a new file is read as that of training', () => {
  it('days count from the first date of training, wherever the new file begins', async () => {
    const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
    const model = await modelOf(['when,g,y', ...rows(120, (i) => `${day(i)},g${i % 4},${100 + 2 * i + (i % 4)}`)], {
      when: 'numeric',
      g: 'categorical',
      y: 'target',
    });
    expect(model.facts.columns[0]).toMatchObject({ name: 'when', from: '2024-01-01T00:00:00.000Z' });
    expect(await predicted(model, 'when,g', `${day(200)},g0`, `${day(201)},g1`, `${day(202)},g2`)).toEqual([500, 503, 506]);
    // As earlier versions wrote it.
    const [{ from: _, ...when }, ...others] = model.facts.columns;
    await expect(predicted({ ...model, facts: { ...model.facts, columns: [when, ...others] } }, 'when,g', `${day(200)},g0`)).rejects.toMatchObject({
      code: 'model-days',
      message: expect.stringContaining('"when"'),
    });
  });

  it('a column of yes and no has one answer only, words for missing and decimal commas are new', async () => {
    const lines = rows(120, (i) => `g${i % 4},${i % 3 === 0 ? 'yes' : 'no'},${i % 9},${(i % 3 === 0 ? 10 : 0) + (i % 4) + 2 * (i % 9)}`);
    const model = await modelOf(['g,member,x,y', ...lines], { g: 'categorical', member: 'numeric', x: 'numeric', y: 'target' });
    expect(await predicted(model, 'g,member,x', 'g1,yes,2')).toEqual([15]);
    expect(await predicted(model, 'g,member,x', 'g1,No,2', 'g2,no,2')).toEqual([5, 6]);
    // The mean of x over the training rows is near 4.
    const [known, missing] = await predicted(model, 'g,member,x', 'g1,yes,4', 'g1,yes,NA');
    expect(Math.abs(missing - known)).toBeLessThan(0.5);
    expect(await predicted(model, 'g;member;x', 'g1;yes;2,5', 'g1;no;3,5')).toEqual([16, 8]);
    await expect(predicted(model, 'g,member,x', 'g1,maybe,2')).rejects.toMatchObject({
      message: 'The column "member" holds "maybe" on line 2; the model needs "yes" or "no" there.',
    });
  });

  it('a word for missing that a person made a level is that level in a new file, where the reader would take it out', async () => {
    const lines = rows(120, (i) => `${['None', 'mild', 'severe'][i % 3]},${i % 5},${10 * (i % 3) + (i % 5)}`);
    const model = await modelOf(['pain,x,y', ...lines], { pain: 'categorical', x: 'numeric', y: 'target' }, { steps: [] });
    expect(await predicted(model, 'pain,x', 'None,2', 'severe,2')).toEqual([2, 22]);
  });

  it('whole numbers that name levels are the same with and without zeros behind a point', async () => {
    const lines = rows(240, (i) => `${100 + (i % 60)}.0,${(i % 60) % 2 ? 5 : -5}`);
    // Held as numbers, as a column of more than 65,536 of them is.
    const model = await modelOf(['customer,y', ...lines], { customer: 'categorical', y: 'target' }, { many: 50 });
    expect(await predicted(model, 'customer', '100.0', '101', '102.', '0101')).toEqual([-5, 5, -5, expect.closeTo(0, 0)]);
  });

  it('tags that the model does not know take no place, and a row with too many that it knows is refused', async () => {
    const set = (i: number): string =>
      ['a', 'b', 'c', 'd', 'e']
        .filter((_, k) => (i >> k) & 1)
        .slice(0, 2)
        .join(';') || 'a';
    const model = await modelOf(
      ['set,x,y', ...rows(96, (i) => `${set(i)},${i % 7},${set(i).length + (i % 7)}`)],
      { set: 'tags', x: 'numeric', y: 'target' },
      {
        id: 'tag-sum',
      },
    );
    const [own, beside] = await predicted(model, 'set,x', 'e;b,1', 'x1;x2;x3;x4;e;b,1');
    expect(beside).toBe(own);
    await expect(predicted(model, 'set,x', 'a;b,1', 'a;b;c;d;e,1')).rejects.toMatchObject({
      code: 'many-tags',
      message: expect.stringMatching(/"set" has more than \d tags that the model knows on line 3/),
    });
  });

  it('a row without tags has the tag of such rows where training gave it one', async () => {
    const lines = rows(120, (i) => (i % 3 === 0 ? `,${i % 5},${50 + (i % 5)}` : `${i % 2 ? 'a;b' : 'b'},${i % 5},${i % 5}`));
    const roles = { set: 'tags', x: 'numeric', y: 'target' };
    const model = await modelOf(['set,x,y', ...lines], roles, {
      id: 'tag-sum',
      missing: { numeric: 'mean', categorical: 'own-level', tags: 'own-tag' },
    });
    const [none, own] = await predicted(model, 'set,x', ',2', '(missing),2');
    expect(none).toBe(own);
  });
});
