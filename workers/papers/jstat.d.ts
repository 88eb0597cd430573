/** The part of jStat 1.9.6 that the lab uses; the package ships no types. */
declare module 'jstat' {
  interface StudentT {
    /** P(T ≤ x). */
    cdf(x: number, df: number): number;
    /** Quantile of probability p. */
    inv(p: number, df: number): number;
  }
  const jStat: { studentt: StudentT };
  export default jStat;
}
