import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/random';
import { groupedSentences, rowSentences, type Sentences } from './sentences';
import {
  eachPair,
  keepProbabilities,
  noiseProbabilities,
  onlinePass,
  pairGradients,
  SkipGramAdam,
  type SkipGramTables,
  skipGram,
  wordCounts,
} from './skip-gram';

interface Numbers {
  shape: number[];
  values: number[];
}
interface Fixture {
  config: {
    levels: number;
    d: number;
    negative: number;
    sample: number;
    adam: { learningRate: number; beta1: number; beta2: number; epsilon: number };
  };
  rows: [key: number, order: number, level: number][];
  sentences: number[][];
  shrunkenWindows: number[];
  pairs: [number, number][];
  noiseProbabilities: Numbers;
  keepProbabilities: Numbers;
  batch: [number, number][];
  negatives: number[][];
  initial: Record<'input/table' | 'output/table', Numbers>;
  expected: {
    output: Numbers;
    gradients: Record<'input/table' | 'output/table', Numbers>;
    steps: { loss: number }[];
    parametersAfter: Record<'input/table' | 'output/table', Numbers>;
    online: { rate: number } & Record<'input/table' | 'output/table', Numbers>;
  };
}
const golden = JSON.parse(readFileSync(new URL('../../../golden/skip-gram.json', import.meta.url), 'utf8')) as Fixture;
const { config, expected } = golden;

const close = (actual: ArrayLike<number>, { values }: Numbers): void => {
  expect(actual.length).toBe(values.length);
  for (const [i, value] of values.entries()) expect(Math.abs(actual[i] - value)).toBeLessThan(2e-9);
};
const tables = (): SkipGramTables => ({
  d: config.d,
  input: Float64Array.from(golden.initial['input/table'].values),
  output: Float64Array.from(golden.initial['output/table'].values),
});
const pairs = {
  context: golden.batch.map(([context]) => context),
  word: golden.batch.map(([, word]) => word),
  negatives: golden.negatives.flat(),
  negative: config.negative,
};
const asArrays = ({ offsets, words }: Sentences): number[][] =>
  Array.from({ length: offsets.length - 1 }, (_, s) => [...words.subarray(offsets[s], offsets[s + 1])]);

describe('golden skip-gram', () => {
  const column = (place: number): number[] => golden.rows.map((row) => row[place]);
  const sentences = groupedSentences(golden.rows.keys(), column(0), column(1), column(2));

  it('rows become sentences, and sentences pairs', () => {
    expect(asArrays(sentences)).toEqual(golden.sentences);
    const found: [number, number][] = [];
    let place = 0;
    for (const words of golden.sentences) {
      const first = place;
      eachPair(
        words,
        (i) => golden.shrunkenWindows[first + i],
        (context, word) => found.push([context, word]),
      );
      place += words.length;
    }
    expect(found).toEqual(golden.pairs);
  });

  it('noise and subsampling follow the counts', () => {
    const counts = wordCounts(sentences, config.levels);
    close(noiseProbabilities(counts), golden.noiseProbabilities);
    close(keepProbabilities(counts, config.sample), golden.keepProbabilities);
  });

  it('loss, products and gradients of a batch', () => {
    const { loss, products, gradients } = pairGradients(tables(), pairs);
    expect(loss).toBeCloseTo(expected.steps[0].loss, 9);
    close(products, expected.output);
    close(gradients.input, expected.gradients['input/table']);
    close(gradients.output, expected.gradients['output/table']);
  });

  it('three steps of Adam', () => {
    const own = tables();
    const adam = new SkipGramAdam(own, config.adam.learningRate, config.adam);
    for (const { loss } of expected.steps) expect(adam.step(pairs)).toBeCloseTo(loss, 9);
    close(own.input, expected.parametersAfter['input/table']);
    close(own.output, expected.parametersAfter['output/table']);
  });

  it('the same pairs one by one', () => {
    const own = tables();
    onlinePass(own, pairs, expected.online.rate);
    close(own.input, expected.online['input/table']);
    close(own.output, expected.online['output/table']);
  });
});

/** Sentences of eight levels from planted blocks of `levels`; a tenth of the tokens are any level. */
function planted(levels: number, blocks: number, count: number, random: RandomStream): Sentences {
  const words = new Int32Array(count * 8);
  const size = levels / blocks;
  for (let s = 0; s < count; s++) {
    const block = random.integer(blocks);
    for (let i = 0; i < 8; i++) words[s * 8 + i] = random.uniform() < 0.1 ? random.integer(levels) : block + blocks * random.integer(size);
  }
  return { offsets: Uint32Array.from({ length: count + 1 }, (_, s) => 8 * s), words };
}

/** k-means of unit vectors, begun as far from one another as they go. */
function clusters(vectors: Float32Array, d: number, k: number): number[] {
  const n = vectors.length / d;
  const unit = Array.from({ length: n }, (_, i) => {
    const own = [...vectors.subarray(i * d, (i + 1) * d)];
    const length = Math.hypot(...own);
    return own.map((value) => value / length);
  });
  const distance = (a: number[], b: number[]): number => a.reduce((sum, value, m) => sum + (value - b[m]) ** 2, 0);
  let centres = [unit[0]];
  const nearest = (one: number[]): number => Math.min(...centres.map((centre) => distance(one, centre)));
  while (centres.length < k) centres.push(unit.reduce((far, one) => (nearest(one) > nearest(far) ? one : far)));
  let member: number[] = [];
  for (let round = 0; round < 50; round++) {
    member = unit.map((one) => centres.reduce((best, centre, c) => (distance(one, centre) < distance(one, centres[best]) ? c : best), 0));
    centres = centres.map((centre, c) => {
      const own = unit.filter((_, i) => member[i] === c);
      return own.length === 0 ? centre : centre.map((_, m) => own.reduce((sum, one) => sum + one[m], 0) / own.length);
    });
  }
  return member;
}

/** Adjusted Rand index of two partitions (Hubert & Arabie 1985). */
function adjustedRand(a: readonly number[], b: readonly number[]): number {
  const two = (count: number): number => (count * (count - 1)) / 2;
  const sumOf = (labels: readonly string[]): number => {
    const counts = new Map<string, number>();
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    return [...counts.values()].reduce((sum, count) => sum + two(count), 0);
  };
  const both = sumOf(a.map((label, i) => `${label} ${b[i]}`));
  const [first, second] = [sumOf(a.map(String)), sumOf(b.map(String))];
  const expectedBoth = (first * second) / two(a.length);
  return (both - expectedBoth) / ((first + second) / 2 - expectedBoth);
}

/** Runs a generator to its end. */
function trained(
  sentences: Sentences,
  options: Partial<Parameters<typeof skipGram>[1]>,
  seed = 1,
): { values: Float32Array; known: Uint8Array; shares: number[] } {
  const steps = skipGram(
    sentences,
    { levels: 200, d: 16, window: 3, negative: 5, passes: 5, update: 'batches', ...options },
    new RandomStream(seed, 'skip-gram'),
  );
  const shares: number[] = [];
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return { ...step.value, shares };
    shares.push(step.value);
  }
}

describe('skip-gram', () => {
  const truth = Array.from({ length: 200 }, (_, level) => level % 10);

  it.each([
    ['batches', 1, 2_000],
    ['batches', 2, 2_000],
    ['batches', 3, 2_000],
    ['pairs', 1, 6_000],
  ] as const)('recovers ten planted blocks of 200 levels, %s, seed %i', (update, seed, count) => {
    const { values } = trained(planted(200, 10, count, new RandomStream(seed, 'planted')), { update }, seed);
    const found = adjustedRand(clusters(values, 16, 10), truth);
    expect(found).toBeGreaterThanOrEqual(0.95);
  });

  it('finds no blocks where there are none', () => {
    const { values } = trained(planted(200, 1, 2_000, new RandomStream(1, 'planted')), {});
    expect(Math.abs(adjustedRand(clusters(values, 16, 10), truth))).toBeLessThan(0.05);
  });

  it('is repeatable, tells its progress, and leaves out words that never occur', () => {
    const sentences = planted(199, 1, 200, new RandomStream(1, 'planted'));
    const [one, two, other] = [trained(sentences, {}), trained(sentences, {}), trained(sentences, {}, 2)];
    expect(one.values).toEqual(two.values);
    expect(one.values).not.toEqual(other.values);
    expect(one.shares.every((share, i) => share >= (one.shares[i - 1] ?? 0))).toBe(true);
    expect(one.shares.at(-1)).toBe(1);
    expect(one.known[199]).toBe(0);
    expect([...one.values.subarray(199 * 16)]).toEqual(new Array(16).fill(0));
  });

  it('ends where only one word occurs', () => {
    expect(trained({ offsets: Uint32Array.from([0, 3]), words: Int32Array.from([5, 5, 5]) }, {}).known[5]).toBe(1);
  });

  it('a row is a sentence of its levels and tags', () => {
    const data = {
      categorical: [
        { name: 'a', cardinality: 3, codes: Int32Array.from([0, 2]), labels: null },
        { name: 'b', cardinality: 2, codes: Int32Array.from([1, 0]), labels: null },
      ],
      tags: [
        { name: 't', offsets: Uint32Array.from([0, 2, 2]), ids: Int32Array.from([0, 1]), labels: ['x', 'y'], parents: Int32Array.from([-1, -1]) },
      ],
    };
    expect(asArrays(rowSentences(data, [0, 1], true))).toEqual([
      [0, 4, 5, 6],
      [2, 3],
    ]);
    expect(asArrays(rowSentences(data, [1, 0], false))).toEqual([[], [0, 1]]);
  });
});
