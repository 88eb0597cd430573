import type { RandomStream } from '../random/random';
import type { CategoricalColumn, Dataset, Split } from './dataset';
import { addedColumns, CLASSES } from './lmmnn-columns';
import { type DrawnEffects, drawEffects } from './lmmnn-effects';
import type { LmmnnDataset } from './schema';
import { classFunction, classNames, drawnClass, orderedClasses, sideBySide, streamsOfClass } from './simulate-classes';
import { poissonCounts, survivalTimes } from './simulate-responses';
import { addNoise, bernoulli, type Drawn, drawnDataset, inChunks, levelCodes, refuseTooLarge, streamsOf, uniformFeatures } from './simulation-parts';
import { permuted, tail } from './split';

/**
 * The LMMNN simulation (docs/methods.md B3): y = s·cos(s) + 2x₁x₂ + Σ_k b_k[z_k] + e, s = 1 + Σx (without the
 * 1 as the slides have it, DIS-18), b_k ~ N(0, σ²_bk). A binary response is drawn: y ~ Bernoulli(σ(f + Σb)).
 * One of several classes is drawn by the softmax of a function and effects for each of them, and ordered
 * classes by the cumulative logit of f + Σb (simulate-classes.ts).
 *
 * Counts are y ~ Poisson(exp(f + Σb)), and times those of `survivalTimes`, without any e.
 *
 * "Aligned" sorts the levels of every feature over the same rows, as the published code does (its levels are
 * never shuffled), so several features are almost nested; rows are split at random afterwards.
 *
 * Other random effects (docs/methods.md F10): polynomials in time, whose t stands after x, places, whose
 * coordinates do, levels joined by edges (A29), and effects of hidden features.
 *
 * @throws LabFailure 'simulation-too-large', those of `drawEffects` and of `drawnDataset`
 */
export function* lmmnnSimulation(spec: LmmnnDataset, seeds: { data: number; split: number }): Generator<number, Dataset> {
  const rows = spec.trainRows + spec.testRows;
  const { p, levels } = spec;
  const more = addedColumns(spec).length;
  // Columns are put together from x and those beside it.
  const { classes = CLASSES } = spec;
  const scored = spec.task === 'classes' ? classes : 1;
  refuseTooLarge(rows, more === 0 ? p : 2 * p + more, levels, (scored === 1 ? 1 : 2 * scored) * (spec.effects === 'polynomials' ? 3 : 1));
  const stream = streamsOf(seeds.data, 'lmmnn');
  const step = 1 / (levels.length + 3);
  const x = yield* uniformFeatures(rows, p, stream('x'), step);
  const categorical: CategoricalColumn[] = [];
  for (const [k, q] of levels.entries()) {
    const streams = { weights: stream(`weights/${k}`), levels: stream(`levels/${k}`) };
    const codes = yield* levelCodes(spec, rows, q, streams, (1 + k) * step, (2 + k) * step);
    if (spec.levelOrder === 'aligned') codes.sort();
    categorical.push({ name: `z${k + 1}`, cardinality: q, codes, labels: null });
  }
  const ofClasses: DrawnEffects[] = [];
  for (let c = 0; c < scored; c++) ofClasses.push(yield* drawEffects(spec, categorical, streamsOfClass(stream, c), 1 - 2 * step));
  const { effects, d, variances } = sideBySide(ofClasses);
  const [{ columns, graph }] = ofClasses;
  const drawing = stream('response');
  const scores = new Float64Array(scored);
  const response = new Float64Array(rows);
  const isTimes = spec.task === 'regression' && spec.response === 'times';
  yield* inChunks(rows, 1 - 2 * step, 1 - step, (from, end) => {
    for (let i = from; i < end; i++) {
      let s = spec.fixedIntercept ? 1 : 0;
      for (let l = 0; l < p; l++) s += x[i * p + l];
      for (let c = 0; c < scored; c++) {
        const fixed = classFunction(x, i * p, p, s, c, scored);
        // A level of times multiplies the risk, and adds nothing to the function.
        scores[c] = isTimes ? fixed : ofClasses[c].added(i, fixed);
      }
      response[i] = scored === 1 ? scores[0] : drawnClass(scores, drawing);
    }
  });
  yield 1 - step;
  const own = responseOf(spec, response, effects, categorical, stream);
  const simulated = drawnDataset('lmmnn/1', spec, seeds, {
    ...{ x, categorical, stream, d: isTimes ? 1 : d },
    effectVariances: isTimes ? variances.map(([variance], k) => [k === 0 ? variance : 0]) : variances,
    ...own,
  });
  const drawn = graph ? { ...simulated, graph } : simulated;
  yield 1;
  if (columns.length === 0) return drawn;
  const wide = p + columns.length;
  const all = new Float32Array(rows * wide);
  for (let i = 0; i < rows; i++) {
    all.set(x.subarray(i * p, (i + 1) * p), i * wide);
    columns.forEach((column, at) => {
      all[i * wide + p + at] = column(i);
    });
  }
  const xNames = [...Array.from({ length: p }, (_, j) => `x${j + 1}`), ...addedColumns(spec)];
  const latest = spec.testTimes === 'latest' && spec.effects === 'polynomials' && spec.split === 'rows' && spec.validation === 'rows';
  return { ...drawn, x: all, p: wide, xNames, ...(latest && { split: latestSplit(columns[0], rows, spec.testRows, seeds.split) }) };
}

/** The rows with the largest times test, those of equal time at random; the others as in any random split. */
function latestSplit(time: (row: number) => number, rows: number, testRows: number, seed: number): Split {
  const order = permuted(rows, seed);
  const test = order.toSorted((a, b) => time(b) - time(a)).slice(0, testRows);
  const held = new Set(test);
  return { test, ...tail(order.filter((row) => !held.has(row))) };
}

/**
 * The response of the drawn function and levels (the classes, where they are drawn already), and what belongs
 * to it.
 */
function responseOf(
  spec: LmmnnDataset,
  response: Float64Array,
  effects: Float32Array[],
  categorical: readonly CategoricalColumn[],
  stream: (name: string) => RandomStream,
): Pick<Drawn, 'y' | 'effects' | 'classLabels' | 'events' | 'noiseVariance' | 'fixed'> {
  const ofClasses = { effects, noiseVariance: null };
  if (spec.task === 'binary') return { y: bernoulli(response, stream('response')), ...ofClasses };
  if (spec.task === 'classes') return { y: Float32Array.from(response), classLabels: classNames(spec), ...ofClasses };
  if (spec.task === 'ordinal')
    return { y: orderedClasses(response, spec.classes ?? CLASSES, stream('response')), classLabels: classNames(spec), ...ofClasses };
  switch (spec.response) {
    case 'counts':
      return { y: poissonCounts(response, stream('response')), effects, noiseVariance: null };
    case 'times': {
      const { frailties, ...times } = survivalTimes(spec, response, categorical[0], stream);
      return { ...times, effects: [frailties, ...effects.slice(1).map((b) => new Float32Array(b.length))], noiseVariance: null };
    }
    default:
      return { y: addNoise(response, spec.noiseVariance, stream('noise')), effects, noiseVariance: spec.noiseVariance };
  }
}
