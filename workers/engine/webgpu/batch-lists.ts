import { mostTags } from '../description';
import type { FusedProblem, TagLists } from '../step-plan';

/** A feature with a level a row, or a column of tags, whose levels are tags. */
export type ListedFeature = FusedProblem['features'][number] | TagLists;

const isTags = (feature: ListedFeature): feature is TagLists => 'ids' in feature;
const levelsOf = (feature: ListedFeature): number => (isTags(feature) ? feature.tags : feature.levels);
/** Most members of all slots of a feature, in a batch of so many rows. */
const mostMembers = (feature: ListedFeature, rows: number): number => (isTags(feature) ? mostTags(feature, rows) : rows);

/** Rows of a level in a batch from which cutting its sum into parts pays. */
const HEAVY = 128;

/** Where the lists of one batch begin in the words that kernels read, and how long they are. */
export interface BatchPlace {
  /** First row of the batch in its epoch. */
  from: number;
  rows: number;
  /** Levels present, over all features. */
  slots: number;
  chunks: number;
  /** Levels of all features that no row of the batch has. */
  absent: number;
  /** Row numbers of the data (rows). */
  sourceAt: number;
  /**
   * Slot or level of each item (K × rows); of a column of tags where its set lies: how many, then its tags.
   */
  referenceAt: number;
  /** First member of each slot, and the end (slots + 1). */
  startAt: number;
  /** Items by slot: each once, of a column of tags once for each tag. */
  memberAt: number;
  /** Level of each slot. */
  slotLevelAt: number;
  /** First member of each chunk, and the end (chunks + 1). */
  chunkAt: number;
  /** First chunk of each slot, and the end (slots + 1). */
  slotChunkAt: number;
}

/**
 * Sorts the rows of batches by level. Words: an *item* is one row seen by one feature (k × rows + row); a
 * *slot* is one level present in the batch (the slots of all features share one list, so the level kernels
 * need not know K); levels are numbered through all features; a *chunk* is a run of at most `chunk` members
 * of a slot, so that two levels in 10⁵ rows still fill a device.
 */
export class BatchLists {
  readonly #features: readonly ListedFeature[];
  readonly #firstLevel: readonly number[];
  readonly #levels: number;
  readonly #chunk: number;
  readonly #slotOfLevel: Int32Array;
  readonly #mostOf = new Map<number, number[]>();
  #next = new Uint32Array(0);

  constructor(features: readonly ListedFeature[], firstLevel: readonly number[], chunk: number) {
    this.#features = features;
    this.#firstLevel = firstLevel;
    this.#levels = features.reduce((total, feature) => total + levelsOf(feature), 0);
    this.#chunk = chunk;
    this.#slotOfLevel = new Int32Array(this.#levels).fill(-1);
  }

  /** Words that the lists of a batch of this many rows take at most. */
  words(rows: number): number {
    const items = rows * this.#features.length;
    const slots = this.mostSlots(rows);
    return rows + items + this.#mostMembers(rows) + this.#mostSetWords(rows) + 3 * (slots + 1) + this.mostChunks(rows) + 1;
  }

  mostSlots(rows: number): number {
    const members = this.#members(rows);
    return this.#features.reduce((total, feature, k) => total + Math.min(levelsOf(feature), members[k]), 0);
  }

  mostChunks(rows: number): number {
    return this.mostSlots(rows) + Math.ceil(this.#mostMembers(rows) / this.#chunk);
  }

  /** Most members of each feature in so many rows, found once for a number of rows. */
  #members(rows: number): number[] {
    const known = this.#mostOf.get(rows) ?? this.#features.map((feature) => mostMembers(feature, rows));
    this.#mostOf.set(rows, known);
    return known;
  }

  #mostMembers(rows: number): number {
    return this.#members(rows).reduce((total, members) => total + members, 0);
  }

  /** Words of the sets of tags of so many rows at most: each with how many it has. */
  #mostSetWords(rows: number): number {
    const members = this.#members(rows);
    return this.#features.reduce((total, feature, k) => total + (isTags(feature) ? rows + members[k] : 0), 0);
  }

  /**
   * Writes the lists of these rows at `at`, in O(items) whatever the number of levels. Slots are numbered by
   * first appearance and members keep the row order, so that the sums of a level always run in one order.
   * Items refer to their slot, or to their level.
   */
  fill(words: Uint32Array, at: number, rows: Uint32Array, from: number, references: 'slots' | 'levels'): BatchPlace {
    const count = rows.length;
    const items = count * this.#features.length;
    const most = this.mostSlots(count);
    const sourceAt = at;
    const referenceAt = sourceAt + count;
    const memberAt = referenceAt + items;
    const setsAt = memberAt + this.#mostMembers(count);
    const startAt = setsAt + this.#mostSetWords(count);
    const slotLevelAt = startAt + most + 1;
    const slotChunkAt = slotLevelAt + most;
    const chunkAt = slotChunkAt + most + 1;
    words.set(rows, sourceAt);
    if (this.#next.length < most) this.#next = new Uint32Array(most);
    const next = this.#next;
    const slots = this.#countSlots(words, rows, referenceAt, slotLevelAt, setsAt);
    // Counts become starts.
    let start = 0;
    for (let s = 0; s < slots; s++) {
      const members = next[s];
      words[startAt + s] = next[s] = start;
      start += members;
    }
    words[startAt + slots] = start;
    const levels = references === 'levels';
    /** Files an item under the slot at this word, which becomes what the item refers to. */
    const file = (item: number, at: number): void => {
      const slot = words[at];
      words[memberAt + next[slot]++] = item;
      if (levels) words[at] = words[slotLevelAt + slot];
    };
    for (const [k, feature] of this.#features.entries())
      for (let item = k * count; item < (k + 1) * count; item++) {
        if (!isTags(feature)) {
          file(item, referenceAt + item);
          continue;
        }
        const set = words[referenceAt + item];
        for (let a = 1; a <= words[set]; a++) file(item, set + a);
      }
    let chunks = 0;
    for (let s = 0; s < slots; s++) {
      words[slotChunkAt + s] = chunks;
      for (let j = words[startAt + s]; j < words[startAt + s + 1]; j += this.#chunk) words[chunkAt + chunks++] = j;
    }
    words[chunkAt + chunks] = start;
    words[slotChunkAt + slots] = chunks;
    const lists = { sourceAt, referenceAt, startAt, memberAt, slotLevelAt, chunkAt, slotChunkAt };
    return { from, rows: count, slots, chunks, absent: this.#levels - slots, ...lists };
  }

  /**
   * Numbers the slots; leaves each item's slot (or its set of slots), each slot's level, and in `next` its
   * count of members.
   */
  #countSlots(words: Uint32Array, rows: Uint32Array, referenceAt: number, slotLevelAt: number, setsAt: number): number {
    const slotOf = this.#slotOfLevel;
    const next = this.#next;
    const count = rows.length;
    let slots = 0;
    /** The slot of a level, a new one where it has none. */
    const slotAt = (level: number): number => {
      let slot = slotOf[level];
      if (slot < 0) {
        slot = slotOf[level] = slots++;
        words[slotLevelAt + slot] = level;
        next[slot] = 0;
      }
      next[slot]++;
      return slot;
    };
    let set = setsAt;
    for (let k = 0; k < this.#features.length; k++) {
      const feature = this.#features[k];
      const first = this.#firstLevel[k];
      const items = referenceAt + k * count;
      const before = slots;
      if (isTags(feature)) {
        const { offsets, ids } = feature;
        for (let i = 0; i < count; i++) {
          const from = offsets[rows[i]];
          const size = offsets[rows[i] + 1] - from;
          words[items + i] = set;
          words[set++] = size;
          for (let a = 0; a < size; a++) words[set++] = slotAt(first + ids[from + a]);
        }
      } else {
        const { codes } = feature;
        for (let i = 0; i < count; i++) words[items + i] = slotAt(first + codes[rows[i]]);
      }
      for (let slot = before; slot < slots; slot++) slotOf[words[slotLevelAt + slot]] = -1;
    }
    return slots;
  }
}

/** Rows of a batch that the level with most rows can be expected to have. */
function heaviest(features: readonly ListedFeature[], { batchSize, y }: Pick<FusedProblem, 'batchSize' | 'y'>): number {
  let most = 0;
  for (const feature of features) {
    const counts = new Uint32Array(levelsOf(feature));
    for (const code of isTags(feature) ? feature.ids : feature.codes) counts[code]++;
    for (const count of counts) most = Math.max(most, Math.min(count, (1.5 * count * batchSize) / y.length));
  }
  return Math.min(most, batchSize);
}

/**
 * Members of a chunk, near the square root of the heaviest level's: equal halves of serial work. `heavy`:
 * whether chunks need joining as a rule.
 */
export function chooseChunk(features: readonly ListedFeature[], problem: Pick<FusedProblem, 'batchSize' | 'y'>): { chunk: number; heavy: boolean } {
  const rows = heaviest(features, problem);
  if (rows <= HEAVY) return { chunk: HEAVY, heavy: false };
  return { chunk: Math.min(256, Math.max(32, 2 ** Math.round(Math.log2(Math.sqrt(rows))))), heavy: true };
}
