/**
 * Which points of a curve to draw so that it looks the same with at most `limit` of them: the first, the
 * last, and the least and the greatest of equal stretches, in order. A value that is not a number is kept as
 * a break once per stretch.
 * @param values the curve
 * @param from first index, inclusive
 * @param to last index, inclusive
 * @returns increasing indices into `values`
 */
export function decimate(values: ArrayLike<number>, from: number, to: number, limit = 1000): number[] {
  const count = to - from + 1;
  if (count <= 0) return [];
  if (count <= limit || limit < 4) return Array.from({ length: count }, (_, k) => from + k);
  const buckets = Math.floor((limit - 2) / 2);
  const kept: number[] = [from];
  const inner = count - 2;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = from + 1 + Math.floor((bucket * inner) / buckets);
    const end = from + 1 + Math.floor(((bucket + 1) * inner) / buckets);
    let least = -1;
    let greatest = -1;
    let gap = -1;
    for (let i = start; i < end; i++) {
      if (!Number.isFinite(values[i])) gap = i;
      else {
        if (least < 0 || values[i] < values[least]) least = i;
        if (greatest < 0 || values[i] > values[greatest]) greatest = i;
      }
    }
    const chosen = least < 0 ? [gap] : [least, greatest];
    for (const index of [...new Set(chosen)].sort((a, b) => a - b)) if (index >= 0) kept.push(index);
  }
  kept.push(to);
  return kept;
}
