import type { LayerPlace } from '../layout';
import { BACKWARD, type Bindings, f32, header, range, THREAD } from './common';
import { type KernelModel, QUAD_GROUPS } from './kernel';
import type { Stack } from './stacks';

export const XYZW = ['x', 'y', 'z', 'w'];

/**
 * The block of rows that a workgroup works on. A *cell* is one activation of `unit` neighbouring rows. On a GPU that is four rows, and the activations of a
 * tile lie in the memory of its workgroup as [activation][cell]; an odd number of cells makes neighbouring activations start in different banks. Where
 * they are too many for that memory, and on quads (see KernelModel), the stacks themselves are worked on.
 */
export interface Tile {
  unit: 1 | 4;
  /** Cells along the rows, of which a thread's block has `block`. */
  cells: number;
  block: number;
  rows: number;
  threads: number;
  /** Activations that the memory of a workgroup has room for; 0 where it is not used. */
  memory: number;
  /** Most workgroups of a dispatch; they walk over the tiles. */
  most: number;
  stride: number;
}

/** Bytes of `shares` that tile kernels keep beside the activations. */
const SHARES = 256 * 8;
/** Rows of a thread's block on quads where layers are wide, and where a shorter shader is worth more. */
const QUAD_BLOCK = { wide: 4, narrow: 2 };
const WIDE = 48;
/** Columns of a thread's block on quads are at most five times four. */
const QUAD_COLUMNS = 5;

/** `widths`: columns of all activations that pass through the tile. Small batches get small tiles: a device wants some 48 workgroups before big ones. */
export function makeTile({ quads, batch, stride, limits }: KernelModel, widths: readonly number[], most: number): Tile {
  const widest = Math.max(...widths);
  const limit = Math.min(256, limits.maxComputeInvocationsPerWorkgroup);
  if (quads) {
    const block = widest > WIDE ? QUAD_BLOCK.wide : QUAD_BLOCK.narrow;
    const tile = { unit: 1, cells: 4 * block, block, rows: 4 * block, memory: 0, stride } as const;
    const threads = Math.min(limit, Math.max(...widths.map((cols) => blocksOf(tile, cols))));
    return { ...tile, threads, most: Math.min(QUAD_GROUPS, Math.floor(most / threads)) };
  }
  const room = Math.floor((limits.maxComputeWorkgroupStorageSize - SHARES) / (widest * 16));
  let cells = room < 1 ? 5 : Math.min(15, room);
  if (cells % 2 === 0) cells--;
  while (cells > 3 && Math.ceil(batch / (4 * cells)) < 48) cells -= 2;
  // Large tiles are cut into blocks of 12 rows × 4 columns: 48 multiply-adds for four loads.
  if (cells >= 9) cells = cells === 15 ? 15 : 9;
  const block = cells >= 9 ? 3 : 1;
  const threads = Math.min(limit, Math.max(64, Math.ceil(((cells / block) * widest) / 4 / 64) * 64));
  return { unit: 4, cells, block, rows: 4 * cells, threads, memory: room < 1 ? 0 : widest, most, stride };
}

/** Workgroups for this many rows. */
export const tileGroups = (tile: Tile, rows: number): number => Math.min(tile.most, Math.ceil(rows / tile.rows));

/** WGSL's type of a cell, named T in kernels. */
export const cellType = (tile: Pick<Tile, 'unit'>): 'f32' | 'vec4f' => (tile.unit === 1 ? 'f32' : 'vec4f');

const stored = (tile: Tile, { buffer, at }: Stack, activation: string, cell: string): string =>
  `${buffer}[(${at}u + ${activation}) * ${tile.stride / tile.unit}u + g0 + ${cell}]`;
/** One cell of an activation of a stack: in the memory of the workgroup where the tile has it. */
export const cellOf = (tile: Tile, stack: Stack, activation: string, cell: string): string =>
  tile.memory > 0 ? `a[(${activation}) * ${tile.cells}u + ${cell}]` : stored(tile, stack, activation, cell);
/** One activation of one row. */
export const scalarOf = (tile: Tile, stack: Stack, activation: string, row: string): string =>
  tile.unit === 1 ? cellOf(tile, stack, activation, row) : `${cellOf(tile, stack, activation, `${row} / 4u`)}[${row} % 4u]`;
export const barrier = (tile: Tile): string => (tile.memory > 0 ? 'workgroupBarrier();' : 'storageBarrier();');

/** When activations go to their stack: where they are worked on, always. */
export type Keeping = 'always' | 'backward' | 'never';
const whenKept = (tile: Tile, keeping: Keeping, statement: string): string => {
  if (keeping === 'always' || tile.memory === 0) return statement;
  return keeping === 'never' ? '' : `if ((u.flags & ${BACKWARD}u) != 0u) { ${statement} }`;
};
/** Statements that set a cell. */
export const setCell = (tile: Tile, stack: Stack, activation: string, cell: string, value: string, keeping: Keeping): string =>
  tile.memory > 0
    ? `{ let v = ${value}; a[(${activation}) * ${tile.cells}u + ${cell}] = v; ${whenKept(tile, keeping, `${stored(tile, stack, activation, cell)} = v;`)} }`
    : `${stored(tile, stack, activation, cell)} = ${value};`;

export interface TileKernel {
  bindings: Bindings;
  functions?: string;
  before?: string;
  body: string;
  after?: string;
}

/** What a shader says first: quads work together, and control flow is the same in all four. */
export const enableQuads = (quads: boolean): string => (quads ? 'enable subgroups;\ndiagnostic(off, subgroup_uniformity);\n' : '');

export const tileCode = (
  tile: Tile,
  { bindings, functions = '', before = '', body, after = '' }: TileKernel,
): string => `${enableQuads(tile.unit === 1)}
${header(bindings)}
alias T = ${cellType(tile)};
${tile.memory > 0 ? `var<workgroup> a: array<vec4f, ${tile.memory * tile.cells}>;` : ''}
${functions}
@compute @workgroup_size(${tile.threads})
fn main(${THREAD}) {
  let lane = li % 4u;
  ${before}
  for (var row0 = wg.x * ${tile.rows}u; row0 < u.rows; row0 += groups.x * ${tile.rows}u) {
    let g0 = row0 / ${tile.unit}u;
    ${body}
  }
  ${after}
}`;

/** Fills `count` activations of a stack with value(row, column). */
export const load = (tile: Tile, to: Stack, count: number, value: (row: string, column: string) => string, keeping: Keeping): string => `
    for (var e = li; e < ${count * tile.cells}u; e += ${tile.threads}u) {
      let column = e % ${count}u; let cell = e / ${count}u; let row = row0 + ${tile.unit}u * cell;
      ${setCell(
        tile,
        to,
        'column',
        'cell',
        `T(${range(tile.unit)
          .map((i) => value(`row + ${i}u`, 'column'))
          .join(', ')})`,
        keeping,
      )}
    }`;

/** Columns of a thread's block of a product with this many (a multiple of four). */
function columnsOf({ unit }: Pick<Tile, 'unit'>, cols: number): number {
  let vectors = 1;
  if (unit === 1) for (let v = 2; v <= QUAD_COLUMNS; v++) if ((cols / 4) % v === 0) vectors = v;
  return 4 * vectors;
}

function blocksOf(tile: Pick<Tile, 'unit' | 'cells' | 'block'>, cols: number): number {
  return ((tile.cells / tile.block) * cols) / columnsOf(tile, cols);
}

export type Activation = (value: string, activation: string, cell: string) => string;
export const plain: Activation = (value) => value;
export const relu: Activation = (value) => `max(${value}, T())`;
/** The slope through a rectifier whose outputs are this stack; `scale`: of the outputs that dropout keeps. */
export const reluBack =
  (tile: Tile, outputs: Stack, scale = 1): Activation =>
  (value, activation, cell) =>
    `select(T(), ${scale === 1 ? '' : `${f32(scale)} * `}${value}, ${stored(tile, outputs, activation, cell)} > T())`;

interface Product {
  from: Stack;
  to: Stack;
  inputs: number;
  cols: number;
  /** Where the weights begin, and the bias. */
  at: number;
  biasAt?: number;
  activation: Activation;
  keeping: Keeping;
}

/** to = activation(from × weights + bias), by blocks of rows and columns in registers. */
function product(tile: Tile, { from, to, inputs, cols, at, biasAt, activation, keeping }: Product): string {
  const along = tile.cells / tile.block;
  const columns = columnsOf(tile, cols);
  const blocks = blocksOf(tile, cols);
  const rows = range(tile.block);
  const block = (body: string): string => `let cell = block % ${along}u; let first = block / ${along}u * ${columns}u; ${body}`;
  const cellAt = (r: number): string => `cell + ${r * along}u`;
  const each = (line: (r: number, j: number) => string): string =>
    rows
      .map((r) =>
        range(columns)
          .map((j) => line(r, j))
          .join(' '),
      )
      .join('\n          ');
  const quadLoad = (name: string, index: string): string =>
    range(columns / 4)
      .map(
        (v) =>
          `let q${name}${v} = P[${index} + lane + ${4 * v}u]; ${range(4)
            .map((i) => `let ${name}${4 * v + i} = quadBroadcast(q${name}${v}, ${i}u);`)
            .join(' ')}`,
      )
      .join('\n          ');
  const vectorLoad = (name: string, index: string): string => `let ${name} = P[(${index}) / 4u];`;
  const weight = (name: string, j: number): string => (tile.unit === 1 ? `${name}${j}` : `${name}.${XYZW[j]}`);
  const loadWeights = tile.unit === 1 ? quadLoad : vectorLoad;
  const declare = (s: number): string => each((r, j) => `var c${s}_${r}_${j} = T();`);
  const unroll = tile.unit === 1 ? 1 : 4;
  const multiply = (s: number): string => `
        ${biasAt === undefined ? '' : `{ ${loadWeights('b', `${biasAt}u + first`)}\n          ${each((r, j) => `c${s}_${r}_${j} = T(${weight('b', j)});`)} }`}
        for (var j = 0u; j < ${inputs}u; j += ${unroll}u) {
          ${range(unroll)
            .map(
              (i) => `{ ${rows.map((r) => `let x${r} = ${cellOf(tile, from, `j + ${i}u`, cellAt(r))};`).join(' ')}
          ${loadWeights('w', `${at}u + (j + ${i}u) * ${cols}u + first`)}
          ${each((r, j) => `c${s}_${r}_${j} += x${r} * ${weight('w', j)};`)} }`,
            )
            .join('\n          ')}
        }`;
  const keep = (s: number): string =>
    each((r, j) => setCell(tile, to, `first + ${j}u`, cellAt(r), activation(`c${s}_${r}_${j}`, `first + ${j}u`, cellAt(r)), keeping));
  if (tile.memory === 0) {
    return `
    for (var block = li; block < ${blocks}u; block += ${tile.threads}u) { ${block(`${declare(0)} ${multiply(0)}
        ${keep(0)}`)}
    } ${barrier(tile)}`;
  }
  // Outputs wait in registers until all inputs are read, and take their place: half the memory, twice the rows of a tile.
  const turns = range(Math.ceil(blocks / tile.threads));
  const turn = (s: number, body: string): string => `
      { let block = li + ${s * tile.threads}u; if (block < ${blocks}u) { ${block(body)} } }`;
  return `
    { ${turns.map(declare).join('\n      ')}
      ${turns.map((s) => turn(s, multiply(s))).join('')} ${barrier(tile)}
      ${turns.map((s) => turn(s, keep(s))).join('')}
    } ${barrier(tile)}`;
}

/** A dense layer. */
export const dense = (
  tile: Tile,
  { rows, cols, kernelAt, biasAt }: LayerPlace,
  from: Stack,
  to: Stack,
  activation: Activation,
  keeping: Keeping,
): string => product(tile, { from, to, inputs: rows, cols, at: kernelAt, biasAt, activation, keeping });

/** The slopes in a layer's inputs from those in its outputs. */
export const denseBack = (
  tile: Tile,
  { rows, cols, transposeAt }: LayerPlace,
  from: Stack,
  to: Stack,
  activation: Activation,
  keeping: Keeping,
): string => product(tile, { from, to, inputs: cols, cols: rows, at: transposeAt as number, activation, keeping });
