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
 */
export function hierarchyFromLabels(labels: readonly string[]): Hierarchy {
  const all = new Vocabulary(labels);
  const parents: number[] = new Array<number>(labels.length).fill(-1);
  for (let i = 0; i < labels.length; i++) {
    for (let tag = i; ; ) {
      const parent = parentLabel(all.labels[tag]);
      if (parent === null) break;
      const known = all.has(parent);
      parents[tag] = all.placeOf(parent);
      if (known) break;
      tag = parents[tag];
      parents[tag] = -1;
    }
  }
  return { labels: all.labels, parents: Int32Array.from(parents) };
}

/**
 * The hierarchy that a person gives as [child, parent]. Names that are no label are appended in the order of
 * the pairs.
 *
 * @throws LabFailure 'tag-two-parents', 'tag-cycle', both with the names
 */
export function hierarchyFromPairs(labels: readonly string[], pairs: readonly (readonly [child: string, parent: string])[]): Hierarchy {
  const all = new Vocabulary(labels);
  const parents: number[] = new Array<number>(labels.length).fill(-1);
  for (const [child, parent] of pairs) {
    const [from, to] = [all.placeOf(child), all.placeOf(parent)];
    while (parents.length < all.labels.length) parents.push(-1);
    if (parents[from] >= 0 && parents[from] !== to) {
      throw new LabFailure(
        'tag-two-parents',
        `The hierarchy gives the tag ${quote(child)} two parents, ${quote(all.labels[parents[from]])} and ${quote(parent)}.`,
        'Keep one pair for each child.',
      );
    }
    parents[from] = to;
  }
  refuseCycle(all.labels, parents);
  return { labels: all.labels, parents: Int32Array.from(parents) };
}

function refuseCycle(labels: readonly string[], parents: readonly number[]): void {
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
      `The hierarchy of tags goes in a circle: ${[...circle, tag].map((place) => quote(labels[place])).join(' → ')}.`,
      'Take one of these pairs out, so that every tag leads to a top.',
    );
  }
}
