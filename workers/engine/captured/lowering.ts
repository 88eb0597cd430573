import type * as tf from '@tensorflow/tfjs';
import { LabFailure } from '../../data/failure';
import { Buffer, isPacked, reshaped, sizeOf, type View, whole } from '../recorded/arrays';
import { Builder, type Elementwise, type Plain } from '../recorded/builder';
import { lower, requireKnown } from '../recorded/lower';
import type { Traced, TracedKernel } from '../recorded/trace';
import { deviceBytes } from './internals';
import { type Call, type CallTensor, Constant, type Datum, type Operation, type Resource, type Trace } from './resources';
import { Scratch } from './scratch';

/** What a buffer holds on the device. */
export type Storage = 'f32' | 'i32';

/** Dispatches of tfjs as they are, between buffers. */
export interface Dispatches {
  kind: 'dispatches';
  operations: { operation: Operation; buffers: Buffer[] }[];
  reads: Buffer[];
  writes: Buffer[];
}

export type Unit = Elementwise | Plain | Dispatches;

/** A traced step as instructions over buffers. */
export interface Lowered {
  units: Unit[];
  loss: Buffer | Resource;
  gradients: (Buffer | Resource | null)[];
  next: (Buffer | Resource)[];
  /** Buffers of whole numbers; all others hold float32. */
  whole: ReadonlySet<Buffer>;
  /** What was there before the step, and numbers from JavaScript. */
  resources: ReadonlyMap<Buffer, Resource>;
}

/** Instructions that kernels are generated for; tfjs's own, tuned to the GPU, stay in the place of others. */
const GENERATED = new Set(['copy', 'transpose', 'reduce', 'gather', 'segments']);

/**
 * Sums by segment look for the rows of a segment among all rows; tfjs's add atomically, in no fixed order.
 */
const MOST_ROWS = 4096;
const isGenerated = ({ operation, words }: Plain): boolean => GENERATED.has(operation) && (operation !== 'segments' || Number(words[3]) <= MOST_ROWS);

const storageOf = (dtype: tf.DataType): Storage => (dtype === 'float32' ? 'f32' : 'i32');

class Lowering {
  readonly builder = new Builder();
  readonly units: Unit[] = [];
  readonly whole = new Set<Buffer>();
  readonly resources = new Map<Buffer, Resource>();
  readonly #buffers = new Map<Resource, Buffer>();
  readonly #arrays = new Map<Datum, View>();
  readonly #stored = new Map<Datum, Buffer>();
  readonly #datums = new Map<Resource, Datum>();

  /** What a tensor that was there before, or numbers from JavaScript, are. */
  #given(datum: Datum, shape: readonly number[]): View {
    const { resource, values, dtype } = datum;
    if (sizeOf(shape) === 0) return whole(new Buffer(0), shape);
    if (values && values[0] !== undefined && Array.from(values).every((value) => value === values[0]))
      return this.builder.scalar(Number(values[0]), shape);
    const own = resource ?? (values && new Constant(deviceBytes(values, dtype), dtype));
    if (!own || own instanceof Scratch) throw new Error('a tensor of the step has no origin');
    return whole(this.#outer(own, sizeOf(shape), storageOf(dtype)), shape);
  }

  #outer(resource: Resource, size: number, storage: Storage): Buffer {
    const known = this.#buffers.get(resource);
    if (known) return known;
    const buffer = new Buffer(size);
    this.#buffers.set(resource, buffer);
    this.resources.set(buffer, resource);
    if (storage === 'i32') this.whole.add(buffer);
    return buffer;
  }

  #array({ datum, shape }: Pick<CallTensor, 'datum' | 'shape'>): View {
    const view = this.#arrays.get(datum) ?? this.#given(datum, shape);
    this.#arrays.set(datum, view);
    return reshaped(view, shape) ?? (reshaped(this.builder.packed(view), shape) as View);
  }

  /**
   * Takes what was built; copies hold what they are copied from. Null where a part of it has no generated
   * kernel.
   */
  #drain(): Set<Buffer> | null {
    const made = this.builder.instructions.splice(0);
    const results = new Set<Buffer>();
    let complete = true;
    for (const unit of made) {
      if (unit.kind === 'elementwise') {
        if (unit.fn === 'copy' && this.whole.has(unit.inputs[0].view.buffer)) this.whole.add(unit.result);
        results.add(unit.result);
        this.units.push(unit);
      } else if (unit.kind === 'plain' && isGenerated(unit)) {
        for (const buffer of unit.writes) results.add(buffer);
        this.units.push(unit);
      } else complete = false;
    }
    return complete ? results : null;
  }

  add(call: Call): void {
    const { outputs, inputs } = call;
    for (const { datum } of [...Object.values(inputs), ...outputs]) if (datum.resource) this.#datums.set(datum.resource, datum);
    // The same numbers in another shape, or numbers that JavaScript has computed.
    if (outputs.every(({ datum }) => this.#arrays.has(datum) || Object.values(inputs).some((input) => input.datum === datum) || datum.values)) return;
    if (!this.#lowered(call)) this.#asItIs(call);
  }

  #lowered({ name, attributes, inputs, outputs }: Call): boolean {
    if (name === 'Fill') {
      this.#arrays.set(outputs[0].datum, this.builder.scalar(Number(attributes.value), outputs[0].shape));
      return true;
    }
    const arrays = new Map<Traced, View>();
    const traced = (tensor: CallTensor, from: Traced['from']): Traced => {
      const made: Traced = { shape: tensor.shape.slice(), dtype: tensor.dtype, from };
      if (from === 'given') arrays.set(made, this.#array(tensor));
      return made;
    };
    const taken = Object.fromEntries(Object.entries(inputs).map(([key, tensor]) => [key, traced(tensor, 'given')]));
    const kernel: TracedKernel = {
      name,
      attributes,
      inputs: taken,
      list: Object.values(taken),
      outputs: outputs.map((tensor) => traced(tensor, 'computed')),
    };
    try {
      requireKnown([kernel]);
      const views = lower(kernel, arrays, this.builder);
      const made = this.#drain();
      if (!made) return false;
      for (const [i, { datum }] of outputs.entries()) {
        const { buffer } = views[i];
        if (made.has(buffer)) this.whole[storageOf(datum.dtype) === 'i32' ? 'add' : 'delete'](buffer);
        this.#arrays.set(datum, views[i]);
      }
      return true;
    } catch (failure) {
      if (!(failure instanceof LabFailure)) throw failure;
      // What was built for it before is not taken by anything.
      this.#drain();
      return false;
    }
  }

  #asItIs({ operations, outputs, name }: Call): void {
    const own = new Map<Resource, Buffer>();
    const reads = new Set<Buffer>();
    const placed = operations.map((operation) => {
      const buffers = operation.bindings.map(({ resource, bytes }, i) => {
        let buffer = own.get(resource);
        if (i === 0 && !buffer) {
          buffer = new Buffer(bytes / 4);
          own.set(resource, buffer);
        }
        if (buffer) return buffer;
        const taken = this.#taken(resource, bytes / 4);
        reads.add(taken);
        return taken;
      });
      return { operation, buffers };
    });
    this.#drain();
    for (const { datum, shape } of outputs) {
      const buffer = datum.resource && own.get(datum.resource);
      if (!buffer && sizeOf(shape) > 0) throw new Error(`"${name}" leaves a tensor that none of its dispatches makes`);
      if (buffer && storageOf(datum.dtype) === 'i32') this.whole.add(buffer);
      this.#arrays.set(datum, whole(buffer ?? new Buffer(0), shape));
    }
    if (placed.length > 0) this.units.push({ kind: 'dispatches', operations: placed, reads: [...reads], writes: [...own.values()] });
  }

  /** What tfjs had in this memory, as it lay there. */
  #taken(resource: Resource, size: number): Buffer {
    const datum = this.#datums.get(resource);
    if (resource instanceof Scratch) {
      if (!datum) throw new Error('a dispatch reads memory that nothing has filled');
      return this.#storedOf(datum);
    }
    return this.#outer(resource, size, storageOf(datum?.dtype ?? 'float32'));
  }

  #storedOf(datum: Datum): Buffer {
    const known = this.#stored.get(datum);
    if (known) return known;
    const view = this.#arrays.get(datum) as View;
    const storage = storageOf(datum.dtype);
    const { buffer, offset } = view;
    const fits = isPacked(view) && offset === 0 && buffer.constant === null && this.whole.has(buffer) === (storage === 'i32');
    const stored = fits ? buffer : this.#copy(view, storage);
    this.#stored.set(datum, stored);
    return stored;
  }

  #copy(view: View, storage: Storage): Buffer {
    const { buffer } = this.builder.elementwise('copy', [view], view.shape);
    this.#drain();
    if (storage === 'i32') this.whole.add(buffer);
    else this.whole.delete(buffer);
    return buffer;
  }

  /**
   * What a step ends with; a later kernel changes what is trained, and what it reads must not be that itself.
   */
  end(resource: Resource): Buffer | Resource {
    if (!(resource instanceof Scratch)) return resource;
    const datum = this.#datums.get(resource) as Datum;
    const stored = this.#storedOf(datum);
    return this.resources.has(stored) ? this.#copy(this.#arrays.get(datum) as View, storageOf(datum.dtype)) : stored;
  }

  finish(): void {
    this.#drain();
    for (const [buffer, values] of this.builder.constants)
      if (!this.resources.has(buffer)) this.resources.set(buffer, new Constant(deviceBytes(values, 'float32'), 'float32'));
  }
}

/** A trace as instructions: what one pass over memory can do is apart from what stays a dispatch of tfjs. */
export function lowerTrace({ calls, loss, gradients, next }: Trace): Lowered {
  const lowering = new Lowering();
  for (const call of calls) lowering.add(call);
  const ends = {
    loss: lowering.end(loss),
    gradients: gradients.map((gradient) => gradient && lowering.end(gradient)),
    next: next.map((value) => lowering.end(value)),
  };
  lowering.finish();
  const { units, whole, resources } = lowering;
  return { units, ...ends, whole, resources };
}
