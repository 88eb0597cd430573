/**
 * Keeps labels `gap` apart with the least total movement: neighbours that would overlap are pooled and each
 * pool is centred on its members. When the room is too small for the gap, the gap shrinks.
 * @param wanted wished positions in px, in any order
 * @returns positions within [top, bottom], in the order of `wanted`
 */
export function spread(wanted: number[], gap: number, top: number, bottom: number): number[] {
  const n = wanted.length;
  if (n === 0) return [];
  const step = n > 1 ? Math.min(gap, (bottom - top) / (n - 1)) : gap;
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const pools: { sum: number; size: number }[] = [];
  order.forEach((index, rank) => {
    pools.push({ sum: wanted[index] - rank * step, size: 1 });
    while (pools.length > 1) {
      const last = pools[pools.length - 1];
      const before = pools[pools.length - 2];
      if (before.sum / before.size <= last.sum / last.size) break;
      before.sum += last.sum;
      before.size += last.size;
      pools.pop();
    }
  });
  const placed = new Array<number>(n);
  let rank = 0;
  for (const pool of pools) {
    for (let k = 0; k < pool.size; k++, rank++) {
      const position = pool.sum / pool.size + rank * step;
      placed[order[rank]] = Math.max(top + rank * step, Math.min(position, bottom - (n - 1 - rank) * step));
    }
  }
  return placed;
}
