import type { IndexedTables } from '../../nn/indexed-tables';
import type { LevelSource } from './level-model';

/**
 * Level vectors of `width` numbers from tables by index maps. `decoder`: its widths where pieces are set side
 * by side, which fused plans know.
 */
export function indexedSource(tables: IndexedTables, width: number, decoder?: readonly number[]): LevelSource {
  return {
    width,
    parameters: () => tables.parameters(),
    rows: (members) => tables.rows(members),
    levels: () => tables.levels(),
    fused: decoder && { kind: 'tables', d: width, decoder, l2: 0, lookups: tables.lookups },
    dispose: () => tables.dispose(),
  };
}
