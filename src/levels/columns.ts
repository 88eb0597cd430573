import type { LevelSort, LevelTableView } from '../../workers/protocol';
import { decimalsFor, measured, whole } from '../text/numbers';
import { labelOf } from '../ui/method-line';
import { effectName } from '../words/level-room';
import { thingOf } from '../words/thing';
import { labelAt, oneLine } from './labels';

/** A column of the list. */
export interface ListColumn {
  id: string;
  name: string;
  /** Said by its heading when the pointer rests there. */
  about: string;
  sort: Omit<LevelSort, 'descending'>;
  /** Least width in px. */
  width: number;
  text(level: number): string;
}

/** What stands where a level has no such number. */
export const NONE = '–';

/** Values looked at to choose a column's decimals. */
const LOOKED_AT = 500;

/** Writes the numbers of one column, all with the same decimals. */
function writer(values: ArrayLike<number>): (value: number) => string {
  const step = Math.max(1, Math.floor(values.length / LOOKED_AT));
  const some: number[] = [];
  for (let j = 0; j < values.length; j += step) some.push(values[j]);
  const sizes = some.filter((value) => Number.isFinite(value)).map(Math.abs);
  const usual = sizes.length === 0 ? 1 : sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const decimals = Math.min(5, decimalsFor([usual]));
  return (value) => (Number.isFinite(value) ? measured(value, decimals) : NONE);
}

function numberColumn(id: string, name: string, about: string, sort: ListColumn['sort'], values: ArrayLike<number>, width = 96): ListColumn {
  const write = writer(values);
  return { id, name, about, sort, width, text: (level) => write(values[level]) };
}

/** "12.3 (8–20)": expected rank with its interval where there is one. */
function rankText({ expected, low, high }: NonNullable<LevelTableView['rank']>, level: number): string {
  const rank = expected[level];
  if (!Number.isFinite(rank)) return NONE;
  const own = measured(rank, 1);
  return low && high ? `${own} (${whole(low[level])}–${whole(high[level])})` : own;
}

/** The columns that a table of levels has: the label first. */
export function listColumns(view: LevelTableView, binary: boolean): ListColumn[] {
  const { effect, posteriorSd, rank } = view;
  const method = labelOf(view.method);
  const thing = thingOf(view);
  const columns: (ListColumn | null | false)[] = [
    {
      id: 'label',
      name: thing.One,
      about: `Of ${view.featureName}`,
      sort: { by: view.labels ? 'label' : 'order' },
      width: 168,
      text: (level) => oneLine(labelAt(view, level)),
    },
    {
      id: 'rows',
      name: 'Rows',
      about: 'Training rows, validation included',
      sort: { by: 'rows' },
      width: 72,
      text: (level) => whole(view.rows[level]),
    },
    // Of several classes the responses have no mean.
    !view.meanResponse.every(Number.isNaN) &&
      numberColumn('meanResponse', binary ? 'Share' : 'Mean response', 'Of the training rows', { by: 'meanResponse' }, view.meanResponse, 112),
    effect && numberColumn('effect', effectName(effect.kind), `By ${method}`, { by: 'effect' }, effect.values),
    posteriorSd && numberColumn('posteriorSd', 'Posterior SD', `By ${method}`, { by: 'posteriorSd' }, posteriorSd),
    rank && {
      id: 'rank',
      name: 'Expected rank',
      about: rank.low ? 'Of the effect, 1 is the least; with its 95 % interval' : 'Of the effect, 1 is the least',
      sort: { by: 'rank' },
      width: 144,
      text: (level) => rankText(rank, level),
    },
    ...view.typical.map(({ method: of, values }) =>
      numberColumn(
        `typical-${of}`,
        labelOf(of),
        `What ${labelOf(of)} predicts for the ${thing.one} in a typical row`,
        { by: 'typical', of } as ListColumn['sort'],
        values,
        128,
      ),
    ),
  ];
  return columns.filter((column): column is ListColumn => Boolean(column));
}
