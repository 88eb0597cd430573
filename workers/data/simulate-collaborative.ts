import type { CategoricalColumn, Dataset } from './dataset';
import type { CollaborativeDataset } from './schema';
import {
  aboveMedian,
  addNoise,
  bernoulli,
  dimensionVariances,
  drawnDataset,
  inChunks,
  levelCodes,
  normalEffects,
  refuseTooLarge,
  streamsOf,
  uniformFeatures,
} from './simulation-parts';

const LINKS: Record<CollaborativeDataset['link'], (value: number) => number> = {
  identity: (value) => value,
  relu: (value) => Math.max(value, 0),
  sigmoid: (value) => 1 / (1 + Math.exp(-value)),
  tanh: Math.tanh,
};

/**
 * Users × items (docs/methods.md B2): y = link(⟨u_i, v_j⟩) + x·w + e with w ~ N(0, I_p) fresh for each data
 * seed. A binary response is 1 above the median, as in the published code, or drawn with the logistic
 * probability.
 *
 * @throws LabFailure 'simulation-too-large', and those of `drawnDataset`
 */
export function* collaborativeSimulation(spec: CollaborativeDataset, seeds: { data: number; split: number }): Generator<number, Dataset> {
  const rows = spec.trainRows + spec.testRows;
  const { p, d } = spec;
  refuseTooLarge(rows, p, spec.levels, d);
  const stream = streamsOf(seeds.data, 'collaborative');
  const x = yield* uniformFeatures(rows, p, stream('x'), 0.2);
  const categorical: CategoricalColumn[] = [];
  const effects: Float32Array[] = [];
  const effectVariances: number[][] = [];
  for (const [k, q] of spec.levels.entries()) {
    const effectRandom = stream(`effects/${k}`);
    const variances = dimensionVariances(spec, effectRandom);
    effects.push(normalEffects(q, variances, effectRandom));
    effectVariances.push([...variances]);
    const streams = { weights: stream(`weights/${k}`), levels: stream(`levels/${k}`) };
    const codes = yield* levelCodes(spec, rows, q, streams, 0.2 + 0.2 * k, 0.4 + 0.2 * k);
    categorical.push({ name: ['user', 'item'][k], cardinality: q, codes, labels: null });
  }
  const weightRandom = stream('w');
  const w = Float64Array.from({ length: p }, () => weightRandom.normal());
  const [users, items] = effects;
  const response = new Float64Array(rows);
  const link = LINKS[spec.link];
  yield* inChunks(rows, 0.6, 0.9, (from, end) => {
    for (let i = from; i < end; i++) {
      const u = d * categorical[0].codes[i];
      const v = d * categorical[1].codes[i];
      let product = 0;
      for (let m = 0; m < d; m++) product += users[u + m] * items[v + m];
      let sum = link(product);
      for (let l = 0; l < p; l++) sum += x[i * p + l] * w[l];
      response[i] = sum;
    }
  });
  yield 0.9;
  const regression = spec.task === 'regression';
  const drawn = () => (spec.binaryResponse === 'bernoulli' ? bernoulli(response, stream('response')) : aboveMedian(response));
  const y = regression ? addNoise(response, spec.noiseVariance, stream('noise')) : drawn();
  const dataset = drawnDataset('collaborative/1', spec, seeds, { x, y, categorical, effects, d, effectVariances, stream });
  yield 1;
  return dataset;
}
