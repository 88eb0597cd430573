import { describe, expect, it } from 'vitest';
import { simulatedSchema } from './schema';
import { simulate } from './simulate';
import { blockOf } from './simulated-blocks';

const seeds = { data: 3, split: 3 };
const spec = (more: object = {}) =>
  simulatedSchema.parse({
    kind: 'simulated',
    task: 'regression',
    levels: [2000],
    trainRows: 100,
    testRows: 10,
    d: 2,
    effectVariances: 'as-written',
    ...more,
  });

describe('blocks of simulated levels', () => {
  it('share as much of the variance as asked, which stays what it was', () => {
    for (const blockShare of [0, 0.5, 0.9]) {
      const { truth } = simulate(spec({ blocks: 100, blockShare }), seeds);
      const effects = truth?.effects[0] ?? new Float32Array();
      const centres = new Float64Array(200);
      for (let j = 0; j < 2000; j++) for (let m = 0; m < 2; m++) centres[2 * blockOf(j, 100) + m] += effects[2 * j + m] / 20;
      const square = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length;
      expect(Math.abs(square(effects) - 1)).toBeLessThan(0.25);
      // The mean of twenty levels also has a twentieth of what is their own.
      expect(Math.abs(square(centres) - (blockShare + (1 - blockShare) / 20))).toBeLessThan(0.25);
    }
  });

  it('come with sequences of which nine of ten levels are of one block', () => {
    const { log } = simulate(spec({ levels: [2000, 7], blocks: 10, sequences: 500 }), seeds);
    expect(log?.map(({ offsets, words }) => [offsets.length, words.length])).toEqual([
      [501, 4000],
      [501, 4000],
    ]);
    const { words } = log?.[0] ?? { words: new Int32Array() };
    expect(words.every((level) => level >= 0 && level < 2000)).toBe(true);
    let most = 0;
    for (let s = 0; s < 500; s++) {
      const counts = new Uint32Array(10);
      for (let i = 0; i < 8; i++) counts[blockOf(words[8 * s + i], 10)]++;
      most += Math.max(...counts) / 4000;
    }
    // A tenth of those drawn from all levels are of the block as well.
    expect(Math.abs(most - 0.91)).toBeLessThan(0.03);
  });

  it('leave rows and levels as they are without them', () => {
    const [plain, blocks] = [simulate(spec(), seeds), simulate(spec({ blocks: 10 }), seeds)];
    expect(plain.log).toBeUndefined();
    expect(blocks.x).toEqual(plain.x);
    expect(blocks.categorical).toEqual(plain.categorical);
    expect(blocks.y).not.toEqual(plain.y);
  });
});
