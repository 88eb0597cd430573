import { describe, expect, it } from 'vitest';
import { EXPERIMENTS } from '../../workers/papers/catalog';
import { makeTable } from '../../workers/papers/table';
import { recordWith, resultWith } from '../../workers/papers/testing';
import type { Experiment } from '../../workers/papers/types';
import { countWords, reasonsOf } from './reasons';

const table1 = EXPERIMENTS.find(({ id }) => id === 'table1-regression') as Experiment;

describe('what the marks of the table do not say', () => {
  it('is nothing before anything is fitted', async () => {
    expect(reasonsOf(table1, makeTable(table1, await table1.published(), []))).toEqual({ differs: [], failed: [], apart: [] });
  });

  it('names what differs with its test and sizes, and each failure once', async () => {
    const records = [1, 2, 3, 4].map((repetition) =>
      recordWith('table1-regression', 'q=1000', repetition, {
        ignore: resultWith('ignore', { mse: 5 + 0.01 * repetition }),
        embeddings: resultWith('embeddings', { mse: 50 + 0.02 * repetition }),
        regbeddings: 'The loss was not a number.',
      }),
    );
    const { differs, failed } = reasonsOf(table1, makeTable(table1, await table1.published(), records));
    expect(differs.map(({ what }) => what)).toEqual(['q = 1,000, Embed., MSE_Y']);
    expect(differs[0].why).toMatch(/Welch’s test \(p [<=] 0\.\d+\)\. The lab has 4 repetitions, the paper 10\.$/);
    expect(failed).toHaveLength(1);
    expect(failed[0].what).toBe('q = 1,000, REmbed.');
    expect(failed[0].why).toMatch(/^repetition 1: The loss was not a number; .*repetition 4: The loss was not a number\.$/);
  });

  it('says a reason that many entries share once, with its methods and metrics', async () => {
    const single = [recordWith('table1-regression', 'q=100', 1, { embeddings: resultWith('embeddings', { mse: 4, rmseD: 0.4 }) })];
    const { apart } = reasonsOf(table1, makeTable(table1, await table1.published(), single));
    expect(apart).toEqual([{ what: 'Embed. (MSE_Y, RMSE_D)', why: 'A test needs at least two repetitions on both sides.' }]);
  });

  it('says that Ignore is missing where scores are compared as ratios to it', async () => {
    const alone = [1, 2].map((repetition) =>
      recordWith('table1-regression', 'q=100', repetition, { embeddings: resultWith('embeddings', { mse: 4 + repetition }) }),
    );
    const { apart } = reasonsOf(table1, makeTable(table1, await table1.published(), alone));
    expect(apart).toEqual([{ what: 'Embed. (MSE_Y)', why: 'Its ratio to Ignore needs at least two repetitions of Ignore too.' }]);
  });
});

it('says in a line why nothing is compared', async () => {
  const table7 = EXPERIMENTS.find(({ id }) => id === 'table7-regression') as Experiment;
  const words = async (experiment: Experiment, cell: string, repetitions: number) => {
    const records = Array.from({ length: repetitions }, (_, i) =>
      recordWith(experiment.id, cell, i + 1, {
        ignore: resultWith('ignore', { mse: 5 + i }),
        mmbeddings: resultWith('mmbeddings', { mse: 3 + i / 2 }),
      }),
    );
    return countWords(experiment, makeTable(experiment, await experiment.published(), records));
  };
  // Five repetitions are enough for a test, but nobody has published this cell.
  expect(await words(table7, 'q=1000', 5)).toBe('The paper ran 3 × 10,000 levels only; 3 × 1,000 is the lab’s smaller stand-in.');
  expect(await words(table1, 'q=100', 1)).toBe('A test needs at least two repetitions on both sides.');
  expect(await words(table1, 'q=100', 5)).toMatch(/^[0-2] of 2 compared numbers reproduced\.$/);
  const nothing = makeTable(table1, { source: '', cells: {} }, []);
  expect(countWords(table1, nothing)).toBe('The paper has no numbers to compare with.');
});
