import { z } from 'zod';

/** How wide the vectors of a feature are: d, or a rule of its number of levels. */
export const WIDTH_RULES = ['fixed', 'half', 'fourth-root', 'six-fourth-roots', 'table-low', 'table-middle', 'table-high'] as const;
export type WidthRule = (typeof WIDTH_RULES)[number];

/** The article's table: least and most numbers for features of fewer levels than this. */
const TABLE: readonly { below: number; low: number; high: number }[] = [
  { below: 10, low: 2, high: 4 },
  { below: 100, low: 4, high: 16 },
  { below: 1_000, low: 16, high: 64 },
  { below: 100_000, low: 32, high: 128 },
  { below: Number.POSITIVE_INFINITY, low: 64, high: 256 },
];

/** Fourth roots of whole fourth powers come out of floating point a little above or below. */
const fourthRoot = (levels: number): number => Number((levels ** 0.25).toFixed(9));

/** The width that a rule gives a feature of so many levels, at least 1. docs/methods.md F7. */
export function ruledWidth(rule: Exclude<WidthRule, 'fixed'>, levels: number): number {
  if (rule === 'half') return Math.max(1, Math.min(50, Math.floor(levels / 2)));
  if (rule === 'fourth-root') return Math.max(1, Math.ceil(fourthRoot(levels)));
  if (rule === 'six-fourth-roots') return Math.max(1, Math.floor(6 * levels ** 0.25 + 0.5));
  const { low, high } = TABLE.find(({ below }) => levels < below) as (typeof TABLE)[number];
  if (rule === 'table-low') return low;
  return rule === 'table-high' ? high : Math.round(Math.sqrt(low * high));
}

/** Settings that say how wide vectors are. */
export interface WidthSettings {
  d: number;
  /** Absent: 'fixed'. */
  dRule?: WidthRule;
  /** Widths of the first features, in the place of the rule. */
  widths?: readonly number[];
}

/** The width of each feature's vectors, by its levels. */
export const featureWidths = ({ d, dRule = 'fixed', widths = [] }: WidthSettings, levels: readonly number[]): number[] =>
  levels.map((q, k) => widths[k] ?? (dRule === 'fixed' ? d : ruledWidth(dRule, q)));

const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** Numbers of all vectors of a row side by side: Σ d_k. */
export const rowWidth = (settings: WidthSettings, levels: readonly number[]): number => total(featureWidths(settings, levels));

/** Numbers in a table per feature: Σ q_k d_k. */
export const tablesCount = (settings: WidthSettings, levels: readonly number[]): number =>
  total(featureWidths(settings, levels).map((width, k) => width * levels[k]));

const RULE_META = {
  title: 'Rule for the width',
  help: 'Fixed: d for every feature. Half: half its number of levels, at most 50. Fourth root, six fourth roots: of its number of levels, rounded. Table: the low, middle or high end of what the guide’s table gives for its number of levels. The rules do not agree: 10,000 levels get 50, 10, 60, or 32, 64, 128.',
};

/** A rule that a method has by default. */
export const ruleField = (published: WidthRule) =>
  z
    .enum(WIDTH_RULES)
    .default(published)
    .meta({ ...RULE_META, paper: 'not said' });

export const widthsField = () =>
  z.array(z.int().min(1).max(256)).max(100).default([]).meta({
    title: 'Widths by feature',
    help: 'Widths of the first features in order (categorical columns, then columns of tags), in the place of the rule. Empty: all by the rule.',
    paper: '16, 32, 12 for its example of 100, 500 and 50 levels',
  });
