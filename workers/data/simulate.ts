import type { CategoricalColumn, Dataset } from './dataset';
import { addEffects } from './response';
import type { SimulatedDataset } from './schema';
import { BLOCK_SHARE, blockSequences, SEQUENCES, shareBlocks } from './simulated-blocks';
import {
  aboveMedian,
  addNoise,
  dimensionVariances,
  drawnDataset,
  inChunks,
  levelCodes,
  normalEffects,
  refuseTooLarge,
  runToEnd,
  streamsOf,
  uniformFeatures,
} from './simulation-parts';

/**
 * The simulator of the MMbeddings paper, section 4.1, as its code runs (docs/methods.md B1). Training and
 * test rows are drawn together and then split.
 *
 * A generator, so that whoever drives it can show progress, let messages in or give up: it yields the
 * finished share (0 … 1) every 131,072 rows.
 *
 * @throws LabFailure 'simulation-too-large' when the table would not fit, and those of `drawnDataset`
 */
export function* simulation(spec: SimulatedDataset, seeds: { data: number; split: number }): Generator<number, Dataset> {
  const rows = spec.trainRows + spec.testRows;
  const { p, d } = spec;
  refuseTooLarge(rows, p, spec.levels, d);
  const stream = streamsOf(seeds.data, 'simulate');
  const features = spec.levels.length;
  const step = 1 / (2 + 2 * features);

  const x = yield* uniformFeatures(rows, p, stream('x'), step);
  const response = new Float64Array(rows);
  const categorical: CategoricalColumn[] = [];
  const effects: Float32Array[] = [];
  const effectVariances: number[][] = [];
  const log: NonNullable<Dataset['log']>[number][] = [];
  for (const [k, q] of spec.levels.entries()) {
    // Variances and effects share a stream: first the variances are drawn from it.
    const effectRandom = stream(`effects/${k}`);
    const variances = dimensionVariances(spec, effectRandom);
    const b = normalEffects(q, variances, effectRandom);
    if (spec.blocks) {
      shareBlocks(b, normalEffects(spec.blocks, variances, stream(`blocks/${k}`)), d, spec.blockShare ?? BLOCK_SHARE);
      log.push(blockSequences(q, spec.blocks, spec.sequences ?? SEQUENCES, stream(`sequences/${k}`)));
    }
    const begin = (1 + 2 * k) * step;
    const codes = yield* levelCodes(spec, rows, q, { weights: stream(`weights/${k}`), levels: stream(`levels/${k}`) }, begin, begin + step);
    yield* inChunks(rows, begin + step, begin + 2 * step, (from, end) => addEffects(response, x, p, b, d, codes, from, end));
    effects.push(b);
    effectVariances.push([...variances]);
    categorical.push({ name: `z${k + 1}`, cardinality: q, codes, labels: null });
  }

  yield 1 - step;
  const regression = spec.task === 'regression';
  const y = regression ? addNoise(response, spec.noiseVariance, stream('noise')) : aboveMedian(response);
  const dataset = drawnDataset('simulate/1', spec, seeds, { x, y, categorical, effects, d, effectVariances, stream });
  yield 1;
  return spec.blocks ? { ...dataset, log } : dataset;
}

/**
 * The simulated dataset at once.
 * @param report hears the finished share and may throw to cancel
 */
export function simulate(spec: SimulatedDataset, seeds: { data: number; split: number }, report?: (fraction: number) => void): Dataset {
  return runToEnd(simulation(spec, seeds), report);
}
