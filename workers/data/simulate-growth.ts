import type { Dataset } from './dataset';
import type { GrowthDataset } from './schema';
import { addNoise, downstreamLabels, inChunks, levelCodes, normalEffects, recipeFingerprint, refuseTooLarge, streamsOf } from './simulation-parts';
import { splitRows } from './split';

/** Least scale of a level's curve: a draw below it would be a curve that falls, or a step. */
const LEAST_SCALE = 0.1;

/** What a floored response is raised to, as in the published code. */
const FLOOR = 0.01;

/**
 * Growth curves (docs/methods.md B2, A15; paper eq. 1): y = (β₁ + b₁) / (1 + exp(−(x − (β₂ + b₂)) / (β₃ +
 * b₃))) + e with x ~ U(0, longest) and b ~ N(0, diag) per level. A level's scale β₃ + b₃ is never below 0.1,
 * as in the published decoder; with the published numbers no draw is.
 *
 * @throws LabFailure 'simulation-too-large', and those of `splitRows`
 */
export function* growthSimulation(spec: GrowthDataset, seeds: { data: number; split: number }): Generator<number, Dataset> {
  const rows = spec.trainRows + spec.testRows;
  const [q] = spec.levels;
  refuseTooLarge(rows, 1, spec.levels, 3);
  const stream = streamsOf(seeds.data, 'growth');
  const effects = normalEffects(q, spec.curveVariances, stream('effects'));
  const codes = yield* levelCodes(spec, rows, q, { weights: stream('weights'), levels: stream('levels') }, 0, 0.4);
  const x = new Float32Array(rows);
  const response = new Float64Array(rows);
  const xRandom = stream('x');
  yield* inChunks(rows, 0.4, 0.9, (from, end) => {
    for (let i = from; i < end; i++) {
      x[i] = xRandom.uniform() * spec.longest;
      response[i] = growthCurve(x[i], spec.curve, effects, 3 * codes[i]);
    }
  });
  yield 0.9;
  const y = addNoise(response, spec.noiseVariance, stream('noise'));
  if (spec.floor) for (let i = 0; i < rows; i++) y[i] = Math.max(y[i], FLOOR);
  const categorical = [{ name: 'curve', cardinality: q, codes, labels: null }];
  const split = splitRows(rows, spec.testRows, seeds.split, spec, categorical);
  yield 1;
  return {
    task: 'regression',
    rows,
    x,
    p: 1,
    xScales: null,
    categorical,
    y,
    targetScale: 1,
    targetMean: 0,
    targetName: 'y',
    classLabels: null,
    split,
    truth: {
      effects: [effects],
      d: 3,
      components: {
        noiseVariance: spec.noiseVariance,
        effectVariances: [[...spec.curveVariances]],
        fixed: ['Asym', 'xmid', 'scal'].map((name, m) => ({ name, value: spec.curve[m] })),
      },
      labels: [downstreamLabels(effects, 3, stream('downstream'))],
    },
    fingerprint: recipeFingerprint('growth/1', spec, seeds.data),
  };
}

/** The curve of the level whose three effects begin at `at`, at x. */
function growthCurve(x: number, curve: readonly number[], effects: Float32Array, at: number): number {
  const scale = Math.max(curve[2] + effects[at + 2], LEAST_SCALE);
  return (curve[0] + effects[at]) / (1 + Math.exp(-(x - (curve[1] + effects[at + 1])) / scale));
}
