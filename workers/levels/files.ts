import { guarded } from '../data/csv-field';
import { type Cell, csvBytes } from '../data/csv-write';
import { aboutMethod } from '../methods/registry';
import type { MethodLevels } from './table';
import type { LevelExportRequest, LevelFile } from './types';

/** The shortest decimal number that is this single-precision one and no other. */
export function exactDigits(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

const numbered = (letter: string, count: number): string[] => Array.from({ length: count }, (_, m) => `${letter}${m + 1}`);

/** Level, counts, vector and posterior standard deviations of each number. */
function vectorsFile({ method, of, needed, variances }: MethodLevels, levels: Iterable<number>): LevelFile {
  const { values, d } = needed;
  const header = ['feature', 'level', 'training_rows', 'test_rows', ...numbered('e', d), ...(variances ? numbered('sd', d) : [])];
  function* rows(): Generator<Cell[]> {
    for (const level of levels) {
      const own = (table: Float32Array, of: (value: number) => number): number[] => Array.from(table.subarray(level * d, (level + 1) * d), of);
      const deviations = variances ? own(variances, (variance) => exactDigits(Math.fround(Math.sqrt(variance)))) : [];
      yield [of.about.name, of.index.label(level), of.rows[level], of.testRows[level], ...own(values, exactDigits), ...deviations];
    }
  }
  return { name: `level-vectors-${method}-${of.feature + 1}.csv`, bytes: csvBytes(header, rows()) };
}

/** What the list shows, in full precision. */
function tableFile(one: MethodLevels, all: readonly MethodLevels[], levels: Iterable<number>): LevelFile {
  const { of, effect, posteriorSd, rank, meanResidual, method } = one;
  const typical = all.flatMap((other) => {
    const values = other.typical;
    return values ? [{ label: aboutMethod(other.method).label, values }] : [];
  });
  const columns: [string, ArrayLike<number> | null][] = [
    ['training_rows', of.rows],
    ['test_rows', of.testRows],
    ['mean_response', of.meanResponse],
    ['mean_residual', meanResidual],
    [effect?.kind === 'length' ? 'length' : 'effect', effect?.values ?? null],
    ['posterior_sd', posteriorSd],
    ['expected_rank', rank?.expected ?? null],
    ['rank_low', rank?.low ?? null],
    ['rank_high', rank?.high ?? null],
    ...typical.map(({ label, values }): [string, ArrayLike<number>] => [`typical row by ${label}`, values]),
  ];
  // Of several classes nothing has a mean.
  const there = columns.flatMap(([name, values]) => (values && !Array.from(values).every(Number.isNaN) ? [{ name, values }] : []));
  function* rows(): Generator<Cell[]> {
    for (const level of levels) yield [of.about.name, of.index.label(level), ...there.map(({ values }) => values[level])];
  }
  return { name: `levels-${method}-${of.feature + 1}.csv`, bytes: csvBytes(['feature', 'level', ...there.map(({ name }) => name)], rows()) };
}

/** Lines encoded at a time: all as one string may be longer than strings can be. */
const CHUNK = 8192;

function asBytes(lines: readonly string[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < lines.length; from += CHUNK) parts.push(new TextEncoder().encode(`${lines.slice(from, from + CHUNK).join('\n')}\n`));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * The pair of files that the Embedding Projector loads: vectors without a header, and metadata with one. It
 * knows no quotes, so line ends and tabs in a label become spaces.
 */
function projectorFiles({ method, of, needed, posteriorSd }: MethodLevels, levels: readonly number[]): LevelFile[] {
  const { values, d } = needed;
  const clean = (label: string): string => guarded(label.replace(/[\t\n\r\u2028\u2029]+/g, ' '));
  const name = `${method}-${of.feature + 1}`;
  const header = ['level', 'training_rows', ...(posteriorSd ? ['posterior_sd'] : [])].join('\t');
  const metadata = levels.map((level) =>
    [clean(of.index.label(level)), of.rows[level], ...(posteriorSd ? [exactDigits(Math.fround(posteriorSd[level]))] : [])].join('\t'),
  );
  const vectors = levels.map((level) => Array.from(values.subarray(level * d, (level + 1) * d), exactDigits).join('\t'));
  return [
    { name: `vectors-${name}.tsv`, bytes: asBytes(vectors) },
    { name: `metadata-${name}.tsv`, bytes: asBytes([header, ...metadata]) },
  ];
}

/** Files of some levels, or of all. Labels that a spreadsheet would take for formulas get an apostrophe. */
export function filesOf(one: MethodLevels, all: readonly MethodLevels[], { what, levels }: Pick<LevelExportRequest, 'what' | 'levels'>): LevelFile[] {
  const wanted = levels ? Array.from(levels).filter((level) => level < one.of.levels) : Array.from({ length: one.of.levels }, (_, j) => j);
  if (what === 'vectors') return [vectorsFile(one, wanted)];
  if (what === 'table') return [tableFile(one, all, wanted)];
  return projectorFiles(one, wanted);
}
