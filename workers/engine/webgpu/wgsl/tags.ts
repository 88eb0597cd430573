import { tagsOf } from '../../description';
import { randomness, range } from './common';
import type { KernelModel } from './kernel';

/**
 * Columns of tags in kernels (docs/methods.md F1, F3): they are the last features, and their tags the last
 * levels.
 */

/** The first column of tags among the features; K without any. */
export const firstTags = ({ layout, description }: KernelModel): number => layout.K - tagsOf(description).length;

/** The first tag among the levels, where each tag of an encoder has one draw; null where rows draw. */
export function firstDrawn(model: KernelModel): number | null {
  const draws = tagsOf(model.description).some((column) => 'draw' in column && column.draw === 'tag');
  return draws ? model.layout.firstLevel[firstTags(model)] : null;
}

/**
 * Numbers of a slot of an encoder: its vector and what its rows get through the KL (levels.ts); of tags that
 * draw, the factor too that takes the gradient of the vector to that of a row's variance.
 */
export const slotRecord = (model: KernelModel): number => (firstDrawn(model) === null ? 3 : 4) * model.layout.d;

/**
 * noiseOfTag(level, m): of a tag by its number among the levels, a row of the counter for each tag of a
 * column.
 */
export function tagNoise(model: KernelModel): string {
  const { injected, n, layout } = model;
  const { d, K, firstLevel } = layout;
  const first = firstTags(model);
  const at = (k: number): string => `k = ${k}u; first = ${firstLevel[k]}u;`;
  const columns = range(K - first - 1).map((c) => `if (level >= ${firstLevel[first + 1 + c]}u) { ${at(first + 1 + c)} }`);
  const drawn = `var k = 0u; var first = 0u; ${at(first)} ${columns.join(' ')} return normal(level - first, k * ${d}u + m);`;
  const given = `return noise[${first * n * d}u + (level - ${firstLevel[first]}u) * ${d}u + m];`;
  return `${randomness(!injected, false)}
fn noiseOfTag(level: u32, m: u32) -> f32 { ${injected ? given : drawn} }`;
}

/**
 * The vector of a set of tags, for features from the first column of tags on: the sum or mean of `one`,
 * column m of the slot or level `at`, over the words that `reference` points to (batch-lists.ts).
 */
export const setValue = (model: KernelModel, one: string): string => `if (k >= ${firstTags(model)}u) {
    var sum = 0.0;
    let last = reference + words[reference];
    for (var a = reference + 1u; a <= last; a++) { let at = words[a]; sum += ${one}; }
    return sum * tagShare(row, k);
  }`;

/**
 * tagShare(row, k): the factor of a row's sum over its tags, one over their number where the mean is asked
 * for.
 */
export function tagShares(model: KernelModel): string {
  const first = firstTags(model);
  const means = tagsOf(model.description).flatMap(({ pooling }, column) => (pooling === 'mean' ? [`k == ${first + column}u`] : []));
  if (means.length === 0) return 'fn tagShare(row: u32, k: u32) -> f32 { return 1.0; }';
  return `fn tagShare(row: u32, k: u32) -> f32 {
  if (${means.join(' || ')}) { return 1.0 / f32(max(1u, words[words[u.referenceAt + k * u.rows + row]])); }
  return 1.0;
}`;
}

/**
 * Slopes in the outputs of a column of tags: sums over the row's tags of what their slots leave for each row.
 */
export function tagHeadGradient(model: KernelModel, variance: string): string {
  const { d } = model.layout;
  const drawn = firstDrawn(model) !== null;
  const viaNoise = drawn ? 'draw * draws[at]' : `0.5 * draw * (draws[at] - draws[at + ${d}u])`;
  return `if (k >= ${firstTags(model)}u) {
    var direct = 0.0; var draw = 0.0;
    let last = reference + words[reference];
    for (var a = reference + 1u; a <= last; a++) {
      let level = words[a] * ${slotRecord(model)}u + m;
      if (column < ${d}u) { direct += levels[level] + levels[level + ${d}u]; continue; }
      draw += levels[level]${drawn ? ` * levels[level + ${3 * d}u]` : ''};
      direct += levels[level + ${2 * d}u];
    }
    if (column < ${d}u) { return direct; }
    return ${viaNoise} + direct${variance};
  }`;
}
