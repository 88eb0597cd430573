import type { Dataset } from '../data/dataset';

/** From this share of the rows on, leaving out the others saves less than it costs. */
const NEARLY_ALL = 0.95;

type Features = Pick<Dataset, 'categorical' | 'tags'>;

/**
 * For each categorical feature and level (cardinality), then each column of tags and tag (K), 1 where some of
 * these rows have it.
 */
export function levelsOf({ categorical, tags = [] }: Features, rows: Uint32Array): Uint8Array[] {
  const ofColumns = categorical.map(({ cardinality, codes }) => {
    const levels = new Uint8Array(cardinality);
    for (const row of rows) levels[codes[row]] = 1;
    return levels;
  });
  const ofTags = tags.map(({ labels, offsets, ids }) => {
    const found = new Uint8Array(labels.length);
    for (const row of rows) for (let at = offsets[row]; at < offsets[row + 1]; at++) found[ids[at]] = 1;
    return found;
  });
  return [...ofColumns, ...ofTags];
}

/**
 * Places in `rows` of those that share a level or tag of some feature with `levels` (levelsOf), in increasing
 * order: all that the vectors of these levels are learned from. Undefined when these are nearly all rows.
 */
export function placesOf({ categorical, tags = [] }: Features, rows: Uint32Array, levels: readonly Uint8Array[]): Uint32Array | undefined {
  const shares = (row: number): boolean => {
    for (let k = 0; k < categorical.length; k++) if (levels[k][categorical[k].codes[row]]) return true;
    for (let c = 0; c < tags.length; c++) {
      const { offsets, ids } = tags[c];
      const wanted = levels[categorical.length + c];
      for (let at = offsets[row]; at < offsets[row + 1]; at++) if (wanted[ids[at]]) return true;
    }
    return false;
  };
  const places = new Uint32Array(rows.length);
  let count = 0;
  for (let place = 0; place < rows.length; place++) if (shares(rows[place])) places[count++] = place;
  return count > NEARLY_ALL * rows.length ? undefined : places.slice(0, count);
}

/**
 * The places of rows that are needed for the same wanted rows again and again, each looked for once: an epoch
 * asks what the last one asked. Rows are those of a split, which nobody writes to.
 */
export class NeededRows {
  readonly #features: Features;
  #wanted: Uint32Array | null = null;
  #levels: Uint8Array[] = [];
  /** Of parts of one array of rows, by where they begin. */
  #parts = new Map<number, { rows: Uint32Array; places: Uint32Array | undefined }>();

  constructor(features: Features) {
    this.#features = features;
  }

  /** `placesOf` these rows for the levels of the wanted ones. */
  of(rows: Uint32Array, wanted: Uint32Array): Uint32Array | undefined {
    if (wanted !== this.#wanted) {
      this.#wanted = wanted;
      this.#levels = levelsOf(this.#features, wanted);
      this.#parts.clear();
    }
    const known = this.#parts.get(rows.byteOffset);
    if (known && known.rows.buffer === rows.buffer && known.rows.length === rows.length) return known.places;
    const places = placesOf(this.#features, rows, this.#levels);
    this.#parts.set(rows.byteOffset, { rows, places });
    return places;
  }
}
