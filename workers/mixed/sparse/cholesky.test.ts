import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/random';
import { breathing, inOneGo } from '../dense';
import { invertPlainly } from '../testing';
import { loadProducts, ProductMemory } from '../wasm/kernel';
import { SparseCholesky } from './cholesky';
import { minimumDegreeOrder, type Pattern } from './ordering';
import { analyse } from './symbolic';

const atOnce = async (): Promise<void> => {};

/** The pattern of a symmetric matrix without its diagonal. */
function patternOf(matrix: readonly (readonly number[])[]): Pattern {
  const starts = [0];
  const neighbours: number[] = [];
  for (const [i, row] of matrix.entries()) {
    for (const [j, value] of row.entries()) if (i !== j && value !== 0) neighbours.push(j);
    starts.push(neighbours.length);
  }
  return { size: matrix.length, starts: Int32Array.from(starts), neighbours: Int32Array.from(neighbours) };
}

/** A sparse positive definite matrix: pairs of an edge list share random squares. */
function matrixOf(size: number, edges: readonly (readonly [number, number])[], seed: number): number[][] {
  const random = new RandomStream(seed, 'sparse');
  const matrix = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
  for (const [a, b] of edges) {
    const [i, j] = [a % size, b % size];
    if (i === j) continue;
    const [u, v] = [random.normal(), random.normal()];
    matrix[i][i] += u * u;
    matrix[j][j] += v * v;
    matrix[i][j] += u * v;
    matrix[j][i] += u * v;
  }
  return matrix;
}

function filled(matrix: readonly (readonly number[])[], plain = true): SparseCholesky {
  const factor = new SparseCholesky(inOneGo(analyse(patternOf(matrix))), plain);
  for (const [i, row] of matrix.entries()) for (let j = 0; j <= i; j++) if (row[j] !== 0) factor.values[factor.position(i, j)] = row[j];
  return factor;
}

async function check(matrix: readonly (readonly number[])[]): Promise<void> {
  const expected = invertPlainly(matrix);
  for (const plain of [true, false]) await checkOne(matrix, expected, filled(matrix, plain));
}

async function checkOne(matrix: readonly (readonly number[])[], expected: ReturnType<typeof invertPlainly>, factor: SparseCholesky): Promise<void> {
  const n = matrix.length;
  const order = [...factor.symbolic.order];
  expect([...order].sort((a, b) => a - b)).toEqual([...order.keys()]);
  expect(await breathing(factor.factorise(), atOnce)).toBeCloseTo(expected.logDeterminant, 7);
  const b = Float64Array.from({ length: 2 * n }, (_, i) => Math.sin(i));
  const x = b.slice();
  factor.solve(x, 2);
  let apart = 0;
  for (let i = 0; i < n; i++)
    for (let c = 0; c < 2; c++) apart = Math.max(apart, Math.abs(matrix[i].reduce((sum, value, j) => sum + value * x[2 * j + c], -b[2 * i + c])));
  expect(apart).toBeLessThan(5e-8);
  // Of many right-hand sides: b'A⁻¹b of each.
  const many = Float64Array.from({ length: 9 * n }, (_, i) => Math.cos(i));
  const half = factor.halfSolve(many, 9);
  const solved = many.slice();
  factor.solve(solved, 9);
  for (let c = 0; c < 9; c++) {
    const [squares, forms] = [half, solved].map((values) =>
      values.reduce((sum, value, i) => sum + (i % 9 === c ? value * (values === half ? value : many[i]) : 0), 0),
    );
    expect(squares).toBeCloseTo(forms, 7);
  }
  await breathing(factor.invert(), atOnce);
  const { values } = factor;
  apart = 0;
  for (const [i, row] of matrix.entries())
    for (let j = 0; j <= i; j++)
      if (i === j || row[j] !== 0) apart = Math.max(apart, Math.abs(values[factor.position(i, j)] - expected.inverse[i][j]));
  expect(apart).toBeLessThan(5e-8);
}

// Both ways are tried, so WebAssembly must be there.
beforeAll(async () => {
  await loadProducts();
  expect(ProductMemory.of(1)).not.toBeNull();
});

describe('a sparse Cholesky factor', () => {
  it('gives determinant, solutions and the inverse at the entries of any pattern', async () => {
    const edges = fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), edges, fc.nat(1000), async (size, pairs, seed) => {
        await check(matrixOf(size, pairs, seed));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a full matrix of 131 columns, over several panels', 131, 0],
    ['170 columns, each beside 100 that are beside each other', 170, 100],
  ])('%s', async (_, size, core) => {
    const edges: [number, number][] = [];
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) if (core === 0 || j < core) edges.push([i, j]);
    }
    await check(matrixOf(size, edges, 5));
  });

  it('says when a matrix is not positive definite', async () => {
    expect(
      await breathing(
        filled([
          [1, 2],
          [2, 1],
        ]).factorise(),
        atOnce,
      ),
    ).toBeNaN();
  });
});

describe('the order of elimination', () => {
  const entriesOf = (pattern: Pattern): number => {
    const { supernodes, firsts, rowStarts } = inOneGo(analyse(pattern));
    let entries = 0;
    for (let s = 0; s < supernodes; s++) {
      const columns = firsts[s + 1] - firsts[s];
      entries += columns * (rowStarts[s + 1] - rowStarts[s]) - (columns * (columns - 1)) / 2;
    }
    return entries;
  };

  it('leaves a tree without any fill', () => {
    const random = new RandomStream(2, 'tree');
    const edges = Array.from({ length: 299 }, (_, i): [number, number] => [i + 1, random.integer(i + 1)]);
    expect(entriesOf(patternOf(matrixOf(300, edges, 1)))).toBe(300 + 299);
  });

  it('fills a grid of 20 × 20 far less than its rows in turn do', () => {
    const side = 20;
    const edges: [number, number][] = [];
    for (let i = 0; i < side * side; i++) {
      if (i % side > 0) edges.push([i, i - 1]);
      if (i >= side) edges.push([i, i - side]);
    }
    // Row by row the factor is a band of 20 entries below the diagonal.
    expect(entriesOf(patternOf(matrixOf(side * side, edges, 1)))).toBeLessThan((side * side * (side + 1)) / 1.9);
  });

  it('puts a column beside all others last', () => {
    const edges = Array.from({ length: 999 }, (_, i): [number, number] => [0, i + 1]);
    const order = inOneGo(minimumDegreeOrder(patternOf(matrixOf(1000, edges, 1))));
    expect(order[999]).toBe(0);
  });
});
