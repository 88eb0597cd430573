import { NumberColumn } from '../../data/bytes/number-column';
import { type Dataset, featureName, ownResponse, severalClasses } from '../../data/dataset';
import { LabFailure } from '../../data/failure';
import { hasGapLevel } from '../../data/levels';
import type { Scale } from '../../data/standardize';
import type { Table } from '../../data/table';
import { tagPlaces } from '../../data/tag-rows';
import { hasClasses } from '../../data/tasks';
import { aboutMethod } from '../../methods/registry';
import type { Formula } from '../../mixed/formula/formula';
import { parseFormula } from '../../mixed/formula/parse';
import type { Family } from '../../mixed/formula/response';
import { primaryMetric } from '../../spec/scores';
import type { Finished } from '../../training/results';
import { fittedName } from '../assemble';
import { type FittedMethod, modelRefusal } from '../model';
import { rowNumbers } from './literals';
import { type Network, networkOf } from './network';
import { type OwnFile, ownFile } from './own-file';
import { numberedByUsedRows, usedRows } from './used-rows';
import { tagSeparator } from './written-table';

/** A categorical column in the code. */
export interface CodeFeature {
  name: string;
  levels: number;
  /** Labels are the numbers of the levels; else levels are counted by their first row. */
  numbered: boolean;
  /** A row of the file that is not used had some level first: all its rows are counted. */
  byFile: boolean;
  /** Missing cells are the last level. */
  missing: boolean;
}

/** How a method is computed in the code. */
export type CodeModel =
  | { kind: 'network'; network: Network /** Tensor of `weights.safetensors` with the vectors of each feature. */; tensors: (string | null)[] }
  | { kind: 'model-file' /** Its output. */; fitted: string };

/** Everything that code about a finished method says. */
export interface Analysis {
  method: string;
  label: string;
  lab: string;
  fingerprint: string;
  seeds: { data: number; split: number; weights: number };
  binary: boolean;
  target: string;
  /** Of a binary target: the value that counts as 1, and whether it is compared as a number. */
  positive: { text: string; number: number | null } | null;
  /** Of several classes in the order of the predictions: their texts, and as numbers where all are some. */
  classes: { texts: string[]; numbers: number[] | null } | null;
  numeric: string[];
  /** Numeric columns with missing cells in rows that are used: they have the mean of the training rows. */
  filled: boolean;
  /** Places of numeric columns that are the same number in all training rows. */
  constant: number[];
  categorical: CodeFeature[];
  tags: { name: string; places: number; separator: string }[];
  /** The person's own file; null where the table is written beside the code. */
  own: OwnFile | null;
  /** Rows of the file. */
  rows: number;
  /**
   * How numbers, and a response that is one, are centred and scaled: by the training rows, by these, or not
   * at all.
   */
  scaling: 'training rows' | 'none' | { x: Scale[]; y: Scale };
  /** Rows of the file, 0-based. */
  split: CodeSplit;
  score: { name: 'mse' | 'log loss'; value: number /** Rounding in single precision, and no more. */; tolerance: number };
  model: CodeModel;
  /** How the network is trained anew; null where that is more than a few lines. */
  training: {
    epochs: number;
    patience: number | null;
    batch: number;
    rate: number /** The best weights count, not the last. */;
    restore: boolean;
  } | null;
  /** Of a mixed model that lme4 takes: how it is fitted. */
  mixed: {
    reml: boolean;
    /** Null: a slope for each number and an intercept for the levels of each category. */
    formula: Formula | null;
    family: Family;
    /** Nodes of the quadrature; 1 is Laplace's approximation. */
    nodes: number;
  } | null;
}

/** A part of the rows of a file. */
export type RowPart = 'train' | 'validation' | 'test' | 'unused';

/** The division of the rows of a file: every part but one is listed, and the largest is what is left. */
export interface CodeSplit {
  listed: [part: RowPart, rows: Uint32Array][];
  rest: RowPart;
  /** Their numbers would be very long code: a file beside it has the part of each row. */
  inFile: boolean;
}

/** Letters of row numbers that code holds. */
const MOST_ROW_LETTERS = 200_000;

/** Name of the file with the part of each row. */
export const PARTS_NAME = 'rows.csv';

/** Name of the table that is written beside the code. */
export const TABLE_NAME = 'table.csv';

/** Why a method has no code, as a sentence; null where it has some. */
export function analysisRefusal({ dataset, finished }: Pick<FittedMethod, 'dataset' | 'finished'>): string | null {
  if (dataset.series) return 'Its rows are windows of series, which a table of rows does not have.';
  if (dataset.events) return 'Its target is a time with censored rows, whose scores no code here computes.';
  const { predictor } = finished;
  const refusal = modelRefusal({ dataset, finished });
  if (refusal) return refusal;
  if (predictor && !('refusal' in predictor) && predictor.draws)
    return 'Its test predictions draw random numbers, so that no other program finds the same score. Let its prediction use the mean.';
  const names = [
    dataset.targetName,
    ...(dataset.xNames ?? []),
    ...dataset.categorical.map(({ name }) => name),
    ...(dataset.tags ?? []).map(({ name }) => name),
  ];
  return names.some((name) => name.includes('\0')) ? 'The name of a column holds a NUL character, which no text of R can.' : null;
}

/** Row of the code's table of each row of the dataset. */
function fileRow({ fileRows }: Dataset, own: OwnFile | null, used: Uint32Array): (row: number) => number {
  if (own) return fileRows ? (row) => fileRows[row] : (row) => row;
  // Of the rows of a table that are used, in their order.
  const places = new Map<number, number>();
  for (const [place, row] of used.entries()) places.set(row, place);
  return (row) => places.get(row) as number;
}

const isScaled = ({ mean, scale }: Scale): boolean => mean !== 0 || scale !== 1;

/**
 * The tensor of `weights.safetensors` that has the vectors of a feature: a table of the method's, or their
 * own.
 */
export const vectorsName = ({ weights = [] }: Pick<Finished, 'weights'>, feature: number): string =>
  weights.find(({ values }) => values === feature)?.name ?? `vectors/${feature}`;

function divided(dataset: Dataset, own: OwnFile | null, rows: number, used: Uint32Array, most: number): CodeSplit {
  const at = fileRow(dataset, own, used);
  const there = new Uint8Array(rows);
  for (const row of used) there[at(row)] = 1;
  const { train, validation, test } = dataset.split;
  const parts: [RowPart, Uint32Array][] = [
    ['train', train.map(at)],
    ['validation', validation.map(at)],
    ['test', test.map(at)],
    ['unused', Uint32Array.from(there.keys()).filter((row) => there[row] === 0)],
  ];
  const [rest] = parts.reduce((most, one) => (one[1].length > most[1].length ? one : most));
  const listed = parts.filter(([part, its]) => part !== rest && its.length > 0);
  return { listed, rest, inFile: listed.reduce((letters, [, its]) => letters + rowNumbers(its, 1).length, 0) > most };
}

/** Variance of the response in the test rows, in its own unit. */
function varianceOf(dataset: Dataset): number {
  const y = ownResponse(dataset, dataset.split.test);
  const mean = y.reduce((sum, one) => sum + one, 0) / y.length;
  return y.reduce((sum, one) => sum + (one - mean) ** 2, 0) / y.length;
}

/**
 * Classes as the code finds them in its table. Those that all read as numbers are compared as numbers: 0 and
 * 0.0 are one class. A table that is written beside the code has their places.
 */
function classesIn(
  { classLabels, targetName }: Dataset,
  own: OwnFile | null,
  table: Table | undefined,
  count: number,
): NonNullable<Analysis['classes']> {
  if (!own || !classLabels) {
    const places = Array.from({ length: count }, (_, c) => c);
    return { texts: places.map(String), numbers: places };
  }
  const target = table?.columns.find(({ name }) => name === targetName);
  // Numbers as their column is read: "1,0" is one, too.
  const read = target && target.textLevels === 0 && !(target instanceof NumberColumn) ? target : null;
  const numbers = classLabels.map((label) => {
    const code = read ? read.dictionary.indexOf(label) : -1;
    return read && code >= 0 ? read.numbers[code] : label.trim() === '' ? Number.NaN : Number(label);
  });
  return { texts: [...classLabels], numbers: numbers.every(Number.isFinite) ? numbers : null };
}

function positiveOf(dataset: Dataset, own: OwnFile | null, table: Table | undefined): NonNullable<Analysis['positive']> {
  const { texts, numbers } = classesIn(dataset, own, table, 2);
  return { text: texts[1], number: numbers ? numbers[1] : null };
}

/** Whether the target is compared as a text. */
export const hasTextTarget = ({ positive, classes }: Pick<Analysis, 'positive' | 'classes'>): boolean =>
  positive ? positive.number === null : classes !== null && classes.numbers === null;

function modelOf({ dataset, finished }: FittedMethod): CodeModel {
  const network = networkOf(finished);
  const { weights } = finished;
  const file = { kind: 'model-file', fitted: fittedName(dataset) } as const;
  if (!network || !weights) return file;
  const names = new Map(weights.map((weight) => [weight.name, weight]));
  if (!network.layers.every(({ name }) => names.has(`${name}/kernel`) && names.has(`${name}/bias`))) return file;
  // A table without numeric columns has numbers of no width.
  const numbers = network.numbers && dataset.p > 0;
  const width = (numbers ? dataset.p : 0) + network.vectors.reduce((sum, one) => sum + one.width, 0);
  if (network.layers[0].inputs !== width) return file;
  return { kind: 'network', network: { ...network, numbers }, tensors: finished.vectors.map((_, k) => vectorsName(finished, k)) };
}

/** Methods whose training is that of the network by itself. */
const PLAIN_TRAINING: ReadonlySet<string> = new Set(['ignore', 'embeddings']);

function trainingOf({ finished, spec }: FittedMethod, { kind }: CodeModel): Analysis['training'] {
  const { chosen, method } = finished.result;
  if (kind !== 'network' || !PLAIN_TRAINING.has(method) || !chosen?.learningRate) return null;
  const { patience } = chosen;
  const { epochs, restoreBest } = spec.training;
  return { epochs, patience, batch: chosen.batchSize, rate: chosen.learningRate, restore: restoreBest };
}

/**
 * Whether lme4 fits intercepts of these columns: it refuses a column with one level in the rows that are
 * fitted, and as many independent levels as rows.
 */
function takenByLme4({ categorical, split }: Dataset): boolean {
  const levels = categorical.map(({ codes }) => {
    const seen = new Set<number>();
    for (const part of [split.train, split.validation]) for (const row of part) seen.add(codes[row]);
    return seen.size;
  });
  // Each column after the first has one level that follows from the others.
  const independent = levels.reduce((sum, its) => sum + its - 1, 1);
  return levels.every((its) => its > 1) && independent < split.train.length + split.validation.length;
}

/** Whether test rows have a level of a fixed effect that no row of the fit has: R refuses to predict it. */
function hasNewFixedLevel({ categorical, split }: Dataset, { fixed, random }: Formula): boolean {
  const names = new Set([...fixed.flat(), ...random.flatMap(({ slopes }) => slopes.flat())]);
  return categorical.some(({ name, codes, cardinality }) => {
    if (!names.has(name)) return false;
    const seen = new Uint8Array(cardinality);
    for (const part of [split.train, split.validation]) for (const row of part) seen[codes[row]] = 1;
    return split.test.some((row) => seen[codes[row]] === 0);
  });
}

/** How lme4 fits a mixed model; null where it does not, or not as the lab does. */
function mixedOf({ dataset, finished: { result }, spec }: FittedMethod): Analysis['mixed'] {
  if (result.method !== 'linear-mixed-model' || (dataset.tags ?? []).length > 0) return null;
  const settings = spec.methods.find(({ id }) => id === result.method)?.settings ?? {};
  const reml = settings.estimator === 'reml';
  if (!result.mixed) return dataset.task === 'regression' && takenByLme4(dataset) ? { reml, formula: null, family: 'gaussian', nodes: 1 } : null;
  const formula = parseFormula(result.mixed.formula);
  if (hasNewFixedLevel(dataset, formula)) return null;
  const nodes = settings.approximation === 'quadrature' ? Number(settings.nodes) : 1;
  return { reml, formula, family: result.mixed.family as Family, nodes };
}

/**
 * What code about a finished method says.
 *
 * @param most letters of row numbers that it holds itself
 * @throws LabFailure 'no-analysis' with the reason where there is none
 */
export function analysisOf(fitted: FittedMethod, most = MOST_ROW_LETTERS): Analysis {
  const { dataset, finished, spec, version, table } = fitted;
  const { method, metrics } = finished.result;
  const { label } = aboutMethod(method);
  const refusal = analysisRefusal(fitted);
  if (refusal) throw new LabFailure('no-analysis', `There is no code of ${label}. ${refusal}`, 'Export another method.');
  const used = usedRows(dataset);
  const model = modelOf(fitted);
  // A model file takes the labels.
  const inOrder = model.kind === 'model-file' || dataset.categorical.every((column) => numberedByUsedRows(column, used));
  // The levels of a sample are numbered by its rows, and the file has others before them.
  const isFile = inOrder || !dataset.fileRows;
  const own = table && spec.dataset.kind === 'table' && isFile ? ownFile(table, spec.dataset) : null;
  const rows = own ? own.rows : used.length;
  const { task, xScales, p, x, targetMean, targetScale, categorical, tags = [] } = dataset;
  const standardised = spec.dataset.kind === 'table' && spec.dataset.scaling === 'standardized';
  const target = { mean: targetMean, scale: targetScale };
  const scaled = xScales?.some(isScaled) === true || isScaled(target);
  const metric = primaryMetric(task);
  const score = metrics[metric] ?? Number.NaN;
  // Of an almost perfect prediction nothing but rounding is left.
  const several = severalClasses(dataset);
  const floor = hasClasses(task) ? 1e-6 : 1e-9 * varianceOf(dataset);
  // Of a column with one number in the rows that train, 0 is left.
  const isConstant = (j: number): boolean =>
    xScales?.[j].scale === 1 && [dataset.split.train, dataset.split.validation].every((part) => part.every((row) => x[row * p + j] === 0));
  return {
    method,
    label,
    lab: version,
    fingerprint: dataset.fingerprint,
    seeds: spec.seeds,
    binary: task === 'binary',
    target: dataset.targetName,
    positive: task === 'binary' ? positiveOf(dataset, own, table) : null,
    classes: several === undefined ? null : classesIn(dataset, own, table, several),
    numeric: Array.from({ length: p }, (_, j) => featureName(dataset, j)),
    filled: own?.blanks === true || (own?.steps ?? []).some(({ kind }) => kind === 'missing-words' || kind === 'bad-cells' || kind === 'decimal'),
    constant: Array.from({ length: p }, (_, j) => j).filter(isConstant),
    categorical: categorical.map(({ name, cardinality, labels }) => ({
      name,
      levels: cardinality,
      numbered: labels === null || (own === null && !inOrder),
      byFile: own !== null && !inOrder,
      missing: hasGapLevel(labels) && (own !== null || inOrder),
    })),
    tags: tags.map((column) => ({ name: column.name, places: tagPlaces(column), separator: tagSeparator(column) })),
    own,
    rows,
    scaling: own && standardised ? 'training rows' : scaled ? { x: [...(xScales ?? [])], y: target } : 'none',
    split: divided(dataset, own, rows, used, most),
    score: { name: metric === 'mse' ? 'mse' : 'log loss', value: score, tolerance: Number(Math.max(1e-4 * score, floor).toPrecision(1)) },
    model,
    training: trainingOf(fitted, model),
    mixed: mixedOf(fitted),
  };
}
