import { describe, expect, it } from 'vitest';
import { aboutMethod } from '../methods/registry';
import { EXPERIMENTS } from '../papers/catalog';
import type { Cell, Experiment } from '../papers/types';
import { experimentSchema } from '../spec/experiment';

describe('the catalogue', () => {
  it('every cell and column of every experiment makes a valid spec of a method that exists', () => {
    const table = {
      name: 'x.csv',
      fingerprint: '0123456789abcdef',
      columns: [
        { name: 'y', role: 'target' as const },
        { name: 'a', role: 'categorical' as const },
      ],
    };
    for (const experiment of EXPERIMENTS) {
      for (const cell of experiment.cells) {
        const input = cell.input(1, experiment.needs ? table : undefined);
        // The authors' files go into their networks as they are.
        if (experiment.needs) expect(input.dataset).toMatchObject({ kind: 'table', scaling: 'as-is' });
        for (const { id, method, settings, training, trainingIn } of experiment.columns) {
          aboutMethod(method);
          const own = { ...input.training, ...training, ...trainingIn?.[cell.id] };
          const parsed = experimentSchema.safeParse({ ...input, training: own, methods: [{ id: method, settings }] });
          expect([experiment.id, cell.id, id, parsed.error?.issues ?? []]).toEqual([experiment.id, cell.id, id, []]);
        }
      }
    }
  });

  it('exceptions are for cells that exist', () => {
    for (const { id, cells, columns, caveats } of EXPERIMENTS) {
      const named = [...columns.flatMap(({ trainingIn }) => Object.keys(trainingIn ?? {})), ...caveats.flatMap((caveat) => caveat.cells ?? [])];
      expect([id, named.filter((name) => !cells.some((cell) => cell.id === name))]).toEqual([id, []]);
      const ids = caveats.flatMap((caveat) => caveat.columns ?? []);
      expect([id, ids.filter((name) => !columns.some((column) => column.id === name))]).toEqual([id, []]);
    }
  });

  it('LMMNN of Table 7 trains at most 100 epochs, as it was published, in the lab’s smaller cell too', () => {
    const { cells, columns } = EXPERIMENTS.find(({ id }) => id === 'table7-regression') as Experiment;
    const lmmnn = columns.find(({ id }) => id === 'lmmnn');
    expect(cells.map(({ id }) => [id, lmmnn?.trainingIn?.[id]?.epochs])).toEqual([
      ['q=10000', 100],
      ['q=1000', 100],
    ]);
  });

  it('every method has as many parameters as the published one', async () => {
    let compared = 0;
    for (const experiment of EXPERIMENTS) {
      const published = await experiment.published();
      for (const cell of experiment.cells) {
        const problem = problemOf(experiment, cell);
        if (!problem) continue;
        for (const column of experiment.columns) {
          const key = column.publishedCell ? `${cell.id},${column.publishedCell}` : cell.id;
          const theirs = published.cells[key]?.[column.published ?? '']?.parameters ?? null;
          if (theirs === null) continue;
          const about = aboutMethod(column.method);
          const settings = about.settings.parse(column.settings);
          expect([experiment.id, cell.id, column.id, about.parameterCount(problem, settings)]).toEqual([experiment.id, cell.id, column.id, theirs]);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(100);
  });
});

/**
 * Levels of the published real data (docs/methods.md B4). Of two tables only their total is known, and only
 * it counts.
 */
const REAL_LEVELS: Record<string, number[]> = {
  table2: [90_000, 19_513],
  'table3-insteval': [2_972, 1_128, 14],
  'table3-imdb': [38_190, 1_712],
  'table3-news': [5_475, 72_663],
  'table3-spotify': [10_700, 22_545, 2_300, 606],
  'table3-ukb': [5_000, 446, 400, 200, 86],
};

/** Shape of the data of a cell; null where the published number of parameters cannot be expected. */
function problemOf({ id, needs }: Experiment, cell: Cell): { task: 'regression' | 'binary'; p: number; levels: number[] } | null {
  if (needs) return { task: id === 'table2' ? 'binary' : 'regression', p: needs.numeric.length, levels: REAL_LEVELS[id] };
  const { dataset } = cell.input(1);
  if (dataset.kind !== 'simulated') return null;
  return { task: dataset.task ?? 'regression', p: 10, levels: dataset.levels ?? [] };
}
