/** Ranks 1 … n, ties sharing their mean rank. */
export function ranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const ranked = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let end = from + 1;
    while (end < order.length && values[order[end]] === values[order[from]]) end++;
    for (let i = from; i < end; i++) ranked[order[i]] = (from + end + 1) / 2;
    from = end;
  }
  return ranked;
}

/** Pearson correlation; NaN when one side is constant. */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  let meanA = 0;
  let meanB = 0;
  for (let i = 0; i < n; i++) {
    meanA += a[i] / n;
    meanB += b[i] / n;
  }
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < n; i++) {
    const u = a[i] - meanA;
    const v = b[i] - meanB;
    ab += u * v;
    aa += u * u;
    bb += v * v;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : Number.NaN;
}

/** Spearman rank correlation with mean ranks for ties; NaN when one side is constant or holds a NaN. */
export function spearman(a: Float64Array, b: Float64Array): number {
  return a.some(Number.isNaN) || b.some(Number.isNaN) ? Number.NaN : pearson(ranks(a), ranks(b));
}
