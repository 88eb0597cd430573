import { describe, expect, it } from 'vitest';
import { simulatedSchema, tableSchema } from '../data/schema';
import type { UnitRecord } from '../papers/types';
import { gridUnits, planGrid, readGrid } from './grid';
import { gridCsv, gridMarkdown, gridTable } from './grid-table';

const GRID = {
  ...{ name: 'ratings', file: 'ratings.csv', repeat: { folds: 3 } },
  methods: ['ignore', { id: 'embeddings', settings: { tableRate: 1 }, vary: { decoder: [[10], [5, 5]], d: [2, 3] } }],
};
const TABLE = tableSchema.parse({
  ...{ kind: 'table', name: 'ratings.csv', fingerprint: '0'.repeat(16), task: 'regression' },
  columns: [
    { name: 'y', role: 'target' },
    { name: 'a', role: 'categorical' },
  ],
});

const read = (change: object = {}) => readGrid(JSON.stringify({ ...GRID, ...change }), 'g.json');
const plan = (change: object = {}) => planGrid(read(change), TABLE, 'g.json');

describe('a grid of one’s own', () => {
  it('is every combination of settings, each with its settings checked', () => {
    const { columns, reference, study } = plan();
    expect(columns.map(({ id }) => id)).toEqual([
      'ignore',
      'embeddings, decoder = [10], d = 2',
      'embeddings, decoder = [10], d = 3',
      'embeddings, decoder = [5,5], d = 2',
      'embeddings, decoder = [5,5], d = 3',
    ]);
    expect(columns[3].settings).toMatchObject({ d: 2, decoder: [5, 5] });
    expect(reference).toBe('ignore');
    expect(study.spec.training.protocol).toBe('recommended');
    const other = plan({ seed: 7, reference: columns[2].id, methods: [{ id: 'embeddings', vary: { decoder: [[10]], d: [2, 3, 4] } }, 'mean'] });
    expect(other.reference).toBe('embeddings, decoder = [10], d = 3');
    expect(other.study.spec.seeds).toEqual({ data: 7, split: 7, weights: 7 });
    expect(plan({ methods: [{ id: 'embeddings', vary: { d: Array.from({ length: 12 }, (_, i) => i + 1) } }] }).columns).toHaveLength(12);
  });

  it.each([
    ['{', 'g.json: is not JSON'],
    [{ name: 'A b' }, 'g.json, name: must be small letters'],
    [{ repeat: { folds: 1 } }, 'g.json, repeat.folds: Too small'],
    [{ repeat: { fold: 3 } }, 'g.json, repeat: must be {"folds": N}'],
    [{ repeat: undefined }, 'g.json, repeat: '],
    [{ mehtods: [] }, 'g.json: Unrecognized key: "mehtods"'],
    [{ methods: ['ignore', 'forest'] }, 'g.json, methods.1.id: no method has the id "forest"'],
    [{ methods: ['ignore', { id: 'embeddings', vary: { d: [2, 900] } }] }, 'g.json, methods.1.settings.d: '],
    [{ methods: [{ id: 'embeddings', vary: { d: [2, 2] } }] }, 'g.json, methods.0: asks for "embeddings, d = 2" a second time'],
    [
      {
        methods: [
          { id: 'embeddings', settings: { d: 2 } },
          { id: 'embeddings', settings: { d: 3 } },
        ],
      },
      'a second time with other settings, and columns are named by what stands in "vary"',
    ],
    [{ methods: [{ id: 'embeddings', settings: { d: 3 }, vary: { d: [2, 5] } }] }, 'g.json, methods.0.settings.d: stands in "vary" too'],
    [{ repeat: { values: ['a', 'b', 'a'] } }, 'g.json, repeat.values: has a value twice'],
    [{ training: { epochs: -1 } }, 'g.json, training.epochs: '],
    [{ reference: 'mean' }, 'g.json, reference: is "mean"'],
    [{ repeat: { values: ['a', 'b'] } }, 'g.json, repeat.values: needs the option "split"'],
  ])('refuses %j by its place', (change, message) => {
    expect(() => (typeof change === 'string' ? readGrid(change, 'g.json') : plan(change))).toThrow(message);
  });

  it('refuses data that are no table of rows', () => {
    const drawn = simulatedSchema.parse({ kind: 'simulated', task: 'regression', levels: [3], trainRows: 100, testRows: 30 });
    expect(() => planGrid(read(), drawn, 'g.json')).toThrow('g.json, file: must be a table of rows');
  });

  it('counts combinations before it makes them: these would fill no machine', () => {
    const vary = Object.fromEntries([...'abcdefghij'].map((setting) => [setting, new Array(100).fill(1)]));
    expect(() => plan({ methods: [{ id: 'embeddings', vary }] })).toThrow('g.json: asks for more than 1000 combinations of settings');
  });

  it.each([1, 2, 4, 7, 20])('%i shares have every method of every fold once', (of) => {
    const shares = Array.from({ length: of }, (_, index) => gridUnits(plan(), { index, of }));
    const fits = shares.flatMap(({ units }) => units.flatMap(({ repetition, columns }) => columns.map(({ id }) => `${repetition} ${id}`)));
    expect(new Set(fits).size).toBe(15);
    expect(fits).toHaveLength(15);
    expect(new Set(shares.flatMap(({ units }) => units.map(({ repetition }) => repetition)))).toEqual(new Set([1, 2, 3]));
    expect(shares[0].fits).toBe(15);
    const sizes = shares.map(({ units }) => units.reduce((sum, { columns }) => sum + columns.length, 0));
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it('has means, standard errors and paired differences, corrected for the rows that folds share', () => {
    const one = plan({ methods: ['ignore', { id: 'mean' }, 'embeddings'] });
    const binary = planGrid(read(), { ...TABLE, task: 'binary', positive: 'yes' }, 'g.json').study.spec;
    const record = (repetition: number, mse: Record<string, number | null>): UnitRecord => ({
      ...{ version: 1, experiment: 'grid-ratings', cell: 'spec', repetition, lab: '0', backend: 'wasm', threads: 1, finished: '', fingerprint: '' },
      ...{ difference: null, rows: { train: 9, validation: 1, test: 5 } },
      outcomes: Object.fromEntries(
        Object.entries(mse).map(([id, value]) => [
          id,
          value === null ? { failure: 'diverged <b>\n# x|\u001b[31m' } : ({ result: { metrics: { mse: value, mae: value, r2: null } } } as never),
        ]),
      ),
    });
    const table = gridTable(one, [
      record(2, { ignore: 4, mean: 6, embeddings: null }),
      record(1, { ignore: 2, mean: 3, embeddings: 1 }),
      record(3, { ignore: 6, mean: 9 }),
    ]);
    const [ignore, mean, embeddings] = table.rows.map(({ scores }) => scores[0].row);
    // Mean 4, sd 2, n = 3, test rows are half of the others: sqrt(4 (1/3 + 1/2)).
    expect(ignore).toMatchObject({ n: 3, mean: 4, difference: null });
    expect(ignore.se).toBeCloseTo(Math.sqrt(4 * (1 / 3 + 0.5)), 12);
    expect(mean.difference?.mean).toBeCloseTo(2, 12);
    expect(embeddings).toMatchObject({ n: 1, mean: 1, se: null, difference: null, failures: [{ repetition: 2, reason: expect.any(String) }] });
    const markdown = gridMarkdown(one, table);
    expect(markdown).toContain('| Ignore | 3 | 4 ± 1.826 | 4 ± 1.826 |  | reference |');
    expect(markdown).toContain('- Embeddings, repetition 2: diverged &lt;b&gt; # x\\| \\[31m');
    // t of 2 degrees of freedom: 2 ± 4.302653 sqrt(1/3 + 1/2).
    expect(markdown).toContain('| 2 [-1.928, 5.928] ');
    expect(gridCsv(table)).toMatch(/,2,-1\.9277\d*,5\.9277\d*,/);
    expect(gridTable({ ...one, study: { ...one.study, spec: binary } }, []).metrics[0]).toEqual(['logLoss', 'log loss']);
    const leaking = plan({ methods: ['ignore', { id: 'target-encoding', settings: { means: 'leaking-for-teaching' } }] });
    expect(gridMarkdown(leaking, gridTable(leaking, []))).toContain('| leaking, for teaching: not compared |');
    // Of embeddings a repetition failed, and one is not there.
    expect(markdown).toContain('Mean ± standard error over n of 3 repetitions, and paired differences. Folds share most of their training rows.');
    const whole = gridTable(
      one,
      [1, 2, 3].map((i) => record(i, { ignore: i, mean: i, embeddings: i })),
    );
    expect(gridMarkdown(one, whole)).toContain('over 3 repetitions');
    // Rows that a column says test every time: the seeds of the weights alone differ.
    const fixed = { ...TABLE, split: 'by-column' as const, splitColumn: 'part', testValue: 'b' };
    const same = planGrid(read({ repeat: { times: 3 } }), fixed, 'g.json');
    expect(gridMarkdown(same, gridTable(same, []))).toContain('The test rows are the same every time');
    // Times to an event are judged by their order, as on the page.
    const events = planGrid(read(), { ...TABLE, columns: [...TABLE.columns, { name: 'seen', role: 'event' }] }, 'g.json');
    expect(gridTable(events, []).metrics.map(([score]) => score)).toEqual(['concordance', 'mse', 'mae', 'r2']);
    expect(gridMarkdown(events, gridTable(events, []))).toContain('difference in concordance to the reference');
    expect(gridCsv(table).split('\n')[1]).toMatch(/^Ignore,mse,3,4,1\.825741858350553\d*,,,,$/);
  });
});
