import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { expectSlopes, type SlopesData, slopesCriterion } from './random-slopes';
import { invertPlainly, multiply, transpose } from './testing';

const atOnce = async (): Promise<void> => {};

function simulate(rows: number, levels: number, width: number, seed: number): SlopesData {
  const random = new RandomStream(seed, 'slopes');
  const slopes = Float64Array.from({ length: levels * width }, () => random.normal());
  const codes = Int32Array.from({ length: rows }, () => random.integer(levels - 1));
  const features = Float32Array.from({ length: rows * width }, () => random.normal());
  const residuals = Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0.5 * random.normal();
    for (let a = 0; a < width; a++) sum += features[i * width + a] * slopes[codes[i] * width + a];
    return sum;
  });
  return { features, width, residuals, codes, levels };
}

describe('random slopes', () => {
  it('equal the published n × n formulas, with the outer product done right or as published', async () => {
    const data = simulate(40, 6, 3, 1);
    const D = [
      [1, 0.3, 0],
      [0.3, 0.8, -0.2],
      [0, -0.2, 0.5],
    ];
    const variance = 0.4;
    const second = { right: [0, 0, 0].map(() => [0, 0, 0]), published: [0, 0, 0].map(() => [0, 0, 0]) };
    let squares = 0;
    const means: number[][] = [];
    for (let j = 0; j < 6; j++) {
      const rows = [...data.codes.keys()].filter((i) => data.codes[i] === j);
      const phi = rows.map((i) => [...data.features.subarray(3 * i, 3 * i + 3)]);
      let b = [[0], [0], [0]];
      let shrunk = D.map((row) => row.map(() => 0));
      if (rows.length > 0) {
        const V = multiply(multiply(phi, D), transpose(phi)).map((row, i) => row.map((value, k) => value + (i === k ? variance : 0)));
        const { inverse } = invertPlainly(V);
        const gain = multiply(multiply(D, transpose(phi)), inverse);
        b = multiply(
          gain,
          rows.map((i) => [data.residuals[i]]),
        );
        shrunk = multiply(gain, multiply(phi, D));
        const fitted = multiply(phi, b);
        rows.forEach((i, at) => {
          squares += (data.residuals[i] - fitted[at][0]) ** 2;
        });
        squares += variance * (rows.length - variance * inverse.reduce((sum, row, k) => sum + row[k], 0));
      }
      means.push(b.map(([value]) => value));
      const scalar = b.reduce((sum, [value]) => sum + value * value, 0);
      for (let a = 0; a < 3; a++)
        for (let c = 0; c < 3; c++) {
          second.right[a][c] += b[a][0] * b[c][0] + D[a][c] - shrunk[a][c];
          second.published[a][c] += scalar + D[a][c] - shrunk[a][c];
        }
    }
    for (const [scalarProducts, expected] of [
      [false, second.right],
      [true, second.published],
    ] as const) {
      const slopes = await expectSlopes(data, Float64Array.from(D.flat()), variance, atOnce, scalarProducts);
      slopes.means.forEach((value, at) => {
        expect(value).toBeCloseTo(means.flat()[at], 8);
      });
      slopes.second.forEach((value, at) => {
        expect(value).toBeCloseTo(expected.flat()[at], 8);
      });
      expect(slopes.squares).toBeCloseTo(squares, 8);
    }
    // The level without rows keeps the prior.
    const { variances } = await expectSlopes(data, Float64Array.from(D.flat()), variance, atOnce);
    expect([...variances.subarray(15)].map((value) => Number(value.toFixed(6)))).toEqual([1, 0.8, 0.5]);
  });

  it('expectation and maximisation recover D and σ²', async () => {
    const data = simulate(6000, 301, 2, 2);
    let covariance = Float64Array.from([1, 0, 0, 1]);
    let variance = 1;
    for (let round = 0; round < 60; round++) {
      const { second, squares } = await expectSlopes(data, covariance, variance, atOnce);
      covariance = second.map((value) => value / data.levels);
      variance = squares / 6000;
    }
    expect(Math.abs(variance - 0.25)).toBeLessThan(0.02);
    expect(Math.abs(covariance[0] - 1)).toBeLessThan(0.3);
    expect(Math.abs(covariance[1])).toBeLessThan(0.2);
    expect(Math.abs(covariance[3] - 1)).toBeLessThan(0.3);
  });

  it('the criterion is that of the formula', () => {
    const data: SlopesData = {
      features: Float32Array.from([1, 2]),
      width: 1,
      residuals: Float64Array.from([3, 1]),
      codes: Int32Array.from([0, 1]),
      levels: 2,
    };
    const value = slopesCriterion(data, Float64Array.from([0.5, -1]), Float64Array.from([2]), 4);
    expect(value).toBeCloseTo((2.5 ** 2 + 3 ** 2) / 4 + (0.25 + 1) / 2 + 2 * Math.log(2) + 2 * Math.log(4), 10);
  });
});
