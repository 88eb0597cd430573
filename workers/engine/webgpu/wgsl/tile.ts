import type { LayerPlace } from '../layout';
import { type Bindings, four, header, range, THREAD } from './common';

const XYZW = ['x', 'y', 'z', 'w'];

/**
 * The block of rows that a workgroup works on: `memoryRows` activations of 4 × groups batch rows, kept as [activation][row], four rows to a vec4. An odd
 * number of groups makes neighbouring activations start in different banks, so reads across rows (products) and across activations (weight gradients)
 * are both free of conflicts without padding.
 */
export interface Tile {
  memoryRows: number;
  groups: number;
  rows: number;
  threads: number;
  /** The activations are too many for the memory of a workgroup and lie in a buffer. */
  spilled: boolean;
  /** Most workgroups of a dispatch; they walk over the tiles. */
  most: number;
}

export interface TileOptions {
  memoryRows: number;
  /** Columns of the widest product. */
  widest: number;
  batch: number;
  mostGroups: number;
  limits: Pick<GPUSupportedLimits, 'maxComputeWorkgroupStorageSize' | 'maxComputeInvocationsPerWorkgroup'>;
  leastThreads?: number;
}

/** Bytes of `shares` that tile kernels keep beside the activations. */
const SHARES = 256 * 8;

/** Small batches get small tiles: a device wants some 48 workgroups before it wants big ones. */
export function makeTile({ memoryRows, widest, batch, mostGroups, limits, leastThreads = 64 }: TileOptions): Tile {
  const room = Math.floor((limits.maxComputeWorkgroupStorageSize - SHARES) / (memoryRows * 16));
  const spilled = room < 1;
  let groups = spilled ? 5 : Math.min(15, room);
  if (groups % 2 === 0) groups--;
  while (groups > 3 && Math.ceil(batch / (4 * groups)) < 48) groups -= 2;
  const limit = Math.min(256, limits.maxComputeInvocationsPerWorkgroup);
  const threads = Math.min(limit, Math.max(leastThreads, Math.ceil((groups * widest) / 4 / 64) * 64));
  return { memoryRows, groups, rows: 4 * groups, threads, spilled, most: spilled ? Math.min(64, mostGroups) : mostGroups };
}

/** Workgroups for this many rows. */
export const tileGroups = (tile: Tile, rows: number): number => Math.min(tile.most, Math.ceil(rows / tile.rows));

const cell = (tile: Tile, activation: string, group: string): string =>
  `a[${tile.spilled ? 'a0 + ' : ''}(${activation}) * ${tile.groups}u + ${group}]`;
/** One activation of one row. */
export const scalar = (tile: Tile, activation: string, row: string): string => `${cell(tile, activation, `${row} / 4u`)}[${row} % 4u]`;
export const vector = cell;
export const barrier = (tile: Tile): string => (tile.spilled ? 'storageBarrier();' : 'workgroupBarrier();');

export interface TileKernel {
  bindings: Bindings;
  functions?: string;
  before?: string;
  body: string;
  after?: string;
}

/** The bindings of a tile kernel, with the buffer of its activations where they are spilled. */
export const tileBindings = (tile: Tile, bindings: Bindings): Bindings => (tile.spilled ? { ...bindings, a: ['w', 'vec4f'] } : bindings);

export const tileCode = (tile: Tile, { bindings, functions = '', before = '', body, after = '' }: TileKernel): string => `${header(bindings)}
${tile.spilled ? '' : `var<workgroup> a: array<vec4f, ${tile.memoryRows * tile.groups}>;`}
${functions}
@compute @workgroup_size(${tile.threads})
fn main(${THREAD}) {
  ${tile.spilled ? `let a0 = wg.x * ${tile.memoryRows * tile.groups}u;` : ''}
  var first = true;
  ${before}
  for (var row0 = wg.x * ${tile.rows}u; row0 < u.rows; row0 += groups.x * ${tile.rows}u) {
    ${body}
    first = false;
  }
  ${after}
}`;

/** Fills `count` activations from `at` with value(row, column). Threads write whole vec4s: part writes would race. */
export const load = (tile: Tile, at: number, count: number, value: (row: string, column: string) => string): string => `
    for (var e = li; e < ${count * tile.groups}u; e += ${tile.threads}u) {
      let column = e % ${count}u; let group = e / ${count}u; let row = row0 + 4u * group;
      ${cell(tile, `${at}u + column`, 'group')} = vec4f(${range(4)
        .map((i) => value(`row + ${i}u`, 'column'))
        .join(', ')});
    }`;

const blocksOf = (tile: Tile, cols: number): number => Math.ceil((tile.groups * cols) / 4 / tile.threads);

/** Runs body(s) for the s-th 4 × 4 block (four rows, four columns) of each thread; threads beyond the last block skip it. */
const eachBlock = (tile: Tile, cols: number, body: (s: number) => string): string =>
  range(blocksOf(tile, cols))
    .map(
      (s) => `
    { let block = li + ${s * tile.threads}u;
      if (block < ${(tile.groups * cols) / 4}u) { let rg = block % ${tile.groups}u; let cg = block / ${tile.groups}u;
        ${body(s)} } }`,
    )
    .join('');

export const declareBlocks = (tile: Tile, cols: number, name: string): string =>
  range(blocksOf(tile, cols))
    .map((s) => four((j) => `var ${name}${s}_${j} = vec4f();`))
    .join('\n    ');

interface Product {
  from: number;
  inputs: number;
  /** Where the weights begin (a number, or an expression in vectors of four), their columns, and the distance of their rows. */
  at: number | string;
  cols: number;
  stride?: number;
  biasAt?: number;
}

/** name += activations[from … from + inputs) × weights: 16 multiply-adds for two vec4 loads, eight loads in flight. */
export const product = (tile: Tile, name: string, { from, inputs, at, cols, stride = cols, biasAt }: Product): string =>
  eachBlock(tile, cols, (s) => {
    const start = biasAt === undefined ? '' : `let b = P[${biasAt / 4}u + cg]; ${four((j) => `${name}${s}_${j} = vec4f(b.${XYZW[j]});`)}`;
    const first = typeof at === 'number' ? `${at / 4}u` : at;
    return `${start}
        for (var j = 0u; j < ${inputs}u; j += 4u) {
          ${four((i) => `let x${i} = ${cell(tile, `${from}u + j + ${i}u`, 'rg')};`)}
          ${four((i) => `let w${i} = P[${first} + (j + ${i}u) * ${stride / 4}u + cg];`)}
          ${range(4)
            .map((i) => four((j) => `${name}${s}_${j} += x${i} * w${i}.${XYZW[j]};`))
            .join('\n          ')}
        }`;
  });

export type Activation = (value: string, old: string) => string;
export const plain: Activation = (value) => value;
export const relu: Activation = (value) => `max(${value}, vec4f())`;
export const reluBack: Activation = (value, old) => `select(vec4f(), ${value}, ${old} > vec4f())`;

/** Writes the blocks of `product` to the activations from `to`. */
export const keep = (tile: Tile, name: string, to: number, cols: number, activation: Activation): string =>
  eachBlock(tile, cols, (s) =>
    four((j) => {
      const at = cell(tile, `${to}u + cg * 4u + ${j}u`, 'rg');
      return `${at} = ${activation(`${name}${s}_${j}`, at)};`;
    }),
  );

/** A dense layer; the outputs wait in registers, so `to` may be `from`: half the memory, twice the rows of a tile. */
export const dense = (tile: Tile, layer: LayerPlace, from: number, to: number, activation: Activation): string => `
    { ${declareBlocks(tile, layer.cols, 'c')}
    ${product(tile, 'c', { from, inputs: layer.rows, at: layer.kernelAt, cols: layer.cols, biasAt: layer.biasAt })}
    ${from === to ? barrier(tile) : ''}
    ${keep(tile, 'c', to, layer.cols, activation)}
    } ${barrier(tile)}`;

/** Replaces the activations at `to` by their gradients, given those of the layer's outputs at `from`. */
export const denseBack = (tile: Tile, layer: LayerPlace, from: number, to: number, activation: Activation): string => `
    { ${declareBlocks(tile, layer.rows, 'c')}
    ${product(tile, 'c', { from, inputs: layer.cols, at: layer.transposeAt as number, cols: layer.rows })}
    ${barrier(tile)}
    ${keep(tile, 'c', to, layer.rows, activation)}
    } ${barrier(tile)}`;

/**
 * Adds the tile's kernel and bias gradients to the partials of this workgroup, which start at `base`. A thread owns 4 inputs and 4 outputs (spread by
 * cols / 4, so neighbours touch neighbouring memory): 16 dot products for eight vec4 loads. `columnAt`: an expression for the first column.
 */
export const weightGradient = (tile: Tile, layer: LayerPlace, from: number, to: number, columnAt = '0u', cols = layer.cols): string => {
  const jumps = cols / 4;
  return `
    for (var block = li; block < ${(layer.rows / 4) * jumps}u; block += ${tile.threads}u) {
      let j = block % ${jumps}u; let i = block / ${jumps}u * 4u;
      ${four((i) => `var g${i} = vec4f();`)}
      for (var r = 0u; r < ${tile.groups}u; r++) {
        ${four((j) => `let d${j} = ${cell(tile, `${to}u + j + ${j * jumps}u`, 'r')};`)}
        ${range(4)
          .map(
            (i) => `{ let x = ${cell(tile, `${from}u + i + ${i}u`, 'r')};
          g${i} += vec4f(dot(x, d0), dot(x, d1), dot(x, d2), dot(x, d3)); }`,
          )
          .join('\n        ')}
      }
      ${range(4)
        .map(
          (i) => `{ let at = base + ${layer.kernelAt}u + ${columnAt} + (i + ${i}u) * ${layer.cols}u + j;
        ${four((j) => `add(at + ${j * jumps}u, g${i}.${XYZW[j]}, first);`)} }`,
        )
        .join('\n      ')}
    }
    for (var j = li; j < ${cols}u; j += ${tile.threads}u) {
      var g = vec4f();
      for (var r = 0u; r < ${tile.groups}u; r++) { g += ${cell(tile, `${to}u + j`, 'r')}; }
      add(base + ${layer.biasAt}u + ${columnAt} + j, dot(g, vec4f(1.0)), first);
    }`;
};

export const ADD = 'fn add(at: u32, value: f32, first: bool) { if (first) { part[at] = value; } else { part[at] += value; } }';
