import { describe, expect, it } from 'vitest';
import type { InterceptTrace, LevelRows, NetworkTrace, Place, TracedFeature, TracedRow } from '../../../workers/protocol';
import { tex, weightsWords } from './parts';
import { learns, scenesOf } from './scenes';

const place = (...values: number[]): Place => ({ values: Float32Array.from(values), gradient: Float32Array.from(values, (one) => -one) });
const row: TracedRow = {
  row: 1233,
  part: 'train',
  x: [{ name: 'age', value: 0.5, own: 41 }],
  y: 2,
  ownY: 30,
  targetName: 'price',
  classLabels: null,
};
const average = (n: number): LevelRows => ({
  n,
  rows: Uint32Array.from({ length: n }, (_, i) => i),
  y: new Float32Array(n),
  gives: Float32Array.from({ length: n }, () => 0.25),
});
const feature: TracedFeature = {
  feature: 0,
  name: 'shop',
  level: 7,
  label: '7',
  trainingRows: 5,
  mean: null,
  logVar: null,
  levelMean: null,
  levelLogVar: null,
  noise: null,
  draw: null,
  average: null,
  vector: place(0.25),
  table: null,
  divergence: null,
};
const network: NetworkTrace = {
  kind: 'encoder',
  method: 'mmbeddings',
  row,
  weights: { epoch: 12, of: 'now' },
  features: [
    { ...feature, mean: place(1), logVar: place(0), noise: Float32Array.of(-0.75), draw: place(0.25), average: average(3), divergence: 0.4 },
  ],
  prediction: 1.5,
  ownPrediction: 25,
  step: { epoch: 13, batch: 2, batches: 5, rows: 100, learningRate: 0.001 },
  encoder: [place(1, 0, 2)],
  decoder: [place(0, 3)],
  output: place(1.5),
  loss: { total: 0.6, terms: { nll: 0.5, kl: 2 }, ofRow: 0.25 },
  beta: 0.05,
  priorVariance: 1,
  updates: [
    { part: 'decoder', names: ['decoder/output/kernel'], weights: 11, gradient: 0.5 },
    { part: 'heads', names: ['encoder/mean0/kernel'], weights: 20, gradient: 0.1 },
    { part: 'encoder', names: ['encoder/dense0/kernel'], weights: 30, gradient: 0.2 },
  ],
};
const words = (trace: NetworkTrace | InterceptTrace, id: string): string | undefined => scenesOf(trace, 0).find((scene) => scene.id === id)?.words;
const ids = (trace: NetworkTrace | InterceptTrace): string[] => scenesOf(trace, 0).map(({ id }) => id);

describe('the sub-steps of MMbeddings', () => {
  it('lead a training row there and back', () => {
    expect(ids(network)).toEqual(['row', 'encode', 'draw', 'average', 'pull', 'decode', 'error', 'back', 'update']);
    expect(learns(network)).toBe(true);
    expect(words(network, 'row')).toBe(
      'Row 1,234 is a training row. It has 1 numeric feature, the response 30.00 and level 7 of shop, which has 5 training rows.',
    );
    expect(words(network, 'encode')).toContain('Of the 3 units of its last layer, 2 are on');
    expect(words(network, 'draw')).toContain('Its first number is 0.25, from mean 1.00, deviation 1.00 and the normal number −0.75.');
    expect(words(network, 'average')).toBe('3 rows of this batch have level 7 of shop. The level’s vector is the average of their draws.');
    expect(words(network, 'error')).toBe(
      'The method predicts 25.00, which is 5.00 below the response 30.00. Over the 100 rows of its batch, half the mean squared error is 0.50.',
    );
    expect(words(network, 'back')).toContain('the steepest slope is −0.25. The 3 rows of the level share what comes back, one third each');
    expect(words(network, 'update')).toContain('11 of the decoder, 20 of the encoder’s heads and 30 of the encoder’s layers');
    expect(weightsWords(network)).toBe(
      'The weights are those of now, after epoch 12. The step is that of batch 2 of 5 in epoch 13, which has 100 rows.',
    );
  });

  it('say when a row is alone with its level', () => {
    const alone = { ...network, features: [{ ...network.features[0], average: average(1) }] };
    expect(words(alone, 'average')).toContain('No other row of this batch has level 7 of shop');
    expect(words(alone, 'back')).toContain('All of it goes to this row’s draw');
  });

  it('only predict a test row: its response is not read, and nothing is learned', () => {
    const tested: NetworkTrace = {
      ...network,
      row: { ...row, part: 'test' },
      step: null,
      loss: null,
      updates: [],
      weights: { epoch: 30, of: 'result' },
      features: [{ ...feature, average: average(5) }],
    };
    expect(ids(tested)).toEqual(['row', 'average', 'decode', 'error']);
    expect(learns(tested)).toBe(false);
    expect(words(tested, 'row')).toMatch(/is a test row.*Its response is held back\.$/);
    expect(words(tested, 'average')).toContain(
      '5 training rows of the method have level 7 of shop. The encoder has read their responses, not that of this row',
    );
    expect(words(tested, 'error')).toContain('Nothing is learned from this row.');
    expect(weightsWords(tested)).toBe('The weights are those of the results, of epoch 30.');
    const fresh = { ...tested, features: [{ ...feature, trainingRows: 0, average: average(0), vector: place(0) }] };
    expect(words(fresh, 'average')).toBe('No training row has level 7 of shop: the level is new. Its vector is zero, the mean of the prior.');
  });

  it('speak of a class and its probability where the response is one', () => {
    const binary: NetworkTrace = { ...network, row: { ...row, y: 1, ownY: 1, classLabels: ['no', 'yes'] }, output: place(0), prediction: 0.5 };
    expect(words(binary, 'decode')).toContain('It gives 0.00 on the logit scale, a probability of 0.50 for “yes”.');
    expect(words(binary, 'error')).toMatch(
      /class “yes”, to which the method gives the probability 0\.50\. .* 0\.69\. Over the 100 rows of its batch, the mean cross-entropy/,
    );
  });
});

describe('the sub-steps of tables', () => {
  it('look a vector up, and reach this level alone on the way back', () => {
    const table: NetworkTrace = {
      ...network,
      kind: 'tables',
      method: 'embeddings',
      features: [{ ...feature, table: place(0.25) }],
      updates: [{ part: 'tables', names: [], weights: 50, gradient: 1 }],
    };
    expect(ids(table)).toEqual(['row', 'look-up', 'decode', 'error', 'back', 'update']);
    expect(words(table, 'look-up')).toBe('A table holds a vector of 1 number for every level. The row takes that of level 7 of shop.');
    expect(words(table, 'back')).toContain('this level’s row of the table alone');
    const fresh = { ...table, features: [{ ...feature, trainingRows: 0 }] };
    expect(words(fresh, 'look-up')).toContain('it is still as it began');
  });

  it('say of Ignore that it never looks at the level', () => {
    const blind: NetworkTrace = { ...network, kind: 'no-levels', method: 'ignore' };
    expect(ids(blind)).toEqual(['row', 'decode', 'error', 'back', 'update']);
    expect(words(blind, 'row')).toContain('never looks at the level');
  });
});

describe('the sub-steps of random intercepts', () => {
  const mixed: InterceptTrace = {
    kind: 'intercepts',
    method: 'linear-mixed-model',
    row,
    weights: { epoch: 4, of: 'result' },
    features: [{ ...feature, average: average(3) }],
    prediction: 1.2,
    ownPrediction: 25,
    fixed: { value: 0.9, intercept: 0.5, slopes: Float32Array.of(0.8) },
    residualVariance: 2,
    effects: [{ variance: 1, mean: 0.5, weight: 0.6, effect: 0.3 }],
  };

  it('shrink the mean residual by the rows of the level', () => {
    expect(ids(mixed)).toEqual(['row', 'fixed', 'residuals', 'weigh', 'add', 'error']);
    expect(words(mixed, 'weigh')).toBe(
      'With 3 rows the level keeps 60 % of its mean; the rest is pulled to 0. The more rows, and the more the levels differ, the more it keeps. The effect is 0.30.',
    );
    expect(scenesOf(mixed, 0)[3].numbers).toContain(String.raw`\frac{3 \cdot 1.00}{3 \cdot 1.00 + 2.00}`);
    expect(weightsWords(mixed)).toBe('The weights are those of the results, of iteration 4.');
  });

  it('give a new level nothing', () => {
    const fresh: InterceptTrace = {
      ...mixed,
      features: [{ ...feature, average: average(0) }],
      effects: [{ variance: 1, mean: 0, weight: 0, effect: 0 }],
    };
    expect(words(fresh, 'residuals')).toContain('the level is new');
    expect(words(fresh, 'weigh')).toContain('the effect is 0');
  });
});

describe('tex', () => {
  it('writes numbers that KaTeX reads', () => {
    expect(tex(-1234.5)).toBe('-1{,}235');
    expect(tex(3.1e-9)).toBe(String.raw`3.10\times 10^{-9}`);
  });
});
