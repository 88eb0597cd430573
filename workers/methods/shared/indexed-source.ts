import type { IndexedTables } from '../../nn/indexed-tables';
import type { LevelSource } from './level-model';
import { oneWidth } from './widths';

/**
 * Level vectors of `width` numbers, for all features or for each, from tables by index maps. `decoder`: its
 * widths where pieces are set side by side, which fused plans know for features of one width.
 */
export function indexedSource(tables: IndexedTables, width: number | readonly number[], decoder?: readonly number[]): LevelSource {
  const d = typeof width === 'number' ? width : oneWidth(width);
  return {
    width,
    parameters: () => tables.parameters(),
    rows: (members) => tables.rows(members),
    levels: () => tables.levels(),
    lookups: tables.named(),
    fused: decoder && d !== null ? { kind: 'tables', d, decoder, l2: 0, lookups: tables.lookups } : undefined,
    dispose: () => tables.dispose(),
  };
}
