import { describe, expect, it } from 'vitest';
import { EXPERIMENTS } from './catalog';
import { failureIn } from './failure';
import { toCsv, toLatex, toMarkdown } from './formats';
import { makeTable, metricOf, rulesOf } from './table';
import { recordWith, resultWith } from './testing';
import type { Experiment, Published, UnitRecord } from './types';

const table1 = EXPERIMENTS.find(({ id }) => id === 'table1-regression') as Experiment;

/** Repetitions whose MSE are the published ones times a factor. */
async function scaled(factors: Record<string, number>): Promise<{ published: Published; records: UnitRecord[] }> {
  const published = await table1.published();
  const cell = published.cells['q=1000'];
  const records = Array.from({ length: 10 }, (_, i) =>
    recordWith(
      'table1-regression',
      'q=1000',
      i + 1,
      Object.fromEntries(
        table1.columns.flatMap(({ id, published: name }) => {
          const mse = cell[name as string].series.mse?.[i];
          return mse ? [[id, resultWith(id, { mse: mse * (factors[id] ?? 1) })]] : [];
        }),
      ),
    ),
  );
  return { published, records };
}

describe('published numbers', () => {
  it('every experiment finds its published cells and columns', async () => {
    for (const experiment of EXPERIMENTS) {
      const published = await experiment.published();
      expect(published.source).toMatch(experiment.ownExperiment ? /^docs\/methods\.md F\d/ : /^github\.com\/gsimchoni\//);
      for (const cell of experiment.cells) {
        if (cell.publishedRepetitions === 0) continue;
        for (const column of experiment.columns) {
          const id = column.publishedCell ? `${cell.id},${column.publishedCell}` : cell.id;
          if (column.published && !experiment.ownExperiment)
            expect([id, column.published, published.cells[id]?.[column.published] !== undefined]).toEqual([id, column.published, true]);
        }
      }
    }
  });

  it('Table 1 at q = 1,000 as printed: 3.36 for MMbeddings, 4.90 for Ignore', async () => {
    const table = makeTable(table1, await table1.published(), []);
    const at = (column: string) => table.entries.find((entry) => entry.cell === 'q=1000' && entry.column === column && entry.metric === 'mse');
    expect(at('mmbeddings')?.published?.mean).toBeCloseTo(3.357, 3);
    expect(at('mmbeddings')?.published?.se).toBeCloseTo(0.2062, 4);
    expect(at('ignore')?.published?.mean).toBeCloseTo(4.9021, 4);
    expect(at('mmbeddings')?.verdict).toBeNull();
    expect(at('mmbeddings')?.bold.published).toBe(true);
    expect(at('embeddings')?.bold.published).toBe(false);
  });
});

describe('verdicts', () => {
  it('the published repetitions reproduce themselves', async () => {
    const { published, records } = await scaled({});
    const table = makeTable(table1, published, records);
    expect(table.verdicts.differs).toBe(0);
    expect(table.entries.filter((entry) => entry.verdict === 'reproduced').map((entry) => entry.column)).toEqual(table1.columns.map(({ id }) => id));
  });

  it('a method that is a third better differs, the others do not', async () => {
    const { published, records } = await scaled({ mmbeddings: 0.66 });
    const table = makeTable(table1, published, records);
    expect(table.entries.filter((entry) => entry.verdict === 'differs').map((entry) => entry.column)).toEqual(['mmbeddings']);
  });

  it('a change of the data that moves all methods alike does not make a ratio differ', async () => {
    const { published, records } = await scaled(Object.fromEntries(table1.columns.map(({ id }) => [id, 1.5])));
    const table = makeTable(table1, published, records);
    expect(table.entries.filter((entry) => entry.verdict === 'differs' && entry.column !== 'ignore')).toEqual([]);
  });

  it('keeps failures and compares what is left', async () => {
    const { published, records } = await scaled({});
    records[2].outcomes.embeddings = { failure: 'diverged at epoch 3' };
    const entry = makeTable(table1, published, records).entries.find(
      ({ column, metric, cell }) => column === 'embeddings' && metric === 'mse' && cell === 'q=1000',
    );
    expect(entry?.ours?.n).toBe(9);
    expect(entry?.failures).toEqual(['repetition 3: diverged at epoch 3']);
  });

  it('a single repetition cannot be compared', async () => {
    const { published, records } = await scaled({});
    const entry = makeTable(table1, published, records.slice(0, 1)).entries.find(
      ({ column, metric, cell }) => column === 'embeddings' && metric === 'mse' && cell === 'q=1000',
    );
    expect(entry?.verdict).toBe('not comparable');
    expect(entry?.ours?.se).toBeNull();
  });
});

describe('beside means of a second implementation', () => {
  const experiment: Experiment = { ...table1, baseline: null, ownExperiment: true };
  const verdictAt = (mean: number, se: number | null, of = experiment) => {
    const published: Published = {
      source: 'elsewhere',
      cells: { 'q=1000': { ignore: { parameters: null, series: {}, summaries: { mse: { n: 5, mean, se } } } } },
    };
    const records = [4.9, 5.1, 5.0, 4.8, 5.2].map((mse, i) =>
      recordWith('table1-regression', 'q=1000', i + 1, { ignore: resultWith('ignore', { mse }) }),
    );
    return makeTable(of, published, records).entries.find(({ cell, column, metric }) => cell === 'q=1000' && column === 'ignore' && metric === 'mse');
  };

  it('of a paper are called published, and an entry that differs says the reason that is known', () => {
    const why = { source: null, text: 'The networks differ.', columns: ['ignore'], effect: 'reason' } as const;
    const paper: Experiment = { ...table1, baseline: null, publishedMeans: true, caveats: [why] };
    const se = Math.sqrt(0.005);
    expect(verdictAt(5.21, se, paper)?.reason).toBe('The mean is 2.1 standard errors of the difference from the published one. The networks differ.');
    expect(verdictAt(5.19, se, paper)?.reason).toBe('The mean is within 1.9 standard errors of the difference of the published one.');
    expect(rulesOf(paper).join(' ')).toContain('at most 2 standard errors of the difference away from the published one');
  });

  it('up to two standard errors of the difference count as reproduced', () => {
    // Ours: 5 with standard error 0.0707; with theirs of 0.0707 that of the difference is 0.1.
    const se = Math.sqrt(0.005);
    expect(verdictAt(5.19, se)?.verdict).toBe('reproduced');
    expect(verdictAt(5.21, se)?.verdict).toBe('differs');
    expect(verdictAt(5.21, se)?.reason).toContain('2.1 standard errors');
    expect(verdictAt(5.19, se)?.published).toEqual({ n: 5, mean: 5.19, se });
    expect(verdictAt(5.19, null)?.verdict).toBe('reproduced');
  });

  it('a method that reads the answer is never the best', () => {
    const columns = table1.columns.slice(0, 2).map((column, i) => ({ ...column, ...(i === 0 && { readsAnswer: true as const }) }));
    const records = [1, 2, 3].map((i) =>
      recordWith('table1-regression', 'q=1000', i, {
        ignore: resultWith('ignore', { mse: i }),
        embeddings: resultWith('embeddings', { mse: 9 + i }),
      }),
    );
    const third = recordWith('table1-regression', 'q=1000', 4, { embeddings: resultWith('embeddings', { mse: 9 }) });
    const more = { ...columns[1], id: 'other' };
    const table = makeTable({ ...experiment, columns: [...columns, more] }, { source: '', cells: {} }, [
      ...records.map((record) => ({
        ...record,
        outcomes: { ...record.outcomes, other: { result: resultWith('embeddings', { mse: 20 + record.repetition }) } },
      })),
      third,
    ]);
    const bold = table.entries.filter(({ cell, metric, bold: { ours } }) => cell === 'q=1000' && metric === 'mse' && ours);
    expect(bold.map(({ column }) => column)).toEqual(['embeddings']);
  });

  it('the rules and the formats speak of no paper', () => {
    expect(rulesOf(experiment).join(' ')).toContain('its source, a guide, gives no numbers');
    expect(rulesOf(experiment).join(' ')).not.toMatch(/published|The paper/);
    const alone = { ...experiment, columns: experiment.columns.map((column) => ({ ...column, published: null })) };
    expect(rulesOf(alone).join(' ')).toContain('nobody else has numbers of it');
    expect(rulesOf(alone).join(' ')).not.toMatch(/second implementation|published|The paper/);
    // One column without others' numbers among some that have them.
    const [first, ...others] = experiment.columns;
    expect(rulesOf({ ...experiment, columns: [{ ...first, published: null }, ...others] }).join(' ')).toContain('second implementation');
  });
});

describe('where methods have other repetitions', () => {
  /** MSE of each repetition by column; null: it failed. */
  const tableOf = (series: Record<string, (number | null)[]>) => {
    const [first] = Object.values(series);
    const records = first.map((_, i) =>
      recordWith(
        'table1-regression',
        'q=100',
        i + 1,
        Object.fromEntries(Object.entries(series).map(([id, values]) => [id, values[i] === null ? 'diverged' : resultWith(id, { mse: values[i] })])),
      ),
    );
    return makeTable(table1, { source: '', cells: {} }, records);
  };
  const boldOf = (series: Record<string, (number | null)[]>) =>
    tableOf(series)
      .entries.filter(({ cell, metric, bold }) => cell === 'q=100' && metric === 'mse' && bold.ours)
      .map(({ column }) => column);
  const ten = Array.from({ length: 10 }, (_, i) => i);
  // The first two repetitions are easy; MMbeddings have no others, and are worse in both.
  const base = (i: number): number => (i < 2 ? 1 : 50 + i);
  const torn = {
    ignore: ten.map((i) => base(i) + 5 + i / 10),
    embeddings: ten.map((i) => base(i) + 0.01 * i),
    mmbeddings: ten.map((i) => (i < 2 ? base(i) + 0.5 + 0.012 * i : null)),
  };

  it('bold is the best of those that they share, and nothing that is better in all of these', () => {
    expect(boldOf(torn)).toEqual(['embeddings']);
    // Better in its two repetitions with Embeddings, beyond chance, though there is none that all three have.
    const apart = { ...torn, ignore: ten.map((i) => (i < 2 ? null : 99 + i)), mmbeddings: ten.map((i) => (i < 2 ? 0.1 + 0.01 * i : null)) };
    expect(boldOf(apart)).toEqual(['embeddings', 'mmbeddings']);
  });

  it('nothing is bold by one repetition, of which there is no test', () => {
    expect(boldOf({ ignore: [5.0001], embeddings: [5] })).toEqual([]);
    expect(boldOf({ ignore: [5, 7], embeddings: [null, 5] })).toEqual([]);
  });

  it('a number says over how many repetitions it is where others of its row are over more', () => {
    const table = tableOf(torn);
    expect(toMarkdown(table1, table, '')).toContain('| **44.64 (7.31)** |  |  |  | 1.51 (0.01), n = 2 |');
    expect(toLatex(table1, table, true)).toContain('& \\textbf{44.64 (7.31)} &  &  &  & 1.51 (0.01), $n = 2$ \\\\');
  });

  it('a score that is no number is a failure of its repetition, where others have one', () => {
    const failures = (of: Record<string, (number | null)[]>) =>
      tableOf(of)
        .entries.filter(({ cell, metric, failures: some }) => cell === 'q=100' && metric === 'mse' && some.length > 0)
        .map(({ column, ours, failures: some }) => [column, ours?.n, some]);
    const why = 'its score is not a finite number';
    expect(failures({ ignore: [5, 6, 7], mmbeddings: [Number.NaN, 4, Number.POSITIVE_INFINITY] })).toEqual([
      ['mmbeddings', 1, [`repetition 1: ${why}`, `repetition 3: ${why}`]],
    ]);
    // A fold without one of two classes has no AUC, whatever the method.
    const auc = (value: number | null) => resultWith('x', { auc: value, logLoss: 0.3 });
    const both = (ignore: number | null, mmbeddings: number | null) => ({
      outcomes: { ignore: { result: auc(ignore) }, mmbeddings: { result: auc(mmbeddings) } },
    });
    expect([failureIn(both(Number.NaN, null), 'ignore', 'auc'), failureIn(both(0.5, null), 'mmbeddings', 'auc')]).toEqual([null, why]);
    expect(failureIn({ outcomes: { alone: { result: resultWith('x', {}) } } }, 'alone', 'mse')).toBe(why);
    expect(failureIn(both(0.5, 0.5), 'ignore', 'poissonDeviance')).toBeNull();
  });
});

describe('formats', () => {
  it('Markdown, CSV and LaTeX show both numbers', async () => {
    const { published, records } = await scaled({});
    const table = makeTable(table1, published, records);
    const markdown = toMarkdown(table1, table, published.source);
    expect(markdown).toContain('| q = 1,000 | MSE_Y | lab | 4.90 (0.36) |');
    expect(markdown).toContain('**3.36 (0.21)**');
    expect(
      toCsv(table)
        .split('\n')
        .find((line) => line.startsWith('q=1000,mmbeddings,mse')),
    ).toContain(',reproduced,');
    expect(toLatex(table1, table, true)).toContain('q = 1,000 & MSE\\_Y & 4.90 (0.36)');
  });
});

describe('symbols in LaTeX', () => {
  it('are mathematics, with their powers and indices; nothing else than ASCII is left for a compiler', async () => {
    const tex = new Map<string, string>();
    for (const experiment of EXPERIMENTS) {
      const published = await experiment.published();
      const [, ...lines] = toLatex(experiment, makeTable(experiment, published, []), true).split('\n');
      tex.set(experiment.id, lines.join('\n'));
      // The first line is a comment.
      expect([experiment.id, lines.filter((line) => [...line].some((character) => character.charCodeAt(0) > 126))]).toEqual([experiment.id, []]);
    }
    expect(tex.get('lmmnn-places')).toContain('\n$\\kappa_{0}$ = 0.1, $\\kappa_{1}$ = 0.1, q = 100 & $\\sigma^2_{e}$ & ');
    expect(tex.get('lmmnn-time-random')).toContain('\n$\\sigma^2_{b}$ = 0.3, 0.3, 0.3 & $\\rho_{01}$ & ');
    expect(tex.get('lmmnn-survival')).toContain('\n$\\theta$ = 0.1, q = 100, 1 \\% censored & $\\lambda$ & ');
    expect(tex.get('table7-regression')).toContain('q = 10,000 $\\times$ 3 & MSE\\_Y & ');
  });
});

it('an estimated variance is that of a method that estimates one, not the spread of an embedding’s vectors', () => {
  const estimate = { kind: 'variance', feature: 0, symbol: 'v', value: 0.3 } as never;
  const embeddings = { ...resultWith('embeddings', { mse: 1 }), levelVariance: 0.014 };
  expect(metricOf(embeddings, 'effectVariance0')).toBeNull();
  expect(metricOf({ ...embeddings, estimates: [estimate] }, 'effectVariance0')).toBe(0.3);
});

describe('binary metrics', () => {
  const plain = resultWith('ignore', { auc: 0.03, logLoss: 3.69, accuracy: 0.12 });
  const mirrored = { auc: 0.97, logLoss: 0.174, accuracy: 0.883 };

  it('are the mirrored ones of the paper’s code in its tables, and named so', () => {
    const result = { ...plain, mirrored: { metrics: mirrored, beforePostTraining: { ...mirrored, auc: 0.9 } } };
    expect((['auc', 'logLoss', 'accuracy', 'beforePostTraining'] as const).map((key) => metricOf(result, key))).toEqual([0.97, 0.174, 0.883, 0.9]);
    const classification = EXPERIMENTS.find(({ id }) => id === 'table1-classification') as Experiment;
    expect(rulesOf(classification).join(' ')).toContain('mirrored, as in the paper’s code');
    expect(rulesOf(table1).join(' ')).not.toContain('mirrored');
  });

  it('are those of the record itself where an earlier version wrote it: they were mirrored', () => {
    expect(metricOf(resultWith('ignore', mirrored), 'auc')).toBe(0.97);
  });
});
