/** A plain loop whose rate stands for the machine: what fixed JavaScript on it does now. */

const N = 128;

/** c ← a · b for square matrices, row-major, in the plainest order that reads memory in sequence. */
function multiply(a: Float32Array, b: Float32Array, c: Float32Array): void {
  c.fill(0);
  for (let i = 0; i < N; i++) {
    for (let k = 0; k < N; k++) {
      const value = a[i * N + k];
      for (let j = 0; j < N; j++) c[i * N + j] += value * b[k * N + j];
    }
  }
}

/** A turn of the reference loop: GFLOP/s over at least `milliseconds`. */
export function referenceRate(milliseconds: number): number {
  const [a, b, c] = [1, 2, 3].map((seed) => Float32Array.from({ length: N * N }, (_, i) => ((i * seed) % 17) / 17));
  multiply(a, b, c);
  let times = 0;
  const began = performance.now();
  let spent = 0;
  while (spent < milliseconds) {
    multiply(a, b, c);
    times += 1;
    spent = performance.now() - began;
  }
  return (2 * N ** 3 * times) / spent / 1e6;
}
