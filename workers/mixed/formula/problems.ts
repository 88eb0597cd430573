import { LabFailure } from '../../data/failure';
import { undetermined } from '../undetermined';
import type { Variable } from './frame';
import type { FormulaModel, ModelTerm } from './types';
import { writeProduct } from './write';

/** A column with less than this share of its mean square outside of the others depends on them. */
const DEPENDS = 1e-10;

const said = (count: number, what: string): string => `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

/**
 * What rows cannot tell of random terms: refused by name, or said as notes where it is no reason to stop.
 * @throws LabFailure for a term whose covariance the rows do not determine
 */
export function checkTerms(model: FormulaModel, variable: (name: string) => Variable): string[] {
  const { terms, rows, family, response, design } = model;
  // As many coefficients as rows leave no degree of freedom: the residual variance of REML would be 0 / 0.
  if (family === 'gaussian' && design.p >= rows.length)
    throw new LabFailure(
      'formula-rows',
      `The fixed effects are ${said(design.p, 'coefficient')} on ${said(rows.length, 'row')}: they give every response, and nothing is left for the levels.`,
      'Leave out fixed effects, or columns with many missing cells.',
    );
  for (const term of terms) {
    if (term.levels < 2)
      throw new LabFailure(
        'formula-levels',
        `The grouping factor ${term.group} has one level in these rows, and a variance needs at least two.`,
        'Leave the random part out, or choose another column.',
      );
    const effects = term.levels * term.width;
    if (family === 'gaussian' && effects >= rows.length)
      throw new LabFailure(
        'formula-levels',
        `The random part ${partName(term)} has ${said(effects, 'effect')} on ${said(rows.length, 'row')}: they cannot be told from the residual.`,
        term.width > 1 ? 'Leave out slopes, or group by a column with fewer levels.' : 'Group by a column whose levels have several rows.',
      );
    if (family === 'binomial' && !response.trials && term.levels === rows.length)
      throw new LabFailure(
        'formula-levels',
        `Every level of ${term.group} has one row, and a binary response does not determine their variance.`,
        'Group by a column whose levels have several rows.',
      );
    refuseDependent(term);
    refuseFixed(term, model, variable);
  }
  for (const [k, term] of terms.entries()) for (const other of terms.slice(0, k)) refuseTwins(other, term);
  return terms.flatMap((term) => slopeNotes(term));
}

/** (x | g), as it is told. */
export const partName = ({ effects, group }: ModelTerm): string =>
  `(${effects.map((name) => (name === '(Intercept)' ? '1' : name)).join(' + ')} | ${group})`;

/** Columns of a term that the others give: in all rows, or in those of every level. */
function refuseDependent({ design, width: r, effects, codes, levels, group }: ModelTerm): void {
  if (!design) return;
  const all = dependent(design, r, codes, null, 1);
  if (all[0] > 0)
    throw new LabFailure(
      'formula-slopes',
      `In the random part of ${group}, ${effects[all[0]]} is a combination of ${effects.slice(0, all[0]).join(' and ')} in these rows.`,
      `Leave ${effects[all[0]]} out of the part.`,
    );
  if (all[0] === 0)
    throw new LabFailure('formula-slopes', `In the random part of ${group}, ${effects[0]} is 0 in every row.`, `Leave ${effects[0]} out.`);
  if (r === 1) return;
  if (effects[0] !== '(Intercept)') return;
  const column = constantWithin(design, r, codes, levels);
  if (column > 0)
    throw new LabFailure(
      'formula-slopes',
      `${effects[column]} does not vary within any level of ${group}, so its slopes cannot be told from the intercepts.`,
      `Leave ${effects[column]} out of the random part, or group by another column.`,
    );
}

/**
 * The first effect after the intercept that is the same in all rows of each level; −1 where there is none.
 */
function constantWithin(design: Float64Array, r: number, codes: Int32Array, levels: number): number {
  const first = new Int32Array(levels).fill(-1);
  const varies = new Uint8Array(r);
  for (let i = 0; i < codes.length; i++) {
    if (first[codes[i]] < 0) first[codes[i]] = i;
    for (let a = 1; a < r; a++) if (design[i * r + a] !== design[first[codes[i]] * r + a]) varies[a] = 1;
  }
  return varies.indexOf(0, 1);
}

/**
 * Of each group of rows the first column that is a combination of those before it; −1 where there is none.
 */
function dependent(design: Float64Array, r: number, codes: Int32Array, group: Int32Array | null, groups: number): Int32Array {
  const products = new Float64Array(groups * r * r);
  for (let i = 0; i < codes.length; i++) {
    const at = (group ? group[i] : 0) * r * r;
    for (let a = 0; a < r; a++) for (let b = 0; b <= a; b++) products[at + a * r + b] += design[i * r + a] * design[i * r + b];
  }
  const found = new Int32Array(groups).fill(-1);
  const L = new Float64Array(r * r);
  for (let g = 0; g < groups; g++) {
    for (let a = 0; a < r && found[g] < 0; a++)
      for (let b = 0; b <= a; b++) {
        const own = products[g * r * r + a * r + b];
        let entry = own;
        for (let c = 0; c < b; c++) entry -= L[a * r + c] * L[b * r + c];
        if (b < a) L[a * r + b] = entry / L[b * r + b];
        else if (entry > DEPENDS * own) L[a * r + a] = Math.sqrt(entry);
        else found[g] = a;
      }
  }
  return found;
}

/** How many levels say nothing of a slope. */
function slopeNotes({ design, width: r, effects, codes, levels, group }: ModelTerm): string[] {
  if (!design || r === 1 || effects[0] !== '(Intercept)') return [];
  const within = dependent(design, r, codes, codes, levels);
  const without = within.reduce((sum, column) => sum + (column >= 0 ? 1 : 0), 0);
  if (without === 0) return [];
  if (without === levels) return [`No level of ${group} shows all of its effects by itself; each is predicted from what the others show.`];
  return [
    `In ${said(without, 'level')} of ${group} of ${levels.toLocaleString('en')} the slopes do not show by themselves; they are predicted from the others.`,
  ];
}

/** A grouping factor whose levels are fixed effects as well. */
function refuseFixed(term: ModelTerm, { formula }: FormulaModel, variable: (name: string) => Variable): void {
  if (term.effects[0] !== '(Intercept)') return;
  for (const product of formula.fixed) {
    const columns = product.map(variable);
    if (columns.some(({ kind }) => kind === 'numbers')) continue;
    // Each level of the fixed product belongs to one level of the grouping factor.
    const of = new Map<string, number>();
    const parts = columns.map((column) => (column.kind === 'levels' ? column.codes : new Int32Array(0)));
    const finer = term.codes.every((code, i) => {
      const key = parts.map((codes) => codes[i]).join(' ');
      const before = of.get(key);
      if (before === undefined) of.set(key, code);
      return before === undefined || before === code;
    });
    if (finer)
      throw new LabFailure(
        'formula-levels',
        `The levels of ${term.group} are given by the fixed effects of ${writeProduct(product)}, so their variance is not determined.`,
        'Take it as fixed or as random, not as both.',
      );
  }
}

/** Two intercepts whose factors divide the rows alike. */
function refuseTwins(a: ModelTerm, b: ModelTerm): void {
  const shared = a.effects.find((name) => b.effects.includes(name));
  if (shared === undefined) return;
  const twins = undetermined([
    { codes: a.codes, levels: a.levels },
    { codes: b.codes, levels: b.levels },
  ]);
  if (twins[1] !== 0) return;
  const what = shared === '(Intercept)' ? 'intercepts' : `slopes of ${shared}`;
  const same = a.group === b.group;
  throw new LabFailure(
    'formula-levels',
    same
      ? `${a.group} has random ${what} twice.`
      : `The levels of ${a.group} and ${b.group} divide the rows alike, so their ${what} cannot be told apart.`,
    'Leave one of the two out.',
  );
}
