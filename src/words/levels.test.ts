import { describe, expect, it } from 'vitest';
import { type ByCount, posteriorSentence, relate, sizeSentence, weightSentence } from './levels';
import { thingOf } from './thing';

const TAG = thingOf({ kind: 'tags' });

/** Forty levels with 1 to 40 rows, and a number of each made from its rows. */
const made = (of: (count: number, i: number) => number): ByCount => {
  const counts = Array.from({ length: 40 }, (_, i) => i + 1);
  return { counts, values: counts.map(of) };
};
/** Up and down in turn: differs between levels and has nothing to do with rows. */
const swing = (_: number, i: number): number => (i % 2 === 0 ? 0.3 : 0.7);
const equalRows: ByCount = { counts: Array.from({ length: 40 }, () => 5), values: Array.from({ length: 40 }, (_, i) => i) };
const fewLevels: ByCount = { counts: [1, 2, 3], values: [0.1, 0.2, 0.3] };

describe('how a number goes with the rows of its level', () => {
  it('is known where it was made so', () => {
    expect(
      relate(
        made((n) => n / (n + 4)),
        0.05,
      ),
    ).toMatchObject({ kind: 'grows', r: 1, few: { rows: 10 }, many: { rows: 31 } });
    expect(
      relate(
        made((n) => 1 / n),
        0.05,
      ),
    ).toMatchObject({ kind: 'falls', r: -1 });
    expect(
      relate(
        made(() => 0.99),
        0.05,
      ),
    ).toMatchObject({ kind: 'alike', middle: 0.99, levels: 40 });
    expect(relate(made(swing), 0.05).kind).toBe('unrelated');
    expect(relate(equalRows, 0.05)).toEqual({ kind: 'unknown', why: 'every level has 5 training rows' });
    expect(relate(fewLevels, 0.05)).toEqual({ kind: 'unknown', why: 'only 3 levels with training rows are drawn' });
  });

  it('leaves out levels without rows and values that are no numbers', () => {
    const { counts, values } = made((n) => n / (n + 4));
    const more = { counts: [...Array.from(counts), 0, 0, 7], values: [...Array.from(values), 50, 50, Number.NaN] };
    expect(relate(more, 0.05)).toEqual(relate({ counts, values }, 0.05));
  });
});

describe('the caption of weights', () => {
  it('praises shrinkage only where frequent levels are shrunk less', () => {
    // n ÷ (n + 4): the median over 1…10 rows is between 5 and 6 rows, that over 31…40 between 35 and 36.
    expect(
      weightSentence(
        made((n) => n / (n + 4)),
        'MMbeddings',
      ),
    ).toBe('The more rows a level has, the more its vector is its own: a median of 0.58 with at most 10 rows, 0.90 with 31 or more.');
    expect(
      weightSentence(
        made((n) => 1 / n),
        'MMbeddings',
      ),
    ).toMatch(/^The more rows a level has, the less its vector is its own, which is the opposite of shrinkage/);
    expect(weightSentence(made(swing), 'MMbeddings')).toMatch(/not by their number of rows \(rank correlation \u2212?0\.\d\d\)\.$/);
  });

  it('says that hardly anything is shrunk where all weights are about 1', () => {
    const { counts, values } = made((n) => 0.995 + n / 10_000);
    const withUnseen = { counts: [0, 0, ...Array.from(counts)], values: [0, 0, ...Array.from(values)] };
    expect(weightSentence(withUnseen, 'MMbeddings')).toBe(
      'The weight of the own rows is about 1.00 for nearly every level that has training rows, however many: MMbeddings hardly shrink them. ' +
        '2 drawn without training rows stay with what all levels have in common.',
    );
    expect(
      weightSentence(
        made(() => 0.02),
        'LMMNN',
      ),
    ).toContain('next to nothing of their vectors is their own');
    expect(
      weightSentence(
        made(() => 0.5),
        'LMMNN',
      ),
    ).toContain('all are shrunk alike');
  });

  it('says why it cannot tell', () => {
    expect(weightSentence(equalRows, 'LMMNN')).toBe('Whether levels with more rows are shrunk less cannot be said: every level has 5 training rows.');
    expect(weightSentence(fewLevels, 'LMMNN')).toMatch(/cannot be said: only 3 levels/);
  });
});

describe('the caption of sizes', () => {
  it('says "kept short" only where lengths grow with rows', () => {
    expect(
      sizeSentence(
        made((n) => n),
        'MMbeddings',
        'vector',
      ),
    ).toMatch(/^MMbeddings keep the vectors of rare levels short: a median of 5\.50 with at most 10/);
    expect(
      sizeSentence(
        made((n) => 50 - n),
        'Embeddings',
        'vector',
      ),
    ).toMatch(/^Rare levels have the larger vectors, so nothing keeps them short/);
    expect(sizeSentence(made(swing), 'Embeddings', 'vector')).toMatch(/rare levels are not kept short\.$/);
    expect(
      sizeSentence(
        made(() => 2),
        'Embeddings',
        'vector',
      ),
    ).toMatch(/^All vectors are about equally long/);
    expect(sizeSentence(equalRows, 'Embeddings', 'vector')).toMatch(/cannot be said/);
  });

  it('looks at the size of effects, whichever sign they have', () => {
    expect(
      sizeSentence(
        made((n, i) => (i % 2 === 0 ? n : -n)),
        'Linear mixed model',
        'effect',
      ),
    ).toMatch(/^Linear mixed model keeps the effects of rare levels near zero/);
  });
});

describe('the caption of posteriors', () => {
  it('says "smaller where more rows speak" only where it is', () => {
    expect(
      posteriorSentence(
        made((n) => 1 / Math.sqrt(n)),
        false,
      ),
    ).toMatch(/: it is smaller where more rows speak for the level, a median of 0\.4\d+ with at most 10 rows/);
    expect(
      posteriorSentence(
        made((n) => Math.sqrt(n)),
        false,
      ),
    ).toMatch(/which is not what more data should do/);
    expect(
      posteriorSentence(
        made(() => 0.02),
        false,
      ),
    ).toMatch(/as sure of rare levels as of frequent ones\.$/);
    expect(posteriorSentence(made(swing), false)).toMatch(/does not go with the rows/);
    expect(posteriorSentence(fewLevels, true)).toMatch(
      /^Each line is the 95 % interval of a level\. Whether it is shorter with more rows cannot be said/,
    );
  });

  it('gives the half-width of intervals', () => {
    expect(
      posteriorSentence(
        made((n) => (n <= 10 ? 1 : 0.5)),
        true,
      ),
    ).toContain('a median of ±1.96 with at most 10 rows, ±0.98 with 31 or more');
  });
});

describe('of a column of tags', () => {
  const shapes = [
    made((n) => n / (n + 4)),
    made((n) => 1 / n),
    made(() => 0.99),
    made(() => 0.02),
    made(() => 0.5),
    made(swing),
    equalRows,
    fewLevels,
  ];
  shapes.push({ counts: [0, ...Array.from(shapes[0].counts)], values: [0, ...Array.from(shapes[0].values)] });

  it('speaks of tags throughout', () => {
    for (const shape of shapes)
      for (const text of [
        weightSentence(shape, 'Embeddings', TAG),
        sizeSentence(shape, 'Embeddings', 'vector', TAG),
        sizeSentence(shape, 'Embeddings', 'effect', TAG),
        posteriorSentence(shape, true, TAG),
        posteriorSentence(shape, false, TAG),
      ])
        expect(text).not.toMatch(/level/i);
    expect(weightSentence(shapes[0], 'Embeddings', TAG)).toMatch(/^The more rows a tag has, the more its vector is its own/);
  });
});
