import type { LayerPlace } from '../buffer-layout';
import { type Activation, type Keeping, type Product, stored, type Tile } from './cells';
import { BACKWARD, type Bindings, f32, four, header, range, THREAD, XYZW } from './common';
import { type KernelModel, QUAD_GROUPS } from './kernel';
import { quadProduct, RESIDENT } from './quad-product';
import type { Stack } from './stacks';

/** Bytes of `shares` that tile kernels keep in addition to the activations. */
const SHARES = 256 * 8;

/**
 * `widths`: columns of all activations that pass through the tile. Small batches get small tiles: a device
 * wants some 48 workgroups before big ones.
 */
export function makeTile({ quads, batch, stride, limits }: KernelModel, widths: readonly number[], most: number): Tile {
  const widest = Math.max(...widths);
  const limit = Math.min(256, limits.maxComputeInvocationsPerWorkgroup);
  if (quads) return { quads, cells: 4, block: 1, rows: 16, threads: 4, memory: 0, most: Math.min(QUAD_GROUPS, Math.floor(most / 4)), stride };
  const room = Math.floor((limits.maxComputeWorkgroupStorageSize - SHARES) / (widest * 16));
  let cells = room < 1 ? 5 : Math.min(15, room);
  if (cells % 2 === 0) cells--;
  while (cells > 3 && Math.ceil(batch / (4 * cells)) < 48) cells -= 2;
  // Large tiles are cut into blocks of 12 rows × 4 columns: 48 multiply-adds for four loads.
  if (cells >= 9) cells = cells === 15 ? 15 : 9;
  const block = cells >= 9 ? 3 : 1;
  const threads = Math.min(limit, Math.max(64, Math.ceil(((cells / block) * widest) / 4 / 64) * 64));
  return { quads, cells, block, rows: 4 * cells, threads, memory: room < 1 ? 0 : widest, most, stride };
}

/** Workgroups for this many rows. */
export const tileGroups = (tile: Tile, rows: number): number => Math.min(tile.most, Math.ceil(rows / tile.rows));

/** One cell of an activation of a stack: in the memory of the workgroup where the tile has it. */
export const cellOf = (tile: Tile, stack: Stack, activation: string, cell: string): string =>
  tile.memory > 0 ? `a[(${activation}) * ${tile.cells}u + ${cell}]` : stored(tile, stack, activation, cell);
/** One activation of one row. */
export const scalarOf = (tile: Tile, stack: Stack, activation: string, row: string): string =>
  `${cellOf(tile, stack, activation, `${row} / 4u`)}[${row} % 4u]`;
export const barrier = (tile: Tile): string => (tile.memory > 0 ? 'workgroupBarrier();' : 'storageBarrier();');

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

export const tileCode = (tile: Tile, { bindings, functions = '', before = '', body, after = '' }: TileKernel): string => `${enableQuads(tile.quads)}
${header(bindings)}
alias T = vec4f;
${tile.quads ? RESIDENT : ''}
${tile.memory > 0 ? `var<workgroup> a: array<vec4f, ${tile.memory * tile.cells}>;` : ''}
${functions}
@compute @workgroup_size(${tile.threads})
fn main(${THREAD}) {
  ${tile.quads ? 'let lane = li;' : ''}
  ${before}
  for (var row0 = wg.x * ${tile.rows}u; row0 < u.rows; row0 += groups.x * ${tile.rows}u) {
    let g0 = row0 / 4u;
    ${body}
  }
  ${after}
}`;

/** Fills `count` activations of a stack with value(row, column). */
export const load = (tile: Tile, to: Stack, count: number, value: (row: string, column: string) => string, keeping: Keeping): string => `
    for (var e = li; e < ${count * tile.cells}u; e += ${tile.threads}u) {
      let column = e % ${count}u; let cell = e / ${count}u; let row = row0 + 4u * cell;
      ${setCell(
        tile,
        to,
        'column',
        'cell',
        `T(${range(4)
          .map((i) => value(`row + ${i}u`, 'column'))
          .join(', ')})`,
        keeping,
      )}
    }`;

export const plain: Activation = (value) => value;
export const relu: Activation = (value) => `max(${value}, T())`;
/** The slope through a rectifier whose outputs are this stack; `scale`: of the outputs that dropout keeps. */
export const reluBack =
  (tile: Tile, outputs: Stack, scale = 1): Activation =>
  (value, activation, cell) =>
    `select(T(), ${scale === 1 ? '' : `${f32(scale)} * `}${value}, ${stored(tile, outputs, activation, cell)} > T())`;

/** Columns of a thread's block of a product. */
const COLUMNS = 4;

/** to = activation(from × weights + bias), by blocks of rows and columns in registers. */
function product(tile: Tile, { from, to, inputs, cols, at, biasAt, activation, keeping }: Product): string {
  const along = tile.cells / tile.block;
  const blocks = (along * cols) / COLUMNS;
  const rows = range(tile.block);
  const block = (body: string): string => `let cell = block % ${along}u; let first = block / ${along}u * ${COLUMNS}u; ${body}`;
  const cellAt = (r: number): string => `cell + ${r * along}u`;
  const each = (line: (r: number, j: number) => string): string => rows.map((r) => four((j) => line(r, j))).join('\n          ');
  const declare = (s: number): string => each((r, j) => `var c${s}_${r}_${j} = T();`);
  const multiply = (s: number): string => `
        ${biasAt === undefined ? '' : `{ let b = P[(${biasAt}u + first) / 4u];\n          ${each((r, j) => `c${s}_${r}_${j} = T(b.${XYZW[j]});`)} }`}
        for (var j = 0u; j < ${inputs}u; j += 4u) {
          ${range(4)
            .map(
              (i) => `{ ${rows.map((r) => `let x${r} = ${cellOf(tile, from, `j + ${i}u`, cellAt(r))};`).join(' ')}
          let w = P[(${at}u + (j + ${i}u) * ${cols}u + first) / 4u];
          ${each((r, j) => `c${s}_${r}_${j} += x${r} * w.${XYZW[j]};`)} }`,
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
  // Outputs wait in registers until all inputs are read, and take their place: half the memory, twice the
  // rows of a tile.
  const turns = range(Math.ceil(blocks / tile.threads));
  const turn = (s: number, body: string): string => `
      { let block = li + ${s * tile.threads}u; if (block < ${blocks}u) { ${block(body)} } }`;
  return `
    { ${turns.map(declare).join('\n      ')}
      ${turns.map((s) => turn(s, multiply(s))).join('')} ${barrier(tile)}
      ${turns.map((s) => turn(s, keep(s))).join('')}
    } ${barrier(tile)}`;
}

const productOf = (tile: Tile, of: Product): string => (tile.quads ? quadProduct(tile, of) : product(tile, of));

/** A dense layer. */
export const dense = (
  tile: Tile,
  { rows, cols, kernelAt, transposeAt, biasAt }: LayerPlace,
  from: Stack,
  to: Stack,
  activation: Activation,
  keeping: Keeping,
): string => productOf(tile, { from, to, inputs: rows, cols, at: kernelAt, transposeAt, biasAt, activation, keeping });

/** The slopes in a layer's inputs from those in its outputs. */
export const denseBack = (
  tile: Tile,
  { rows, cols, kernelAt, transposeAt }: LayerPlace,
  from: Stack,
  to: Stack,
  activation: Activation,
  keeping: Keeping,
): string => productOf(tile, { from, to, inputs: cols, cols: rows, at: transposeAt, transposeAt: kernelAt, activation, keeping });
