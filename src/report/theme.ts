import type { Theme } from '../charts/figure';

/** Advance widths of Helvetica from space to tilde, in thousandths of the size. */
const WIDTHS = [
  ...[278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278],
  ...[556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556],
  ...[1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778],
  ...[667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556],
  ...[333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556],
  ...[556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584],
];
const OTHER = 600;
/** Nobody knows the reader's font: room for wider ones. */
const WIDER = 1.13;

/**
 * Width in px of a text, the same in every browser and without one: a report is the same file wherever it is
 * made.
 */
export function textWidth(text: string, size: number, weight = 400): number {
  let sum = 0;
  for (const character of text) sum += WIDTHS[(character.codePointAt(0) ?? 0) - 32] ?? OTHER;
  return (sum / 1000) * size * WIDER * (weight >= 600 ? 1.06 : 1);
}

/** The colour of a method, which is one for each theme. */
export const methodVariable = (method: string): string => `var(--m-${method})`;

/** The theme of a report's figures: variables of its page, so that they follow light, dark and paper. */
export const REPORT_THEME: Theme = {
  dark: false,
  sheet: 'var(--sheet)',
  sunk: 'var(--sunk)',
  ink: 'var(--ink)',
  ink2: 'var(--ink-2)',
  ink3: 'var(--ink-3)',
  line: 'var(--line)',
  grid: 'var(--grid)',
  axis: 'var(--axis)',
  bad: 'var(--bad)',
  isolated: null,
  sans: 'sans',
  serif: 'serif',
  textWidth,
};
