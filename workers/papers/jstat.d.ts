/** The part of jStat 1.9.6 that the lab uses; the package ships no types. */
declare module 'jstat' {
  interface StudentT {
    /** P(T ≤ x). */
    cdf(x: number, df: number): number;
    /** Quantile of probability p. */
    inv(p: number, df: number): number;
  }
  interface Normal {
    /** P(X ≤ x). */
    cdf(x: number, mean: number, sd: number): number;
    /** Quantile of probability p. */
    inv(p: number, mean: number, sd: number): number;
  }
  interface Beta {
    /** Quantile of probability p. */
    inv(p: number, alpha: number, beta: number): number;
  }
  interface Gamma {
    /** Quantile of probability p. */
    inv(p: number, shape: number, scale: number): number;
  }
  const jStat: { studentt: StudentT; normal: Normal; beta: Beta; gamma: Gamma };
  export default jStat;
}
