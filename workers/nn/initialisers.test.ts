import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { glorotUniformOf, heNormalTable } from './initialisers';

const deviation = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

describe('initial values', () => {
  it('he_normal of a table takes its rows for the fan-in, and is cut at two standard deviations', () => {
    for (const [levels, d] of [
      [5000, 10],
      [200, 300],
    ]) {
      const values = heNormalTable(new RandomStream(1, 'table'), levels, d);
      expect(values).toHaveLength(levels * d);
      expect(deviation(values) / Math.sqrt(2 / levels)).toBeCloseTo(1, 1);
      // Two standard deviations of the normal before it is cut.
      expect(Math.max(...values)).toBeLessThan((2 * Math.sqrt(2 / levels)) / 0.8796);
      expect(Math.max(...values)).toBeGreaterThan((1.9 * Math.sqrt(2 / levels)) / 0.8796);
    }
  });

  it('Glorot by given fans is uniform up to √(6 / (in + out))', () => {
    const values = glorotUniformOf(new RandomStream(1, 'kernel'), 4000, 40, 100);
    expect(Math.max(...values)).toBeLessThanOrEqual(Math.sqrt(6 / 140));
    expect(deviation(values) / Math.sqrt(2 / 140)).toBeCloseTo(1, 1);
  });
});
