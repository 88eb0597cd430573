import { type Product, stored, type Tile } from './cells';
import { four, range, XYZW } from './common';

/**
 * Inputs that stay in private memory while all columns pass: the code of a column should fit into a
 * processor's cache of instructions.
 */
const MOST_INPUTS = 112;
/** The private memory of an invocation: four rows of each input. */
export const RESIDENT = `var<private> resident: array<f32, ${4 * MOST_INPUTS}>;`;

/**
 * What an invocation gets of a quad's value of its neighbour `lane ^ s`: one instruction, where a broadcast
 * takes a dozen.
 */
const SWAPS = ['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'];
export const fromNeighbour = (value: string, s: number): string => (s === 0 ? value : `${SWAPS[s]}(${value})`);

/** Puts a cell into private memory, at place `at` of its kind. */
export const keepResident = (cell: string, at: string): string =>
  `{ let v = ${cell}; let at = 4u * (${at}); ${four((r) => `resident[at + ${r}u] = v.${XYZW[r]};`)} }`;

/**
 * to = activation(from × weights + bias) by a quad, of which each invocation has the inputs of its four rows
 * in private memory. There a place known when the shader is compiled is read by one instruction, and storage
 * by some hundred. Weights of a column pass by sixteen inputs at a time, four to an invocation, and go round
 * the quad by swaps: at place 16 i + 4 s + e an invocation keeps the input whose weight comes with swap s, 16
 * i + 4 (s ^ lane) + e. A rest of four inputs is loaded by all.
 */
export function quadProduct(tile: Tile, { from, to, inputs, cols, transposeAt, biasAt, activation }: Product): string {
  const parts = Math.ceil(inputs / MOST_INPUTS);
  const rest = parts === 1 && inputs % 16 === 4 ? 4 : 0;
  const groups = range(Math.ceil((inputs - rest) / parts / 16));
  const wide = 16 * groups.length;
  const filled = parts * wide + rest === inputs;
  const input = (k: string): string =>
    filled ? stored(tile, from, k, 'lane') : `select(T(), ${stored(tile, from, `min(${k}, ${inputs - 1}u)`, 'lane')}, ${k} < ${inputs}u)`;
  const weights = (k: string): string => `P[${transposeAt / 4}u + c * ${inputs / 4}u + ${filled ? k : `min(${k}, ${inputs / 4 - 1}u)`}]`;
  const multiply = (place: number, weight: (e: number) => string): string =>
    range(4)
      .map((e) => `{ let w = ${weight(e)}; ${four((r) => `s${r} += resident[${4 * (place + e) + r}] * w;`)} }`)
      .join('\n          ');
  const bias = biasAt === undefined ? '0.0' : `P[${biasAt / 4}u + c / 4u][c % 4u]`;
  const before = parts > 1 ? `if (k0 > 0u) { let v = ${stored(tile, to, 'c', 'lane')}; ${four((r) => `s${r} = v.${XYZW[r]};`)} }` : '';
  const result = `T(${range(4).map((r) => `s${r}`)})`;
  const store = (value: string): string => `${stored(tile, to, 'c', 'lane')} = ${value};`;
  const last = store(activation('v', 'c', 'lane'));
  const code = `
      for (var j = 0u; j < ${wide}u; j++) { let k = k0 + (j ^ (4u * lane)); ${keepResident(input('k'), 'j')} }
      ${rest > 0 ? `for (var j = ${wide}u; j < ${inputs}u; j++) ${keepResident(stored(tile, from, 'j', 'lane'), 'j')}` : ''}
      for (var c = 0u; c < ${cols}u; c++) {
        let b = ${bias}; ${four((r) => `var s${r} = b;`)} ${before}
        ${groups
          .map(
            (i) => `{ let own = ${weights(`k0 / 4u + ${4 * i}u + lane`)};
          ${range(4)
            .map((s) => multiply(16 * i + 4 * s, (e) => fromNeighbour(`own.${XYZW[e]}`, s)))
            .join('\n          ')} }`,
          )
          .join('\n        ')}
        ${rest > 0 ? `{ let own = ${weights(`${wide / 4}u`)};\n          ${multiply(wide, (e) => `own.${XYZW[e]}`)} }` : ''}
        let v = ${result};
        ${parts > 1 ? `if (k0 + ${wide}u < ${inputs}u) { ${store('v')} } else { ${last} }` : last}
      }`;
  return parts > 1
    ? `for (var k0 = 0u; k0 < ${inputs}u; k0 += ${wide}u) { ${code} } storageBarrier();`
    : `{ let k0 = 0u; ${code} } storageBarrier();`;
}
