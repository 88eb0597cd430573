import type { CategoricalColumn, Dataset } from './dataset';
import type { LmmnnDataset } from './schema';
import {
  addNoise,
  bernoulli,
  drawnDataset,
  inChunks,
  levelCodes,
  normalEffects,
  refuseTooLarge,
  streamsOf,
  uniformFeatures,
} from './simulation-parts';

/**
 * The LMMNN simulation (docs/methods.md B3): y = s·cos(s) + 2x₁x₂ + Σ_k b_k[z_k] + e, s = 1 + Σx (without the
 * 1 as the slides have it, DIS-18), b_k ~ N(0, σ²_bk). A binary response is drawn: y ~ Bernoulli(σ(f + Σb)).
 *
 * "Aligned" sorts the levels of every feature over the same rows, as the published code does (its levels are
 * never shuffled), so several features are almost nested; rows are split at random afterwards.
 *
 * @throws LabFailure 'simulation-too-large', and those of `drawnDataset`
 */
export function* lmmnnSimulation(spec: LmmnnDataset, seeds: { data: number; split: number }): Generator<number, Dataset> {
  const rows = spec.trainRows + spec.testRows;
  const { p, levels } = spec;
  refuseTooLarge(rows, p, levels, 1);
  const stream = streamsOf(seeds.data, 'lmmnn');
  const step = 1 / (levels.length + 3);
  const x = yield* uniformFeatures(rows, p, stream('x'), step);
  const variances = levels.map((_, k) => spec.interceptVariances[Math.min(k, spec.interceptVariances.length - 1)]);
  const effects = levels.map((q, k) => normalEffects(q, [variances[k]], stream(`effects/${k}`)));
  const categorical: CategoricalColumn[] = [];
  for (const [k, q] of levels.entries()) {
    const streams = { weights: stream(`weights/${k}`), levels: stream(`levels/${k}`) };
    const codes = yield* levelCodes(spec, rows, q, streams, (1 + k) * step, (2 + k) * step);
    if (spec.levelOrder === 'aligned') codes.sort();
    categorical.push({ name: `z${k + 1}`, cardinality: q, codes, labels: null });
  }
  const response = new Float64Array(rows);
  yield* inChunks(rows, 1 - 2 * step, 1 - step, (from, end) => {
    for (let i = from; i < end; i++) {
      let s = spec.fixedIntercept ? 1 : 0;
      for (let l = 0; l < p; l++) s += x[i * p + l];
      let sum = s * Math.cos(s) + 2 * x[i * p] * x[i * p + 1];
      for (let k = 0; k < levels.length; k++) sum += effects[k][categorical[k].codes[i]];
      response[i] = sum;
    }
  });
  yield 1 - step;
  const regression = spec.task === 'regression';
  const y = regression ? addNoise(response, spec.noiseVariance, stream('noise')) : bernoulli(response, stream('response'));
  const dataset = drawnDataset('lmmnn/1', spec, seeds, {
    x,
    y,
    categorical,
    effects,
    d: 1,
    effectVariances: variances.map((variance) => [variance]),
    stream,
  });
  yield 1;
  return dataset;
}
