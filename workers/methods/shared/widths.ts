import { z } from 'zod';
import type { Candidate } from '../method';

/** Rules for the width of a feature's vectors by its number of levels. */
const RULES = ['half', 'fourth-root', 'six-fourth-roots', 'table-low', 'table-middle', 'table-high'] as const;
type Rule = (typeof RULES)[number];
/** What the form offers: d for every feature, a rule, or whichever of these validates best. */
const CHOICES = ['fixed', ...RULES, 'chosen-on-validation'] as const;
export type WidthRule = (typeof CHOICES)[number];

const isRule = (choice: WidthRule): choice is Rule => choice !== 'fixed' && choice !== 'chosen-on-validation';

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
export function ruledWidth(rule: Rule, levels: number): number {
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
  /** Widths of the first features, in the place of the rule; 0 leaves a feature to it. Absent: none. */
  widths?: readonly number[];
}

/** The width of each feature's vectors, by its levels. Before a search has chosen, that is d. */
export const featureWidths = ({ d, dRule = 'fixed', widths = [] }: WidthSettings, levels: readonly number[]): number[] =>
  levels.map((q, k) => widths[k] || (isRule(dRule) ? ruledWidth(dRule, q) : d));

/** The one width of all features' vectors; null where they differ. */
export const oneWidth = (widths: readonly number[]): number | null => (widths.every((width) => width === widths[0]) ? (widths[0] ?? null) : null);

/**
 * The one width of a method that adds, multiplies or mixes vectors of several features: that of the widest,
 * which by every rule is the feature with most levels. Without features it is d.
 */
export const commonWidth = (settings: WidthSettings, levels: readonly number[]): number =>
  Math.max(...(levels.length > 0 ? featureWidths(settings, levels) : [settings.d]));

/** True where the settings ask for d, and for the same of every feature. */
export const isFixed = ({ dRule = 'fixed', widths = [] }: Partial<WidthSettings>): boolean =>
  dRule === 'fixed' && widths.every((width) => width === 0);

const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** Numbers of all vectors of a row side by side: Σ d_k. */
export const rowWidth = (settings: WidthSettings, levels: readonly number[]): number => total(featureWidths(settings, levels));

/** Numbers in a table per feature: Σ q_k d_k. */
export const tablesCount = (settings: WidthSettings, levels: readonly number[]): number =>
  total(featureWidths(settings, levels).map((width, k) => width * levels[k]));

/** The trainings of a search for the rule: d itself and every rule. */
export function widthCandidates(settings: WidthSettings): Candidate[] | null {
  if (settings.dRule !== 'chosen-on-validation') return null;
  return (['fixed', ...RULES] as const).map((dRule) => ({
    title: dRule === 'fixed' ? `d = ${settings.d}` : `the rule ‘${dRule.replace(/-/g, ' ')}’`,
    settings: { ...settings, dRule },
  }));
}

const RULE = {
  title: 'Rule for the width',
  help: 'Fixed: d for every feature. The others go by a feature’s number of levels: half of it, at most 50; its fourth root, or six of them; a table of the guide to embedding layers. They do not agree: 10,000 levels get 50, 10, 60, or 32, 64, 128. Chosen on validation: all are trained first, and the lowest validation loss decides.',
};

const WIDTHS = {
  title: 'Widths by feature',
  help: 'Widths of the first features in order (categorical columns, then columns of tags), in the place of the rule; 0 leaves a feature to it. Empty: all by the rule.',
};

const widthList = () => z.array(/*#__PURE__*/ z.int().min(0).max(256)).max(100);

/** Rule and widths of a method that is published with them. */
export const publishedWidthFields = (rule: WidthRule) => ({
  dRule: /*#__PURE__*/ z
    .enum(CHOICES)
    .default(rule)
    .meta({ ...RULE, paper: 'not said' }),
  widths: /*#__PURE__*/ widthList()
    .default([])
    .meta({ ...WIDTHS, paper: '16, 32, 12 for its example of 100, 500 and 50 levels' }),
});

/**
 * The rule of a method whose features have one width. Optional, so that settings without it stay what they
 * are.
 */
export const commonWidthFields = () => ({
  dRule: /*#__PURE__*/ z
    .enum(CHOICES)
    .optional()
    .meta({
      ...RULE,
      help: `${RULE.help} All features have one width here: a rule gives that of the feature with most levels.`,
      paper: 'fixed',
      default: 'fixed',
    }),
});

/**
 * Rule and widths of a method that is published with one d. They are optional, so that settings without them
 * stay what they are; the form shows the default.
 */
export const widthFields = () => ({
  dRule: /*#__PURE__*/ z
    .enum(CHOICES)
    .optional()
    .meta({ ...RULE, paper: 'fixed', default: 'fixed' }),
  widths: /*#__PURE__*/ widthList()
    .optional()
    .meta({ ...WIDTHS, paper: 'none', default: [] }),
});
