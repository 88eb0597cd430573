import type { LevelPictures } from '../training/level-history';
import { takeVectors } from './distinct';
import { componentScores, principalComponents } from './pca';
import { procrustes, rotated } from './procrustes';
import type { MethodLevels } from './table';
import type { LevelHistory } from './types';

/** Bytes that pictures take. */
export const bytesOf = ({ pictures, levels }: LevelPictures): number =>
  levels.reduce((sum, list) => sum + list.byteLength, 0) +
  pictures.reduce((sum, { tables }) => sum + tables.reduce((more, { values }) => more + values.byteLength, 0), 0);

/**
 * The vectors over the epochs up to the one that results are taken from, every picture rotated onto the last
 * (orthogonal Procrustes, levels in training rows), so that a turn of the whole does not look like learning.
 * The last picture has the vectors of the results, which are learned from validation rows too.
 */
export function historyOf(levels: MethodLevels, level?: number): LevelHistory {
  const { needed, of, finished } = levels;
  const { d } = needed;
  const kept = finished.history ?? { levels: [], pictures: [] };
  const shown = kept.levels[of.feature] ?? Uint32Array.from({ length: Math.min(2000, of.levels) }, (_, j) => j);
  const { weightsFrom } = finished.result;
  const before = kept.pictures.filter(({ epoch, tables }) => epoch < weightsFrom && tables[of.feature]?.d === d);
  const tables = [...before.map((picture) => picture.tables[of.feature].values), takeVectors(needed, shown)];
  const last = { values: tables[tables.length - 1], d };
  const places = Uint32Array.from(shown.keys());
  const seen = places.filter((place) => of.rows[shown[place]] > 0);
  const fitted = seen.length > 1 ? seen : places;
  const components = principalComponents(last, fitted);
  const n = shown.length;
  const frames = new Float32Array(tables.length * n * 2);
  const r2 = new Float32Array(tables.length);
  const at = level === undefined ? -1 : shown.indexOf(level);
  const path = at < 0 ? null : new Float32Array(tables.length * d);
  for (const [t, values] of tables.entries()) {
    const rotation = procrustes(last, { values, d }, fitted, fitted, false);
    const turned = t === tables.length - 1 ? last.values : rotated({ values, d }, rotation, places);
    r2[t] = t === tables.length - 1 ? 1 : rotation.r2;
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
    bytes: bytesOf(kept),
  };
}
