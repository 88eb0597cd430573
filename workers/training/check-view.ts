import { ownResponse, severalClasses } from '../data/dataset';
import { calibrationCheck } from '../metrics/check/calibration';
import { predictiveCheck } from '../metrics/check/coverage';
import { spreadOf } from '../metrics/check/distributions';
import { normalCheck } from '../metrics/check/normal';
import { fifthsByFitted, risingOrder, runningWindows } from '../metrics/check/residuals';
import { sampleIndices } from '../metrics/sample';
import type { FormulaFit } from '../mixed/formula/result';
import type { CheckView, RegressionCheck } from './check';
import { countBinOf, countBins, countedFeatures } from './compare';
import type { MethodResult } from './method-result';
import type { Finished } from './results';
import type { Run } from './run';
import { rowsWithErrors } from './test-metrics';

/** Rows drawn in the panel of residuals. */
const DRAWN_ROWS = 400;
/** Fewer residuals than this have no spread worth a point. */
const LEAST_ROWS = 8;

/**
 * Methods whose prediction is a sum of a fixed part and one number of each level, so that the posterior
 * variances of these add to the residual variance.
 */
const ADDITIVE: ReadonlySet<string> = new Set(['linear-mixed-model', 'lmmnn']);

/** Whether a mixed model has intercepts of single columns alone, on the scale of the response. */
const onlyIntercepts = ({ family, random }: FormulaFit): boolean =>
  family === 'gaussian' && random.every(({ group, effects }) => effects.length === 1 && effects[0] === '(Intercept)' && !group.includes(':'));

/**
 * Whether the variance of a row's prediction is that of its levels and of the residual, where each level has
 * one number.
 */
export const addsVariances = ({ method, mixed }: Pick<MethodResult, 'method' | 'mixed'>): boolean =>
  ADDITIVE.has(method) && (!mixed || onlyIntercepts(mixed));

/** Whether a finished method is one of these; a mixed model by its formula has other parts too. */
export const isAdditive = ({ method, mixed }: Pick<MethodResult, 'method' | 'mixed'>): boolean => ADDITIVE.has(method) && !mixed;

type CheckedRun = Pick<Run, 'dataset' | 'plan'>;

/**
 * Predictive standard deviation of each test row that the method itself knows, in the response's own unit;
 * null where it knows none.
 */
function ownDeviations({ dataset }: CheckedRun, { result, posterior, estimates }: Finished): Float64Array | null {
  const noise = estimates.find(({ kind, feature }) => kind === 'variance' && feature === null)?.value;
  if (!addsVariances(result) || !posterior || noise === undefined || !(noise > 0)) return null;
  if (posterior.variances.length !== dataset.categorical.length || posterior.variances.some(({ d }) => d !== 1)) return null;
  return Float64Array.from(dataset.split.test, (row) => {
    const levels = dataset.categorical.reduce((sum, { codes }, k) => sum + posterior.variances[k].values[codes[row]], noise);
    return Math.sqrt(levels) * dataset.targetScale;
  });
}

function predictiveOf(run: CheckedRun, finished: Finished, residuals: Float64Array): RegressionCheck['predictive'] {
  const own = ownDeviations(run, finished);
  const common = Math.sqrt(finished.validationLoss);
  if (!own && !(common > 0 && Number.isFinite(common))) return null;
  const deviations = own ?? new Float64Array(residuals.length).fill(common);
  const sd = own ? own.reduce((sum, value) => sum + value, 0) / own.length : common;
  return { sd, source: own ? 'model' : 'validation', ...predictiveCheck(residuals, deviations) };
}

function regressionCheck(run: CheckedRun, finished: Finished, residuals: Float64Array): RegressionCheck {
  const { predictions } = finished;
  const order = risingOrder(predictions);
  const rows = Array.from(sampleIndices(residuals.length, DRAWN_ROWS, run.plan.seeds.data, 'test rows checked'));
  return {
    drawn: {
      rows: rows.map((row) => run.dataset.split.test[row]),
      fitted: rows.map((row) => predictions[row]),
      residual: rows.map((row) => residuals[row]),
    },
    windows: runningWindows(predictions, residuals, order),
    fifths: fifthsByFitted(predictions, residuals, order),
    normal: normalCheck(residuals),
    predictive: predictiveOf(run, finished, residuals),
  };
}

/**
 * Residuals of the test rows in the bins of the training rows of their level or rarest tag, for every
 * feature.
 */
function spreadByCount({ dataset }: CheckedRun, residuals: Float64Array): CheckView['byCount'] {
  return countedFeatures(dataset).map(({ name, codes, counts }) => {
    const groups = countBins().map((): number[] => []);
    codes.forEach((level, i) => {
      if (level >= 0) groups[countBinOf(counts[level])].push(residuals[i]);
    });
    return { feature: name, bins: countBins().map((bin, b) => ({ ...bin, rows: groups[b].length, spread: spreadOf(groups[b], LEAST_ROWS) })) };
  });
}

/** A probability this near 0 or 1 would make a Pearson residual of one row outweigh all others. */
const NEAREST = 1e-3;

/**
 * How a finished method's predictions stand up to the test rows: computed when it is looked at, from what the
 * run has kept.
 */
export function checkView({ plan, ...all }: CheckedRun, finished: Finished): CheckView {
  const { dataset, predictions } = rowsWithErrors(all.dataset, finished.predictions);
  const run = { plan, dataset };
  const actual = ownResponse(dataset, dataset.split.test);
  const { method } = finished.result;
  if (severalClasses(dataset) !== undefined)
    return { method, testRows: actual.length, targetName: dataset.targetName, byCount: [], regression: null, binary: null };
  const binary = dataset.task === 'binary';
  const residuals = Float64Array.from(actual, (y, i) => {
    const difference = y - predictions[i];
    const p = Math.min(Math.max(predictions[i], NEAREST), 1 - NEAREST);
    return binary ? difference / Math.sqrt(p * (1 - p)) : difference;
  });
  return {
    method,
    testRows: actual.length,
    targetName: dataset.targetName,
    byCount: spreadByCount(run, residuals),
    regression: binary ? null : regressionCheck(run, { ...finished, predictions }, residuals),
    binary: binary ? calibrationCheck(actual, predictions) : null,
  };
}
