import * as tf from '@tensorflow/tfjs';
import type { NoiseShape } from '../noise';
import { byteSize, engine, type WebGpuBackend } from './internals';
import { gatherKernel, noiseKernel } from './kernels';

/** Rows as tensors: what a loss takes (workers/methods/method.ts, Batch). */
export interface CapturedBatch {
  /** [rows, p] */
  x: tf.Tensor2D;
  /** K × [rows] int32 */
  z: tf.Tensor1D[];
  /** [rows, 1] */
  y: tf.Tensor2D;
}

/** A kernel of ours and the buffers it writes, after those it reads. */
interface Fill {
  code: string;
  threads: number;
  outputs: GPUBufferBinding[];
}

/**
 * The batch and the noise of a step: tensors that stay where they are, filled anew by kernels of ours at
 * every step.
 */
export class StepInputs {
  readonly batch: CapturedBatch;
  readonly noise: tf.Tensor[];
  /** Which of the noise is uniform instead of normal. */
  readonly #uniform: boolean[];
  readonly #backend: WebGpuBackend;

  constructor(backend: WebGpuBackend, rows: number, p: number, features: number, noiseShapes: readonly NoiseShape[]) {
    this.#backend = backend;
    this.batch = {
      x: this.#tensor([rows, p], 'float32') as tf.Tensor2D,
      y: this.#tensor([rows, 1], 'float32') as tf.Tensor2D,
      z: Array.from({ length: features }, () => this.#tensor([rows], 'int32') as tf.Tensor1D),
    };
    this.noise = noiseShapes.map(([rows, columns]) => this.#tensor([rows, columns], 'float32'));
    this.#uniform = noiseShapes.map(([, , kind]) => kind === 'uniform');
  }

  has(dataId: object): boolean {
    return this.#all().some((tensor) => tensor.dataId === dataId);
  }

  /** Copies of the rows of the batch, with at most so many outputs a kernel. */
  gather(most: number): Fill[] {
    const { x, y, z } = this.batch;
    const [rows, p] = x.shape;
    const columns = [{ tensor: x as tf.Tensor, first: 0, width: p }, ...[y, ...z].map((tensor, i) => ({ tensor, first: p + i, width: 1 }))];
    const filled = columns.filter(({ width }) => width > 0);
    return inGroups(filled, most).map((some) => ({ ...gatherKernel(rows, p + 1 + z.length, some), outputs: this.#buffers(some) }));
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
      fills.push({ ...noiseKernel(rows, some), outputs: this.#buffers(some) });
      i = end;
    }
    return fills;
  }

  dispose(): void {
    tf.dispose(this.#all());
  }

  #all(): tf.Tensor[] {
    return [this.batch.x, this.batch.y, ...this.batch.z, ...this.noise];
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
