import { isInnerProduct, namesOf, tagsOf } from '../description';
import type { FusedDescription } from '../step-plan';
import { type IndexMaps, indexMapsOf } from './index-maps';

/**
 * A dense layer in the parameter buffer: kernel rows × cols, both padded to multiples of four, then a bias of
 * cols.
 */
export interface LayerPlace {
  inputs: number;
  outputs: number;
  rows: number;
  cols: number;
  kernelAt: number;
  biasAt: number;
  /**
   * The kernel transposed, kept fresh by every update: for gradients that are passed down, and on quads for
   * activations.
   */
  transposeAt: number;
}

/** Where a named parameter lies: entry (r, c) at `at` + r × stride + c. */
interface ParameterPlace {
  name: string;
  rows: number;
  columns: number;
  at: number;
  stride: number;
}

/**
 * Where each parameter lives, in numbers of four bytes: dense layers (encoder, then decoder), transposed
 * copies, tables. Padding is zero, gets zero gradients and stays zero, so that kernels load vectors of four
 * without bounds checks. The mean and log-variance heads of all features are the columns of one matrix [mean0
 * logVar0 | mean1 logVar1 | …]: one product instead of 2K.
 */
export interface BufferLayout {
  p: number;
  d: number;
  /** Number of features with level vectors, columns of tags included: they come last. */
  K: number;
  hidden: LayerPlace[];
  heads: LayerPlace | null;
  /** Columns of a feature among the heads. */
  headWidth: number;
  decoding: LayerPlace[];
  encoderSize: number;
  decoderSize: number;
  /** Numbers of all dense layers. */
  size: number;
  tableAt: number;
  /**
   * Numbers of a level in the tables: d and perhaps a bias, or mean and log-variance 2d, or none. With index
   * maps the d of its vector, which lie elsewhere.
   */
  record: number;
  /** Where tables are taken by index maps; null where level j owns row j. */
  maps: IndexMaps | null;
  /** First level of each feature among the levels of all, and how many there are. */
  firstLevel: number[];
  levelCounts: number[];
  levels: number;
  tableSize: number;
  storedSize: number;
  places: ParameterPlace[];
}

export const pad4 = (n: number): number => (n + 3) & ~3;
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export function bufferLayout(description: FusedDescription, p: number, levelCounts: readonly number[]): BufferLayout {
  const d = description.kind === 'no-levels' ? 0 : description.d;
  const counts = description.kind === 'no-levels' ? [] : [...levelCounts];
  const K = counts.length;
  const withLevels = K - tagsOf(description).length;
  const headWidth = pad4(2 * d);
  const places: ParameterPlace[] = [];
  let at = 0;
  const add = (inputs: number, outputs: number, cols = pad4(outputs)): LayerPlace => {
    // A layer without inputs (no numeric column and no levels) gets four that are padding: a kernel of no
    // rows is none in WGSL.
    const rows = pad4(Math.max(1, inputs));
    const layer = { inputs, outputs, rows, cols, kernelAt: at, biasAt: at + rows * cols, transposeAt: 0 };
    at = layer.biasAt + cols;
    return layer;
  };
  const name = (label: string, layer: LayerPlace, columnAt: number, columns: number): void => {
    places.push(
      { name: `${label}/kernel`, rows: layer.inputs, columns, at: layer.kernelAt + columnAt, stride: layer.cols },
      { name: `${label}/bias`, rows: 1, columns, at: layer.biasAt + columnAt, stride: layer.cols },
    );
  };

  const hidden: LayerPlace[] = [];
  let heads: LayerPlace | null = null;
  if (description.kind === 'encoder') {
    let width = p + 1;
    for (const outputs of description.encoder) {
      const layer = add(width, outputs);
      name(`encoder/dense${hidden.length}`, layer, 0, outputs);
      hidden.push(layer);
      width = outputs;
    }
    heads = add(width, K * headWidth);
    for (let k = 0; k < K; k++) {
      const { mean, logVar } = namesOf(description, k, withLevels);
      name(mean, heads, k * headWidth, d);
      name(logVar, heads, k * headWidth + d, d);
    }
  }
  const encoderSize = at;
  const decoding: LayerPlace[] = [];
  let width = p + (isInnerProduct(description) ? 1 : K * d);
  for (const [i, outputs] of [...description.decoder, 1].entries()) {
    const layer = add(width, outputs);
    name(i < description.decoder.length ? `decoder/dense${i}` : 'decoder/output', layer, 0, outputs);
    decoding.push(layer);
    width = outputs;
  }
  const size = at;
  for (const layer of [...hidden, ...(heads ? [heads] : []), ...decoding]) {
    layer.transposeAt = at;
    at += layer.rows * layer.cols;
  }

  const tableAt = at;
  const biases = description.kind === 'tables' && description.biases === true;
  const record = description.kind === 'tables' ? d + (biases ? 1 : 0) : description.kind === 'sampled-tables' ? 2 * d : 0;
  const maps = description.kind === 'tables' && description.lookups ? indexMapsOf(description.lookups, d, sum(counts)) : null;
  for (const [t, { rows, width, at: from }] of (maps?.tables ?? []).entries())
    places.push({ name: `embedding${t}/table`, rows, columns: width, at: tableAt + from, stride: width });
  const firstLevel: number[] = [];
  let levels = 0;
  for (const [k, count] of counts.entries()) {
    const from = tableAt + levels * record;
    if (description.kind === 'tables' && !maps)
      places.push({ name: namesOf(description, k, withLevels).table, rows: count, columns: d, at: from, stride: record });
    if (biases) places.push({ name: `embedding${k}/bias`, rows: count, columns: 1, at: from + d, stride: record });
    if (description.kind === 'sampled-tables') {
      places.push({ name: `embedding${k}/mean`, rows: count, columns: d, at: from, stride: record });
      places.push({ name: `embedding${k}/logVar`, rows: count, columns: d, at: from + d, stride: record });
    }
    firstLevel.push(levels);
    levels += count;
  }
  const tableSize = maps ? sum(maps.tables.map(({ rows, width }) => rows * width)) : levels * record;
  const stored = pad4(tableAt + tableSize);
  const shape = { p, d, K, hidden, heads, headWidth, decoding, encoderSize, decoderSize: size - encoderSize, size, tableAt, record, maps };
  return { ...shape, firstLevel, levelCounts: counts, levels, tableSize, storedSize: stored, places };
}

/**
 * Parameters by name (row-major) as the buffer holds them. Throws when one is missing or has another size.
 */
export function packParameters(layout: BufferLayout, values: ReadonlyMap<string, Float32Array>): Float32Array<ArrayBuffer> {
  const stored = new Float32Array(layout.storedSize);
  for (const { name, rows, columns, at, stride } of layout.places) {
    const given = values.get(name);
    if (given?.length !== rows * columns)
      throw new Error(`the fused step takes ${rows} × ${columns} numbers for "${name}" and got ${given?.length ?? 'none'}`);
    for (let r = 0; r < rows; r++) stored.set(given.subarray(r * columns, (r + 1) * columns), at + r * stride);
  }
  for (const { kernelAt, transposeAt, rows, cols } of [...layout.hidden, ...(layout.heads ? [layout.heads] : []), ...layout.decoding]) {
    for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) stored[transposeAt + c * rows + r] = stored[kernelAt + r * cols + c];
  }
  return stored;
}

/** The reverse of `packParameters`. */
export function unpackParameters(layout: BufferLayout, stored: Float32Array): Map<string, Float32Array> {
  return new Map(
    layout.places.map(({ name, rows, columns, at, stride }) => {
      const values = new Float32Array(rows * columns);
      for (let r = 0; r < rows; r++) values.set(stored.subarray(at + r * stride, at + r * stride + columns), r * columns);
      return [name, values];
    }),
  );
}
