import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counterNormal, counterUniform, fillCounterNormals, fillCounterUniforms, pcg4d, RandomStream } from './random';

const M = 2n ** 32n;

/** pcg4d as printed in the paper, in arbitrary precision. */
function reference(words: [number, number, number, number]): number[] {
  let [x, y, z, w] = words.map((word) => (BigInt(word) * 1664525n + 1013904223n) % M);
  x = (x + y * w) % M;
  y = (y + z * x) % M;
  z = (z + x * y) % M;
  w = (w + y * z) % M;
  [x, y, z, w] = [x, y, z, w].map((word) => word ^ (word >> 16n));
  x = (x + y * w) % M;
  y = (y + z * x) % M;
  z = (z + x * y) % M;
  w = (w + y * z) % M;
  return [x, y, z, w].map(Number);
}

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** Mean and variance. */
function moments(draw: () => number, n: number): [number, number] {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const value = draw();
    sum += value;
    squares += value * value;
  }
  return [sum / n, squares / n - (sum / n) ** 2];
}

describe('pcg4d', () => {
  test('equals the definition in arbitrary precision', () => {
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), (words) => {
        const found = new Uint32Array(4);
        pcg4d(...words, found);
        expect([...found]).toEqual(reference(words));
      }),
    );
  });

  test('known integers', () => {
    const found = new Uint32Array(4);
    pcg4d(1, 2, 3, 4, found);
    expect([...found]).toEqual(KNOWN);
  });
});

/** Words of pcg4d(1, 2, 3, 4), from the arbitrary-precision definition. */
const KNOWN = [908_250_390, 4_044_648_920, 3_775_961_919, 45_698_095];

describe('counter normals', () => {
  test('depend on every coordinate and on nothing else', () => {
    const base = counterNormal(7, 1, 2, 3);
    expect(counterNormal(7, 1, 2, 3)).toBe(base);
    for (const other of [counterNormal(8, 1, 2, 3), counterNormal(7, 2, 2, 3), counterNormal(7, 1, 3, 3), counterNormal(7, 1, 2, 4)])
      expect(other).not.toBe(base);
  });

  test('fill row by row from the first column on', () => {
    const values = new Float32Array(6);
    fillCounterNormals(values, 3, 7, 5, 30);
    expect(values[4]).toBe(Math.fround(counterNormal(7, 5, 1, 31)));
  });

  test('mean 0, variance 1', () => {
    let row = 0;
    const [mean, variance] = moments(() => counterNormal(1, 9, row++, 0), 100_000);
    expect(Math.abs(mean)).toBeLessThan(0.015);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
  });
});

describe('counter uniforms', () => {
  test('fill row by row from the first column on, exactly as float32, inside (0, 1)', () => {
    fc.assert(
      fc.property(word, word, fc.nat(1000), (seed, step, firstColumn) => {
        const values = new Float32Array(6);
        fillCounterUniforms(values, 3, seed, step, firstColumn);
        expect(values[4]).toBe(counterUniform(seed, step, 1, firstColumn + 1));
        for (const value of values) expect(value > 0 && value < 1).toBe(true);
      }),
    );
  });

  test('mean ½, variance 1/12', () => {
    let row = 0;
    const [mean, variance] = moments(() => counterUniform(1, 9, row++, 0), 100_000);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.005);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.002);
  });
});

describe('streams', () => {
  test('uniform: mean ½, variance 1/12, inside [0, 1)', () => {
    const random = new RandomStream(3, 'test');
    const [mean, variance] = moments(() => {
      const u = random.uniform();
      if (!(u >= 0 && u < 1)) throw new Error(`${u} is outside`);
      return u;
    }, 100_000);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.005);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.002);
  });

  test('Poisson: mean and variance λ', () => {
    const random = new RandomStream(3, 'test');
    const [mean, variance] = moments(() => random.poisson(3), 100_000);
    expect(Math.abs(mean - 3)).toBeLessThan(0.03);
    expect(Math.abs(variance - 3)).toBeLessThan(0.08);
  });

  test('of other names or seeds are uncorrelated', () => {
    const n = 50_000;
    for (const [first, second] of [
      [new RandomStream(1, 'a'), new RandomStream(1, 'b')],
      [new RandomStream(1, 'a'), new RandomStream(2, 'a')],
    ]) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += first.normal() * second.normal();
      // 5 standard errors.
      expect(Math.abs(sum / n)).toBeLessThan(5 / Math.sqrt(n));
    }
  });

  test('shuffle permutes, and the same way for the same seed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), word, (values, seed) => {
        const once = [...values];
        const again = [...values];
        new RandomStream(seed, 'shuffle').shuffle(once);
        new RandomStream(seed, 'shuffle').shuffle(again);
        expect(again).toEqual(once);
        expect([...once].sort((a, b) => a - b)).toEqual([...values].sort((a, b) => a - b));
      }),
    );
  });

  test('shuffle reaches every order of three evenly', () => {
    const random = new RandomStream(1, 'orders');
    const seen = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = [0, 1, 2];
      random.shuffle(order);
      seen.set(order.join(), (seen.get(order.join()) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
