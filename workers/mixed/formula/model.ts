import { LabFailure } from '../../data/failure';
import { numbersAt } from '../../numbers/typed-arrays';
import { inOneGo } from '../dense';
import { makingDesign } from '../design';
import { type Cell, type Column, contrastedIn, countColumns, designColumns } from './coding';
import { blocksOf, columnsOf, type Formula, type Product } from './formula';
import type { Frame, Levels, Variable } from './frame';
import { checkTerms } from './problems';
import { type Family, responseOf } from './response';
import { type FormulaModel, INTERCEPT, type ModelTerm } from './types';
import { writeProduct } from './write';

/** What an intercept is multiplied by. */
const ONE: Cell = { numeric: [], levels: [] };
/** Numbers of a dense X, or of the design of a random part: 800 MB. */
const MOST_NUMBERS = 1e8;

/** Levels of these columns together, of those that occur; −1 where one is missing. */
function crossedLevels(columns: readonly Levels[]): Levels {
  if (columns.length === 1) return columns[0];
  const [first, ...others] = columns;
  return others.reduce((left, right): Levels => {
    const pairs = new Map<number, number>();
    for (let i = 0; i < left.codes.length; i++)
      if (left.codes[i] >= 0 && right.codes[i] >= 0) pairs.set(left.codes[i] * right.labels.length + right.codes[i], 0);
    const keys = [...pairs.keys()].sort((a, b) => a - b);
    keys.forEach((key, at) => {
      pairs.set(key, at);
    });
    const codes = left.codes.map((code, i) =>
      code < 0 || right.codes[i] < 0 ? -1 : (pairs.get(code * right.labels.length + right.codes[i]) as number),
    );
    const n = right.labels.length;
    return { kind: 'levels', codes, labels: keys.map((key) => `${left.labels[Math.floor(key / n)]}:${right.labels[key % n]}`) };
  }, first);
}

/** These rows of a column, with the levels that occur in them. */
function taken(variable: Variable, rows: Uint32Array): Variable {
  if (variable.kind === 'numbers') return { kind: 'numbers', values: numbersAt(Float64Array, variable.values, rows) };
  const seen = new Int32Array(variable.labels.length).fill(-1);
  for (const row of rows) seen[variable.codes[row]] = 0;
  const labels = variable.labels.filter((_, level) => seen[level] === 0);
  let next = 0;
  for (let level = 0; level < seen.length; level++) if (seen[level] === 0) seen[level] = next++;
  return { kind: 'levels', codes: Int32Array.from(rows, (row) => seen[variable.codes[row]]), labels };
}

function named<T>(found: T | null, name: string, frame: Frame): T {
  if (found) return found;
  throw new LabFailure('formula-column', `The table has no column ${name}, which the formula names.`, `Its columns are ${frame.names.join(', ')}.`);
}

/** The rows in which no column that the formula names is missing. */
function completeRows(formula: Formula, frame: Frame): Uint32Array {
  const kept = new Uint8Array(frame.rows).fill(1);
  for (const name of columnsOf(formula)) {
    const variable = named(frame.variable(name), name, frame);
    for (let i = 0; i < frame.rows; i++) {
      if (variable.kind === 'numbers' ? Number.isNaN(variable.values[i]) : variable.codes[i] < 0) kept[i] = 0;
    }
  }
  const rows: number[] = [];
  for (let i = 0; i < frame.rows; i++) if (kept[i]) rows.push(i);
  return Uint32Array.from(rows);
}

/**
 * Fixed and random designs of a formula on a table. @throws LabFailure where the data cannot give the model
 */
export const modelOf = (formula: Formula, frame: Frame, family: Family): FormulaModel => inOneGo(makingModel(formula, frame, family));

/** The same, yielding between parts of the work: a wide X takes long. */
export function* makingModel(formula: Formula, frame: Frame, family: Family): Generator<void, FormulaModel> {
  if (formula.random.length === 0)
    throw new LabFailure('formula-fixed', 'The formula has no random part, so it is no mixed model.', 'Add one, for example + (1 | g).');
  const rows = completeRows(formula, frame);
  if (rows.length < 2)
    throw new LabFailure('formula-rows', 'No two rows have all the columns that the formula names.', 'Leave out columns with many missing cells.');
  const own = new Map(columnsOf(formula).map((name) => [name, taken(frame.variable(name) as Variable, rows)]));
  const variable = (name: string): Variable => own.get(name) as Variable;
  const response = responseOf(formula, family, variable, (at) => frame.fileRow?.(rows[at]) ?? rows[at]);
  const notes = [...response.notes];
  if (rows.length < frame.rows)
    notes.unshift(
      `${(frame.rows - rows.length).toLocaleString('en')} of ${frame.rows.toLocaleString('en')} rows lack a value that the formula names and are left out.`,
    );
  const columns = fixedColumns(formula, variable, rows.length);
  yield;
  const design = yield* makingDesign((row, column) => columns[column].values[row], rows.length, columns.length, formula.intercept);
  notes.push(...contrastWords(formula, variable), ...spellingWords(formula, variable, (name) => taken(frame.levels(name) as Levels, rows) as Levels));
  const terms = formula.random.flatMap((part) => {
    const levels = taken(crossedLevels(part.group.map((name) => named(frame.levels(name), name, frame))), rows) as Levels;
    return blocksOf(part).map((block) => termOf(block, part.group, levels, variable, rows.length));
  });
  const model: FormulaModel = {
    formula,
    family,
    rows,
    response,
    offset: offsetOf(formula.offsets, variable, rows.length),
    names: [...(formula.intercept ? [INTERCEPT] : []), ...columns.map(({ name }) => name)],
    cells: [...(formula.intercept ? [ONE] : []), ...columns],
    design,
    terms,
    notes,
  };
  notes.push(...checkTerms(model, variable));
  return model;
}

function fixedColumns({ fixed, intercept }: Formula, variable: (name: string) => Variable, rows: number): Column[] {
  const count = countColumns(fixed, intercept, variable);
  if (count * rows > MOST_NUMBERS)
    throw new LabFailure(
      'formula-too-wide',
      `The fixed effects have ${count.toLocaleString('en')} columns on ${rows.toLocaleString('en')} rows, more than fits into memory.`,
      'Take a column of many levels as a grouping factor: (1 | g).',
    );
  return designColumns(fixed, intercept, variable, rows);
}

function termOf(block: readonly Product[], group: Product, levels: Levels, variable: (name: string) => Variable, rows: number): ModelTerm {
  const intercept = block.some((product) => product.length === 0);
  const products = block.filter((product) => product.length > 0);
  const count = countColumns(products, intercept, variable);
  if (count * rows > MOST_NUMBERS)
    throw new LabFailure(
      'formula-too-wide',
      `The random part of ${writeProduct(group)} has ${count.toLocaleString('en')} slopes on ${rows.toLocaleString('en')} rows, more than fits into memory.`,
      'Take a column of many levels as a grouping factor of its own: (1 | g).',
    );
  const slopes = designColumns(products, intercept, variable, rows);
  const effects = [...(intercept ? [INTERCEPT] : []), ...slopes.map(({ name }) => name)];
  const width = effects.length;
  const first = intercept ? 1 : 0;
  const alone = intercept && width === 1;
  const design = alone
    ? null
    : Float64Array.from({ length: rows * width }, (_, at) =>
        intercept && at % width === 0 ? 1 : slopes[(at % width) - first].values[Math.floor(at / width)],
      );
  const places = [...(intercept ? [-1] : []), ...slopes.map(({ product }) => product)];
  return {
    group: writeProduct(group),
    columns: group,
    effects,
    products: places,
    cells: [...(intercept ? [ONE] : []), ...slopes],
    labels: levels.labels,
    codes: levels.codes,
    levels: levels.labels.length,
    width,
    design,
  };
}

function offsetOf(names: readonly string[], variable: (name: string) => Variable, rows: number): Float64Array | null {
  if (names.length === 0) return null;
  const sum = new Float64Array(rows);
  for (const name of names) {
    const column = variable(name);
    if (column.kind !== 'numbers')
      throw new LabFailure('formula-offset', `The offset ${name} is a column of levels.`, 'An offset is a column of numbers.');
    for (let i = 0; i < rows; i++) sum[i] += column.values[i];
  }
  return sum;
}

/** With what the levels of each category are compared, and which category has nothing to compare. */
function contrastWords({ fixed, intercept, random }: Formula, variable: (name: string) => Variable): string[] {
  const own = contrastedIn(fixed, intercept, variable);
  const slopes = random.flatMap((part) => blocksOf(part).flatMap((block) => contrastedOfBlock(block, variable)));
  return [...new Set([...own, ...slopes])].flatMap((name) => {
    const column = variable(name);
    if (column.kind === 'numbers') return [];
    const [first, ...others] = column.labels;
    // Without a second level contrasts have no column, and an effect would be missing without a word.
    if (others.length === 0) return [`${name} has one level in these rows, ${first}, and is left out.`];
    return own.includes(name) ? [`Levels of ${name} are compared with ${first} (treatment contrasts).`] : [];
  });
}

const contrastedOfBlock = (block: readonly Product[], variable: (name: string) => Variable): string[] =>
  contrastedIn(
    block.filter((product) => product.length > 0),
    block.some((product) => product.length === 0),
    variable,
  );

/** Levels of a category or a grouping column that are one number in two spellings: they stay two levels. */
function spellingWords({ fixed, random }: Formula, variable: (name: string) => Variable, levelsOf: (name: string) => Levels): string[] {
  const categories = [...fixed.flat(), ...random.flatMap(({ slopes }) => slopes.flat())].filter((name) => variable(name).kind === 'levels');
  return [...new Set([...categories, ...random.flatMap(({ group }) => group)])].flatMap((name) => {
    const twice = sameNumber(levelsOf(name).labels);
    if (!twice) return [];
    return [
      `${twice[0]} and ${twice[1]} of ${name} are the same number in two spellings, and two levels here. Where they are one, write them alike.`,
    ];
  });
}

/** Two labels that are the same number, where all labels are numbers; null: there are none. */
function sameNumber(labels: readonly string[]): [string, string] | null {
  const seen = new Map<number, string>();
  let twice: [string, string] | null = null;
  for (const label of labels) {
    const number = label.trim() === '' ? Number.NaN : Number(label);
    if (Number.isNaN(number)) return null;
    const other = seen.get(number);
    if (other !== undefined) twice ??= [other, label];
    else seen.set(number, label);
  }
  return twice;
}
