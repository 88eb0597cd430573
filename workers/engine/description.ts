import { LabFailure } from '../data/failure';
import type { FusedDescription, Lookups, TagHeads, TagLists, TagTable } from './step-plan';

/** What every fused plan derives from a description in the same way. */

/** Dropout of some numbers of a row: where its columns of the counter begin, and which are kept. */
export interface Drop {
  /** First column of the counter. */
  column: number;
  /**
   * Keeps a number when the upper 23 bits of its first word are at least this. 0: keeps all, draws nothing.
   */
  keepFrom: number;
  /** What is kept is multiplied by 1 / (1 − rate). */
  scale: number;
}

const NO_DROP: Drop = { column: 0, keepFrom: 0, scale: 1 };

/**
 * The least 23-bit number whose uniform (number + ½) / 2²³ (workers/random) is at least the rate as float32:
 * an integer comparison that decides as tensors do.
 */
export function keepFrom(rate: number): number {
  const limit = Math.fround(rate);
  let least = Math.max(0, Math.floor(rate * 2 ** 23) - 2);
  while ((least + 0.5) * 2 ** -23 < limit) least++;
  return least;
}

function drop(rate: number, column: number): Drop {
  return rate > 0 ? { column, keepFrom: keepFrom(rate), scale: 1 / (1 - rate) } : NO_DROP;
}

/**
 * Dropout of level vectors and after each hidden decoder layer, with the columns that `DecoderDropout` gives
 * them. `features`: those with vectors, columns of tags included.
 */
export function dropsOf(description: FusedDescription, features: number): { levels: Drop; layers: Drop[] } {
  const { kind, decoder } = description;
  const rates = kind === 'sampled-tables' ? [] : (description.dropout ?? []);
  const d = kind === 'no-levels' ? 0 : description.d;
  const levels = drop(kind === 'tables' ? (description.levelDropout ?? 0) : 0, 0);
  let column = kind === 'encoder' || kind === 'sampled-tables' || levels.keepFrom > 0 ? features * d : 0;
  const layers = decoder.map((width, i) => {
    const one = drop(rates[i] ?? 0, column);
    if (one.keepFrom > 0) column += width;
    return one;
  });
  return { levels, layers };
}

/** The columns of tags that a description takes, none where it does not see them. */
export const tagsOf = (description: FusedDescription): readonly (TagTable | TagHeads)[] =>
  description.kind === 'tables' || description.kind === 'encoder' ? (description.tags ?? []) : [];

/** Names of what the feature k has in tables or heads, of so many features before the columns of tags. */
export function namesOf(description: FusedDescription, k: number, features: number): { table: string; mean: string; logVar: string } {
  const column = tagsOf(description)[k - features];
  const levels = { table: `embedding${k}/table`, mean: `encoder/mean${k}`, logVar: `encoder/logVar${k}` };
  if (description.kind === 'sampled-tables') return { ...levels, mean: `embedding${k}/mean`, logVar: `embedding${k}/logVar` };
  return { ...levels, ...column };
}

/** True where level vectors meet as an inner product. */
export function isInnerProduct(description: FusedDescription): boolean {
  return (description.kind === 'tables' || description.kind === 'encoder') && description.interaction === 'inner-product';
}

/** How many numbers the decoder takes in addition to x, from so many features and columns of tags. */
export function interactionWidth(description: FusedDescription, features: number): number {
  if (description.kind === 'no-levels' || description.kind === 'random-intercepts') return 0;
  return isInnerProduct(description) ? 1 : features * description.d;
}

/** Most tags that so many rows of a column have. */
export function mostTags({ offsets }: Pick<TagLists, 'offsets'>, rows: number): number {
  const sizes: number[] = [];
  for (let row = 0; row + 1 < offsets.length; row++) {
    const size = offsets[row + 1] - offsets[row];
    sizes[size] = (sizes[size] ?? 0) + 1;
  }
  let most = 0;
  for (let size = sizes.length - 1, left = rows; size > 0 && left > 0; size--) {
    const taken = Math.min(left, sizes[size] ?? 0);
    most += taken * size;
    left -= taken;
  }
  return most;
}

const impossible = (what: string, hint: string): LabFailure => new LabFailure('impossible-method', what, hint);

function checkLookups({ tables, features }: Lookups, d: number, levels: readonly number[]): void {
  if (features.length !== levels.length)
    throw impossible(`There are lookups for ${features.length} features and the data have ${levels.length}.`, 'Give lookups for each feature.');
  for (const [k, lookups] of features.entries()) {
    const width = lookups.reduce((sum, { table }) => sum + (tables[table]?.width ?? Number.NaN), 0);
    if (width !== d)
      throw impossible(`The lookups of feature ${k + 1} are ${width} numbers wide and the method's vectors ${d}.`, 'Make the widths add up to d.');
    for (const { table, index } of lookups) {
      if (index.length !== levels[k])
        throw impossible(`An index map of feature ${k + 1} has ${index.length} entries for ${levels[k]} levels.`, 'Give an entry for each level.');
      const wrong = index.findIndex((row) => !(row >= 0 && row < tables[table].rows));
      if (wrong >= 0)
        throw impossible(
          `Level ${wrong + 1} of feature ${k + 1} takes row ${index[wrong]} of a table of ${tables[table].rows} rows.`,
          'Make every entry a row of the table.',
        );
    }
  }
}

/**
 * Throws LabFailure when a description contradicts itself or does not go with the data's features and columns
 * of tags.
 */
export function checkDescription(description: FusedDescription, levels: readonly number[], tagColumns = 0): void {
  const tags = tagsOf(description).length;
  if (tags > 0 && tags !== tagColumns)
    throw impossible(`The method takes ${tags} columns of tags and the data have ${tagColumns}.`, 'Describe each column of tags.');
  if (isInnerProduct(description) && levels.length + tags !== 2)
    throw impossible(
      `An inner product takes exactly two categorical columns and there are ${levels.length + tags}.`,
      'Choose two columns, or a method that sets the vectors side by side.',
    );
  if (description.kind === 'random-intercepts' && levels.length !== 1)
    throw impossible(`The closed form of random intercepts takes one categorical column and there are ${levels.length}.`, 'Choose one column.');
  const rates = description.kind === 'sampled-tables' ? [] : [...(description.dropout ?? [])];
  if (rates.length > description.decoder.length)
    throw impossible(`There are ${rates.length} dropout rates for ${description.decoder.length} hidden layers.`, 'Give at most a rate for each.');
  if (description.kind === 'tables') {
    rates.push(description.levelDropout ?? 0);
    if (description.biases && (!isInnerProduct(description) || description.lookups))
      throw impossible('Biases of levels need an inner product of tables without lookups.', 'Leave the biases or the lookups out.');
    if (tags > 0 && (description.biases || description.lookups))
      throw impossible('Tags go with neither lookups nor biases of levels.', 'Leave these out.');
    if (description.lookups) checkLookups(description.lookups, description.d, levels);
  }
  for (const rate of rates) if (!(rate >= 0 && rate < 1)) throw impossible(`A dropout rate is ${rate}.`, 'Take a number from 0 to below 1.');
}

/** Level vectors of a feature, q × d row-major, from the values of the tables (rows × width each). */
export function lookUp({ tables, features }: Lookups, values: readonly Float32Array[], feature: number): Float32Array {
  const lookups = features[feature];
  const d = lookups.reduce((sum, { table }) => sum + tables[table].width, 0);
  const vectors = new Float32Array(lookups.length > 0 ? lookups[0].index.length * d : 0);
  let column = 0;
  for (const { table, index } of lookups) {
    const { width } = tables[table];
    for (let level = 0; level < index.length; level++)
      vectors.set(values[table].subarray(index[level] * width, (index[level] + 1) * width), level * d + column);
    column += width;
  }
  return vectors;
}
