import { AliasTable } from '../../data/alias';
import { ADAM, type AdamConstants } from '../../engine/constants';
import { softplus } from '../../metrics/softplus';
import type { RandomStream } from '../../random/random';
import type { Sentences } from './sentences';

/**
 * Skip-gram with negative sampling (Mikolov et al. 2013; docs/methods.md F8): the vector of a word of the
 * context predicts the word against words drawn as noise.
 */

/** Vectors of V words, each V × d and row-major; those of `input` are kept. */
export interface SkipGramTables {
  d: number;
  input: Float64Array;
  output: Float64Array;
}

/** A word of a context, the word it predicts, and noise words. */
export interface Pairs {
  context: ArrayLike<number>;
  word: ArrayLike<number>;
  /** As many as pairs × negative. */
  negatives: ArrayLike<number>;
  negative: number;
}

/** How often each word occurs. */
export function wordCounts({ words }: Pick<Sentences, 'words'>, levels: number): Float64Array {
  const counts = new Float64Array(levels);
  for (const word of words) counts[word]++;
  return counts;
}

/** Weight of each word as noise: its count to the power of 0.75, in sum 1. */
export function noiseProbabilities(counts: Float64Array): Float64Array {
  const weights = counts.map((count) => count ** 0.75);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * Probability with which gensim keeps a token of each word: min(1, (√(f / s) + 1) s / f), f the word's share.
 */
export function keepProbabilities(counts: Float64Array, sample: number): Float64Array {
  const sum = counts.reduce((all, count) => all + count, 0);
  return counts.map((count) => {
    const share = count / sum;
    return count === 0 || sample === 0 ? 1 : Math.min(1, ((Math.sqrt(share / sample) + 1) * sample) / share);
  });
}

/**
 * Calls `take(context, word)` for every pair of a sentence whose words see each other through `window(i)`.
 */
export function eachPair(words: ArrayLike<number>, window: (place: number) => number, take: (context: number, word: number) => void): void {
  for (let i = 0; i < words.length; i++) {
    const reach = window(i);
    for (let j = Math.max(0, i - reach); j <= Math.min(words.length - 1, i + reach); j++) if (j !== i) take(words[j], words[i]);
  }
}

/** U(−1/d, 1/d) for the vectors that are kept, 0 for those that are predicted. */
export function firstTables(levels: number, d: number, random: RandomStream): SkipGramTables {
  return { d, input: Float64Array.from({ length: levels * d }, () => (2 * random.uniform() - 1) / d), output: new Float64Array(levels * d) };
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/**
 * Mean over the pairs of −log σ(o_w · v_c) − Σ log σ(−o_n · v_c), the products (pairs × (1 + negative)), and
 * gradients of both tables.
 */
export function pairGradients({ d, input, output }: SkipGramTables, { context, word, negatives, negative }: Pairs) {
  const count = context.length;
  const products = new Float64Array(count * (1 + negative));
  const gradients = { input: new Float64Array(input.length), output: new Float64Array(output.length) };
  let loss = 0;
  for (let pair = 0; pair < count; pair++) {
    const v = context[pair] * d;
    for (let n = 0; n <= negative; n++) {
      const o = (n === 0 ? word[pair] : negatives[pair * negative + n - 1]) * d;
      let product = 0;
      for (let m = 0; m < d; m++) product += input[v + m] * output[o + m];
      products[pair * (1 + negative) + n] = product;
      loss += softplus(n === 0 ? -product : product) / count;
      const slope = (sigmoid(product) - (n === 0 ? 1 : 0)) / count;
      for (let m = 0; m < d; m++) {
        gradients.input[v + m] += slope * output[o + m];
        gradients.output[o + m] += slope * input[v + m];
      }
    }
  }
  return { loss, products, gradients };
}

/** Adam of docs/methods.md A0 on both tables. */
export class SkipGramAdam {
  readonly #moments: Record<'input' | 'output', { m: Float64Array; v: Float64Array }>;
  #steps = 0;

  constructor(
    readonly tables: SkipGramTables,
    readonly learningRate: number,
    readonly constants: AdamConstants = ADAM,
  ) {
    const zeros = (of: Float64Array) => ({ m: new Float64Array(of.length), v: new Float64Array(of.length) });
    this.#moments = { input: zeros(tables.input), output: zeros(tables.output) };
  }

  /** One step on a batch of pairs; its loss before the step. */
  step(pairs: Pairs): number {
    const { loss, gradients } = pairGradients(this.tables, pairs);
    const { beta1, beta2, epsilon } = this.constants;
    this.#steps++;
    const rate = (this.learningRate * Math.sqrt(1 - beta2 ** this.#steps)) / (1 - beta1 ** this.#steps);
    for (const side of ['input', 'output'] as const) {
      const { m, v } = this.#moments[side];
      const [values, gradient] = [this.tables[side], gradients[side]];
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i];
        m[i] += (1 - beta1) * (g - m[i]);
        v[i] += (1 - beta2) * (g * g - v[i]);
        // A word that no batch had stays exactly as it is.
        if (m[i] !== 0) values[i] -= (rate * m[i]) / (Math.sqrt(v[i]) + epsilon);
      }
    }
    return loss;
  }
}

/** Pairs one by one with this rate, as gensim goes: all targets of a pair are read before any is written. */
export function onlinePass({ d, input, output }: SkipGramTables, { context, word, negatives, negative }: Pairs, rate: number): void {
  const targets = new Int32Array(1 + negative);
  const slopes = new Float64Array(1 + negative);
  const error = new Float64Array(d);
  for (let pair = 0; pair < context.length; pair++) {
    const v = context[pair] * d;
    error.fill(0);
    for (let n = 0; n <= negative; n++) {
      targets[n] = (n === 0 ? word[pair] : negatives[pair * negative + n - 1]) * d;
      let product = 0;
      for (let m = 0; m < d; m++) product += input[v + m] * output[targets[n] + m];
      slopes[n] = ((n === 0 ? 1 : 0) - sigmoid(product)) * rate;
    }
    for (let n = 0; n <= negative; n++) for (let m = 0; m < d; m++) error[m] += slopes[n] * output[targets[n] + m];
    for (let n = 0; n <= negative; n++) for (let m = 0; m < d; m++) output[targets[n] + m] += slopes[n] * input[v + m];
    for (let m = 0; m < d; m++) input[v + m] += error[m];
  }
}

export interface SkipGramOptions {
  levels: number;
  d: number;
  /** Most places between a word and its context; null: the whole sentence, and windows do not shrink. */
  window: number | null;
  negative: number;
  passes: number;
  /** Batches of 256 pairs with Adam at 0.01, or pair by pair at a rate that falls from 0.025 to 0.0001. */
  update: 'batches' | 'pairs';
}

/** Pairs of a step, and most pairs of a pass: of more sentences, a pass takes some, drawn. */
const BATCH = 256;
const MOST_PAIRS = 2_000_000;
const ADAM_RATE = 0.01;
const FIRST_RATE = 0.025;
const LAST_RATE = 1e-4;

/**
 * Vectors of words from their sentences: it yields the finished share (0 … 1) after every step, and returns
 * the vectors (V × d), and which words occurred; others have zeros. The same sentences and stream give the
 * same vectors.
 */
export function* skipGram(
  sentences: Sentences,
  { levels, d, window, negative, passes, update }: SkipGramOptions,
  random: RandomStream,
): Generator<number, { values: Float32Array; known: Uint8Array }> {
  const counts = wordCounts(sentences, levels);
  const known = Uint8Array.from(counts, (count) => Number(count > 0));
  const several = known.reduce((sum, one) => sum + one, 0) > 1;
  const tables = firstTables(levels, d, random);
  const adam = new SkipGramAdam(tables, ADAM_RATE);
  const noise = several ? new AliasTable(noiseProbabilities(counts)) : null;
  const order = Uint32Array.from({ length: sentences.offsets.length - 1 }, (_, s) => s);
  const [context, word] = [new Int32Array(BATCH), new Int32Array(BATCH)];
  let filled = 0;

  const step = (share: number): void => {
    if (!noise || filled === 0) return;
    const negatives = new Int32Array(filled * negative);
    for (let pair = 0; pair < filled; pair++)
      for (let n = 0; n < negative; n++) {
        let drawn = noise.draw(random);
        while (drawn === word[pair]) drawn = noise.draw(random);
        negatives[pair * negative + n] = drawn;
      }
    const pairs = { context: context.subarray(0, filled), word: word.subarray(0, filled), negatives, negative };
    if (update === 'batches') adam.step(pairs);
    else onlinePass(tables, pairs, FIRST_RATE + (LAST_RATE - FIRST_RATE) * share);
    filled = 0;
  };

  for (let pass = 0; pass < passes; pass++) {
    // Pairs of one sentence are alike, so that each pass takes the sentences in another order.
    random.shuffle(order);
    let pairs = 0;
    for (const [place, s] of order.entries()) {
      const words = sentences.words.subarray(sentences.offsets[s], sentences.offsets[s + 1]);
      const share = (pass + place / order.length) / passes;
      const reach = window === null ? () => words.length : () => 1 + random.integer(window);
      let due = false;
      eachPair(words, reach, (c, w) => {
        context[filled] = c;
        word[filled++] = w;
        pairs++;
        if (filled === BATCH) {
          step(share);
          due = true;
        }
      });
      if (due) yield share;
      if (pairs >= MOST_PAIRS) break;
    }
    step((pass + 1) / passes);
    yield (pass + 1) / passes;
  }
  const values = new Float32Array(levels * d);
  for (let i = 0; i < values.length; i++) if (known[Math.floor(i / d)]) values[i] = tables.input[i];
  return { values, known };
}
