import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { componentScores, principalComponents } from './pca';
import { procrustes, rotated } from './procrustes';
import { singularValues } from './svd';

interface Numbers {
  shape: number[];
  values: number[];
}
const golden = JSON.parse(readFileSync(new URL('../../golden/levels.json', import.meta.url), 'utf8')) as {
  pca: Record<'X' | 'axes' | 'variances' | 'scores', Numbers>;
  procrustes: Record<'A' | 'B' | 'q', Numbers> & Record<'scale' | 'r2' | 'r2Scaled' | 'r2Unrotated', number>;
};
const all = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i);
const normals = (count: number, seed: number, name = 'geometry test'): Float32Array => {
  const random = new RandomStream(seed, name);
  return Float32Array.from({ length: count }, () => random.normal());
};

/** A random orthogonal matrix by Gram–Schmidt. */
function orthogonal(d: number, seed: number): Float64Array {
  const q = Float64Array.from(normals(d * d, seed, 'orthogonal'));
  for (let i = 0; i < d; i++) {
    const row = q.subarray(i * d, (i + 1) * d);
    for (let above = 0; above < i; above++) {
      const other = q.subarray(above * d, (above + 1) * d);
      const along = row.reduce((sum, value, m) => sum + value * other[m], 0);
      for (let m = 0; m < d; m++) row[m] -= along * other[m];
    }
    const length = Math.hypot(...row);
    for (let m = 0; m < d; m++) row[m] /= length;
  }
  return q;
}

describe('principal components', () => {
  it('are those of a singular value decomposition elsewhere: axes with their signs, variances, scores', () => {
    const [n, d] = golden.pca.X.shape;
    const vectors = { values: golden.pca.X.values, d };
    const found = principalComponents(vectors);
    for (const [i, value] of golden.pca.axes.values.entries()) expect(found.axes[i]).toBeCloseTo(value, 7);
    for (const [i, value] of golden.pca.variances.values.entries()) expect(found.variances[i] / value).toBeCloseTo(1, 8);
    expect(found.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    for (let component = 0; component < d; component++) {
      const scores = componentScores(vectors, found, component, all(n));
      for (let i = 0; i < n; i++) expect(scores[i]).toBeCloseTo(golden.pca.scores.values[i * d + component], 4);
    }
  });

  it('of some levels alone do not look at the others; equal vectors have no variance', () => {
    const values = normals(60, 1);
    const some = Uint32Array.of(1, 4, 7, 9, 11);
    const few = principalComponents({ values: Float32Array.from(some, (j) => values[3 * j]), d: 1 });
    const among = principalComponents({ values: Float32Array.from({ length: 20 }, (_, j) => values[3 * j]), d: 1 }, some);
    expect(among).toEqual(few);
    const constant = principalComponents({ values: new Float32Array(30).fill(2), d: 3 });
    expect([...constant.shares]).toEqual([0, 0, 0]);
    expect([...componentScores({ values: new Float32Array(30).fill(2), d: 3 }, constant, 5, all(10))]).toEqual(new Array(10).fill(0));
  });
});

describe('a singular value decomposition', () => {
  it('gives the matrix back from orthogonal factors, whatever its rank', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(9), fc.nat(), (d, rank, seed) => {
        const [left, right] = [normals(d * d, seed, 'left'), normals(d * d, seed, 'right')];
        const matrix = new Float64Array(d * d);
        for (let i = 0; i < d; i++)
          for (let j = 0; j < d; j++) for (let k = 0; k < Math.min(rank, d); k++) matrix[i * d + j] += left[i * d + k] * right[k * d + j];
        const { u, s, v } = singularValues(matrix, d);
        for (let i = 0; i < d; i++) {
          if (i > 0) expect(s[i]).toBeLessThanOrEqual(s[i - 1]);
          for (let j = 0; j < d; j++) {
            let [value, uu, vv] = [0, 0, 0];
            for (let k = 0; k < d; k++) {
              value += u[k * d + i] * s[k] * v[k * d + j];
              uu += u[i * d + k] * u[j * d + k];
              vv += v[i * d + k] * v[j * d + k];
            }
            expect(value).toBeCloseTo(matrix[i * d + j], 9);
            expect(uu).toBeCloseTo(i === j ? 1 : 0, 9);
            expect(vv).toBeCloseTo(i === j ? 1 : 0, 9);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the Procrustes rotation', () => {
  const { A, B, q, scale, r2, r2Scaled, r2Unrotated } = golden.procrustes;
  const d = A.shape[1];
  const levels = all(A.shape[0]);

  it('is that of scipy, and so are scale and R²', () => {
    const plain = procrustes({ values: A.values, d }, { values: B.values, d }, levels, levels, false);
    for (const [i, value] of q.values.entries()) expect(plain.q[i]).toBeCloseTo(value, 8);
    expect(plain.r2).toBeCloseTo(r2, 8);
    expect(plain.r2Unrotated).toBeCloseTo(r2Unrotated, 8);
    const stretched = procrustes({ values: A.values, d }, { values: B.values, d }, levels, levels, true);
    expect(stretched.scale).toBeCloseTo(scale, 9);
    expect(stretched.r2).toBeCloseTo(r2Scaled, 8);
  });

  it.each([
    [2, 2],
    [10, 10],
    [3, 7],
    [7, 3],
  ])('undoes a planted rotation, shift and stretch of vectors of %i numbers in %i', (narrow, wide) => {
    const [n, width] = [200, Math.max(narrow, wide)];
    const from = normals(n * Math.min(narrow, wide), 5);
    const least = Math.min(narrow, wide);
    const turn = orthogonal(width, 6);
    const turned = new Float32Array(n * width);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < width; j++) {
        turned[i * width + j] = 4;
        for (let m = 0; m < least; m++) turned[i * width + j] += 2.5 * from[i * least + m] * turn[m * width + j];
      }
    const [a, b] =
      narrow <= wide
        ? [
            { values: from, d: least },
            { values: turned, d: width },
          ]
        : [
            { values: turned, d: width },
            { values: from, d: least },
          ];
    const found = procrustes(a, b, all(n), all(n), true);
    expect(found.r2).toBeCloseTo(1, 9);
    expect(found.scale).toBeCloseTo(narrow <= wide ? 0.4 : 2.5, 6);
    const back = rotated(b, found, all(n));
    for (let i = 0; i < n; i++) for (let m = 0; m < width; m++) expect(back[i * width + m]).toBeCloseTo(m < a.d ? a.values[i * a.d + m] : 0, 3);
  });

  it('of noise explains less than of a rotation, and matches levels by their pairs', () => {
    const values = normals(400, 7);
    const noise = normals(400, 8);
    expect(procrustes({ values, d: 4 }, { values: noise, d: 4 }, all(100), all(100), true).r2).toBeLessThan(0.2);
    const reversed = Float32Array.from({ length: 400 }, (_, i) => values[(99 - Math.floor(i / 4)) * 4 + (i % 4)]);
    const pairs = all(100).map((i) => 99 - i);
    expect(procrustes({ values, d: 4 }, { values: reversed, d: 4 }, all(100), pairs, false).r2).toBeCloseTo(1, 9);
    expect(procrustes({ values, d: 4 }, { values: reversed, d: 4 }, all(100), all(100), false).r2).toBeLessThan(0.2);
  });
});
