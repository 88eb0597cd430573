import type { FusedProblem } from '../step-plan';

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
  /** Slot or level of each item (K × rows). */
  referenceAt: number;
  /** First member of each slot, and the end (slots + 1). */
  startAt: number;
  /** Items by slot (K × rows). */
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
  readonly #features: FusedProblem['features'];
  readonly #firstLevel: readonly number[];
  readonly #levels: number;
  readonly #chunk: number;
  readonly #slotOfLevel: Int32Array;
  #next = new Uint32Array(0);

  constructor(features: FusedProblem['features'], firstLevel: readonly number[], chunk: number) {
    this.#features = features;
    this.#firstLevel = firstLevel;
    this.#levels = features.reduce((total, { levels }) => total + levels, 0);
    this.#chunk = chunk;
    this.#slotOfLevel = new Int32Array(this.#levels).fill(-1);
  }

  /** Words that the lists of a batch of this many rows take at most. */
  words(rows: number): number {
    const items = rows * this.#features.length;
    const slots = this.mostSlots(rows);
    return rows + 2 * items + 3 * (slots + 1) + this.mostChunks(rows) + 1;
  }

  mostSlots(rows: number): number {
    return this.#features.reduce((total, { levels }) => total + Math.min(levels, rows), 0);
  }

  mostChunks(rows: number): number {
    return this.mostSlots(rows) + Math.ceil((rows * this.#features.length) / this.#chunk);
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
    const startAt = memberAt + items;
    const slotLevelAt = startAt + most + 1;
    const slotChunkAt = slotLevelAt + most;
    const chunkAt = slotChunkAt + most + 1;
    words.set(rows, sourceAt);
    if (this.#next.length < most) this.#next = new Uint32Array(most);
    const next = this.#next;
    const slots = this.#countSlots(words, rows, referenceAt, slotLevelAt);
    // Counts become starts.
    let start = 0;
    for (let s = 0; s < slots; s++) {
      const members = next[s];
      words[startAt + s] = next[s] = start;
      start += members;
    }
    words[startAt + slots] = start;
    const levels = references === 'levels';
    for (let item = 0; item < items; item++) {
      const slot = words[referenceAt + item];
      words[memberAt + next[slot]++] = item;
      if (levels) words[referenceAt + item] = words[slotLevelAt + slot];
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

  /** Numbers the slots; leaves each item's slot, each slot's level, and in `next` its count of members. */
  #countSlots(words: Uint32Array, rows: Uint32Array, referenceAt: number, slotLevelAt: number): number {
    const slotOf = this.#slotOfLevel;
    const next = this.#next;
    const count = rows.length;
    let slots = 0;
    for (let k = 0; k < this.#features.length; k++) {
      const { codes } = this.#features[k];
      const first = this.#firstLevel[k];
      const items = referenceAt + k * count;
      const before = slots;
      for (let i = 0; i < count; i++) {
        const level = first + codes[rows[i]];
        let slot = slotOf[level];
        if (slot < 0) {
          slot = slotOf[level] = slots++;
          words[slotLevelAt + slot] = level;
          next[slot] = 0;
        }
        words[items + i] = slot;
        next[slot]++;
      }
      for (let slot = before; slot < slots; slot++) slotOf[words[slotLevelAt + slot]] = -1;
    }
    return slots;
  }
}

/** Rows of a batch that the level with most rows can be expected to have. */
function heaviest({ features, batchSize, y }: FusedProblem): number {
  let most = 0;
  for (const { codes, levels } of features) {
    const counts = new Uint32Array(levels);
    for (const code of codes) counts[code]++;
    for (const count of counts) most = Math.max(most, Math.min(count, (1.5 * count * batchSize) / y.length));
  }
  return Math.min(most, batchSize);
}

/**
 * Members of a chunk, near the square root of the heaviest level's: equal halves of serial work. `heavy`:
 * whether chunks need joining as a rule.
 */
export function chooseChunk(problem: FusedProblem): { chunk: number; heavy: boolean } {
  const rows = heaviest(problem);
  if (rows <= HEAVY) return { chunk: HEAVY, heavy: false };
  return { chunk: Math.min(256, Math.max(32, 2 ** Math.round(Math.log2(Math.sqrt(rows))))), heavy: true };
}
