import { namesCondition } from '../guess/names';
import { MISSING, type TableColumn } from '../table';

/** Labels of one column that look counted anew within the levels of another. */
export interface Nesting {
  inner: string;
  outer: string;
  /** Distinct labels, and distinct pairs of outer and inner label. */
  labels: number;
  pairs: number;
  /** The target says so too: it differs between pairs, and labels alone tell no more of it than chance. */
  evident: boolean;
}

/** More labels than this are not counted anew in each level. */
const MOST_LABELS = 200;
/** More rows than this are not needed to see it. */
const ROWS = 100_000;

/**
 * Columns whose labels repeat within the levels of another: cask1 … cask4 in every batch, pupil 1 … 25 in
 * every class. Labels alone cannot tell four casks from four casks a batch (crossed from nested), so this
 * asks for running labels from 0, 1 or a on that begin anew in each outer level, and looks at the target:
 * nested labels differ between pairs without a label having a mean of its own. Names of conditions, items and
 * times are never taken.
 *
 * @param columns the categorical columns
 * @param y value of the target in each row; NaN where the row is not used
 */
export function nestings(columns: readonly TableColumn[], y: Float64Array): Nesting[] {
  const found: Candidate[] = [];
  for (const inner of columns) {
    const place = inner.counts.length > MOST_LABELS ? null : runningPlaces(inner.dictionary);
    if (!place || namesCondition(inner.name)) continue;
    for (const outer of columns) {
      if (outer === inner || outer.counts.length < 3) continue;
      const candidate = candidateOf(inner, place, outer, y);
      if (candidate) found.push(candidate);
    }
  }
  // One answer for two columns that could be nested either way, and one outer column for each inner one.
  found.sort((a, b) => Number(b.evident) - Number(a.evident) || a.ofLabel - b.ofLabel || a.labels - b.labels || b.pairs - a.pairs);
  const nested: Nesting[] = [];
  for (const { ofLabel: _, ...candidate } of found) {
    if (nested.some(({ inner, outer }) => inner === candidate.inner || (outer === candidate.inner && inner === candidate.outer))) continue;
    nested.push(candidate);
  }
  return nested;
}

/** With the mean square of its labels where the target was looked at: the column of less is the inner one. */
type Candidate = Nesting & { ofLabel: number };

/**
 * Place of each label where all have one beginning and run on without gaps: cask1, cask2, … or 1, 2, … or a,
 * b, …; null for other labels.
 */
export function runningPlaces(dictionary: readonly string[]): Int32Array | null {
  if (dictionary.length < 2 || dictionary.length > MOST_LABELS) return null;
  const parts = dictionary.map((text) => /^(.*?)(\d{1,3}|[A-Za-z])$/.exec(text.trim()));
  const stem = parts[0]?.[1];
  const digits = /\d/.test(parts[0]?.[2] ?? '');
  const places = new Int32Array(dictionary.length);
  for (let code = 0; code < parts.length; code++) {
    const part = parts[code];
    if (!part || part[1] !== stem || /\d/.test(part[2]) !== digits) return null;
    places[code] = digits ? Number(part[2]) : part[2].toLowerCase().charCodeAt(0) - 96;
  }
  const least = Math.min(...places);
  if (least > 1 || new Set(places).size < places.length || Math.max(...places) - least !== places.length - 1) return null;
  return places.map((place) => place - least);
}

function candidateOf(inner: TableColumn, place: Int32Array, outer: TableColumn, y: Float64Array): Candidate | null {
  const [labels, levels] = [inner.counts.length, outer.counts.length];
  const rows = Math.min(y.length, ROWS);
  const cells = new Map<number, { rows: number; sum: number; squares: number }>();
  const top = new Int32Array(levels).fill(-1);
  const held = new Int32Array(levels);
  let [used, sum] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const [a, b] = [outer.codes[row], inner.codes[row]];
    if (a === MISSING || b === MISSING || Number.isNaN(y[row])) continue;
    used++;
    sum += y[row];
    const key = a * labels + b;
    const cell = cells.get(key);
    if (cell) {
      cell.rows++;
      cell.sum += y[row];
      cell.squares += y[row] ** 2;
    } else {
      cells.set(key, { rows: 1, sum: y[row], squares: y[row] ** 2 });
      held[a]++;
      top[a] = Math.max(top[a], place[b]);
    }
  }
  let [inUse, anew] = [0, 0];
  for (let a = 0; a < levels; a++) {
    if (held[a] === 0) continue;
    inUse++;
    if (held[a] > 1 && held[a] === top[a] + 1) anew++;
  }
  if (inUse < 3 || anew < 0.9 * inUse || cells.size < 2 * inUse || cells.size <= labels || used < 1.5 * cells.size) return null;
  const { evident, ofLabel } = evidence(cells, labels, used, sum / Math.max(1, used));
  return { inner: inner.name, outer: outer.name, labels, pairs: cells.size, evident, ofLabel: evident ? ofLabel : 0 };
}

/**
 * Mean squares of a two-way layout, as an analysis of variance has them (weighted by rows): of pairs beyond
 * their outer level and label, of labels, and within pairs. Nested: pairs differ clearly more than rows
 * within one, and labels no more than pairs do.
 */
function evidence(
  cells: Map<number, { rows: number; sum: number; squares: number }>,
  labels: number,
  used: number,
  mean: number,
): { evident: boolean; ofLabel: number } {
  const byOuter = new Map<number, { rows: number; sum: number }>();
  const byLabel = new Map<number, { rows: number; sum: number }>();
  const add = (into: Map<number, { rows: number; sum: number }>, key: number, rows: number, sum: number) => {
    const known = into.get(key) ?? { rows: 0, sum: 0 };
    into.set(key, { rows: known.rows + rows, sum: known.sum + sum });
  };
  let [within, between] = [0, 0];
  for (const [key, { rows, sum, squares }] of cells) {
    within += squares - sum ** 2 / rows;
    between += sum ** 2 / rows;
    add(byOuter, Math.floor(key / labels), rows, sum);
    add(byLabel, key % labels, rows, sum);
  }
  const total = (groups: Map<number, { rows: number; sum: number }>) =>
    [...groups.values()].reduce((all, { rows, sum }) => all + sum ** 2 / rows, 0) - used * mean ** 2;
  const ofPairs = between - used * mean ** 2;
  const [ofOuter, ofLabels] = [total(byOuter), total(byLabel)];
  const freedom = cells.size - byOuter.size - byLabel.size + 1;
  const rest = used - cells.size;
  const together = Math.max(0, ofPairs - ofOuter - ofLabels) / freedom;
  const noise = within / rest;
  const ofLabel = ofLabels / Math.max(1, byLabel.size - 1);
  const evident = freedom >= 3 && rest >= 10 && together > noise * (1 + 4 * Math.sqrt(2 / freedom)) && ofLabel < 4 * together;
  return { evident, ofLabel };
}
