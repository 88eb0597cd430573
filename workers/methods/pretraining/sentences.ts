import type { Dataset } from '../../data/dataset';
import { trainingRows } from '../shared/training-rows';

/**
 * Sentences of words one after the other: those of sentence s are `words[offsets[s]] … words[offsets[s + 1] −
 * 1]`.
 */
export interface Sentences {
  offsets: Uint32Array;
  words: Int32Array;
}

function sentencesOf(all: readonly ArrayLike<number>[]): Sentences {
  const offsets = new Uint32Array(all.length + 1);
  for (const [s, words] of all.entries()) offsets[s + 1] = offsets[s] + words.length;
  const words = new Int32Array(offsets[all.length]);
  for (const [s, one] of all.entries()) words.set(one, offsets[s]);
  return { offsets, words };
}

/**
 * A sentence for each key: the levels of its rows, in the order of another column, ties in the order of the
 * rows (docs/methods.md F8, `grouped`).
 *
 * @param order null: the order of the rows
 */
export function groupedSentences(
  rows: Iterable<number>,
  key: ArrayLike<number>,
  order: ArrayLike<number> | null,
  level: ArrayLike<number>,
): Sentences {
  const groups = new Map<number, number[]>();
  for (const row of [...rows].sort((a, b) => a - b)) {
    const group = groups.get(key[row]);
    if (group) group.push(row);
    else groups.set(key[row], [row]);
  }
  const keys = [...groups.keys()].sort((a, b) => a - b);
  return sentencesOf(
    keys.map((one) => {
      const group = groups.get(one) as number[];
      if (order) group.sort((a, b) => order[a] - order[b] || a - b);
      return group.map((row) => level[row]);
    }),
  );
}

/**
 * A sentence for each row: its levels of all categorical columns, then its tags, as words of one vocabulary
 * in which feature k begins at `first[k]` (docs/methods.md F8, `row` and `tags`).
 *
 * @param columns places of the categorical columns that count, then `tags` of the columns of tags
 */
export function rowSentences(dataset: Pick<Dataset, 'categorical' | 'tags'>, rows: Iterable<number>, withLevels: boolean): Sentences {
  const { tags = [] } = dataset;
  const categorical = withLevels ? dataset.categorical : [];
  let begin = 0;
  const take: ((row: number, into: number[]) => void)[] = [];
  for (const { codes, cardinality } of categorical) {
    const first = begin;
    take.push((row, into) => into.push(first + codes[row]));
    begin += cardinality;
  }
  for (const { offsets, ids, labels } of tags) {
    const first = begin;
    take.push((row, into) => {
      for (let at = offsets[row]; at < offsets[row + 1]; at++) into.push(first + ids[at]);
    });
    begin += labels.length;
  }
  return sentencesOf(
    Array.from(rows, (row) => {
      const words: number[] = [];
      for (const one of take) one(row, words);
      return words;
    }),
  );
}

/**
 * Sequences of the levels of a categorical feature that the data have: a log of their own, else rows by key;
 * null for none.
 */
export function sequencesOf(dataset: Dataset, feature: number): Sentences | null {
  const { log, sequence } = dataset;
  if (log) return log[feature] ?? null;
  return sequence ? groupedSentences(trainingRows(dataset), sequence.key, sequence.order, dataset.categorical[feature].codes) : null;
}
