import { LabFailure } from '../failure';
import { quote } from '../refusals';

/** A vocabulary with ancestors that no cell has at its end, and the parent of each tag. */
export interface Hierarchy {
  labels: string[];
  /** Place of the parent of each label (as many as labels), −1 for none. */
  parents: Int32Array;
}

/**
 * What stands between a label and its ancestors: "Sensor/Pressure/Absolute", "Unit:Kelvin", "Food > Fruit".
 */
const LEVELS = ['/', ':', '>'];

/** Most ancestors of a tag. */
export const MOST_ANCESTORS = 64;

/** "Sensor/Pressure" of "Sensor/Pressure/Absolute"; null where a label names no ancestor. */
export function parentLabel(label: string): string | null {
  const cut = Math.max(...LEVELS.map((sign) => label.lastIndexOf(sign)));
  if (cut <= 0) return null;
  let parent = label.slice(0, cut).trim();
  while (LEVELS.includes(parent[parent.length - 1])) parent = parent.slice(0, -1).trim();
  return parent === '' ? null : parent;
}

/** No tag has a parent. */
export const noHierarchy = (labels: readonly string[]): Hierarchy => ({ labels: [...labels], parents: new Int32Array(labels.length).fill(-1) });

/** The labels and the place of each, to which ancestors are added as they are needed. */
class Vocabulary {
  readonly labels: string[];
  readonly #place: Map<string, number>;

  constructor(labels: readonly string[]) {
    this.labels = [...labels];
    this.#place = new Map(labels.map((label, i) => [label, i]));
  }

  has(label: string): boolean {
    return this.#place.has(label);
  }

  placeOf(label: string): number {
    const known = this.#place.get(label);
    if (known !== undefined) return known;
    const place = this.labels.push(label) - 1;
    this.#place.set(label, place);
    return place;
  }
}

/**
 * The hierarchy that labels name themselves: "Sensor/Pressure/Absolute" has the parent "Sensor/Pressure", and
 * that "Sensor". Ancestors that are no label are appended in the order in which labels need them
 * (docs/methods.md F1).
 *
 * @param labels different from each other
 * @param column as refusals name it
 * @throws LabFailure 'tag-too-deep' with the label
 */
export function hierarchyFromLabels(labels: readonly string[], column?: string): Hierarchy {
  const all = new Vocabulary(labels);
  const parents: number[] = new Array<number>(labels.length).fill(-1);
  for (let i = 0; i < labels.length; i++) {
    for (let [tag, above] = [i, 0]; ; above++) {
      const parent = parentLabel(all.labels[tag]);
      if (parent === null) break;
      // Before what a label of thousands of signs names has been written down.
      if (above === MOST_ANCESTORS) throw tooDeep(all.labels[i], column);
      const known = all.has(parent);
      parents[tag] = all.placeOf(parent);
      if (known) break;
      tag = parents[tag];
      parents[tag] = -1;
    }
  }
  refuseDeep(all.labels, parents, column);
  return { labels: all.labels, parents: Int32Array.from(parents) };
}

/**
 * The hierarchy that a person gives as [child, parent]. Names that are no label are appended in the order of
 * the pairs.
 *
 * @throws LabFailure 'tag-two-parents', 'tag-cycle', 'tag-too-deep', all with the names
 */
export function hierarchyFromPairs(
  labels: readonly string[],
  pairs: readonly (readonly [child: string, parent: string])[],
  column?: string,
): Hierarchy {
  const all = new Vocabulary(labels);
  const parents: number[] = new Array<number>(labels.length).fill(-1);
  for (const [child, parent] of pairs) {
    const [from, to] = [all.placeOf(child), all.placeOf(parent)];
    while (parents.length < all.labels.length) parents.push(-1);
    if (parents[from] >= 0 && parents[from] !== to) {
      throw new LabFailure(
        'tag-two-parents',
        `The hierarchy${of(column)} gives the tag ${quote(child)} two parents, ${quote(all.labels[parents[from]])} and ${quote(parent)}.`,
        'Keep one pair for each child.',
      );
    }
    parents[from] = to;
  }
  refuseCycle(all.labels, parents, column);
  refuseDeep(all.labels, parents, column);
  return { labels: all.labels, parents: Int32Array.from(parents) };
}

function refuseCycle(labels: readonly string[], parents: readonly number[], column?: string): void {
  // Round in which a tag was last met on the way up: 0 never.
  const met = new Int32Array(labels.length);
  for (let start = 0; start < labels.length; start++) {
    let tag = start;
    for (; tag >= 0 && met[tag] === 0; tag = parents[tag]) met[tag] = start + 1;
    if (tag < 0 || met[tag] !== start + 1) continue;
    const circle = [tag];
    for (let next = parents[tag]; next !== tag; next = parents[next]) circle.push(next);
    throw new LabFailure(
      'tag-cycle',
      `The hierarchy of tags${of(column)} goes in a circle: ${[...circle, tag].map((place) => quote(labels[place])).join(' → ')}.`,
      'Take one of these pairs out, so that every tag leads to a top.',
    );
  }
}

/** Each tag is met once: what is above it is known by then, or looked up on the way. */
function refuseDeep(labels: readonly string[], parents: readonly number[], column?: string): void {
  // Ancestors of a tag, and 1; 0 where they have not been counted.
  const counted = new Uint8Array(labels.length);
  for (let start = 0; start < labels.length; start++) {
    const way: number[] = [];
    let tag = start;
    for (; tag >= 0 && counted[tag] === 0 && way.length <= MOST_ANCESTORS + 1; tag = parents[tag]) way.push(tag);
    if (way.length > MOST_ANCESTORS + 1) throw tooDeep(labels[start], column);
    let above = tag < 0 ? 0 : counted[tag];
    for (const one of way.reverse()) {
      if (above > MOST_ANCESTORS) throw tooDeep(labels[one], column);
      counted[one] = ++above;
    }
  }
}

const of = (column?: string): string => (column === undefined ? '' : ` of the column ${quote(column)}`);

const tooDeep = (label: string, column?: string): LabFailure =>
  new LabFailure(
    'tag-too-deep',
    `The tag ${quote(label)}${of(column)} has more than ${MOST_ANCESTORS} tags above it in the hierarchy, and at most ${MOST_ANCESTORS} can be used.`,
    'Choose None as the hierarchy of this column, or give the pairs yourself.',
  );
