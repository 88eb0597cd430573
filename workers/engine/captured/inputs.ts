import * as tf from '@tensorflow/tfjs';
import { mapPieces, type Piece } from '../../data/pieces';
import type { NoiseShape } from '../noise';
import type { TracedBatch } from '../traced-plan';
import { byteSize, engine, type WebGpuBackend } from './internals';
import { gatherKernel, noiseKernel, stretchKernel, windowKernel } from './kernels';
import type { List, ResidentTable } from './resident';

/** A kernel of ours, what it reads after the state (and the order of rows), and what it writes. */
interface Fill {
  code: string;
  threads: number;
  sources: GPUBufferBinding[];
  outputs: GPUBufferBinding[];
}

/** A piece of lists with lengths of their own, and its tensor. */
interface Stretch {
  source: Extract<Piece['source'], { from: 'list' }>;
  width: number;
  tensor: tf.Tensor;
}

/**
 * Stretches that begin at the same places, as the tags of a row and their mask: a kernel finds these once for
 * all of them, at most so many.
 */
function sideBySide(filled: readonly { piece: Piece; tensor: tf.Tensor }[], most: number): Stretch[][] {
  const groups: Stretch[][] = [];
  for (const { piece, tensor } of filled) {
    const { source, width } = piece;
    if (source.from !== 'list') continue;
    const { starts, rowsASet } = source;
    const alike = groups.find(
      (group) => group.length < most && group[0].width === width && group[0].source.starts === starts && group[0].source.rowsASet === rowsASet,
    );
    if (alike) alike.push({ source, width, tensor });
    else groups.push([{ source, width, tensor }]);
  }
  return groups;
}

/**
 * The batch and the noise of a step: tensors that stay where they are, filled anew by kernels of ours at
 * every step.
 */
export class StepInputs {
  readonly batch: TracedBatch;
  readonly noise: tf.Tensor[];
  readonly #pieces = new Map<Piece, tf.Tensor>();
  readonly #table: ResidentTable;
  readonly #rows: number;
  /** Which of the noise is uniform instead of normal. */
  readonly #uniform: boolean[];
  readonly #backend: WebGpuBackend;

  constructor(backend: WebGpuBackend, rows: number, table: ResidentTable, noiseShapes: readonly NoiseShape[]) {
    this.#backend = backend;
    this.#table = table;
    this.#rows = rows;
    const tensorOf = (piece: Piece): tf.Tensor => {
      const tensor = this.#tensor([rows, ...piece.shape], piece.dtype);
      this.#pieces.set(piece, tensor);
      return tensor;
    };
    this.batch = mapPieces(table.pieces, tensorOf) as unknown as TracedBatch;
    this.noise = noiseShapes.map(([rows, columns]) => this.#tensor([rows, columns], 'float32'));
    this.#uniform = noiseShapes.map(([, , kind]) => kind === 'uniform');
  }

  has(dataId: object): boolean {
    return this.#all().some((tensor) => tensor.dataId === dataId);
  }

  /** What the rows of the batch have, with at most so many buffers a kernel besides state and order. */
  gather(most: number): Fill[] {
    const { buffer, columns, columnOf } = this.#table;
    const filled = [...this.#pieces].flatMap(([piece, tensor]) => (piece.width > 0 ? [{ piece, tensor }] : []));
    const own = filled.flatMap(({ piece, tensor }) => {
      const first = columnOf.get(piece);
      return first === undefined ? [] : [{ tensor, first, width: piece.width }];
    });
    const copies = inGroups(own, most - 1).map((some) => ({
      ...gatherKernel(this.#rows, columns, some),
      sources: [{ buffer }],
      outputs: this.#buffers(some),
    }));
    const windows = filled.flatMap(({ piece, tensor }): Fill[] => {
      const { source, width } = piece;
      if (source.from !== 'windows') return [];
      return [{ ...windowKernel(this.#rows, width, source), sources: [this.#list(source.list)], outputs: this.#buffers([{ tensor }]) }];
    });
    const stretches = sideBySide(filled, Math.floor((most - 1) / 2)).map((some): Fill => {
      const [{ source, width }] = some;
      const own = some.flatMap(({ source: { list } }) => (list ? [list] : []));
      const kernel = stretchKernel(
        this.#rows,
        width,
        source.rowsASet,
        some.map(({ source: { list } }) => list !== null),
      );
      return { ...kernel, sources: [source.starts, ...own].map((list) => this.#list(list)), outputs: this.#buffers(some) };
    });
    return [...copies, ...stretches, ...windows];
  }

  /**
   * Draws of the noise. Each tensor takes the columns that follow those of the one before, as in
   * engine/noise.ts.
   */
  draw(most: number): Fill[] {
    let first = 0;
    const all = this.noise.map((tensor, i) => {
      const output = { tensor, first, width: tensor.shape[1] as number, uniform: this.#uniform[i] };
      first += output.width;
      return output;
    });
    const columns = all.filter(({ tensor }) => tensor.size > 0);
    // Noise of another number of rows than the one before, such as a draw per level, begins a kernel of its
    // own.
    const fills: Fill[] = [];
    for (let i = 0; i < columns.length; ) {
      const [rows] = columns[i].tensor.shape;
      let end = i + 1;
      while (end < columns.length && end - i < most && columns[end].tensor.shape[0] === rows) end++;
      const some = columns.slice(i, end);
      fills.push({ ...noiseKernel(rows, some), sources: [], outputs: this.#buffers(some) });
      i = end;
    }
    return fills;
  }

  #list(list: List): GPUBufferBinding {
    return { buffer: this.#table.lists.get(list) as GPUBuffer };
  }

  dispose(): void {
    tf.dispose(this.#all());
  }

  #all(): tf.Tensor[] {
    return [...this.#pieces.values(), ...this.noise];
  }

  /** A tensor with memory and without a value: a kernel of ours writes it before tfjs's read it. */
  #tensor(shape: number[], dtype: 'float32' | 'int32'): tf.Tensor {
    if (byteSize(shape) === 0) return tf.keep(tf.tensor([], shape, dtype));
    const info = this.#backend.makeTensorInfo(shape, dtype);
    this.#backend.uploadToGPU(info.dataId);
    return tf.keep(engine().makeTensorFromTensorInfo(info));
  }

  #buffers(outputs: readonly { tensor: tf.Tensor }[]): GPUBufferBinding[] {
    return outputs.map(({ tensor }) => ({ buffer: this.#backend.tensorMap.get(tensor.dataId).resource as GPUBuffer }));
  }
}

export function inGroups<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let i = 0; i < items.length; i += size) groups.push(items.slice(i, i + size));
  return groups;
}
