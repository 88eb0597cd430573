import * as tf from '@tensorflow/tfjs';
import type { TagShape } from '../../data/tag-rows';
import type { TagPooling } from '../../engine/step-plan';
import { Decoder } from '../../nn/mlp';
import { responseHead } from '../../nn/response';
import { type AskedResponse, decoderOutputs } from '../../nn/response-shape';
import { besides, Tables } from '../../nn/tables';
import { gatherRows } from '../../ops/gather-rows';
import { vectorsOfRows } from '../../ops/members';
import type { RandomStream } from '../../random/random';
import type { Loss, Model, Problem, TagSets } from '../method';
import { decoderCount, sizesOf } from './counts';
import { disposeAll } from './lifetime';
import { tagPrefix } from './tag-names';
import { featureWidths, oneWidth, type WidthSettings } from './widths';

/** From the sets of a column of tags to vectors: what the methods about tags differ in. */
export interface TagMap {
  /** Numbers in the vector of a row. */
  readonly width: number;
  /**
   * Trainable variables by name, which begins with `prefix`. `byTag` are those with a row for each tag.
   */
  parameters(prefix: string): { all: [string, tf.Variable][]; byTag: string[] };
  /**
   * Present where there is nothing but a table `table`, and the vector of a row is the sum or mean of its
   * tags' rows: predictions take given vectors then, and fused plans know the map.
   */
  readonly pooling?: TagPooling;
  /** The vector of each row's set: [rows, width]. */
  rows(sets: TagSets): tf.Tensor2D;
  /** Weights that attention gives to the tags of a row: [rows, heads, places], 0 where there is no tag. */
  weights?(sets: TagSets): tf.Tensor3D;
  /** A vector for each tag, for views: [K, d]. Runs inside tf.tidy and may not be a variable itself. */
  vectors(): tf.Tensor2D;
  /** Frees what is not a parameter. */
  dispose?(): void;
}

/**
 * Makes the map of a column whose tags have vectors of d numbers; it draws its initial values from `random`.
 */
export type MakeTagMap = (shape: TagShape, d: number, column: number) => TagMap;

/**
 * A decoder on x, the vectors of ordinary levels (tables, as Embeddings have them) and a vector for each
 * column of tags, in this order (docs/methods.md F1, F2), each of the width that the settings give its
 * column. The level vectors of a column of tags are those of the map; a prediction takes the map itself where
 * a map may be more than its vectors.
 *
 * @param makeMap called once for each column, after the tables of levels have drawn their values
 * @param more `rates`: factors on the learning rate by the end of a parameter's name ('table')
 */
export function buildTagModel(
  problem: Problem,
  settings: WidthSettings & { decoder: readonly number[] },
  random: RandomStream,
  makeMap: MakeTagMap,
  more: { rates?: ReadonlyMap<string, number> } = {},
): Model {
  const response = responseHead(problem);
  const columns = problem.tags ?? [];
  const levels = problem.levels.length;
  const widths = featureWidths(settings, sizesOf(problem));
  const d = oneWidth(widths);
  const tables = new Tables(problem.levels, widths, random);
  const maps = columns.map((shape, column) => makeMap(shape, widths[levels + column], column));
  const ofTables = widths.slice(0, levels).reduce((sum, one) => sum + one, 0);
  const decoder = new Decoder(
    maps.reduce((sum, map) => sum + map.width, problem.p + ofTables),
    settings.decoder,
    random,
    decoderOutputs(problem),
  );
  const named = maps.map((map, column) => map.parameters(tagPrefix(columns.length, column)));
  const parameters = new Map<string, tf.Variable>([
    ...tables.parameters(),
    ...named.flatMap(({ all }) => all),
    ...decoder.parameters(),
    ...response.parameters(),
  ]);
  const rates = [...(more.rates ?? [])].flatMap(([ending, rate]): [string, number][] =>
    columns.map((_, column) => [`${tagPrefix(columns.length, column)}/${ending}`, rate]),
  );
  const vectorsOf = (sets: readonly TagSets[] = []): tf.Tensor2D[] => maps.map((map, column) => map.rows(sets[column]));
  const givenOf = (vectors: readonly tf.Tensor2D[], sets: readonly TagSets[] = []): tf.Tensor2D[] =>
    maps.map((map, column) => (map.pooling ? vectorsOfRows(vectors[column], sets[column], map.pooling) : map.rows(sets[column])));
  const poolings = maps.flatMap(({ pooling }) => pooling ?? []);
  const known = columns.length > 0 && poolings.length === columns.length && rates.every(([, rate]) => rate === 1);
  return {
    parameters,
    tables: new Set([...tables.parameters().map(([name]) => name), ...named.flatMap(({ byTag }) => byTag)]),
    ...(rates.length > 0 && { rates: new Map(rates) }),
    epochLoss: 'by-rows',
    samplesPrediction: false,
    noiseShapes: () => [],
    loss({ x, z, tags, y }): Loss {
      const decoded = decoder.apply(besides(x, [...tables.rows(z), ...vectorsOf(tags)]));
      const nll = response.loss(y, decoded);
      return { total: nll, terms: { nll }, output: response.onScale(decoded) };
    },
    levelVectors: async () => [...tables.copies(), ...maps.map((map) => tf.tidy(() => map.vectors()))],
    predict({ x, z, tags }, vectors) {
      const rows = vectors.slice(0, levels).map((table, k) => gatherRows(table, z[k]));
      return response.onScale(decoder.apply(besides(x, [...rows, ...givenOf(vectors.slice(levels), tags)])));
    },
    ...(maps.some(({ weights }) => weights) && {
      attention: ({ tags = [] }) => maps.flatMap((map, column) => map.weights?.(tags[column]) ?? []),
    }),
    fused:
      known && d !== null
        ? {
            kind: 'tables',
            d,
            decoder: settings.decoder,
            l2: 0,
            tags: poolings.map((pooling, column) => ({ pooling, table: `${tagPrefix(columns.length, column)}/table` })),
          }
        : undefined,
    dispose() {
      for (const map of maps) map.dispose?.();
      response.dispose?.();
      disposeAll(parameters);
    },
  };
}

/**
 * Trainable numbers of such a model.
 *
 * @param own numbers of the map of a column of so many tags with vectors of d numbers
 * @param width of the vector of a row's set whose tags have d numbers; d when absent
 */
export function tagModelCount(
  problem: Pick<Problem, 'p' | 'levels' | 'tags'> & AskedResponse,
  settings: WidthSettings & { decoder: readonly number[] },
  own: (tags: number, d: number) => number,
  width = (d: number): number => d,
): number {
  const { p, levels } = problem;
  const sizes = sizesOf(problem);
  let [inputs, numbers] = [p, 0];
  for (const [k, d] of featureWidths(settings, sizes).entries()) {
    inputs += k < levels.length ? d : width(d);
    numbers += k < levels.length ? levels[k] * d : own(sizes[k], d);
  }
  return numbers + decoderCount(inputs, settings.decoder, problem);
}
