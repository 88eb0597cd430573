import type { Vectors } from '../metrics/distances';
import { type Snapshot, snapshotBytes } from '../training/snapshots';
import { takeVectors } from './distinct';
import { componentScores, type LevelVectors, principalComponents } from './pca';
import { procrustes, type Rotation, rotated } from './procrustes';
import type { MethodLevels } from './table';
import type { LevelHistory } from './types';

/** A method's snapshots before the weights of its results, and the vectors of these. */
export interface Pictures {
  /** The levels kept, and their places in every picture. */
  shown: Uint32Array;
  places: Uint32Array;
  before: readonly Snapshot[];
  /** Of the levels kept. Learned from validation rows too, unlike the others. */
  last: LevelVectors & { values: Float32Array };
  /** The rotation of a picture onto the last (orthogonal Procrustes, levels in training rows). */
  rotation(picture: Vectors): Rotation;
}

/** Throws for a method without vectors of the feature. */
export function picturesOf({ needed, of, finished }: MethodLevels): Pictures {
  const { d } = needed;
  const kept = finished.snapshots;
  const shown = kept?.sample.levels[of.feature] ?? Uint32Array.from({ length: Math.min(2000, of.levels) }, (_, j) => j);
  const before = kept?.pictures.filter(({ epoch, tables }) => epoch < finished.result.weightsFrom && tables[of.feature]?.d === d) ?? [];
  const last = { values: takeVectors(needed, shown), d };
  const places = Uint32Array.from(shown.keys());
  const seen = places.filter((place) => of.rows[shown[place]] > 0);
  const fitted = seen.length > 1 ? seen : places;
  return { shown, places, before, last, rotation: (picture) => procrustes(last, picture, fitted, fitted, false) };
}

/**
 * The vectors over the epochs up to the one that results are taken from, every picture rotated onto the last,
 * so that a turn of the whole does not look like learning.
 */
export function historyOf(levels: MethodLevels, level?: number): LevelHistory {
  const { of, finished } = levels;
  const { shown, places, before, last, rotation } = picturesOf(levels);
  const { d } = last;
  const { weightsFrom } = finished.result;
  const tables = [...before.map((picture) => picture.tables[of.feature]), last];
  const seen = places.filter((place) => of.rows[shown[place]] > 0);
  const components = principalComponents(last, seen.length > 1 ? seen : places);
  const n = shown.length;
  const frames = new Float32Array(tables.length * n * 2);
  const r2 = new Float32Array(tables.length);
  const at = level === undefined ? -1 : shown.indexOf(level);
  const path = at < 0 ? null : new Float32Array(tables.length * d);
  for (const [t, table] of tables.entries()) {
    const turn = rotation(table);
    const turned = t === tables.length - 1 ? last.values : rotated(table, turn, places);
    r2[t] = t === tables.length - 1 ? 1 : turn.r2;
    for (const component of [0, 1]) {
      const scores = componentScores({ values: turned, d }, components, component, places);
      for (let i = 0; i < n; i++) frames[(t * n + i) * 2 + component] = scores[i];
    }
    path?.set(turned.subarray(at * d, (at + 1) * d), t * d);
  }
  return {
    method: levels.method,
    feature: of.feature,
    epochs: Uint32Array.from([...before.map(({ epoch }) => epoch), weightsFrom]),
    levels: shown.slice(),
    frames,
    shares: [components.shares[0], components.shares[1] ?? 0],
    r2,
    path,
    width: d,
    bytes: finished.snapshots ? snapshotBytes(finished.snapshots) : 0,
  };
}
