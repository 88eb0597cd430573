import type { Breathe } from '../dense';
import type { FormulaModel, ModelTerm } from '../formula/types';
import { GeneralisedTermModel } from '../terms/generalised';
import { LinearTermModel } from '../terms/linear';
import { aboveChiSquare, boundaryPValue } from './chi-square';

/** Likelihood ratio of a model without some random effects. */
export interface VarianceTest {
  group: string;
  /** What the smaller model leaves out. */
  effects: string[];
  /** Difference of the deviances; 0 where it is rounding; null where there is none, and `note` says why. */
  ratio: number | null;
  /** Parameters that go. */
  parameters: number;
  pValue: number | null;
  /** How the p value was found, in words. */
  reference: string;
  note?: string;
}

/** Deviance of the rows with other terms, by the same estimator, and whether its search converged. */
export type DevianceOf = (terms: readonly ModelTerm[]) => Promise<{ deviance: number; converged: boolean }>;

/** A difference of deviances below this is rounding of the searches. */
const ROUNDING = 1e-6;

/** What a term leaves when some of its effects go; null where nothing is left. */
function without(term: ModelTerm, gone: readonly number[]): ModelTerm | null {
  const kept = term.effects.map((_, a) => a).filter((a) => !gone.includes(a));
  if (kept.length === 0) return null;
  const { design, width: r, codes } = term;
  const width = kept.length;
  const alone = width === 1 && term.products[kept[0]] === -1;
  return {
    ...term,
    effects: kept.map((a) => term.effects[a]),
    products: kept.map((a) => term.products[a]),
    cells: kept.map((a) => term.cells[a]),
    width,
    design:
      alone || !design ? null : Float64Array.from({ length: codes.length * width }, (_, at) => design[Math.floor(at / width) * r + kept[at % width]]),
  };
}

/** Effects that can go by themselves: of a term of one product all, else each product of slopes. */
function leavable({ products }: ModelTerm): number[][] {
  const distinct = [...new Set(products)];
  const slopes = distinct.length === 1 ? distinct : distinct.filter((product) => product >= 0);
  return slopes.map((product) => products.flatMap((own, a) => (own === product ? [a] : [])));
}

/**
 * Of each random effect that can go by itself, the likelihood ratio against its boundary mixture
 * (docs/methods.md A22); of a category's slopes, which go together, a χ² with as many degrees of freedom as
 * parameters go, which is too large a p value rather than too small a one.
 *
 * @param deviance of the model as it is
 */
export async function varianceTests({ terms }: FormulaModel, deviance: number, devianceOf: DevianceOf): Promise<VarianceTest[]> {
  const tests: VarianceTest[] = [];
  for (const [k, term] of terms.entries()) {
    for (const gone of leavable(term)) {
      const left = without(term, gone);
      const smaller = terms.flatMap((other, l) => (l === k ? (left ? [left] : []) : [other]));
      const reduced = await devianceOf(smaller);
      const difference = reduced.deviance - deviance;
      const [r, d] = [term.width, gone.length];
      const parameters = (r * (r + 1)) / 2 - ((r - d) * (r - d + 1)) / 2;
      const common = {
        group: term.group,
        effects: gone.map((a) => term.effects[a]),
        parameters,
        reference:
          d === 1 ? `half χ² with ${r - 1}, half with ${r} degrees of freedom` : `χ² with ${parameters} degrees of freedom, which is cautious`,
      };
      const note = !Number.isFinite(difference)
        ? 'no ratio: one of the two models has no likelihood'
        : reduced.converged
          ? null
          : 'no ratio: the search of the smaller model did not converge';
      if (note !== null) {
        tests.push({ ...common, ratio: null, pValue: null, note });
        continue;
      }
      const ratio = difference < ROUNDING ? 0 : difference;
      tests.push({ ...common, ratio, pValue: d === 1 ? boundaryPValue(ratio, r) : aboveChiSquare(ratio, parameters) });
    }
  }
  return tests;
}

/** Deviances of linear models. @param y of the rows, without offset and shift */
export const linearDeviances =
  ({ design }: FormulaModel, y: Float64Array, reml: boolean, breathe: Breathe): DevianceOf =>
  (terms) =>
    new LinearTermModel({ rows: y.length, x: design.x, p: design.p, y, terms }, { reml }).fit(breathe);

/** Deviances of generalised models. */
export const generalisedDeviances =
  ({ design, response, offset, family }: FormulaModel, nodes: number, breathe: Breathe): DevianceOf =>
  async (terms) => {
    if (family === 'gaussian') throw new Error('a Gaussian response has a likelihood of its own');
    const rows = response.y.length;
    const data = { rows, x: design.x, p: design.p, offset, terms, family, y: response.y, trials: response.trials };
    return new GeneralisedTermModel(data, { nodes: terms.length === 0 ? 1 : nodes }).fit(breathe);
  };
