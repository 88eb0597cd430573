import type { MethodResult } from '../../workers/protocol';
import { hasClasses } from '../../workers/spec/scores';
import { parametersChart } from '../charts/parameters-chart';
import { figureSvg } from '../charts/svg';
import { levelSharesTwin, sharesOf } from '../check/twins';
import { chanceAucB, columnDecimals, errorOf, errorText, type MetricColumn, metricColumns, numberOf, responseOf } from '../results/columns';
import { dataShapeOf, methodsOf, parameterBars, waitingFor } from '../results/model';
import { estimateGroups, truthScale } from '../results/random-effects';
import type { Twin } from '../results/twin';
import { estimatesTwin, resultsTwin } from '../results/twins';
import { listed, measured, whole } from '../text/numbers';
import { labelOf } from '../ui/method-line';
import { estimatesSentence, unitSentence } from '../words/estimates';
import { levelSharesSentence, levelSharesWords } from '../words/level-shares';
import { familyName, sharesSentence } from '../words/mixed';
import { mostSentence } from '../words/parameters';
import { chanceWords, verdictWords } from '../words/scores';
import { type Block, figures, fine, type Section, table, text } from './document';
import type { ReportInput } from './input';
import { methodVariable, REPORT_THEME } from './theme';
import { WIDE } from './training';

const finishedOf = ({ run }: ReportInput): MethodResult[] => methodsOf(run.spec).flatMap((method) => run.results[method] ?? []);

const columnsOf = (input: ReportInput): MetricColumn[] => {
  const { summary } = input.run;
  return metricColumns(summary.task, summary.hasTruth, (summary.tags?.length ?? 0) > 0, responseOf(finishedOf(input)));
};

/** 'lower for MSE and MAE, higher for the rest'. */
const directions = (columns: readonly MetricColumn[]): string =>
  `Better is lower for ${listed(columns.filter(({ better }) => better === 'lower').map(({ name }) => name))}, higher for the rest.`;

/** Scores as the page prints them, each with its standard error. */
function scoresTwin(input: ReportInput): Twin {
  const { run } = input;
  const results = finishedOf(input);
  const columns = columnsOf(input);
  const decimals = new Map(columns.map((column) => [column.key, columnDecimals(column, results)]));
  const cell = (column: MetricColumn, result: MethodResult): string => {
    const number = numberOf(column, result);
    if (number === null || !Number.isFinite(number)) return '';
    const places = decimals.get(column.key) ?? 3;
    const error = errorOf(column, result);
    return `${measured(number, places)}${error === null ? '' : ` ± ${errorText(error, places)}`}`;
  };
  return {
    caption: 'Scores on the test rows, ± one standard error over these rows.',
    columns: ['Method', ...columns.map(({ name }) => name)],
    rows: methodsOf(run.spec).map((method) => {
      const result = run.results[method];
      const missing = () => waitingFor({ ...run, source: { kind: 'live' }, error: null }, method).text;
      return [labelOf(method), ...columns.map((column, i) => (result ? cell(column, result) : i === 0 ? missing() : ''))];
    }),
  };
}

/** Of the table of results that is saved: what it costs, and the differences. */
function costTwin(input: ReportInput): Twin {
  const { run } = input;
  const full = resultsTwin(run, columnsOf(input), (method) => run.lanes.find((lane) => lane.method === method)?.parameters ?? null);
  const kept = full.columns.flatMap((name, i) =>
    /minus the least|^SE of the difference|against Ignore|^(Method|Parameters|Epochs|Best epoch|Seconds)$/.test(name) ? [i] : [],
  );
  return {
    caption: 'Cost of the methods, and how their main score differs from the least.',
    columns: kept.map((i) => full.columns[i]),
    rows: full.rows.map((row) => kept.map((i) => row[i])),
  };
}

function parametersFigure(input: ReportInput): Block[] {
  const { run } = input;
  const shape = dataShapeOf(run.spec, run.summary, run.spec);
  if (!shape) return [];
  const bars = parameterBars(run.spec, shape, methodVariable);
  const q = new Set(shape.levels).size === 1 ? shape.levels[0] : null;
  return figures([
    {
      title: 'Parameters',
      svg: figureSvg(parametersChart(bars, REPORT_THEME, WIDE, q), 'Trainable numbers of every method, log scale', 'parameters'),
      label: 'Trainable numbers of every method, log scale',
      caption: mostSentence(bars),
    },
  ]);
}

/** Scores, who is ahead, and what it costs. */
export function resultsSection(input: ReportInput): Section {
  const { run } = input;
  const results = finishedOf(input);
  const columns = columnsOf(input);
  const chance = run.summary.features.length === 1 ? chanceAucB(run.summary.features[0].levels) : null;
  return {
    id: 'results',
    title: 'Results',
    blocks: [
      ...text(verdictWords(run.summary.task, results, run.comparison), chanceWords(run.summary.task, results)),
      ...table('scores', scoresTwin(input)),
      ...fine(
        `${directions(columns)} The ± is one standard error over the test rows of this one fit, each row taken for itself; other seeds may move the score further.${
          run.summary.hasTruth && chance !== null
            ? ` An AUC_B of ${chance} is what pure noise scores at q = ${whole(run.summary.features[0].levels)}.`
            : ''
        }`,
      ),
      ...sharesBlocks(input, results),
      ...table('cost', costTwin(input)),
      ...parametersFigure(input),
      ...estimatesBlocks(input, results),
      ...mixedBlocks(results),
    ],
  };
}

function sharesBlocks({ run }: ReportInput, results: readonly MethodResult[]): Block[] {
  const shares = sharesOf(
    results.map(({ method }) => method),
    run.results,
  );
  if (shares.length === 0) return [];
  return [...text(levelSharesSentence(shares)), ...table('level-shares', levelSharesTwin(shares)), ...fine(levelSharesWords(shares))];
}

/** What a mixed model by its formula says of itself. */
const mixedBlocks = (results: readonly MethodResult[]): Block[] =>
  results.flatMap(({ mixed }): Block[] =>
    mixed
      ? [
          { kind: 'sub', title: 'Mixed model' },
          ...text(`${mixed.formula}, ${familyName(mixed.family)}, by ${mixed.method}, on ${whole(mixed.rows)} rows for training and validation.`),
          ...text(sharesSentence(mixed), ...mixed.notes),
        ]
      : [],
  );

function estimatesBlocks({ run }: ReportInput, results: readonly MethodResult[]): Block[] {
  const groups = estimateGroups(results, run.summary.truth, (method) => run.embeddings[method]?.width ?? null, truthScale(run.summary));
  if (groups.length === 0) return [];
  const judged = groups.flatMap(({ rows }) =>
    rows.map(({ interval, truth }) => ({ low: interval?.[0] ?? null, high: interval?.[1] ?? null, truth })),
  );
  return [
    { kind: 'sub', title: 'Estimates' },
    ...text(estimatesSentence(judged).replace('The dashed line is the truth', 'Against the truth').replace('The dashed line is', 'The truth is')),
    ...table('estimates', estimatesTwin(groups)),
    ...fine(
      `${unitSentence(hasClasses(run.summary.task))} Variances of level vectors are in the vectors’ own. Intervals of variances are of their logarithm. Where there is no standard error, the lab computes none.`,
    ),
  ];
}
