import { describe, expect, it } from 'vitest';
import {
  cardSentence,
  compareSentence,
  historySentence,
  mapSentence,
  mapWarning,
  percentOf,
  predictionsSentence,
  rankSentence,
  rowsSentence,
} from './level-room';
import { thingOf } from './thing';

const LEVEL = thingOf({ kind: 'levels' });
const TAG = thingOf({ kind: 'tags' });

const counted = (rows: number[], kind: 'levels' | 'tags' = 'levels') => ({ kind, levels: rows.length, rows: Uint32Array.from(rows) });

describe('rows of levels', () => {
  it('counts what has none and what has few', () => {
    expect(rowsSentence(counted([0, 0, 2, 9, 12]), 'user')).toBe('Of the 5 levels of user, 2 are in no training row and 1 has at most three.');
    expect(rowsSentence(counted([1, 3, 9]), 'user')).toBe('Of the 3 levels of user, 2 have at most three training rows.');
    expect(rowsSentence(counted([0, 9, 9]), 'user')).toBe('Of the 3 levels of user, 1 is in no training row.');
    expect(rowsSentence(counted([2, 2], 'tags'), 'genre')).toBe('Of the 2 tags of genre, all have at most three training rows.');
  });

  it('says so where every level has many', () => {
    expect(rowsSentence(counted([4, 50]), 'user')).toBe('Each of the 2 levels of user has more than three training rows.');
  });
});

describe('ranks', () => {
  const rank = (expected: number[], half: number) => ({
    kind: 'levels' as const,
    rows: new Uint32Array(expected.length).fill(5),
    rank: {
      expected: Float64Array.from(expected),
      low: Float64Array.from(expected, (one) => Math.max(1, one - half)),
      high: Float64Array.from(expected, (one) => Math.min(expected.length, one + half)),
    },
  });

  it('says whether the first is told from the last', () => {
    expect(rankSentence(rank([1, 2, 3, 4, 5], 0.5), 'LMMNN')).toBe(
      'LMMNN tells 4 of 5 levels from the middle rank; the greatest effect and the least are apart.',
    );
    expect(rankSentence(rank([1, 2, 3, 4, 5], 4), 'MMbeddings')).toBe(
      'MMbeddings tell none of the 5 levels from the middle rank; the greatest effect and the least could have each other’s rank.',
    );
  });

  it('is silent without intervals', () => {
    expect(rankSentence({ rank: null, rows: new Uint32Array(3), kind: 'levels' }, 'LMMNN')).toBeNull();
    expect(
      rankSentence({ rank: { expected: Float64Array.of(1, 2), low: null, high: null }, rows: new Uint32Array(2), kind: 'levels' }, 'X'),
    ).toBeNull();
  });
});

const predicted = (method: string, value: number, half: number | null) => ({
  method,
  value,
  interval: half === null ? null : { low: value - half, high: value + half, from: 'validation' as const },
});

describe('one level', () => {
  it('says what its own rows say', () => {
    expect(cardSentence({ rows: 0, testRows: 2, predictions: [] }, LEVEL)).toBe(
      'No training row has this level: what is said of it rests on all others, in 2 test rows.',
    );
    expect(cardSentence({ rows: 1, testRows: 0, predictions: [predicted('a', 1, null)] }, TAG)).toBe('Only one training row has this tag.');
    expect(cardSentence({ rows: 40, testRows: 1, predictions: [predicted('a', 2, null), predicted('b', 1, null)] }, LEVEL)).toBe(
      '40 training rows have this level, and 1 test row. In a typical row the two methods predict between 1.00 and 2.00.',
    );
  });

  it('says whether methods agree about it', () => {
    const names = (method: string) => method;
    expect(predictionsSentence([predicted('a', 1, 2), predicted('b', 2, 2)], names)).toBe(
      'a predicts least, 1.00; b most, 2.00. Every prediction lies within the intervals of all others.',
    );
    expect(predictionsSentence([predicted('a', 1, 0.1), predicted('b', 2, 2)], names)).toContain('outside the interval of another method');
    expect(predictionsSentence([predicted('a', 1, null), predicted('b', 2, 2)], names)).toBe('a predicts least, 1.00; b most, 2.00.');
    expect(predictionsSentence([predicted('a', 1, null)], names)).toBe('a predicts 1.00 in a typical row.');
    expect(predictionsSentence([], names)).toBeNull();
  });
});

describe('history', () => {
  it('says whether the vectors came to rest', () => {
    expect(historySentence({ epochs: [1, 5, 9], r2: [0.2, 0.97, 1] }, 'Embeddings')).toBe(
      'From epoch 5 on the vectors lie where they end: R² with the last picture is at least 0.95.',
    );
    expect(historySentence({ epochs: [1, 5, 9], r2: [0.2, 0.6, 1] }, 'Embeddings')).toContain('still moved at the end: at epoch 5');
    expect(historySentence({ epochs: [1, 5, 9], r2: [0.96, 0.98, 1] }, 'Embeddings')).toContain('from the first picture on');
    expect(historySentence({ epochs: [9], r2: [1] }, 'LMMNN')).toBe('LMMNN has no earlier picture of its vectors to compare with.');
  });
});

describe('the map', () => {
  const axis = (share: number | null, r2: number | null = null) => ({ dimension: 0, share, r2 });
  const map = (view: 'pca' | 'numbers' | 'truth', axes: [ReturnType<typeof axis>, ReturnType<typeof axis>], of = 2, duplicates = 0) => ({
    view: { kind: view, dimensions: [0, 1] as [number, number] },
    axes,
    levels: Uint32Array.of(0, 1),
    of,
    sampled: 2,
    projectedFrom: 2,
    duplicates,
  });

  it('says how much of the variance is drawn', () => {
    expect(mapSentence(map('pca', [axis(0.6), axis(0.25)]), 'Embeddings', 'user', LEVEL)).toBe(
      'These two components hold 85 % of the variance of the vectors: levels near each other here are alike.',
    );
    expect(mapSentence(map('pca', [axis(0.2), axis(0.15)], 9000, 1), 'Embeddings', 'user', LEVEL)).toBe(
      'These two components hold 35 % of the variance of the vectors: levels near each other here may be far apart in what is not drawn. 1 level has exactly the vector of another. Drawn: 2 of 9,000 levels, sampled by their rows.',
    );
    expect(mapSentence(map('pca', [axis(1), axis(null)]), 'LMMNN', 'user', LEVEL)).toContain('Vectors of one number');
  });

  it('says whether the truth is recovered', () => {
    const words = (r2: number) => mapSentence(map('truth', [axis(null, 0.95), axis(null, r2)]), 'Embeddings', 'z1', LEVEL);
    expect(words(0.9)).toContain('recover the true effects of z1: R² 0.95 and 0.90');
    expect(words(0.5)).toContain('recover in part');
    expect(words(0.1)).toContain('hardly recover');
  });

  it('says which were laid out, and how the rest came to its places', () => {
    const umap = { ...map('pca', [axis(null), axis(null)], 9), view: { kind: 'umap' as const, seed: 1 } };
    expect(mapSentence(umap, 'Embeddings', 'genre', TAG)).toBe(
      'Near neighbours among the vectors of Embeddings lie near each other. Drawn: 2 of 9 tags, sampled by their rows.',
    );
    const rest = { ...umap, levels: new Uint32Array(9) };
    expect(mapSentence(rest, 'Embeddings', 'genre', TAG)).toBe(
      'Near neighbours among the vectors of Embeddings lie near each other. 2 of 9 tags, sampled by their rows, were laid out. The other 7, drawn paler, stand between their nearest neighbours among these: where no neighbour is near, that says little.',
    );
    expect(mapSentence({ ...rest, of: 12 }, 'Embeddings', 'user', LEVEL)).toContain(
      '2 of 12 levels, sampled by their rows, were laid out. The other 7',
    );
    expect(mapSentence({ ...rest, of: 12 }, 'Embeddings', 'user', LEVEL)).toContain(' 3 more are not drawn.');
    const linear = { ...map('pca', [axis(0.6), axis(0.25)], 9), levels: new Uint32Array(9), projectedFrom: 9 };
    expect(mapSentence(linear, 'Embeddings', 'user', LEVEL)).not.toContain('sampled');
  });

  it('warns beside a layout', () => {
    expect(mapWarning('tsne')).toMatch(/^t-SNE shows who is near whom/);
    expect(mapWarning('umap')).toContain('distances between groups');
    expect(percentOf(0.004)).toBe('under 1 %');
    expect([percentOf(0), percentOf(0.317)]).toEqual(['0 %', '32 %']);
  });
});

describe('two sets of vectors', () => {
  const common = { share: 0.62, byChance: 0.033, neighbours: 10, levels: 300 };

  it('are told apart from one set that was turned', () => {
    expect(compareSentence({ r2: 0.93, r2Unrotated: 0.02, common }, ['Embeddings', 'MMbeddings'], LEVEL)).toBe(
      'After the best rotation the vectors of Embeddings and MMbeddings agree: R² 0.93. Without it R² is 0.02: single coordinates of these vectors mean nothing by themselves. Of a level’s ten nearest, 62 % are its nearest in both; chance alone would give 3 %.',
    );
    expect(compareSentence({ r2: 0.93, r2Unrotated: 0.92, common }, ['a', 'b'], LEVEL)).not.toContain('Without it');
  });

  it('agree in part, or hardly', () => {
    expect(compareSentence({ r2: 0.5, r2Unrotated: 0.5, common }, ['a', 'b'], LEVEL)).toContain('agree in part: R² 0.50');
    expect(compareSentence({ r2: 0.1, r2Unrotated: 0.1, common }, ['a', 'b'], LEVEL)).toContain('hardly agree');
  });
});
