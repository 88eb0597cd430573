import { dot, factorisePanel, subtractProducts } from './products';

/** Columns of a panel (mixed/dense.ts). */
const PANEL: i32 = 16;

function at(matrix: usize, n: i32, row: i32, column: i32): usize {
  return matrix + ((<usize>row * <usize>n + <usize>column) << 3);
}

/**
 * The inverse of a symmetric positive definite matrix of n rows, whose Cholesky factor takes its place; `w`
 * has room for another, and `inverse` is 0 before. False where it is not positive definite.
 */
export function invertSymmetric(a: usize, w: usize, inverse: usize, n: i32): bool {
  for (let start = 0; start < n; start += PANEL) {
    const end = min(n, start + PANEL);
    const own = at(a, n, start, 0);
    subtractProducts(at(a, n, start, start), n, own, n, own, n, n - start, end - start, start);
    if (!factorisePanel(a, n, n, start, end)) return false;
  }
  // Row j of w is column j of L⁻¹, zero before entry j.
  memory.fill(w, 0, (<usize>n * <usize>n) << 3);
  for (let j = 0; j < n; j++) store<f64>(at(w, n, j, j), 1);
  for (let start = 0; start < n; start += PANEL) {
    const end = min(n, start + PANEL);
    // Rows from … to of w begin at column `from`.
    for (let from = 0; from < start; from += PANEL)
      subtractProducts(at(w, n, from, start), n, at(w, n, from, from), n, at(a, n, start, from), n, PANEL, end - start, start - from);
    for (let j = 0; j < end; j++) {
      const first = max(start, j);
      for (let i = first; i < end; i++) {
        const own = at(w, n, j, i);
        store<f64>(own, (load<f64>(own) - dot(at(a, n, i, first), at(w, n, j, first), i - first)) / load<f64>(at(a, n, i, i)));
      }
    }
  }
  // A⁻¹ = L⁻ᵀL⁻¹: entry (i, j) is the product of rows i and j of w from column max(i, j) on.
  for (let start = 0; start < n; start += PANEL) {
    const end = min(n, start + PANEL);
    subtractProducts(at(inverse, n, start, 0), n, at(w, n, start, start), n, at(w, n, 0, start), n, end - start, end, n - start);
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = -load<f64>(at(inverse, n, i, j));
      store<f64>(at(inverse, n, i, j), value);
      store<f64>(at(inverse, n, j, i), value);
    }
  }
  return true;
}
