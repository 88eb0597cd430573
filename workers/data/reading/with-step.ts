import { type ColumnStep, type FileStep, isFileStep, type Step } from './steps';

/**
 * Steps of columns in the order in which they are taken: what is missing, then which texts are one, then what
 * they stand for, then new columns and names.
 */
const ORDER: Record<ColumnStep['kind'], number> = {
  'missing-words': 0,
  'merge-levels': 1,
  decimal: 2,
  date: 2,
  category: 2,
  'bad-cells': 3,
  'date-part': 4,
  rename: 5,
};

/** Only one of these can say what the texts of a column stand for. */
const MEANINGS: ReadonlySet<Step['kind']> = new Set(['decimal', 'date', 'category']);

/**
 * A list of steps with one more, in its place; steps of the same columns that it contradicts go. Another
 * decimal sign, a date or a category takes the place of the one before, as do missing words; a merge joins
 * those before it. Columns are called as in the file: renaming comes last.
 */
export function withStep(steps: readonly Step[], step: ColumnStep): Step[] {
  const rest = steps.flatMap((other): Step[] => {
    if (other.kind === 'missing-words' && step.kind === 'missing-words') {
      const columns = other.columns.filter((column) => !step.columns.includes(column));
      return columns.length > 0 ? [{ ...other, columns }] : [];
    }
    if (!('column' in step) || !('column' in other) || other.column !== step.column || isFileStep(other)) return [other];
    if (other.kind === step.kind && JSON.stringify(other) === JSON.stringify(step)) return [];
    if (MEANINGS.has(step.kind) && (MEANINGS.has(other.kind) || (other.kind === 'bad-cells' && step.kind === 'category'))) return [];
    return other.kind === step.kind && step.kind === 'rename' ? [] : [other];
  });
  const at = rest.findIndex((other) => !isFileStep(other) && ORDER[other.kind] > ORDER[step.kind]);
  return at < 0 ? [...rest, step] : [...rest.slice(0, at), step, ...rest.slice(at)];
}

/** A list of steps in which the one of this kind is another. */
export function withFileStep(steps: readonly Step[], step: FileStep): Step[] {
  const at = steps.findIndex(({ kind }) => kind === step.kind);
  if (at >= 0) return steps.map((other, i) => (i === at ? step : other));
  const first = steps.findIndex((other) => FILE_ORDER.indexOf(other.kind) > FILE_ORDER.indexOf(step.kind) || !isFileStep(other));
  return first < 0 ? [...steps, step] : [...steps.slice(0, first), step, ...steps.slice(first)];
}

/** Steps of a file in the order in which the reader tells them. */
const FILE_ORDER: Step['kind'][] = [
  ...([
    'files',
    'archive',
    'encoding',
    'columnar',
    'sheet',
    'json',
    'skip-lines',
    'separator',
    'quotes',
    'header',
    'index-column',
    'name-columns',
  ] as const),
  ...(['drop-empty-columns', 'short-rows', 'trailing-separators'] as const),
];

/** A list of steps without what says how the texts of a column are to be read. */
export function withoutMeaning(steps: readonly Step[], column: string): Step[] {
  return steps.filter((step) => !(MEANINGS.has(step.kind) && 'column' in step && step.column === column));
}
