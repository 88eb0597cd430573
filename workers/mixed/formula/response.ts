import { LabFailure } from '../../data/failure';
import type { Formula } from './formula';
import type { Variable } from './frame';

export const FAMILIES = ['gaussian', 'binomial', 'poisson', 'negative-binomial'] as const;
export type Family = (typeof FAMILIES)[number];

export interface Response {
  /** Numbers; shares of successes of a binomial response. */
  y: Float64Array;
  /** Trials of each row; null: one each. */
  trials: Float64Array | null;
  notes: string[];
}

const WHOLE = 'Choose another family, or a column of counts.';

/** The response of a family from its columns. @param fileRow row of the table of each row of the model */
export function responseOf(
  { response }: Pick<Formula, 'response'>,
  family: Family,
  variable: (name: string) => Variable,
  fileRow: (at: number) => number,
): Response {
  const numbers = (name: string): Float64Array => {
    const column = variable(name);
    if (column.kind === 'numbers') return column.values;
    throw new LabFailure(
      'formula-response',
      `The response ${name} is a column of levels, and the ${family} family needs numbers.`,
      column.labels.length === 2 ? 'Choose the binomial family, or another column.' : 'Choose a column of numbers.',
    );
  };
  const counts = (name: string): Float64Array => {
    const values = numbers(name);
    const bad = values.findIndex((value) => !(Number.isInteger(value) && value >= 0));
    if (bad >= 0)
      throw new LabFailure(
        'formula-response',
        `${name} is ${values[bad]} in row ${(fileRow(bad) + 1).toLocaleString('en')}, which is no count.`,
        WHOLE,
      );
    return values;
  };
  if (response.kind === 'counts') {
    if (family !== 'binomial')
      throw new LabFailure(
        'formula-response',
        `cbind(successes, failures) is a response of the binomial family, not of the ${family} one.`,
        'Choose the binomial family.',
      );
    const [successes, failures] = [counts(response.successes), counts(response.failures)];
    const trials = successes.map((value, i) => value + failures[i]);
    const y = successes.map((value, i) => (trials[i] > 0 ? value / trials[i] : 0));
    refuseConstant(y, `The share of ${response.successes}`);
    return { y, trials, notes: [] };
  }
  const { name } = response;
  if (family === 'binomial') return binary(name, variable(name));
  const y = family === 'gaussian' ? numbers(name) : counts(name);
  refuseConstant(y, name);
  return { y, trials: null, notes: [] };
}

function binary(name: string, column: Variable): Response {
  if (column.kind === 'levels') {
    if (column.labels.length !== 2)
      throw new LabFailure(
        'formula-response',
        `The response ${name} has ${column.labels.length} levels, and the binomial family needs two.`,
        'Choose a column with two values, or cbind(successes, failures).',
      );
    return {
      y: Float64Array.from(column.codes),
      trials: null,
      notes: [`The model is of the chance that ${name} is ${column.labels[1]}.`],
    };
  }
  const bad = column.values.find((value) => value !== 0 && value !== 1);
  if (bad !== undefined)
    throw new LabFailure(
      'formula-response',
      `The response ${name} has the value ${bad}, and the binomial family needs 0 and 1.`,
      'Choose another family, or cbind(successes, failures).',
    );
  refuseConstant(column.values, name);
  return { y: column.values, trials: null, notes: [] };
}

function refuseConstant(y: Float64Array, name: string): void {
  if (y.every((value) => value === y[0]))
    throw new LabFailure('formula-response', `${name} is ${y[0]} in every row, so there is nothing to explain.`, 'Choose another response.');
}
