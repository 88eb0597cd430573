import { orderBy } from './radix';
import type { LevelLabels } from './types';

/** Between two labels: no label has it. */
const SEPARATOR = '\0';
/** Up to so many labels are sorted as a person would (2 before 10); more by their letters' codes. */
const COLLATED = 50_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII, as most labels are.
const PLAIN = /^[\x00-\x7f]*$/;

/** A text as it is searched: small letters without accents. */
export function folded(text: string): string {
  const clean = text.includes(SEPARATOR) ? text.replaceAll(SEPARATOR, ' ') : text;
  if (PLAIN.test(clean)) return clean.toLowerCase();
  return clean.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/**
 * The labels of a feature, prepared for search: all of them folded, in one string, so that a million are
 * looked through by one `indexOf` after another.
 */
export class LabelIndex {
  readonly #text: string;
  /** Where each label begins in the text (q + 1). */
  readonly #starts: Uint32Array;
  #order: Uint32Array | null = null;

  /** @param labels null where they are the numbers 0 … q − 1 */
  constructor(
    readonly labels: readonly string[] | null,
    readonly levels: number,
  ) {
    const starts = new Uint32Array(levels + 1);
    const parts: string[] = [];
    let at = 0;
    for (let j = 0; j < levels; j++) {
      const label = labels ? folded(labels[j]) : String(j);
      starts[j] = at;
      at += label.length + 1;
      parts.push(label);
    }
    starts[levels] = at;
    this.#text = parts.join(SEPARATOR);
    this.#starts = starts;
  }

  label(level: number): string {
    return this.labels ? this.labels[level] : String(level);
  }

  /** 1 for each level whose label has the text anywhere; null where all have it (''). */
  found(text: string): Uint8Array | null {
    const wanted = folded(text);
    if (wanted === '') return null;
    const hits = new Uint8Array(this.levels);
    const starts = this.#starts;
    let level = 0;
    for (let at = this.#text.indexOf(wanted); at >= 0; at = this.#text.indexOf(wanted, at)) {
      // Hits come in order; from the last one the next is near, or far where there are few.
      let step = 1;
      while (level + step < this.levels && starts[level + step] <= at) step *= 2;
      let [low, high] = [level, Math.min(this.levels, level + step)];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (starts[middle] <= at) low = middle;
        else high = middle;
      }
      level = low;
      hits[level] = 1;
      at = starts[level + 1];
      if (++level >= this.levels) break;
    }
    return hits;
  }

  /** Levels by their labels. */
  get order(): Uint32Array {
    this.#order ??= this.#sorted();
    return this.#order;
  }

  #sorted(): Uint32Array {
    const { labels, levels } = this;
    if (!labels) return Uint32Array.from({ length: levels }, (_, j) => j);
    if (levels <= COLLATED) {
      const { compare } = new Intl.Collator('en', { numeric: true });
      return Uint32Array.from({ length: levels }, (_, j) => j).sort((a, b) => compare(labels[a], labels[b]) || a - b);
    }
    return this.#byCodes();
  }

  /** The first letters that differ as a number, and what they leave equal by comparing the rest. */
  #byCodes(): Uint32Array {
    const [text, starts] = [this.#text, this.#starts];
    const [base, letters] = PLAIN.test(text) ? [128, 7] : [65_536, 3];
    const shared = this.#sharedLetters();
    const keys = new Float64Array(this.levels);
    for (let j = 0; j < this.levels; j++) {
      const end = starts[j + 1] - 1;
      let key = 0;
      for (let i = starts[j] + shared, left = letters; left > 0; i++, left--) key = key * base + (i < end ? text.charCodeAt(i) : 0);
      keys[j] = key;
    }
    const order = orderBy(keys);
    const rest = (j: number): string => text.slice(starts[j], starts[j + 1] - 1);
    for (let from = 0; from < order.length; ) {
      let to = from + 1;
      while (to < order.length && keys[order[to]] === keys[order[from]]) to++;
      if (to - from > 1) {
        const equal = Array.from(order.subarray(from, to), (level) => ({ level, label: rest(level) }));
        equal.sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : a.level - b.level));
        order.set(
          equal.map(({ level }) => level),
          from,
        );
      }
      from = to;
    }
    return order;
  }

  /** Letters that all labels begin with. */
  #sharedLetters(): number {
    const [text, starts] = [this.#text, this.#starts];
    let shared = starts[1] - 1;
    for (let j = 1; j < this.levels && shared > 0; j++) {
      const most = Math.min(shared, starts[j + 1] - 1 - starts[j]);
      let same = 0;
      while (same < most && text.charCodeAt(starts[j] + same) === text.charCodeAt(same)) same++;
      shared = same;
    }
    return shared;
  }
}

/** Labels in one piece, for the page. Null where they are the numbers. */
export function labelBlob(labels: readonly string[] | null): LevelLabels | null {
  if (!labels) return null;
  const encoder = new TextEncoder();
  const offsets = new Uint32Array(labels.length + 1);
  let bytes = new Uint8Array(Math.max(16, 24 * labels.length));
  let at = 0;
  for (let j = 0; j < labels.length; j++) {
    offsets[j] = at;
    const label = labels[j];
    // A unit of UTF-16 takes at most three bytes.
    if (at + 3 * label.length > bytes.length) {
      const larger = new Uint8Array(2 * bytes.length + 3 * label.length);
      larger.set(bytes);
      bytes = larger;
    }
    at += encoder.encodeInto(label, bytes.subarray(at)).written;
  }
  offsets[labels.length] = at;
  return { bytes: bytes.slice(0, at), offsets };
}
