import { bytesOf, fixed, listed, whole } from '../text/numbers';

/** A method's number of trainable numbers on the data at hand. */
export interface Counted {
  label: string;
  parameters: number;
}

/**
 * Where a growing method passes one that does not grow; both names take the plural. `at`: the least q with
 * more, null when never.
 */
export function crossingSentence(input: { table: Counted; mixed: Counted; at: number | null; levels: readonly number[] }): string {
  const { table, mixed, at, levels } = input;
  if (at === null) return `At no number of levels are ${mixed.label} the smaller of the two with these settings.`;
  const here = new Set(levels).size === 1 ? `At q = ${whole(levels[0])}` : 'Here';
  const tail =
    table.parameters < mixed.parameters
      ? ` ${here} the table is still smaller.`
      : table.parameters === mixed.parameters
        ? ` ${here} they are as large.`
        : '';
  return `A table of embeddings grows with every level and passes ${mixed.label} at q = ${whole(at)}.${tail}`;
}

/** Which of two embeddings has fewer parameters on the person's own table; both names take the plural. */
export function tableSentence(table: Counted, mixed: Counted): string {
  const [small, large] = mixed.parameters < table.parameters ? [mixed, table] : [table, mixed];
  if (small.parameters === large.parameters) return `On this data ${mixed.label} and ${table.label} have the same number of parameters.`;
  const ratio = large.parameters / small.parameters;
  return `On this data ${small.label} have fewer parameters: ${large.label} need ${fixed(ratio, ratio < 10 ? 1 : 0)} times as many.`;
}

/** The largest of them. */
export function mostSentence(bars: readonly Counted[]): string {
  if (bars.length === 0) return '';
  const most = Math.max(...bars.map(({ parameters }) => parameters));
  const names = bars.filter(({ parameters }) => parameters === most).map(({ label }) => label);
  if (names.length === bars.length && bars.length > 1)
    return `All methods have the same number of trainable numbers: ${whole(most)}, or ${bytesOf(most)}.`;
  return `Most trainable numbers: ${whole(most)} in ${listed(names)}, or ${bytesOf(most)}.`;
}
