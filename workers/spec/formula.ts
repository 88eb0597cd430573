/** Formulas of mixed models, read, written and changed piece by piece, for the page. */
import type { DatasetSpec } from '../data/schema';
import { checkColumns, formulaOfColumns, type RoleNames } from '../mixed/formula/columns';
import { type Formula, type Product, type RandomPart, sameProduct } from '../mixed/formula/formula';
import { parseFormula } from '../mixed/formula/parse';
import { writeFormula, writeName, writeProduct } from '../mixed/formula/write';
import { numbered, numericColumns } from './numeric-columns';
import { roleFeatures } from './tags';

export type { Formula, Product, RandomPart, RoleNames };
export { formulaOfColumns, sameProduct, writeFormula, writeName, writeProduct };

/** Columns that a formula of these data can name; null where rows are windows of series. */
export function formulaColumns(dataset: DatasetSpec): RoleNames | null {
  const numeric = numericColumns(dataset);
  switch (dataset.kind) {
    case 'simulated':
    case 'lmmnn':
      return { targetName: 'y', numeric, categorical: numbered('z', dataset.levels.length) };
    case 'collaborative':
      return { targetName: 'y', numeric, categorical: ['user', 'item'] };
    case 'growth':
      return { targetName: 'y', numeric, categorical: ['curve'] };
    case 'orange':
      return { targetName: 'circumference_mm', numeric, categorical: ['tree'] };
    case 'tags':
      return { targetName: 'y', numeric, categorical: [], tags: ['tags'] };
    case 'table': {
      const names = (role: 'categorical' | 'tags'): string[] => roleFeatures(dataset.columns, role).map(({ name }) => name);
      const target = dataset.columns.find(({ role }) => role === 'target');
      return target ? { targetName: target.name, numeric, categorical: names('categorical'), tags: names('tags') } : null;
    }
    case 'tag-series':
    case 'series-table':
      return null;
  }
}

/**
 * A formula of these columns. @throws LabFailure 'formula', which names the place, or 'formula-column' and
 * the like
 */
export function readFormula(text: string, columns: RoleNames): Formula {
  const formula = parseFormula(text);
  checkColumns(formula, columns);
  return formula;
}

const without = (products: readonly Product[], product: Product): Product[] => products.filter((other) => !sameProduct(other, product));

/** Products of fewer columns first, as formulas have them. */
const inOrder = (products: readonly Product[]): Product[] => [...products].sort((a, b) => a.length - b.length);

/** Takes a fixed effect in, or leaves it out with the interactions that it is part of. */
export function withFixed(formula: Formula, product: Product, wanted: boolean): Formula {
  const others = without(formula.fixed, product);
  const fixed = wanted
    ? inOrder([...others, product])
    : others.filter((other) => other.length === 1 || !product.every((name) => other.includes(name)));
  return { ...formula, fixed };
}

const isOf = (part: RandomPart, group: Product): boolean => sameProduct(part.group, group);

/** The random parts of a group as one: what the boxes of the group show; null without one. */
export function partOf({ random }: Formula, group: Product): RandomPart | null {
  const own = random.filter((part) => isOf(part, group));
  if (own.length === 0) return null;
  const slopes = own.flatMap((part) => part.slopes);
  const several = slopes.length + (own.some(({ intercept }) => intercept) ? 1 : 0) > 1;
  return {
    intercept: own.some(({ intercept }) => intercept),
    slopes,
    correlated: several ? own.length === 1 && own[0].correlated : true,
    group,
  };
}

/** Another random part for a group, in the place of those that it has; null, or one of nothing: none. */
export function withPart(formula: Formula, group: Product, part: RandomPart | null): Formula {
  const nothing = part === null || (!part.intercept && part.slopes.length === 0);
  const at = formula.random.findIndex((other) => isOf(other, group));
  const others = formula.random.filter((other) => !isOf(other, group));
  if (nothing) return { ...formula, random: others };
  const place = at < 0 ? others.length : formula.random.slice(0, at).filter((other) => !isOf(other, group)).length;
  return { ...formula, random: [...others.slice(0, place), part, ...others.slice(place)] };
}

/** Groups that boxes are for: categorical columns, then the formula's others (a:b). */
export function groupsOf({ random }: Formula, { categorical }: RoleNames): Product[] {
  const groups: Product[] = categorical.map((name) => [name]);
  for (const { group } of random) if (!groups.some((other) => sameProduct(other, group))) groups.push(group);
  return groups;
}

/**
 * The name that is being typed at a place of a formula, and columns that begin with it, or have it in them.
 */
export function suggestions(text: string, at: number, columns: RoleNames): { from: number; to: number; names: string[] } {
  const before = /(?:`[^`]*|[\p{L}\p{N}._]*)$/u.exec(text.slice(0, at))?.[0] ?? '';
  const after = before.startsWith('`') ? (/^[^`]*`?/.exec(text.slice(at))?.[0] ?? '') : (/^[\p{L}\p{N}._]*/u.exec(text.slice(at))?.[0] ?? '');
  const typed = before.replace(/^`/, '').toLowerCase();
  const behindBar = /\|[^)]*$/.test(text.slice(0, at - before.length));
  const all =
    !text.includes('~') || at <= text.indexOf('~')
      ? [columns.targetName]
      : behindBar
        ? columns.categorical
        : [...columns.numeric, ...columns.categorical];
  const found = all.filter((name) => typed !== '' && name.toLowerCase().includes(typed) && name !== before.replace(/^`/, ''));
  found.sort((a, b) => Number(b.toLowerCase().startsWith(typed)) - Number(a.toLowerCase().startsWith(typed)));
  return { from: at - before.length, to: at + after.length, names: found.slice(0, 6) };
}
