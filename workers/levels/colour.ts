import { LabFailure } from '../data/failure';
import { learnedRows } from '../training/tag-sets';
import { eachLevel, meanByLevel } from './feature';
import type { MethodLevels } from './table';
import type { LevelColour, LevelColours } from './types';

const MOST_NAMES = 10;
export const OTHER = 'Other';
export const NO_ROWS = 'No rows';

const number = (values: ArrayLike<number>, log = false): LevelColours => ({ kind: 'number', values: Float32Array.from(values), log });

/** Mean of a numeric column over the training rows of each level, in its own unit. */
function numericMeans({ run: { dataset }, of }: MethodLevels, column: number): LevelColours {
  const { x, p, xScales } = dataset;
  if (dataset.series || !(column < p)) throw new LabFailure('no-such-column', 'The data have no such numeric column.', 'Colour by another column.');
  const { scale, mean } = xScales?.[column] ?? { scale: 1, mean: 0 };
  const parts = learnedRows(dataset).map((rows): [Uint32Array, (place: number) => number] => [
    rows,
    (place) => x[rows[place] * p + column] * scale + mean,
  ]);
  return number(meanByLevel(dataset, of.feature, of.levels, parts));
}

/** The most frequent level of another column in the training rows of each level; of equal ones the first. */
function majority({ run: { dataset }, of }: MethodLevels, column: number): LevelColours {
  const other = dataset.categorical[column];
  if (!other) throw new LabFailure('no-such-column', 'The data have no such categorical column.', 'Colour by another column.');
  // Rows by level, as compressed lists, so that counts of one level at a time are enough.
  const starts = new Uint32Array(of.levels + 1);
  const parts = learnedRows(dataset);
  for (const rows of parts) eachLevel(dataset, of.feature, rows, (level) => void starts[level + 1]++);
  for (let j = 0; j < of.levels; j++) starts[j + 1] += starts[j];
  const codes = new Int32Array(starts[of.levels]);
  const next = starts.slice();
  for (const rows of parts)
    eachLevel(dataset, of.feature, rows, (level, place) => {
      codes[next[level]++] = other.codes[rows[place]];
    });
  const counts = new Uint32Array(other.cardinality);
  const most = new Int32Array(of.levels).fill(-1);
  const levelsOf = new Uint32Array(other.cardinality);
  for (let j = 0; j < of.levels; j++) {
    for (let i = starts[j]; i < starts[j + 1]; i++) counts[codes[i]]++;
    for (let i = starts[j]; i < starts[j + 1]; i++) {
      const code = codes[i];
      if (most[j] < 0 || counts[code] > counts[most[j]] || (counts[code] === counts[most[j]] && code < most[j])) most[j] = code;
    }
    for (let i = starts[j]; i < starts[j + 1]; i++) counts[codes[i]] = 0;
    if (most[j] >= 0) levelsOf[most[j]]++;
  }
  return named(most, levelsOf, other.labels);
}

/** The names that most levels have, then what is left. */
function named(most: Int32Array, levelsOf: Uint32Array, labels: readonly string[] | null): LevelColours {
  const common = Array.from(levelsOf.keys())
    .filter((code) => levelsOf[code] > 0)
    .sort((a, b) => levelsOf[b] - levelsOf[a] || a - b);
  const shown = new Map(common.slice(0, MOST_NAMES).map((code, place) => [code, place]));
  const names = [...shown.keys()].map((code) => labels?.[code] ?? String(code));
  const other = common.length > MOST_NAMES ? names.push(OTHER) - 1 : 0;
  const none = most.includes(-1) ? names.push(NO_ROWS) - 1 : 0;
  return { kind: 'category', names, codes: Uint8Array.from(most, (code) => (code < 0 ? none : (shown.get(code) ?? other))) };
}

/** A colour value of every level. */
export function coloursOf(levels: MethodLevels, colour: LevelColour, typicalOf: (method: string) => ArrayLike<number> | null): LevelColours {
  const { of, run } = levels;
  const missing = (what: string): LabFailure =>
    new LabFailure('no-such-column', `These levels have no ${what} to colour by.`, 'Choose another colour or another method.');
  switch (colour.by) {
    case 'rows':
      return number(of.rows, true);
    case 'seen':
      return { kind: 'category', names: ['In training rows', 'Not in training rows'], codes: Uint8Array.from(of.rows, (rows) => (rows > 0 ? 0 : 1)) };
    case 'meanResponse':
      return number(of.meanResponse);
    case 'meanResidual':
      return number(levels.meanResidual);
    case 'posteriorSd': {
      const values = levels.posteriorSd;
      if (!values) throw missing('posterior');
      return number(values, true);
    }
    case 'effect': {
      const { effect } = levels;
      if (!effect) throw missing('vectors');
      return number(effect.values, effect.kind === 'length');
    }
    case 'typical': {
      const values = typicalOf(colour.of);
      if (!values) throw missing('predictions of a typical row');
      return number(values);
    }
    case 'trueEffect': {
      const { truth } = run.dataset;
      const effects = truth?.effects[of.feature];
      if (!truth || !effects || !(colour.dimension < truth.d)) throw missing('true effects');
      return number(Float32Array.from({ length: of.levels }, (_, j) => effects[j * truth.d + colour.dimension]));
    }
    case 'numeric':
      return numericMeans(levels, colour.column);
    case 'categorical':
      return majority(levels, colour.column);
  }
}
