import type { Task } from '../../workers/data/schema';
import type { MethodResult, MetricComparison } from '../../workers/protocol';
import { aboutMethod } from '../../workers/spec/methods';
import {
  beyondNoise,
  hasClasses,
  hasConcordance,
  judgedError,
  lowerIsBetter,
  oneClass,
  primaryMetric,
  worseThanChance,
} from '../../workers/spec/scores';
import { decimalsFor, fixed, listed, measured, whole } from '../text/numbers';
import { leakingWords } from './winner';

const nameOf = (method: string): string => aboutMethod(method).label;

type Difference = MetricComparison['differences'][number];

/** '0.12 ± 0.03'. */
function differenceText(difference: Difference): string {
  const error = judgedError(difference);
  const decimals = error > 0 ? Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(error)))) : decimalsFor([difference.difference]);
  return `${measured(Math.abs(difference.difference), decimals)} ± ${measured(error, decimals)}`;
}

/** What rows are taken together by, as the results know it: levels, sets of tags, or either. */
function clustersOf([first]: readonly MethodResult[]): string {
  const tags = first?.tagErrors?.length ?? 0;
  const levels = (first?.byCount?.length ?? 0) - tags;
  return tags === 0 ? 'a level' : levels > 0 ? 'a level or of one set of tags' : 'one set of tags';
}

/** Said where the rows of a level move together more than rows at random would. */
const byLevel = ({ byLevel: together, standardError }: Difference, cluster: string): string =>
  together !== null && together > standardError ? ` (the rows of ${cluster} taken together)` : '';

/**
 * Whether a method is ahead by the metric that names a winner, in a sentence; empty before the methods were
 * compared.
 */
export function verdictWords(task: Task, results: readonly MethodResult[], comparison: readonly MetricComparison[] | null): string {
  if (results.some(oneClass)) return 'The test rows hold one class only: AUC is undefined, and no method can be told from another by accuracy.';
  const leaking = leakingWords(results.filter(({ leaks }) => leaks).map(({ method }) => nameOf(method)));
  return [honestVerdict(task, results, comparison), leaking].filter(Boolean).join(' ');
}

const NAMES = { mse: 'MSE', logLoss: 'log loss', concordance: 'concordance' } as const;

function honestVerdict(task: Task, results: readonly MethodResult[], comparison: readonly MetricComparison[] | null): string {
  const metric = primaryMetric(task, hasConcordance(results));
  const name = NAMES[metric];
  const [least, below] = lowerIsBetter(metric) ? ['least', 'below'] : ['highest', 'above'];
  const found = comparison?.find((one) => one.metric === metric);
  if (!found || found.differences.length === 0) return '';
  const best = results.find(({ method }) => method === found.best)?.metrics[metric];
  if (best === null || best === undefined) return '';
  const byDistance = [...found.differences].sort((a, b) => Math.abs(a.difference) - Math.abs(b.difference));
  const near = byDistance.filter((difference) => !beyondNoise(difference));
  const shown = measured(best, Math.max(metric === 'mse' ? 2 : 3, decimalsFor([best])));
  if (near.length === 0) {
    const [next] = byDistance;
    return `Ahead beyond noise: ${nameOf(found.best)}. The ${name}, ${shown}, is ${differenceText(next)} ${below} that of ${nameOf(next.method)}, the next${byLevel(next, clustersOf(results))}.`;
  }
  const [next] = near;
  const more =
    near.length === 1
      ? ''
      : ` ${whole(near.length)} methods are within the noise of the ${least}: ${listed(near.map(({ method }) => nameOf(method)))}.`;
  return `No method is ahead beyond noise: the ${least} ${name} is ${shown}, ${nameOf(found.best)}, and that of ${nameOf(next.method)} differs by ${differenceText(next)}${byLevel(next, clustersOf(results))}.${more}`;
}

/**
 * Which methods predict worse than nothing would, in a sentence; empty when none does beyond the noise of the
 * test rows.
 */
export function chanceWords(task: Task, results: readonly MethodResult[]): string {
  const worse = results.filter(worseThanChance);
  if (worse.length === 0) return '';
  if (worse.some(({ metrics }) => typeof metrics.concordance === 'number'))
    return `Worse than chance on these test rows: ${listed(worse.map(({ method, metrics }) => `${nameOf(method)} (concordance ${fixed(metrics.concordance ?? Number.NaN, 2)})`))}.`;
  const numbers = worse.map((result) => {
    const value = hasClasses(task) ? result.metrics.auc : result.metrics.r2;
    return `${nameOf(result.method)} (${hasClasses(task) ? 'AUC' : 'R²'} ${fixed(value ?? Number.NaN, 2)})`;
  });
  return `Worse than ${hasClasses(task) ? 'chance' : 'predicting their mean'} on these test rows: ${listed(numbers)}.`;
}

/** What errors of times to an event are of: the time of a censored row is not known. */
export const SEEN_ROWS =
  'Errors and R² are over the test rows whose event was seen, whose times are the shorter ones: they favour predictions that are too short. Concordance takes the others too.';
