import { ownResponse, severalClasses } from '../data/dataset';
import { Z95 } from '../metrics/check/distributions';
import { sampleIndices } from '../metrics/sample';
import { numbersAt } from '../numbers/typed-arrays';
import { addsVariances } from '../training/check-view';
import { orderedByRows } from '../training/level-order';
import type { Finished } from '../training/results';
import { learnedRows } from '../training/tag-sets';
import { levelCounts } from '../training/views';
import { eachLevel } from './feature';
import type { LevelsRun, MethodLevels } from './table';
import type { LevelCard } from './types';

const MOST_RESPONSES = 400;

/**
 * Responses of a level's training rows in their own unit: all, or a seeded sample; none of several classes.
 */
function responsesOf({ run, of }: MethodLevels, level: number): Float64Array<ArrayBuffer> {
  const { dataset, plan } = run;
  if (dataset.series || severalClasses(dataset) !== undefined) return new Float64Array(0);
  const own: number[] = [];
  for (const rows of learnedRows(dataset))
    eachLevel(dataset, of.feature, rows, (other, place) => {
      if (other === level) own.push(rows[place]);
    });
  const places = sampleIndices(own.length, MOST_RESPONSES, plan.seeds.data, `rows of level ${level}`);
  return Float64Array.from(ownResponse(dataset, numbersAt(Uint32Array, own, places)));
}

/**
 * Variance of a new row's response in a typical row with this level, on the scale of the dataset's y: of a
 * model that is a sum, its levels' posterior variances and its residual variance; else the validation error.
 */
function varianceOf({ dataset }: LevelsRun, { result, posterior, estimates, validationLoss }: Finished, feature: number, level: number) {
  const noise = estimates.find((estimate) => estimate.kind === 'variance' && estimate.feature === null)?.value;
  const tables = posterior?.variances ?? [];
  if (addsVariances(result) && noise !== undefined && noise > 0 && tables.length > 0 && tables.every(({ d }) => d === 1)) {
    const usual = levelCounts(dataset).map((counts) => orderedByRows(counts)[0] ?? 0);
    const sum = tables.reduce((total, { values }, k) => total + values[k === feature ? level : usual[k]], noise);
    return { variance: sum * dataset.targetScale ** 2, from: 'posterior' as const };
  }
  return { variance: validationLoss, from: 'validation' as const };
}

/** @param all every finished method in the order of the experiment */
export function cardOf(levels: MethodLevels, all: readonly MethodLevels[], level: number): LevelCard {
  const { of, run, vectors, variances } = levels;
  const { truth, task, tags = [], categorical } = run.dataset;
  const effects = truth?.effects[of.feature];
  const parents = tags[of.feature - categorical.length]?.parents;
  const row = (values: Float32Array, d: number): Float32Array => values.slice(level * d, (level + 1) * d);
  const children = parents && Uint32Array.from(Array.from(parents.keys()).filter((tag) => parents[tag] === level));
  return {
    method: levels.method,
    feature: of.feature,
    level,
    label: of.index.label(level),
    rows: of.rows[level],
    testRows: of.testRows[level],
    meanResponse: of.meanResponse[level],
    responses: responsesOf(levels, level),
    vector: vectors ? row(vectors.values, vectors.d) : new Float32Array(0),
    variances: vectors && variances && row(variances, vectors.d),
    trueEffect: truth && effects ? row(effects, truth.d) : null,
    ...(parents && parents[level] >= 0 && { parent: parents[level] }),
    ...(children && children.length > 0 && { children }),
    predictions: all.flatMap((one) => {
      const value = one.typical?.[level];
      if (value === undefined) return [];
      const { variance, from } = varianceOf(run, one.finished, of.feature, level);
      const half = Z95 * Math.sqrt(variance);
      const known = task === 'regression' && Number.isFinite(half) && half > 0;
      return [{ method: one.method, value, interval: known ? { low: value - half, high: value + half, from } : null }];
    }),
  };
}
