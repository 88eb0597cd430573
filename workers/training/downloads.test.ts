import { describe, expect, it } from 'vitest';
import { predictionsCsv } from './downloads';
import type { Finished } from './results';
import { trainingSchema } from './schema';
import { dataset } from './testing/fused-cases';

const finished = (value: number, rows: number): Finished => ({
  result: {} as Finished['result'],
  predictions: new Float64Array(rows).fill(value),
  vectors: [],
  posterior: null,
  estimates: [],
  validationLoss: 1,
});

describe('predictions.csv', () => {
  it('has its columns in the order of the experiment, named as on the page, whichever finished first', () => {
    const data = dataset('regression', 1);
    const rows = data.split.test.length;
    const ids = ['ignore', 'embeddings', 'regbeddings', 'mmbeddings'];
    const { bytes, name } = predictionsCsv({
      dataset: data,
      plan: { methods: ids.map((id) => ({ id, settings: {} })), training: trainingSchema.parse({}), seeds: { data: 1, split: 1, weights: 1 } },
      finished: new Map([
        ['mmbeddings', finished(0.25, rows)],
        ['regbeddings', finished(0.5, rows)],
        ['ignore', finished(1, rows)],
      ]),
    });
    const lines = new TextDecoder().decode(bytes).trim().split(/\r?\n/);
    expect(name).toBe('predictions.csv');
    expect(lines[0]).toBe(`row,${data.targetName},Ignore,REmbeddings,MMbeddings`);
    expect(lines).toHaveLength(1 + rows);
    expect(lines[1].split(',').slice(2)).toEqual(['1', '0.5', '0.25']);
    expect(Number(lines[1].split(',')[0])).toBe(data.split.test[0] + 1);
  });
});
