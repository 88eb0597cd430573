import type { MethodResult } from '../training/method-result';
import { bestOf } from './best';
import { failureIn } from './failure';
import {
  interval,
  pairedTest,
  type RatioSample,
  ratioTest,
  ratioToBaseline,
  type Summary,
  summarize,
  summaryTest,
  type Test,
  welchTest,
} from './statistics';
import type { Caveat, Cell, Experiment, MethodColumn, MetricColumn, MetricKey, Published, UnitRecord } from './types';

export type Verdict = 'reproduced' | 'differs' | 'not comparable';

/** One method in one cell by one metric: ours next to the published numbers. */
export interface Entry {
  cell: string;
  column: string;
  metric: MetricKey;
  ours: Summary | null;
  published: Summary | null;
  /** 95 % interval of our mean. */
  interval: [number, number] | null;
  /** Geometric mean ratio to the baseline with its 95 % interval. */
  ratio: { ours: ReturnType<typeof ratioToBaseline>; published: ReturnType<typeof ratioToBaseline> };
  /**
   * Of our repetitions against the published ones: of log ratios to the baseline where the experiment has
   * one, else of means.
   */
  comparison: Test | null;
  verdict: Verdict | null;
  /** Why this verdict, as a sentence. */
  reason: string;
  /**
   * Not significantly worse than the best of the row by a paired t-test on our repetitions (docs/methods.md
   * C10).
   */
  bold: { ours: boolean; published: boolean };
  /** Our repetitions that ended without results, with the reasons. */
  failures: string[];
}

/** A table of a paper, ours and published, with its tests. */
export interface Table {
  experiment: string;
  /** One per cell, column and metric, in that order; cells without any of our repetitions included. */
  entries: Entry[];
  /** How many compared entries there are by verdict, over the metrics that are scores. */
  verdicts: Record<Verdict, number>;
}

/** Level of the comparison with the published numbers, and of the bold rule. */
export const COMPARISON_LEVEL = 0.01;
export const BOLD_LEVEL = 0.05;

/** Metrics that the paper's code takes from the mirror image of the predictions where that is better. */
const MIRRORED: ReadonlySet<MetricKey> = new Set(['auc', 'logLoss', 'accuracy']);

/** What of an experiment its rules hang on. */
type Ruled = Pick<Experiment, 'needs' | 'baseline' | 'metrics' | 'ownExperiment' | 'publishedMeans' | 'columns'>;

/** What the verdicts of a table mean; where nothing is known to compare with, that. */
function verdictRule({ baseline, ownExperiment, publishedMeans, columns }: Ruled): string {
  if (ownExperiment && columns.every(({ published }) => published === null)) return 'An experiment of the lab: nobody else has numbers of it.';
  if (ownExperiment)
    return `An experiment of the lab: its source, a guide, gives no numbers. The numbers beside the lab’s are of a second implementation, written apart from it in Python. Reproduced: at most ${KNOWN_ERRORS} standard errors of the difference away; where the second implementation tells no standard error, its spread is taken to be the lab’s.`;
  if (publishedMeans)
    return `Reproduced: the lab’s mean is at most ${KNOWN_ERRORS} standard errors of the difference away from the published one, of which the mean and its standard error are known. Of twenty numbers of one and the same method one lies farther away by chance, and more where repetitions are few.`;
  const scale = baseline
    ? ', for scores of test rows of the log ratio to Ignore, because the data of a repetition moves all methods together; for other metrics of the means'
    : '';
  return `Reproduced or differs: Welch’s t-test at ${COMPARISON_LEVEL * 100} % of the lab’s repetitions against the published ones${scale}. With few repetitions only large differences show.`;
}

/** What the numbers and the marks of a table mean: stands under every one. */
export const rulesOf = (experiment: Ruled): string[] => [
  `Each number is a mean over repetitions with its standard error (sd / √n). ${
    experiment.needs
      ? 'A repetition is one fold of ten with new weights; all methods of the lab share its rows.'
      : 'A repetition draws new data, a new split and new weights, and all methods of the lab share them.'
  }`,
  `Bold: not significantly worse than the best of its row by a two-sided paired t-test on the repetitions (p ≥ ${BOLD_LEVEL}). The best is that of the repetitions that all methods have, and a method with fewer than two in common is not compared. A number says over how many repetitions it is (n) where others of its row are over more.${experiment.ownExperiment ? '' : ' The paper states its rule without its level.'}`,
  verdictRule(experiment),
  ...(experiment.metrics.some(({ key }) => MIRRORED.has(key))
    ? [
        'AUC, log loss and accuracy are mirrored, as in the paper’s code: those of the predictions or of their mirror image, whichever is better. Elsewhere the lab shows those of the predictions.',
      ]
    : []),
];

/**
 * Our value of a metric, comparable with a published one; null when it is not defined. Binary metrics are the
 * mirrored ones of the paper's code: in records of earlier versions, which have no other, these are the
 * metrics themselves.
 */
export function metricOf(result: MethodResult, key: MetricKey): number | null {
  switch (key) {
    case 'epochs':
      return result.epochs;
    case 'seconds':
      return result.seconds.epochs + result.seconds.finishing;
    case 'beforePostTraining':
      return result.beforePostTraining?.mse ?? (result.mirrored?.beforePostTraining ?? result.beforePostTraining)?.auc ?? null;
    case 'noiseVariance':
      return variance(result, null);
    case 'effectVariance0':
      return variance(result, 0);
    case 'effectVariance1':
      return variance(result, 1);
    case 'effectVariance2':
      return variance(result, 2);
    case 'slopeVariance':
      return coefficient(result, 1);
    case 'squareVariance':
      return coefficient(result, 2);
    case 'correlation01':
      return named(result, String.raw`\rho_{01}`);
    case 'correlation02':
      return named(result, String.raw`\rho_{02}`);
    case 'baselineRate':
      return named(result, String.raw`\lambda`);
    case 'baselineShape':
      return named(result, String.raw`\nu`);
    case 'squaredLength':
      return named(result, String.raw`\kappa_1`);
    case 'auc':
    case 'logLoss':
    case 'accuracy':
      return (result.mirrored?.metrics ?? result.metrics)[key];
    case 'tagEffects':
      return result.tagEffects?.[0]?.r ?? null;
    case 'knownSeries':
      return windows(result, true)?.mean.value ?? null;
    case 'newSeries':
      return windows(result, false)?.mean.value ?? null;
    case 'lastStep':
      return windows(result, true)?.last.value ?? null;
    case 'firstStep':
      return windows(result, true)?.first.value ?? null;
    case 'firstStepNew':
      return windows(result, false)?.first.value ?? null;
    default:
      return result.metrics[key] ?? null;
  }
}

/** The estimate with a symbol of its own; null where the method has none. */
const named = ({ estimates }: MethodResult, symbol: string): number | null => estimates.find((estimate) => estimate.symbol === symbol)?.value ?? null;

/**
 * The variance of a level's coefficient of this power of time, of a method that has several for one feature.
 */
const coefficient = ({ estimates }: MethodResult, power: number): number | null =>
  estimates.filter(({ kind, feature }) => kind === 'variance' && feature === 0)[power]?.value ?? null;

/** Errors of the windows of series that trained, or of new ones. */
const windows = ({ series }: MethodResult, known: boolean) => series?.groups.find((group) => group.known === known);

/**
 * The estimated variance of a feature's effects, or of the residual; null where there is none, or one for
 * each of several slopes.
 */
function variance(result: MethodResult, feature: number | null): number | null {
  const found = result.estimates.filter((estimate) => estimate.kind === 'variance' && estimate.feature === feature);
  return found.length === 1 ? found[0].value : null;
}

/** Metrics whose ratio to the baseline is compared: scores of test rows, which every method has. */
const RATIOED: ReadonlySet<MetricKey> = new Set(['mse', 'mae', 'auc', 'logLoss', 'accuracy']);

/** Our repetitions of a column in a cell, by index repetition − 1; null where there is none. */
function ourValues(records: readonly UnitRecord[], column: string, key: MetricKey): (number | null)[] {
  const values: (number | null)[] = [];
  for (const record of records) {
    const outcome = record.outcomes[column];
    values[record.repetition - 1] = outcome && 'result' in outcome ? metricOf(outcome.result, key) : null;
  }
  return Array.from(values, (value) => value ?? null);
}

/** The other numbers of a column where only their means are known. */
function knownSummary(published: Published, cell: Cell, column: MethodColumn, key: MetricKey): Summary | null {
  return (column.published !== null && published.cells[cell.id]?.[column.published]?.summaries?.[key]) || null;
}

function publishedValues(published: Published, cell: Cell, column: MethodColumn, key: MetricKey): (number | null)[] {
  if (column.published === null) return [];
  const id = column.publishedCell ? `${cell.id},${column.publishedCell}` : cell.id;
  return published.cells[id]?.[column.published]?.series[key] ?? [];
}

/** Ids of the columns that are not significantly worse than the best by the paired t-test. */
function boldColumns(values: ReadonlyMap<string, (number | null)[]>, metric: MetricColumn): Set<string> {
  const lower = metric.better === 'lower';
  const best = metric.better === 'none' ? null : bestOf(values, lower);
  if (!best) return new Set();
  const least = values.get(best.id) ?? [];
  const isBold = (id: string, series: readonly (number | null)[]): boolean => {
    if (id === best.id) return true;
    const test = pairedTest(series, least);
    // It may be better where both have repetitions that others lack.
    return test !== null && (test.p >= BOLD_LEVEL || test.t < 0 === lower);
  };
  return new Set([...values].flatMap(([id, series]) => (isBold(id, series) ? [id] : [])));
}

interface Context {
  experiment: Experiment;
  published: Published;
  cell: Cell;
  records: readonly UnitRecord[];
}

function compare({ experiment, published, cell, records }: Context, column: MethodColumn, metric: MetricColumn): Omit<Entry, 'bold'> {
  const { key } = metric;
  const mine = ourValues(records, column.id, key);
  const theirs = publishedValues(published, cell, column, key);
  const ours = summarize(mine);
  const base = experiment.baseline === column.id ? null : experiment.columns.find((candidate) => candidate.id === experiment.baseline);
  const samples =
    base && RATIOED.has(key)
      ? {
          ours: { values: mine, baseline: ourValues(records, base.id, key), paired: true } satisfies RatioSample,
          published: { values: theirs, baseline: publishedValues(published, cell, base, key), paired: column.paired } satisfies RatioSample,
        }
      : null;
  const known = knownSummary(published, cell, column, key);
  const comparison = known ? summaryTest(mine, known) : samples ? ratioTest(samples.ours, samples.published) : welchTest(mine, theirs);
  const said = (wanted: Caveat['effect']) =>
    experiment.caveats.find(
      ({ effect, cells, columns, metrics }) =>
        effect === wanted && (!cells || cells.includes(cell.id)) && (!columns || columns.includes(column.id)) && (!metrics || metrics.includes(key)),
    )?.text;
  const caveat = said('not comparable');
  const entry = {
    cell: cell.id,
    column: column.id,
    metric: key,
    ours,
    published: known ?? summarize(theirs),
    interval: ours && interval(ours),
    ratio: { ours: samples && ratioToBaseline(samples.ours), published: samples && ratioToBaseline(samples.published) },
    comparison,
    failures: records.flatMap((record) => {
      const failure = failureIn(record, column.id, key);
      return failure === null ? [] : [`repetition ${record.repetition}: ${failure.replace(/\.$/, '')}`];
    }),
  };
  const judged = known
    ? judgeKnown(metric, entry, caveat, experiment.ownExperiment ? 'that of the second implementation' : 'the published one')
    : judge(metric, cell, entry, samples && { baseline: summarize(samples.ours.baseline)?.n ?? 0 }, caveat);
  const why = judged.verdict === 'differs' && said('reason');
  return { ...entry, ...judged, ...(why && { reason: `${judged.reason} ${why}` }) };
}

/**
 * The verdict on an entry and its reason. `ratio`: scores are compared as ratios to the baseline, which has
 * so many repetitions of ours.
 */
function judge(
  metric: MetricColumn,
  cell: Cell,
  { ours, published, comparison }: Pick<Entry, 'ours' | 'published' | 'comparison'>,
  ratio: { baseline: number } | null,
  caveat: string | undefined,
): { verdict: Verdict | null; reason: string } {
  if (!ours) return { verdict: null, reason: 'The lab has no repetition of it yet.' };
  if (metric.better === 'none') return { verdict: null, reason: 'Not a score; shown for orientation.' };
  if (cell.difference) return { verdict: 'not comparable', reason: cell.difference };
  if (caveat) return { verdict: 'not comparable', reason: caveat };
  if (!published) return { verdict: 'not comparable', reason: 'Nothing was published for it.' };
  if (!comparison && ratio && ours.n > 1 && ratio.baseline < 2)
    return { verdict: 'not comparable', reason: 'Its ratio to Ignore needs at least two repetitions of Ignore too.' };
  if (!comparison) return { verdict: 'not comparable', reason: 'A test needs at least two repetitions on both sides.' };
  const what = ratio ? 'ratio to Ignore' : 'mean';
  const p = comparison.p < 0.001 ? 'p < 0.001' : `p = ${comparison.p.toFixed(3)}`;
  return comparison.p < COMPARISON_LEVEL
    ? { verdict: 'differs', reason: `The ${what} differs from the published one by Welch’s test (${p}).` }
    : { verdict: 'reproduced', reason: `The ${what} does not differ from the published one by Welch’s test (${p}).` };
}

/** Standard errors of a difference from a known mean up to which a number counts as reproduced. */
const KNOWN_ERRORS = 2;

/** The verdict on a number of the lab beside a mean, `other`, of which the repetitions are not known. */
function judgeKnown(
  metric: MetricColumn,
  { ours, comparison }: Pick<Entry, 'ours' | 'comparison'>,
  caveat: string | undefined,
  other: string,
): { verdict: Verdict | null; reason: string } {
  if (!ours) return { verdict: null, reason: 'The lab has no repetition of it yet.' };
  if (metric.better === 'none') return { verdict: null, reason: 'Not a score; shown for orientation.' };
  if (caveat) return { verdict: 'not comparable', reason: caveat };
  if (!comparison) return { verdict: 'not comparable', reason: 'A comparison needs at least two repetitions of the lab.' };
  const apart = `${Math.abs(comparison.t).toFixed(1)} standard errors of the difference`;
  return Math.abs(comparison.t) > KNOWN_ERRORS
    ? { verdict: 'differs', reason: `The mean is ${apart} from ${other}.` }
    : { verdict: 'reproduced', reason: `The mean is within ${apart} of ${other}.` };
}

/** The whole table from our records and the published numbers. Records of other experiments are left out. */
export function makeTable(experiment: Experiment, published: Published, records: readonly UnitRecord[]): Table {
  const entries: Entry[] = [];
  for (const cell of experiment.cells) {
    const ofCell = records.filter((record) => record.experiment === experiment.id && record.cell === cell.id);
    const context: Context = { experiment, published, cell, records: ofCell };
    const columns = experiment.columns.filter(({ id }) => !cell.columns || cell.columns.includes(id));
    const honest = columns.filter(({ readsAnswer }) => !readsAnswer);
    for (const metric of experiment.metrics) {
      const ours = boldColumns(new Map(honest.map((column) => [column.id, ourValues(ofCell, column.id, metric.key)])), metric);
      const theirs = boldColumns(
        new Map(columns.filter(({ paired }) => paired).map((column) => [column.id, publishedValues(published, cell, column, metric.key)])),
        metric,
      );
      for (const column of columns) {
        entries.push({ ...compare(context, column, metric), bold: { ours: ours.has(column.id), published: theirs.has(column.id) } });
      }
    }
  }
  const verdicts = { reproduced: 0, differs: 0, 'not comparable': 0 };
  for (const { verdict } of entries) if (verdict) verdicts[verdict]++;
  return { experiment: experiment.id, entries, verdicts };
}
