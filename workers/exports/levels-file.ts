import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import type { Cell } from '../data/csv-write';
import { vectorFeatures } from '../data/dataset';
import { LabFailure } from '../data/failure';
import { FeatureLevels } from '../levels/feature';
import { exactDigits } from '../levels/files';
import { MethodLevels } from '../levels/table';
import { aboutMethod } from '../methods/registry';
import type { FittedMethod } from './model';
import type { PlainTable } from './tidy';

/** Why a method has no file of levels: a sentence; null where it has one. */
export function levelsRefusal({ finished }: Pick<FittedMethod, 'finished'>): string | null {
  return finished.vectors.some(({ d }) => d > 0) ? null : `${aboutMethod(finished.result.method).label} has no vectors of levels.`;
}

/** Every feature whose levels the method has vectors of. */
function featuresOf({ dataset, spec, finished }: FittedMethod): MethodLevels[] {
  const refusal = levelsRefusal({ finished });
  if (refusal) throw new LabFailure('no-level-vectors', refusal, 'Choose a method that learns them, such as Embeddings.');
  const run = { dataset, plan: spec, finished: new Map([[finished.result.method, finished]]) };
  return vectorFeatures(dataset)
    .map((_, feature) => new MethodLevels(run, new FeatureLevels(dataset, feature), finished))
    .filter(({ vectors }) => vectors !== null);
}

/** A column of the file: its number for a level of a feature, NaN where there is none. */
interface Column {
  name: string;
  whole?: true;
  single?: true;
  of(one: MethodLevels): ((level: number) => number) | null;
}

/**
 * Numbers of a level: training rows (validation included), its vector e1 … ed, posterior standard deviations
 * sd1 … sdd; where the vector is one number that adds to the prediction, the effect in the unit of the
 * response (log odds of a binary one); and for every vector of one number the expected rank among the levels
 * that training rows have, with its 95 % interval.
 */
function columnsOf(features: readonly MethodLevels[]): Column[] {
  const width = Math.max(...features.map(({ needed }) => needed.d));
  const entry = (name: string, m: number, table: (one: MethodLevels) => Float32Array | null, then: (value: number) => number): Column => ({
    ...{ name, single: true },
    of: (one) => {
      const values = table(one);
      const { d } = one.needed;
      return values && m < d ? (level) => then(values[level * d + m]) : null;
    },
  });
  const list = (name: string, values: (one: MethodLevels) => ArrayLike<number> | null | undefined): Column => ({
    name,
    of: (one) => {
      const own = values(one);
      return own ? (level) => own[level] : null;
    },
  });
  const all: Column[] = [
    { name: 'rows', whole: true, of: (one) => (level) => one.of.rows[level] },
    ...Array.from({ length: width }, (_, m) =>
      entry(
        `e${m + 1}`,
        m,
        ({ needed }) => needed.values,
        (value) => value,
      ),
    ),
    ...Array.from({ length: width }, (_, m) =>
      entry(
        `sd${m + 1}`,
        m,
        ({ variances }) => variances,
        (value) => Math.fround(Math.sqrt(value)),
      ),
    ),
    list('effect', ({ effect }) => (effect?.kind === 'effect' ? effect.values : null)),
    list('expected_rank', ({ rank }) => rank?.expected),
    list('rank_low', ({ rank }) => rank?.low),
    list('rank_high', ({ rank }) => rank?.high),
  ];
  return all.filter(({ of }) => features.some((one) => of(one) !== null));
}

/** Levels of all features as a table, one after the other. */
export function levelsTable(fitted: FittedMethod): PlainTable {
  const features = featuresOf(fitted);
  const columns = columnsOf(features);
  function* rows(): Generator<Cell[]> {
    for (const one of features) {
      const numbers = columns.map(({ of, single }) => {
        const number = of(one);
        if (!number) return () => null;
        return single ? (level: number) => exactDigits(number(level)) : number;
      });
      for (let level = 0; level < one.of.levels; level++)
        yield [one.of.about.name, one.of.index.label(level), ...numbers.map((number) => number(level))];
    }
  }
  return { header: ['feature', 'level', ...columns.map(({ name }) => name)], rows: rows() };
}

/**
 * The same as Apache Parquet: texts, whole numbers, and numbers in the precision they are kept in; no number
 * is null.
 */
export function levelsParquet(fitted: FittedMethod, createdBy: string): Uint8Array<ArrayBuffer> {
  const features = featuresOf(fitted);
  const total = features.reduce((sum, { of }) => sum + of.levels, 0);
  const texts = (of: (one: MethodLevels, level: number) => string): string[] =>
    features.flatMap((one) => Array.from({ length: one.of.levels }, (_, level) => of(one, level)));
  const numbers = ({ name, whole, single, of }: Column): ColumnSource => {
    const values = whole ? new Int32Array(total) : single ? new Float32Array(total) : new Float64Array(total);
    let at = 0;
    let gaps = false;
    for (const one of features) {
      const number = of(one);
      for (let level = 0; level < one.of.levels; level++) {
        const value = number ? number(level) : Number.NaN;
        gaps ||= Number.isNaN(value);
        values[at++] = value;
      }
    }
    const type = whole ? 'INT32' : single ? 'FLOAT' : 'DOUBLE';
    const data = gaps ? Array.from(values, (value) => (Number.isNaN(value) ? null : value)) : values;
    return { name, type, data, nullable: gaps, codec: 'UNCOMPRESSED' };
  };
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'feature', type: 'STRING', data: texts(({ of }) => of.about.name), nullable: false },
      { name: 'level', type: 'STRING', data: texts(({ of }, level) => of.index.label(level)), nullable: false },
      ...columnsOf(features).map(numbers),
    ],
    createdBy,
    rowGroupSize: 100_000,
  });
  return new Uint8Array(buffer);
}
