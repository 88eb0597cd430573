import { LabFailure } from '../../data/failure';
import { RandomStream } from '../../random/random';
import { testResponse } from '../test-metrics';
import type { TraceSource } from './source';
import type { Followed, TracedRow } from './types';

/** Which part of the data a row is in. */
export function partOf({ dataset: { split } }: Pick<TraceSource, 'dataset'>, row: number): TracedRow['part'] {
  if (split.train.includes(row)) return 'train';
  return split.validation.includes(row) ? 'validation' : 'test';
}

const anyOf = (rows: ArrayLike<number>, seed: number): number => rows[new RandomStream(seed, 'followed row').integer(rows.length)];

/** A row of this level: one that trains, else one that is held out, else one that is tested. */
function ofLevel({ dataset }: TraceSource, feature: number, level: number): number {
  const column = dataset.categorical[feature];
  const { train, validation, test } = dataset.split;
  for (const rows of [train, validation, test]) {
    const row = rows.find((one) => column?.codes[one] === level);
    if (row !== undefined) return row;
  }
  throw new LabFailure('no-such-row', 'No row of these data has that level.', 'Choose another level, or any row.');
}

/** A training row whose level of the first feature has the fewest of them; any row without features. */
function rare(source: TraceSource, seed: number): number {
  const { train } = source.dataset.split;
  const [column] = source.dataset.categorical;
  if (!column) return anyOf(train, seed);
  const counts = new Uint32Array(column.cardinality);
  for (const row of train) counts[column.codes[row]]++;
  const least = train.reduce((few, row) => Math.min(few, counts[column.codes[row]]), Number.POSITIVE_INFINITY);
  return anyOf(
    train.filter((row) => counts[column.codes[row]] === least),
    seed,
  );
}

/** The row whose prediction is furthest from its response. */
function furthest(rows: Uint32Array, actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let worst = 0;
  for (let i = 1; i < rows.length; i++) if (Math.abs(predicted[i] - actual[i]) > Math.abs(predicted[worst] - actual[worst])) worst = i;
  return rows[worst];
}

/** The test row that is predicted worst, by results. */
function worst({ dataset, result }: TraceSource): number {
  const { test } = dataset.split;
  if (!result || test.length === 0)
    throw new LabFailure('no-results', 'Test rows are predicted when the method has finished.', 'Let it finish, or press Stop; or follow any row.');
  return furthest(test, testResponse(dataset), result.predictions);
}

/** The number of the row that is asked for. @throws LabFailure where there is none */
export function chooseRow(source: TraceSource, follow: Followed): number {
  const { dataset } = source;
  switch (follow.kind) {
    case 'row':
      if (!Number.isInteger(follow.row) || follow.row < 0 || follow.row >= dataset.rows)
        throw new LabFailure(
          'no-such-row',
          `These data have no row ${follow.row + 1}.`,
          `Choose a row from 1 to ${dataset.rows.toLocaleString('en')}.`,
        );
      return follow.row;
    case 'level':
      return ofLevel(source, follow.feature, follow.level);
    case 'random':
      return anyOf(dataset.split.train, follow.seed);
    case 'rare':
      return rare(source, follow.seed);
    case 'worst':
      return worst(source);
  }
}
