import { type Breathe, breathing } from './dense';
import { effectOf } from './factor';
import type { IterativeWords } from './iterative/fit';
import { type Evaluation, evaluate, type LikelihoodOptions } from './likelihood';
import { CEILING, FLOOR, Maximiser } from './maximise';
import { type MixedData, type MixedStructure, type MixedSums, sumRows } from './sums';
import { sweep } from './sweep';
import { type Undetermined, undetermined } from './undetermined';
import { loadProducts } from './wasm/kernel';

/** Ratios σ²_k / σ²_e below this are reported as no variance at all. */
const NOTHING = 1e-7;
/** Residuals below this share of y are rounding. */
const LEAST_RESIDUAL = 1e-11;
/** Step of log γ of the differences that give the curvature at the optimum. */
const DIFFERENCE = 1e-4;

/** What a fitted linear mixed model says. Variances and standard errors are by factor in the data's order. */
export interface MixedFit {
  deviance: number;
  beta: Float64Array;
  /** p × p; 0 in columns that others explain. */
  betaCovariance: Float64Array;
  residualVariance: number;
  variances: Float64Array;
  /** From the observed information; null for a variance at zero, where the theory gives none. */
  residualStandardError: number | null;
  varianceStandardErrors: (number | null)[];
  effects: Float64Array[];
  conditionalVariances: Float64Array[];
  /** By factor: why its variance, given as 0, is not determined by the data; null where it is. */
  undetermined: Undetermined[];
  /**
   * True where fixed effects and levels give y of every row: no residual is left, the likelihood has no
   * maximum, and nothing has a standard error.
   */
  exact: boolean;
  /** Where no factor was made: how the fit was come by. */
  iterative?: IterativeWords;
}

/**
 * Maximum likelihood (or REML) for y = Xβ + Σ_k Z_k b_k + e with crossed random intercepts, by the profiled
 * deviance (Bates, Mächler, Bolker & Walker 2015, Fitting Linear Mixed-Effects Models Using lme4) with exact
 * gradients, a quasi-Newton step at a time.
 */
export class MixedModel {
  readonly #data: MixedData;
  readonly #structure: MixedStructure | undefined;
  #sums: MixedSums | null = null;
  readonly #options: LikelihoodOptions;
  readonly #search: Maximiser<Evaluation>;
  readonly #breathe: { current: Breathe };
  readonly #undetermined: Undetermined[];

  /**
   * @param start σ²_k / σ²_e to begin with (by factor)
   * @param structure of the factors, where it is known
   */
  constructor(data: MixedData, options: Partial<LikelihoodOptions> = {}, start?: ArrayLike<number>, structure?: MixedStructure) {
    this.#data = data;
    this.#structure = structure;
    this.#options = { reml: false, residualVariance: null, ...options };
    this.#undetermined = undetermined(data.factors);
    const stays = this.#undetermined.map((why) => why !== null);
    const ratios = stays.map((stay, k) => (stay ? FLOOR : Math.log(Math.max(start?.[k] ?? 0.1, NOTHING))));
    this.#breathe = { current: async () => {} };
    this.#search = new Maximiser(ratios, (logRatios) => this.#evaluate(logRatios), stays);
  }

  get converged(): boolean {
    return this.#search.converged;
  }

  /** σ²_k / σ²_e of now. */
  get ratios(): Float64Array {
    return ratiosOf(this.#search.point);
  }

  /** One step of the search. Throws LabFailure (`sumRows`) where an evaluation would take too long. */
  async iterate(breathe: Breathe): Promise<Evaluation> {
    this.#breathe.current = breathe;
    return this.#search.step();
  }

  /** Steps until the search has converged, and the standard errors there. */
  async fit(breathe: Breathe, mostSteps = 100): Promise<MixedFit> {
    for (let step = 0; step < mostSteps && !this.converged; step++) await this.iterate(breathe);
    return this.summary(breathe);
  }

  /** The fit at the point of now with standard errors from the observed information. */
  async summary(breathe: Breathe): Promise<MixedFit> {
    this.#breathe.current = breathe;
    const at = this.#search.at ?? (await this.#search.step());
    const ratios = this.ratios;
    const beyond = at.exact || (this.#options.residualVariance === null && this.#search.point.some((value) => value >= CEILING));
    const left = beyond ? residualSquares(this.#data, at) : null;
    const errors = beyond ? new Array<null>(1 + ratios.length).fill(null) : await this.#standardErrors(at);
    return {
      deviance: at.deviance,
      beta: at.beta,
      betaCovariance: at.betaCovariance,
      // Positive also where the fit is exact, so that ratios stay numbers.
      residualVariance: left ? left / at.freedom : at.residualVariance,
      // Without noise nothing shrinks, and the likelihood is largest where each variance is that of its
      // effects.
      variances: ratios.map((ratio, k) => (beyond ? meanSquare(at.effects[k]) : ratio * at.residualVariance)),
      residualStandardError: this.#options.residualVariance === null ? errors[0] : null,
      varianceStandardErrors: [...ratios].map((_, k) => errors[k + 1]),
      effects: at.effects,
      conditionalVariances: at.conditionalVariances,
      undetermined: this.#undetermined,
      exact: left === 0,
    };
  }

  async #evaluate(logRatios: Float64Array): Promise<Evaluation> {
    const breathe = (): Promise<void> => this.#breathe.current();
    await loadProducts();
    this.#sums ??= await breathing(sumRows(this.#data, this.#structure), breathe);
    return evaluate(this.#sums, ratiosOf(logRatios), this.#options, breathe);
  }

  /**
   * Standard errors of σ²_e and each σ²_k: the deviance's second derivatives in log σ²_e and log γ_k, of
   * which only those in log γ_k need differences of the exact gradient, then the delta method, exact at a
   * stationary point.
   */
  async #standardErrors(at: Evaluation): Promise<(number | null)[]> {
    const known = this.#options.residualVariance !== null;
    const ratios = this.ratios;
    const inside = [...ratios.keys()].filter((k) => ratios[k] > 0);
    const size = inside.length + 1;
    const information = new Float64Array(size * size);
    information[0] = known ? 1 : at.freedom / 2;
    for (const [row, k] of inside.entries()) {
      // The gradient at the same σ²_e: determined − squares / σ²_e.
      const moved = this.#search.point.slice();
      moved[k] += DIFFERENCE;
      const there = await this.#evaluate(moved);
      if (!known) {
        information[row + 1] = at.squares[k] / at.residualVariance / 2;
        information[(row + 1) * size] = information[row + 1];
      }
      for (const [column, l] of inside.entries()) {
        // #evaluate profiles σ²_e anew; neither squares nor what is determined depend on it, so that the
        // gradient at the old σ²_e follows.
        const gradient = there.determined[l] - there.squares[l] / at.residualVariance;
        information[(row + 1) * size + column + 1] = (gradient - at.gradient[l]) / DIFFERENCE / 2;
      }
    }
    for (let a = 1; a < size; a++) {
      for (let b = 1; b < a; b++) {
        const mean = (information[a * size + b] + information[b * size + a]) / 2;
        information[a * size + b] = mean;
        information[b * size + a] = mean;
      }
    }
    const { rank } = sweep(information, size, size);
    const errors: (number | null)[] = [null, ...Array.from(ratios, () => null)];
    if (rank < size) return errors;
    if (!known) errors[0] = at.residualVariance * Math.sqrt(information[0]);
    for (const [row, k] of inside.entries()) {
      const own = information[(row + 1) * size + row + 1];
      // log σ²_k = log σ²_e + log γ_k.
      const variance = known ? own : own + information[0] + 2 * information[row + 1];
      errors[k + 1] = variance > 0 ? ratios[k] * at.residualVariance * Math.sqrt(variance) : null;
    }
    return errors;
  }
}

const meanSquare = (values: Float64Array): number => values.reduce((sum, value) => sum + value ** 2, 0) / values.length;

/**
 * Σ (y − Xβ − Zb)², row by row: what the sums, which the likelihood is computed from, can no longer tell from
 * the rounding of y'y. 0 where it is rounding here too.
 */
function residualSquares({ rows, x, p, y, factors }: MixedData, { beta, effects }: Evaluation): number {
  let squares = 0;
  let size = 0;
  for (let i = 0; i < rows; i++) {
    let residual = y[i];
    for (let j = 0; j < p; j++) residual -= x[i * p + j] * beta[j];
    for (let k = 0; k < factors.length; k++) residual -= effectOf(factors[k], effects[k], i);
    squares += residual ** 2;
    size += y[i] ** 2;
  }
  return squares > LEAST_RESIDUAL ** 2 * size ? squares : 0;
}

function ratiosOf(logRatios: Float64Array): Float64Array {
  return logRatios.map((value) => {
    const ratio = Math.exp(value);
    return value <= FLOOR || ratio < NOTHING ? 0 : ratio;
  });
}
