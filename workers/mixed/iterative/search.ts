import { LabFailure } from '../../data/failure';
import type { Breathe } from '../dense';
import { hasCodes } from '../factor';
import type { Evaluation } from '../likelihood';
import { type MixedFit, MixedModel } from '../mixed-model';
import { type MixedData, TOO_LARGE } from '../sums';
import { undetermined } from '../undetermined';
import { fitIteratively, type Solver } from './fit';

/** Ratios from which a search begins, as `MixedModel`'s: a variance of 0 would stay. */
const LEAST = 0.01;

/**
 * A linear mixed model with random intercepts whatever its size: by a factor, a step at a time, or, where
 * that would be too large, by conjugate gradients in one step. Rows with sets of levels need a factor.
 */
export class MixedSearch {
  readonly #data: MixedData;
  readonly #reml: boolean;
  readonly #solver: Solver;
  readonly #start: ArrayLike<number> | undefined;
  readonly #model: MixedModel;
  #iterative: MixedFit | null = null;

  /** @param start σ²_k / σ²_e to begin with (by factor) */
  constructor(data: MixedData, { reml, solver = 'automatic' }: { reml: boolean; solver?: Solver }, start?: ArrayLike<number>) {
    this.#data = data;
    this.#reml = reml;
    this.#solver = data.factors.every(hasCodes) ? solver : 'factor';
    this.#start = start;
    this.#model = new MixedModel(data, { reml }, start);
  }

  get converged(): boolean {
    return this.#iterative !== null || this.#model.converged;
  }

  /** σ²_k / σ²_e of now. */
  get ratios(): Float64Array {
    const fit = this.#iterative;
    return fit ? fit.variances.map((variance) => variance / fit.residualVariance) : this.#model.ratios;
  }

  async iterate(breathe: Breathe): Promise<Pick<Evaluation, 'beta' | 'betaCovariance' | 'residualVariance' | 'deviance'>> {
    return this.#iterative ?? this.#orWithoutFactor(() => this.#model.iterate(breathe), breathe);
  }

  fit(breathe: Breathe): Promise<MixedFit> {
    return this.#orWithoutFactor(() => this.#model.fit(breathe), breathe);
  }

  async #orWithoutFactor<Found>(byFactor: () => Promise<Found>, breathe: Breathe): Promise<Found | MixedFit> {
    if (this.#iterative) return this.#iterative;
    if (this.#solver !== 'iterative') {
      try {
        return await byFactor();
      } catch (failure) {
        if (this.#solver === 'factor' || !(failure instanceof LabFailure && failure.code === TOO_LARGE)) throw failure;
      }
    }
    this.#iterative = await this.#withoutFactor(breathe);
    return this.#iterative;
  }

  async #withoutFactor(breathe: Breathe): Promise<MixedFit> {
    const { factors, rows, x, p, y } = this.#data;
    const terms = factors.filter(hasCodes).map(({ codes, levels }) => ({ codes, levels, width: 1, design: null }));
    const start = this.#start && Float64Array.from(this.#start, (ratio) => Math.sqrt(Math.max(ratio, LEAST)));
    const fit = await fitIteratively({ rows, x, p, y, terms }, { reml: this.#reml, start }, breathe);
    return {
      deviance: fit.deviance,
      beta: fit.beta,
      betaCovariance: fit.betaCovariance,
      residualVariance: fit.residualVariance,
      variances: Float64Array.from(fit.terms, ({ covariance }) => covariance[0]),
      residualStandardError: null,
      varianceStandardErrors: fit.terms.map(() => null),
      effects: fit.terms.map(({ effects }) => effects),
      conditionalVariances: fit.terms.map(({ conditionalCovariances }) => conditionalCovariances),
      undetermined: undetermined(factors),
      exact: fit.exact,
      iterative: fit.iterative,
    };
  }
}
