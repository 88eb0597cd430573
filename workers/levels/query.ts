import { LabFailure } from '../data/failure';
import { orderBy } from './radix';
import type { MethodLevels } from './table';
import type { LevelQuery, LevelSort } from './types';

/** Orders kept: a click on another column and back sorts once. */
const MOST_ORDERS = 4;

/** Sorts and searches the levels of a feature as a method sees them. */
export class LevelSearch {
  readonly #orders = new Map<string, Uint32Array>();

  constructor(
    readonly levels: MethodLevels,
    /** Predictions of a typical row by a finished method of the run; null where there are none. */
    readonly typicalOf: (method: string) => ArrayLike<number> | null,
  ) {}

  #keys(sort: LevelSort): ArrayLike<number> | null {
    const { levels } = this;
    switch (sort.by) {
      case 'order':
      case 'label':
        return null;
      case 'rows':
        return levels.of.rows;
      case 'testRows':
        return levels.of.testRows;
      case 'meanResponse':
        return levels.of.meanResponse;
      case 'meanResidual':
        return levels.meanResidual;
      case 'effect':
        return levels.effect?.values ?? null;
      case 'posteriorSd':
        return levels.posteriorSd;
      case 'rank':
        return levels.rank?.expected ?? null;
      case 'typical':
        return this.typicalOf(sort.of);
    }
  }

  #order(sort: LevelSort): Uint32Array {
    const name = JSON.stringify(sort);
    const known = this.#orders.get(name);
    if (known) return known;
    const { of } = this.levels;
    const keys = this.#keys(sort);
    if (!keys && sort.by !== 'order' && sort.by !== 'label')
      throw new LabFailure('no-such-column', `These levels have no column "${sort.by}" to sort by.`, 'Sort by another column.');
    let order: Uint32Array;
    if (keys) order = orderBy(keys, sort.descending);
    else {
      const rising = sort.by === 'label' ? of.index.order : Uint32Array.from({ length: of.levels }, (_, j) => j);
      order = sort.descending ? rising.slice().reverse() : rising;
    }
    const [oldest] = this.#orders.keys();
    if (this.#orders.size >= MOST_ORDERS) this.#orders.delete(oldest);
    this.#orders.set(name, order);
    return order;
  }

  /** The levels that a query finds, in its order. */
  find({ text, sort, filter = {} }: Pick<LevelQuery, 'text' | 'sort' | 'filter'>): Uint32Array<ArrayBuffer> {
    const { of } = this.levels;
    const hits = of.index.found(text);
    const { seen, leastRows = 0, mostRows = Number.POSITIVE_INFINITY, among } = filter;
    const chosen = among ? new Uint8Array(of.levels) : null;
    if (chosen && among) for (const level of among) if (level < of.levels) chosen[level] = 1;
    const order = this.#order(sort);
    const found = new Uint32Array(of.levels);
    let count = 0;
    for (const level of order) {
      if (hits && hits[level] === 0) continue;
      if (chosen && chosen[level] === 0) continue;
      const rows = of.rows[level];
      if (rows < leastRows || rows > mostRows) continue;
      if (seen !== undefined && rows > 0 !== seen) continue;
      found[count++] = level;
    }
    return found.slice(0, count);
  }
}
