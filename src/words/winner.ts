import type { MethodResult, MetricComparison } from '../../workers/protocol';
import { beyondNoise, lowerIsBetter, type PrimaryMetric, primaryOf } from '../../workers/spec/scores';
import { listed, measured } from '../text/numbers';
import { agree, isPlural } from './names';
import { hasReadAhead } from './series';

export interface WinnerInput {
  results: readonly MethodResult[];
  /** Differences to the best with their standard errors; null where they are not known. */
  comparison: readonly MetricComparison[] | null;
  labelOf(method: string): string;
  /** Decimals of the metric in the results table, whose numbers these are. */
  decimals: number;
}

const NAMES = { mse: 'MSE', logLoss: 'log loss', concordance: 'concordance' } as const;

/**
 * Who did best on the test rows by the metric that names the winner, in one sentence: only ahead of the
 * others beyond noise is a winner, and a method that leaks is none. Null without a finite result.
 */
export function winnerSentence(input: WinnerInput): string | null {
  const leaking = leakingWords(input.results.filter(({ leaks }) => leaks).map(({ method }) => input.labelOf(method)));
  const honest = honestWinner({ ...input, results: input.results.filter(({ leaks }) => !leaks) });
  return [honest, leaking].filter(Boolean).join(' ') || null;
}

/**
 * That methods have seen answers that they were asked for, and so are judged with no other. Empty without.
 */
export const leakingWords = (labels: string[]): string =>
  labels.length === 0 ? '' : `${listed(labels)} ${agree(labels, 'leaks', 'leak')}, for teaching: no winner, because answers were seen.`;

function honestWinner({ results, comparison, labelOf, decimals }: WinnerInput): string | null {
  const metric = primaryOf(results);
  const sign = lowerIsBetter(metric) ? 1 : -1;
  const most = lowerIsBetter(metric) ? 'lowest' : 'highest';
  const scored = results
    .map(({ method, metrics }) => ({ label: labelOf(method), method, value: metrics[metric] }))
    .filter((entry): entry is { label: string; method: string; value: number } => typeof entry.value === 'number' && Number.isFinite(entry.value))
    .sort((a, b) => sign * (a.value - b.value));
  if (scored.length === 0) return null;
  const [best, next] = scored;
  const text = (value: number) => measured(value, decimals);
  const have = isPlural(best.label) ? 'have' : 'has';
  const windows = results.find(({ method }) => method === best.method)?.series;
  if (windows && hasReadAhead({ label: best.label, scores: windows })) {
    const others = next ? ` Of the others ${next.label} ${isPlural(next.label) ? 'have' : 'has'} the lowest, ${text(next.value)}.` : '';
    return `No winner: ${best.label} ${have} a test ${NAMES[metric]} of ${text(best.value)}, below what any past can tell, and so read the answer.${others}`;
  }
  if (!next) return `${best.label} ${have} a test ${NAMES[metric]} of ${text(best.value)}.`;
  const found = comparison?.find((one) => one.metric === metric);
  const lowest = `${best.label} ${have} the ${most} test ${NAMES[metric]}, ${text(best.value)}`;
  if (!found) {
    const ties = scored.filter(({ value }) => text(value) === text(best.value));
    if (ties.length > 1)
      return `No clear winner: ${listed(ties.map(({ label }) => label))} share the ${most} test ${NAMES[metric]}, ${text(best.value)}.`;
    return `${lowest}; how much of the lead is noise is not known.`;
  }
  const close = scored.filter(({ method }) => found.differences.some((difference) => difference.method === method && !beyondNoise(difference)));
  if (close.length > 0) {
    const names = close.map(({ label, value }) => `${label} (${text(value)})`);
    const labels = close.map(({ label }) => label);
    return `No clear winner: ${lowest}, but ${listed(names)} ${agree(labels, 'is', 'are')} within the noise of the test rows.`;
  }
  return `${lowest}, ${lead(metric, best.value, next.value, text)} ${sign > 0 ? 'below' : 'above'} the next best.`;
}

/**
 * By how much: a share of an error, which has the unit of the response; log loss and concordance have one
 * scale of their own.
 */
function lead(metric: PrimaryMetric, best: number, next: number, text: (value: number) => string): string {
  if (metric !== 'mse') return text(Math.abs(next - best));
  const percent = 100 * (1 - best / next);
  return `${percent < 1 ? 'less than 1' : percent.toFixed(0)} %`;
}
