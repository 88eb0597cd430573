/** The best of several series of repetitions. */
export interface Best {
  id: string;
  /** Of its repetitions that all compared series have, `n` of them. */
  mean: number;
  n: number;
  /** Ids of the series that are not compared, as they leave fewer than two repetitions in common. */
  apart: string[];
}

/** Fewer have no spread. */
const LEAST = 2;

/**
 * The best by the mean over the repetitions that all series have: a mean over others says more of their data
 * than of the method. Where fewer than two are common, the series with the fewest values is left out, and so
 * on.
 *
 * @param series a value a repetition, by id; null where there is none
 * @param lower whether a smaller value is better
 * @returns null where no two series have two repetitions in common
 */
export function bestOf(series: ReadonlyMap<string, readonly (number | null)[]>, lower: boolean): Best | null {
  let compared = [...series].map(([id, values]) => ({
    id,
    values: new Map(values.flatMap((value, i): [number, number][] => (value !== null && Number.isFinite(value) ? [[i, value]] : []))),
  }));
  const apart: string[] = [];
  while (compared.length > 1) {
    const common = [...compared[0].values.keys()].filter((i) => compared.every(({ values }) => values.has(i)));
    if (common.length >= LEAST) {
      const means = compared.map(({ id, values }) => ({ id, mean: common.reduce((sum, i) => sum + (values.get(i) ?? 0), 0) / common.length }));
      const best = means.reduce((first, next) => ((lower ? next.mean < first.mean : next.mean > first.mean) ? next : first));
      return { ...best, n: common.length, apart };
    }
    const fewest = compared.reduce((least, next) => (next.values.size <= least.values.size ? next : least));
    apart.push(fewest.id);
    compared = compared.filter((one) => one !== fewest);
  }
  return null;
}
