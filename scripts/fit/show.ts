import { listed } from '../../src/text/numbers';
import { levelSharesSentence, levelSharesWords, shareName } from '../../src/words/level-shares';
import { familyName, sharesSentence } from '../../src/words/mixed';
import { SEEN_ROWS } from '../../src/words/scores';
import { hasReadAhead, leakSentence } from '../../src/words/series';
import { leakingWords } from '../../src/words/winner';
import type { Dataset } from '../../workers/data/dataset';
import { shapeOf } from '../../workers/data/tag-rows';
import type { Refusal } from '../../workers/methods/refusals';
import { aboutMethod } from '../../workers/methods/registry';
import { type StudyRow, studyTable } from '../../workers/papers/study-table';
import type { UnitRecord } from '../../workers/papers/types';
import type { MethodResult, MetricComparison, ScoreKey, TablePreview, TestMetrics, WindowScore } from '../../workers/protocol';
import { sampleWords, splitWords } from '../../workers/spec/division';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { type MemoryNeed, memoryNeed } from '../../workers/spec/memory-need';
import { beyondNoise, clearlyBest, lowerIsBetter, primaryOf, tagEffectsR, worseThanChance } from '../../workers/spec/scores';
import { dependenceOf, repetitionsOf, type Study } from '../../workers/spec/study';
import { tagWords } from '../../workers/spec/tags';
import type { ReadTable } from './table';

const COLUMNS: [keyof TestMetrics, string][] = [
  ['mse', 'MSE'],
  ['mae', 'MAE'],
  ['r2', 'R2'],
  ['poissonDeviance', 'Poisson deviance'],
  ['logLoss', 'log loss'],
  ['auc', 'AUC'],
  ['accuracy', 'accuracy'],
  ['logScore', 'log score'],
  ['concordance', 'concordance'],
  ['rmseD', 'RMSE_D'],
  ['frobenius', 'Frobenius'],
  ['spearman', 'Spearman'],
  ['aucB', 'AUC_B'],
];

/** A number with four significant digits at least, and no more than six decimals unless it is tiny. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return 'none';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return value.toExponential(3);
  return value.toFixed(Math.max(0, Math.min(7, 3 - Math.floor(Math.log10(size)))));
}

/** Rows of texts as lines, the first column to the left and the others to the right. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, i) => rows.reduce((most, row) => Math.max(most, row[i]?.length ?? 0), 0));
  return rows.map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '));
}

const rowsOf = ({ rows: { train, validation, test, dropped } }: ReadTable['check']): number => train + validation + test + dropped;

/**
 * What the reader did to the file by itself, and what could be meant otherwise. @param about whether a column
 * matters; null: the whole file
 */
export const readingWords = ({ steps, questions }: TablePreview, about: (column: string | null) => boolean = () => true): string[] => [
  ...(steps.length > 0 ? ['Read:', ...steps.map(({ words }) => `  ${words}`)] : []),
  ...questions.filter(({ pressing, column }) => !pressing && about(column)).map(({ text }) => `Could be meant otherwise: ${text}`),
];

/** What was done to the file, the roles, how rows are divided, and what to know before training. */
export function tableWords({ preview, dataset, check }: ReadTable): string[] {
  const guessed = new Map(preview.columns.map((column) => [column.name, column]));
  // Columns of one role for one reason stand together.
  const groups = new Map<string, string[]>();
  for (const { name, role, nestedIn, block } of dataset.columns) {
    const column = guessed.get(name);
    const why = column && column.role === role ? ` (${column.reason})` : '';
    const key = `${role}${block === undefined ? '' : ` in the block ${block}`}${nestedIn ? ` nested in ${nestedIn}` : ''}${why}`;
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const roles = [...groups].map(([role, names]) => `  ${names.join(', ')}: ${role}`);
  return [
    ...readingWords(preview),
    'Columns:',
    ...roles,
    ...(check.tags ?? []).map((facts) => `Tags of ${facts.name}: ${tagWords(facts)}`),
    ...(dataset.sample ? [sampleWords(dataset.sample, { file: preview.rows, drawn: rowsOf(check) })] : []),
    splitWords(dataset),
    ...check.warnings.map(({ message }) => `Note: ${message}`),
  ];
}

const size = (bytes: number): string => (bytes < 1e9 ? `${Math.max(1, Math.round(bytes / 1e6))} MB` : `${(bytes / 1e9).toFixed(1)} GB`);

/**
 * What a run of rows will hold at once, before it begins.
 *
 * @param told bytes of the plans that have been laid out for it
 */
export function needOf(dataset: Dataset, { methods, training }: ExperimentSpec, told: ReadonlyMap<string, number>, threads = 1): MemoryNeed {
  const { split, tags } = dataset;
  const shape = shapeOf(dataset);
  const perRow = tags?.map(({ ids }) => ids.length / Math.max(1, dataset.rows));
  const facts = {
    ...shape,
    ...(shape.tags && { tags: shape.tags.map((one, i) => ({ ...one, perRow: perRow?.[i] })) }),
    ...{ trainRows: split.train.length, validationRows: split.validation.length, testRows: split.test.length, exact: true },
  };
  return memoryNeed(facts, methods, training, { told, threads });
}

/** The same in a line, of each method. */
export function memoryWords({ total, data, methods }: MemoryNeed, ofTable: boolean): string {
  const shares = methods.map(({ id, bytes }) => `${aboutMethod(id).label} ${size(bytes)}`);
  return `Memory: about ${size(total)}${ofTable ? ' besides the table' : ''} (data ${size(data)}, ${shares.join(', ')}).`;
}

export const refusedWords = (refused: readonly Refusal[]): string[] => refused.map(({ label, sentence }) => `Left out: ${label}. ${sentence}`);

/** Scores of one run, the error of each with its standard error over the test rows. */
export function resultWords(results: readonly MethodResult[], comparison: readonly MetricComparison[]): string[] {
  if (results.length === 0) return ['No method has results.'];
  const columns = COLUMNS.filter(([key]) => results.some((result) => (result.metrics[key] ?? null) !== null));
  const cell = (result: MethodResult, key: keyof TestMetrics): string => {
    const value = result.metrics[key] ?? null;
    if (value === null) return '';
    const error = result.standardErrors?.[key as ScoreKey];
    return error ? `${number(value)} ±${error < 1e-4 || error >= 1e5 ? error.toExponential(1) : Number(error.toPrecision(2))}` : number(value);
  };
  const rOf = (result: MethodResult): string => {
    const r = tagEffectsR(result);
    return r === null ? '' : number(r);
  };
  const tagged = results.some((result) => tagEffectsR(result) !== null);
  const table = aligned([
    ['method', 'parameters', ...columns.map(([, title]) => title), ...(tagged ? ['r of tags'] : []), 'epochs', 'seconds'],
    ...results.map((result) => [
      `${aboutMethod(result.method).label}${result.leaks ? ' (leaking, for teaching)' : ''}`,
      result.parameters.toLocaleString('en-US'),
      ...columns.map(([key]) => cell(result, key)),
      ...(tagged ? [rOf(result)] : []),
      `${result.epochs} (${result.weightsFrom})`,
      (result.seconds.epochs + result.seconds.finishing).toFixed(1),
    ]),
  ]);
  return [
    ...table,
    ...(columns.some(([key]) => key === 'concordance') ? [SEEN_ROWS] : []),
    ...windowWords(results),
    ...results.flatMap(confusionWords),
    ...mixedWords(results),
    ...estimateWords(results),
    ...sharesWords(results),
    ...verdictWords(results, comparison),
    ...[leakingWords(results.filter(({ leaks }) => leaks).map(({ method }) => aboutMethod(method).label))].filter(Boolean),
    ...results.filter(worseThanChance).map(({ method }) => `${aboutMethod(method).label} is worse than no model at all.`),
  ];
}

/** More classes than this would be a table wider than a screen. */
const MOST_CLASSES = 12;

/** Test rows of several classes by what they are and what a method took them for. */
function confusionWords({ method, classes }: MethodResult): string[] {
  if (!classes) return [];
  const { labels, counts, auc } = classes;
  const { label } = aboutMethod(method);
  if (labels.length > MOST_CLASSES) return [`${label}: --json has the confusion matrix of the ${labels.length} classes.`];
  return [
    '',
    ...aligned([
      [`${label}: test rows by class and predicted class`, ...labels, 'AUC'],
      ...labels.map((own, c) => [own, ...labels.map((_, other) => String(counts[c * labels.length + other])), number(auc[c] ?? Number.NaN)]),
    ]),
  ];
}

/** What a mixed model by its formula says of its fit. */
const mixedWords = (results: readonly MethodResult[]): string[] =>
  results.flatMap(({ method, mixed }) => {
    if (!mixed) return [];
    const { formula, family, method: how, rows, fixed, fit, notes } = mixed;
    const error = fit?.logLikelihoodError;
    const likelihood = fit ? `; log likelihood ${number(fit.logLikelihood)}${error === undefined ? '' : ` ± ${number(error)}`}` : '';
    return [
      '',
      `${aboutMethod(method).label}: ${formula}`,
      `  ${familyName(family)}, ${how}, ${rows.toLocaleString('en-US')} rows that train or validate${likelihood}`,
      `  ${sharesSentence(mixed)}`,
      ...fixed.flatMap(({ name, note }) => (note ? [`  ${name}: ${note}`] : [])),
      ...notes.map((note) => `  Note: ${note}`),
    ];
  });

/** What the data do not tell of variances and slopes: each note on one, and on what is left out. */
const estimateWords = (results: readonly MethodResult[]): string[] =>
  results.flatMap(({ method, mixed, estimates }) =>
    mixed
      ? []
      : estimates.flatMap(({ name, kind, value, note }) =>
          note && (kind === 'variance' || Number.isNaN(value)) ? [`${aboutMethod(method).label}, ${name}: ${note}.`] : [],
        ),
  );

/** What each method explains of the test rows without their levels and with them. */
function sharesWords(results: readonly MethodResult[]): string[] {
  const shares = results.flatMap(({ method, levelShares }) => (levelShares ? [{ name: aboutMethod(method).label, shares: levelShares }] : []));
  if (shares.length === 0) return [];
  return [
    '',
    ...aligned([
      [`${shareName(shares)} of test rows`, 'without levels', 'with levels'],
      ...shares.map(({ name, shares: { without, with: known } }) => [name, without.toFixed(3), known.toFixed(3)]),
    ]),
    `${levelSharesSentence(shares)} ${levelSharesWords(shares)}`,
    '',
  ];
}

/** Errors of windows by step, for known and for new series, and whether a method has read the answer. */
function windowWords(results: readonly MethodResult[]): string[] {
  const stories = results.flatMap(({ method, series }) => (series ? [{ label: aboutMethod(method).label, scores: series }] : []));
  if (stories.length === 0) return [];
  const score = ({ value, standardError }: WindowScore): string =>
    standardError === null ? number(value) : `${number(value)} ±${Number(standardError.toPrecision(2))}`;
  const [{ scores: first }] = stories;
  const leak = leakSentence(stories);
  // One step ahead has no first and last, and one group is in the table above.
  if (first.steps === 1 && first.groups.length === 1) return leak ? [leak] : [];
  return [
    '',
    ...aligned([
      ['MSE of windows', 'series', 'windows', `${first.steps} steps`, 'first step', 'last step'],
      ...stories.flatMap(({ label, scores }) =>
        scores.groups.map((group) => [
          scores.groups.length > 1 ? `${label}, ${group.known ? 'known' : 'new'}` : label,
          String(group.series),
          String(group.windows),
          score(group.mean),
          score(group.first),
          score(group.last),
        ]),
      ),
    ]),
    ...(leak ? [leak] : []),
    '',
  ];
}

function verdictWords(results: readonly MethodResult[], comparison: readonly MetricComparison[]): string[] {
  const metric = primaryOf(results);
  const found = comparison.find((one) => one.metric === metric);
  if (!found) return [];
  const name = `${lowerIsBetter(metric) ? 'least' : 'highest'} ${{ mse: 'MSE', logLoss: 'log loss', concordance: 'concordance' }[metric]}`;
  const windows = results.find(({ method }) => method === found.best)?.series;
  if (windows && hasReadAhead({ label: found.best, scores: windows }))
    return [`No winner: ${aboutMethod(found.best).label} has the ${name} and has read the answer.`];
  const clear = clearlyBest(comparison, metric);
  if (clear) return [`${aboutMethod(clear).label} has the ${name}, beyond the noise of the test rows.`];
  const tied = found.differences.filter((difference) => !beyondNoise(difference)).map(({ method }) => aboutMethod(method).label);
  return [`No clear winner: ${aboutMethod(found.best).label} has the ${name}, but these test rows cannot tell it from ${listed(tied)}.`];
}

const verdict = (row: StudyRow, reference: string): string =>
  row.method === reference
    ? 'reference'
    : row.leaks
      ? 'leaking, for teaching: not compared'
      : row.difference
        ? `${number(row.difference.mean)} [${number(row.difference.low)}, ${number(row.difference.high)}] ${row.difference.verdict}`
        : '';

/** Mean and standard error of every method over the repetitions, and its difference to the reference. */
export function studyWords(study: Study, records: readonly UnitRecord[], metric: ScoreKey, reference: string): string[] {
  const rows = studyTable(study, records, metric, reference);
  const label = COLUMNS.find(([key]) => key === metric)?.[1] ?? metric;
  const overlap = dependenceOf(study) === 'resampled' ? ', corrected because the repetitions share rows' : '';
  const failures = rows.flatMap((row) =>
    row.failures.map(({ repetition, reason }) => `${aboutMethod(row.method).label} failed in repetition ${repetition}: ${reason}`),
  );
  return [
    ...aligned([
      ['method', 'n', `${label} mean`, 'SE', `difference to ${aboutMethod(reference).label}, 95 % interval`],
      ...rows.map((row) => [
        aboutMethod(row.method).label,
        String(row.n),
        row.mean === null ? '' : number(row.mean),
        row.se === null ? '' : number(row.se),
        verdict(row, reference),
      ]),
    ]),
    `${repetitionsOf(study.plan)} repetitions; paired differences${overlap}.`,
    ...failures,
  ];
}
