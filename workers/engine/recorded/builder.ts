import { Buffer, collapsed, isPacked, isScalar, sizeOf, spread, stridesOf, type View, whole } from './arrays';
import { type FUNCTIONS, type OPERATIONS, REDUCTIONS } from './instructions';

/** A word of an instruction: a whole number, a float, or an address in a buffer (offset in bytes). */
export type Word = number | { float: number } | { buffer: Buffer; offset: number };

/** An instruction with what it reads and writes. */
export interface Plain {
  kind: 'plain';
  operation: keyof typeof OPERATIONS;
  words: Word[];
  reads: Buffer[];
  writes: Buffer[];
}

/** What JavaScript computes between two instructions, from and to arrays in the memory. */
export interface Host {
  kind: 'host';
  compute(of: (buffer: Buffer) => Float32Array): void;
  reads: Buffer[];
  writes: Buffer[];
}

/** What a function of an element-wise instruction takes. */
export interface Operand {
  view: View;
  /** 'packed': as the result lies; 'scalar': one number; 'strided': any other. */
  as: 'packed' | 'scalar' | 'strided';
}

/** One function over all numbers of its result. */
export interface Elementwise {
  kind: 'elementwise';
  fn: keyof typeof FUNCTIONS;
  inputs: Operand[];
  numbers: readonly number[];
  result: Buffer;
}

export type Instruction = Plain | Host | Elementwise;

/** Address of an array. */
export const at = ({ buffer, offset }: View): Word => ({ buffer, offset: 4 * offset });

/**
 * The list of instructions of a step, in the order in which tfjs computed it, over buffers without places.
 */
export class Builder {
  /** @param threads that work on the step at the most */
  constructor(readonly threads = 1) {}

  readonly instructions: Instruction[] = [];
  /** Numbers from JavaScript, by the buffer that holds them. */
  readonly constants = new Map<Buffer, Float32Array>();
  readonly #scalars = new Map<number, View>();
  readonly #numbers = new Map<Float32Array, Buffer>();
  readonly #packed = new Map<string, View>();
  readonly #names = new Map<Buffer, number>();

  plain(operation: keyof typeof OPERATIONS, words: Word[], reads: readonly View[], writes: readonly Buffer[]): void {
    this.instructions.push({ kind: 'plain', operation, words, reads: reads.map(({ buffer }) => buffer), writes: [...writes] });
  }

  /** A kernel in JavaScript, of packed arrays that fill their buffers. */
  host(reads: readonly View[], writes: readonly Buffer[], compute: Host['compute']): void {
    this.instructions.push({ kind: 'host', compute, reads: reads.map(({ buffer }) => buffer), writes: [...writes] });
  }

  /** One number from JavaScript as an array of any shape. */
  scalar(value: number, shape: readonly number[] = []): View {
    let view = this.#scalars.get(value);
    if (!view) {
      const buffer = new Buffer(1, value);
      this.constants.set(buffer, Float32Array.of(value));
      view = whole(buffer, []);
      this.#scalars.set(value, view);
    }
    return spread(view, shape);
  }

  /** Numbers from JavaScript. */
  numbers(values: Float32Array, shape: readonly number[]): View {
    if (values.length > 0 && values.every((value) => value === values[0])) return this.scalar(values[0], shape);
    let buffer = this.#numbers.get(values);
    if (!buffer) {
      buffer = new Buffer(values.length);
      this.constants.set(buffer, values);
      this.#numbers.set(values, buffer);
    }
    return whole(buffer, shape);
  }

  /** A new buffer and all of it as an array. */
  result(shape: readonly number[]): View {
    return whole(new Buffer(sizeOf(shape)), shape);
  }

  /** A function of arrays that are repeated to the shape of the result. */
  elementwise(fn: keyof typeof FUNCTIONS, inputs: readonly View[], shape: readonly number[], numbers: readonly number[] = []): View {
    const result = this.result(shape);
    if (result.buffer.size === 0) return result;
    const operands = inputs.map((input): Operand => {
      const view = spread(input, shape);
      return { view, as: isPacked(view) ? 'packed' : isScalar(view) ? 'scalar' : 'strided' };
    });
    this.instructions.push({ kind: 'elementwise', fn, inputs: operands, numbers, result: result.buffer });
    return result;
  }

  /** The same numbers one after the other. */
  packed(view: View): View {
    if (isPacked(view)) return { ...view, strides: stridesOf(view.shape) };
    const key = `${this.#name(view.buffer)} ${view.offset} ${view.shape} ${view.strides}`;
    let found = this.#packed.get(key);
    if (!found) {
      found = this.#transposed(view) ?? this.elementwise('copy', [view], view.shape);
      this.#packed.set(key, found);
    }
    return found;
  }

  /** Where the last two dimensions change places: in squares of four. */
  #transposed(view: View): View | null {
    const { shape, strides } = collapsed(view);
    const rank = shape.length;
    if (rank < 2 || rank > 3 || strides[rank - 2] !== 1 || strides[rank - 1] < 1) return null;
    const result = this.result(view.shape);
    const [rows, columns] = [shape[rank - 1], shape[rank - 2]];
    const [matrices, next] = rank === 3 ? [shape[0], strides[0]] : [1, 0];
    const words = [at(view), 4 * strides[rank - 1], at(result), rows, columns, matrices, 4 * next, 4 * rows * columns];
    this.plain('transpose', words, [view], [result.buffer]);
    return result;
  }

  #name(buffer: Buffer): number {
    const name = this.#names.get(buffer) ?? this.#names.size;
    this.#names.set(buffer, name);
    return name;
  }

  /** Reduces these axes, which the result does not have. */
  reduce(kind: keyof typeof REDUCTIONS, view: View, axes: readonly number[], factor = 1): View {
    const kept = [...view.shape.keys()].filter((axis) => !axes.includes(axis));
    const shape = kept.map((axis) => view.shape[axis]);
    const result = this.result(shape);
    if (result.buffer.size === 0) return result;
    if (view.shape.includes(0)) {
      const empty = { sum: 0, max: Number.NEGATIVE_INFINITY, min: Number.POSITIVE_INFINITY, product: 1 }[kind];
      return this.scalar(empty * factor, shape);
    }
    const wide = axes.filter((axis) => view.shape[axis] !== 1);
    const first = Math.min(...wide);
    const last = Math.max(...wide);
    const together = kept.every((axis) => axis < first || axis > last || view.shape[axis] === 1);
    // What is reduced in one piece stays where it is; else it becomes the last dimension.
    const order = together || wide.length === 0 ? [...view.shape.keys()] : [...kept, ...axes];
    const source = this.packed({ ...view, shape: order.map((axis) => view.shape[axis]), strides: order.map((axis) => view.strides[axis]) });
    const reduced = sizeOf(axes.map((axis) => view.shape[axis]));
    const inner = together && wide.length > 0 ? sizeOf(view.shape.slice(last + 1)) : 1;
    const outer = sizeOf(view.shape) / (reduced * inner);
    this.plain('reduce', [REDUCTIONS[kind], outer, reduced, inner, at(source), at(result), { float: factor }], [source], [result.buffer]);
    return result;
  }
}
