import { describe, expect, it } from 'vitest';
import type { InterceptTrace, LevelRows, NetworkTrace, Place, TracedFeature, TracedRow } from '../../workers/protocol';
import { type Body, nodesOf, sideWay } from './nodes';
import { traceTwin } from './twin';

const place = (...values: number[]): Place => ({ values: Float32Array.from(values), gradient: Float32Array.from(values, (one) => one / 2) });
const twelve = Array.from({ length: 12 }, (_, i) => i + 1);

const row: TracedRow = {
  row: 40,
  part: 'train',
  x: [{ name: 'age', value: 0.5, own: 41 }],
  y: 2,
  ownY: 30,
  targetName: 'price',
  classLabels: null,
};
/** Eight rows meet, seven of them are listed: the followed one first. */
const average = (d: number): LevelRows => ({
  n: 8,
  rows: Uint32Array.of(40, 3, 9, 11, 12, 15, 20),
  y: new Float32Array(7),
  gives: Float32Array.from({ length: 7 * d }, (_, i) => i + 1),
});
const feature: TracedFeature = {
  feature: 0,
  name: 'shop',
  level: 7,
  label: '7',
  trainingRows: 8,
  mean: place(1, 2),
  logVar: place(3, 4),
  levelMean: null,
  levelLogVar: null,
  noise: null,
  draw: place(5, 6),
  average: average(2),
  vector: place(7, 8),
  table: null,
  divergence: 0.4,
};
const network: NetworkTrace = {
  kind: 'encoder',
  method: 'mmbeddings',
  row,
  weights: { epoch: 12, of: 'now' },
  features: [feature],
  prediction: 1.5,
  ownPrediction: 25,
  step: { epoch: 13, batch: 2, batches: 5, rows: 100, learningRate: 0.001 },
  encoder: [place(1, 0, 2)],
  decoder: [place(...Array.from({ length: 120 }, (_, i) => i))],
  output: place(1.5),
  loss: { total: 0.6, terms: { nll: 0.5, kl: 2 }, ofRow: 0.25 },
  beta: 0.05,
  priorVariance: 1,
  updates: [{ part: 'decoder', names: ['decoder/output/kernel'], weights: 11, gradient: 0.5 }],
};
const mixed: InterceptTrace = {
  kind: 'intercepts',
  method: 'linear-mixed-model',
  row,
  weights: { epoch: 12, of: 'result' },
  features: [{ ...feature, mean: null, logVar: null, draw: null, average: average(1), vector: place(0.9) }],
  prediction: 1.5,
  ownPrediction: 25,
  fixed: { value: 0.6, intercept: 0.1, slopes: Float32Array.of(1) },
  residualVariance: 0.5,
  effects: [{ variance: 0.25, mean: 1.2, weight: 0.8, effect: 0.96 }],
};

const bodiesOf = (trace: NetworkTrace | InterceptTrace, id: string): readonly Body[] =>
  nodesOf(trace, 0).find((node) => node.id === id)?.bodies ?? [];
const idsOf = (trace: NetworkTrace | InterceptTrace): string[] => nodesOf(trace, 0).map(({ id }) => id);

describe('the parts of the picture', () => {
  it('are those that a training row passes, in the order of the way', () => {
    expect(idsOf(network)).toEqual(['row', 'encoder', 'proposal', 'draw', 'rows', 'vector', 'decoder', 'prediction']);
    expect(sideWay(network)).toEqual(['row', 'decoder']);
    expect(idsOf({ ...network, kind: 'no-levels', features: [] })).toEqual(['row', 'decoder', 'prediction']);
    expect(sideWay({ ...network, kind: 'no-levels' })).toBeNull();
    expect(idsOf({ ...network, kind: 'sampled-tables' })).toEqual(['row', 'proposal', 'draw', 'decoder', 'prediction']);
    expect(idsOf({ ...network, kind: 'tables', features: [{ ...feature, table: place(1, 2) }] })).toEqual([
      'row',
      'table',
      'vector',
      'decoder',
      'prediction',
    ]);
    // One that is predicted has no encoder to pass.
    expect(idsOf({ ...network, step: null })).toEqual(['row', 'rows', 'vector', 'decoder', 'prediction']);
    expect(idsOf(mixed)).toEqual(['row', 'fixed', 'rows', 'mean', 'weight', 'vector', 'prediction']);
  });

  it('hold the numbers of the trace, as many as can be drawn', () => {
    const columns = [1, 3, 5, 7, 9].map((first) => Float32Array.of(first, first + 1));
    expect(bodiesOf(network, 'rows')).toEqual([{ kind: 'columns', columns, own: true, more: 3 }]);
    expect(bodiesOf(network, 'proposal')).toMatchObject([
      { values: [1, 2], slopes: [0.5, 1], more: 0 },
      { values: [3, 4], slopes: [1.5, 2], more: 0 },
    ]);
    const [wide] = bodiesOf({ ...network, features: [{ ...feature, vector: place(...twelve) }] }, 'vector');
    expect(wide).toMatchObject({ values: twelve.slice(0, 10), slopes: twelve.slice(0, 10).map((one) => one / 2), more: 2 });
    expect(bodiesOf(network, 'decoder')).toMatchObject([{ kind: 'units', more: 20 }]);
    expect(bodiesOf(mixed, 'rows')).toMatchObject([{ values: [1, 2, 3, 4, 5, 6, 7], marked: 0, more: 1 }]);
    expect(bodiesOf(mixed, 'weight')[0]).toEqual({ kind: 'share', share: 0.8 });
    expect(bodiesOf(mixed, 'vector')).toMatchObject([{ values: [0.96], names: ['shop'], marked: 0 }]);
  });
});

describe('the table of the picture', () => {
  it('has every number with its slope', () => {
    const { columns, rows } = traceTwin(network, 0, true);
    expect(columns).toHaveLength(4);
    for (const line of [
      ['Row', 'response', 2, null],
      ['Encoder', 'layer 1 unit 3', 2, 1],
      ['shop 7', 'mean 2', 2, 1],
      ['shop 7', 'log-variance 2', 4, 2],
      ['shop 7', 'rows averaged', 8, null],
      ['shop 7', 'vector 1', 7, 3.5],
      ['Decoder', 'layer 1 unit 120', 119, 59.5],
      ['Loss of the batch', 'kl', 2, null],
      ['Length of the gradient', 'decoder', 0.5, null],
    ])
      expect(rows).toContainEqual(line);
    expect(traceTwin(mixed, 0, true).rows).toContainEqual(['shop 7', 'mean residual', 1.2, null]);
  });
});
