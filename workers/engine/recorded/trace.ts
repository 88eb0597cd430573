import * as tf from '@tensorflow/tfjs';
import type { LabFailure } from '../../data/failure';
import type { KernelCall, KernelRunner } from '../kernel-calls';
import { type HeapBackend, valuesOf } from '../kernels/heap';
import { nextState, type StepLoss } from '../step-loss';
import { recordFailure } from './failure';

/** A tensor of a trace; the same wherever it is taken. */
export interface Traced {
  shape: number[];
  dtype: tf.DataType;
  from: 'computed' | 'given' | 'variable' | 'numbers';
  /** Place among the given tensors. */
  place?: number;
  variable?: tf.Variable;
  /** Numbers from JavaScript, or of a tensor from before the step. */
  values?: Float32Array;
}

/** One tfjs kernel as it ran. */
export interface TracedKernel {
  name: string;
  attributes: Readonly<Record<string, unknown>>;
  inputs: Readonly<Record<string, Traced>>;
  /** Inputs of kernels that take a list, and of the others too, in their order. */
  list: readonly Traced[];
  outputs: readonly Traced[];
}

/** A step of a loss and its gradients as the tfjs kernels that computed it, and what they computed. */
export interface Trace {
  kernels: TracedKernel[];
  loss: Traced;
  /** In the order of the parameters; null where the loss does not depend on one. */
  gradients: (Traced | null)[];
  /** Next values of the state, in its order. */
  next: Traced[];
  /** Loss, gradients and next state of this batch, as tfjs has them. */
  values: Float32Array[];
}

/** The fields of tfjs's engine that a trace reads or replaces. */
interface RunningEngine extends KernelRunner {
  readSync(dataId: object): ArrayLike<number>;
  read(dataId: object): Promise<ArrayLike<number>>;
  state: { activeTape: { saved: tf.Tensor[] }[] | null; nextTensorId: number };
}

/** Kernels without inputs give the same numbers at every step. */
const NUMBERS = new Set(['Fill', 'Range', 'LinSpace']);

/** Whole numbers up to this one are float32 too. */
const MOST_WHOLE = 2 ** 24;

/** Numbers of tensors from before a step, which do not change: read once. */
const known = new WeakMap<object, Float32Array>();

/** The numbers of a tensor on WASM, in its own memory. */
export const numbersOf = (tensor: tf.Tensor): ArrayLike<number> => valuesOf(tf.backend() as unknown as HeapBackend, tensor);

const copied = (values: ArrayLike<number>): Float32Array => Float32Array.from(values);

/** The members of tfjs's engine that see a step's work, replaced by ones that write it down as well. */
class Tracer {
  readonly kernels: TracedKernel[] = [];
  failure: LabFailure | null = null;
  readonly #engine = tf.engine() as unknown as RunningEngine;
  readonly #traced = new Map<number, Traced>();
  /** Data whose values depend on the batch or on the weights. */
  readonly #moving = new Set<object>();
  #kernel = 'no kernel';
  /** Copies that tfjs makes while a kernel runs; null while none does. */
  #saved: TracedKernel[] | null = null;
  /** Tensors with smaller numbers were there before. */
  readonly #first = this.#engine.state.nextTensorId;

  constructor(given: readonly tf.Tensor[], variables: Iterable<tf.Variable>) {
    for (const [place, tensor] of given.entries()) {
      this.#traced.set(tensor.id, { shape: tensor.shape.slice(), dtype: tensor.dtype, from: 'given', place });
      this.#moving.add(tensor.dataId);
    }
    for (const variable of variables) this.#ofVariable(variable);
  }

  fail(code: string, what: string): LabFailure {
    this.failure ??= recordFailure(code, what);
    return this.failure;
  }

  of(tensor: tf.Tensor): Traced {
    const found = this.#traced.get(tensor.id);
    if (found) return found;
    if (tensor instanceof tf.Variable) return this.#ofVariable(tensor);
    const values = known.get(tensor.dataId) ?? copied(numbersOf(tensor));
    if (tensor.dtype === 'int32' && values.some((value) => Math.abs(value) > MOST_WHOLE))
      throw this.fail('record-whole', `it takes whole numbers beyond ${MOST_WHOLE}`);
    if (tensor.id < this.#first) known.set(tensor.dataId, values);
    return this.#add(tensor, { shape: tensor.shape.slice(), dtype: tensor.dtype, from: 'numbers', values });
  }

  #ofVariable(variable: tf.Variable): Traced {
    this.#moving.add(variable.dataId);
    return this.#add(variable, { shape: variable.shape.slice(), dtype: variable.dtype, from: 'variable', variable });
  }

  #add(tensor: tf.Tensor, traced: Traced): Traced {
    this.#traced.set(tensor.id, traced);
    return traced;
  }

  start(): void {
    const engine = this.#engine;
    const { runKernelFunc, readSync } = engine;
    const tracer = this;
    const assign = tf.Variable.prototype.assign;
    engine.runKernelFunc = function (this: RunningEngine, call: KernelCall) {
      return call.kernelName && !call.forwardFunc ? tracer.#run(call, () => runKernelFunc.call(this, call)) : runKernelFunc.call(this, call);
    };
    const read = (dataId: object): ArrayLike<number> => {
      if (this.#moving.has(dataId)) throw this.fail('record-read-back', `a value is read back while the loss is computed, after "${this.#kernel}"`);
      return readSync.call(engine, dataId);
    };
    engine.readSync = read;
    engine.read = async (dataId) => {
      try {
        return read(dataId);
      } catch {
        // A promise that stays open ends the caller's chain quietly: the step has failed already.
        return new Promise(() => undefined);
      }
    };
    tf.Variable.prototype.assign = function (this: tf.Variable) {
      throw tracer.fail('record-assigned', `the loss assigns to the variable "${this.name}" (shape [${this.shape}])`);
    };
    this.stop = () => {
      for (const name of ['runKernelFunc', 'readSync', 'read']) Reflect.deleteProperty(engine, name);
      tf.Variable.prototype.assign = assign;
    };
  }

  stop: () => void = () => undefined;

  #run({ kernelName = '', inputs, attrs }: KernelCall, run: () => tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    const named = Object.entries(inputs).filter(([, tensor]) => tensor);
    // While a kernel runs, tfjs copies what its gradient will take, its own results among them.
    const saving = this.#saved !== null && kernelName === 'Identity';
    const of = (tensor: tf.Tensor): Traced => (saving && !this.#traced.has(tensor.id) ? this.#computed(tensor) : this.of(tensor));
    const taken = Object.fromEntries(named.map(([name, tensor]) => [name, of(tensor)]));
    this.#kernel = kernelName;
    const outer = this.#saved;
    this.#saved = [];
    const results = run();
    const saved = this.#saved;
    this.#saved = outer;
    const outputs = [results].flat();
    if (named.length === 0 && NUMBERS.has(kernelName)) {
      for (const tensor of outputs) this.of(tensor);
      return results;
    }
    const attributes = { ...attrs };
    const list = Object.values(taken);
    const kernel = { name: kernelName, attributes, inputs: taken, list, outputs: outputs.map((tensor) => this.#computed(tensor)) };
    (saving && outer ? outer : this.kernels).push(kernel, ...saved);
    return results;
  }

  #computed(tensor: tf.Tensor): Traced {
    this.#moving.add(tensor.dataId);
    return this.#traced.get(tensor.id) ?? this.#add(tensor, { shape: tensor.shape.slice(), dtype: tensor.dtype, from: 'computed' });
  }
}

/** Disposes of what a step has made; the next value of a state may be a variable itself. */
const drop = (tensors: readonly tf.Tensor[]): void => tf.dispose(tensors.filter((tensor) => !(tensor instanceof tf.Variable)));

/**
 * Traces one step: computes the loss and its gradients through tfjs, with every kernel written down by its
 * name. Throws LabFailure naming what cannot be recorded; tfjs is then as it was.
 *
 * @param parameters what the gradients are of, in order
 * @param state variables whose next values the loss gives
 * @param given tensors of the batch and of the noise
 * @param loss of the given tensors
 */
export function traceStep(
  parameters: readonly tf.Variable[],
  state: ReadonlyMap<string, tf.Variable>,
  given: readonly tf.Tensor[],
  loss: () => StepLoss,
): Trace {
  const before = tf.memory().numTensors;
  const tracer = new Tracer(given, [...parameters, ...state.values()]);
  const engine = tf.engine() as unknown as RunningEngine;
  let next: tf.Tensor[] = [];
  let ends: { tensors: tf.Tensor[]; trace: Omit<Trace, 'kernels' | 'values'> } | null = null;
  tracer.start();
  try {
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => {
          const step = loss();
          next = nextState(state, step).map((tensor) => tf.keep(tensor));
          return step.total;
        },
        parameters.filter(({ size }) => size > 0),
      );
      const gradients = parameters.map(({ name }) => grads[name] ?? null);
      const tensors = [value, ...gradients.filter((gradient) => gradient !== null), ...next];
      const trace = {
        loss: tracer.of(value),
        gradients: gradients.map((gradient) => gradient && tracer.of(gradient)),
        next: next.map((tensor) => tracer.of(tensor)),
      };
      ends = { tensors: tensors.map((tensor) => tf.keep(tensor)), trace };
    });
  } catch (thrown) {
    drop(next);
    // Memory ran out: nothing that tfjs holds can be relied on.
    if (thrown instanceof RangeError || thrown instanceof WebAssembly.RuntimeError) throw thrown;
    tracer.fail('record-loss', `the loss fails with "${thrown instanceof Error ? thrown.message : String(thrown)}"`);
    for (const node of engine.state.activeTape ?? []) tf.dispose(node.saved);
    engine.state.activeTape = null;
  } finally {
    tracer.stop();
  }
  const done = ends as { tensors: tf.Tensor[]; trace: Omit<Trace, 'kernels' | 'values'> } | null;
  if (!done) throw tracer.failure;
  const values = done.tensors.map((tensor) => copied(numbersOf(tensor)));
  drop(done.tensors);
  if (tracer.failure) throw tracer.failure;
  if (tf.memory().numTensors > before) throw recordFailure('record-escaped', 'the loss keeps a tensor it has made beyond the step');
  return { kernels: tracer.kernels, values, ...done.trace };
}

const sameNumbers = (a: Float32Array, b: Float32Array): boolean =>
  a === b || (a.length === b.length && a.every((value, i) => Object.is(value, b[i])));

/** What differs between two tensors of the same place, or null. */
function difference(a: Traced, b: Traced, numbers: Map<Traced, number>, others: Map<Traced, number>): string | null {
  if (a.from !== b.from || a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) return 'takes tensors of another kind or shape';
  if (a.variable !== b.variable) return 'takes another variable';
  if (a.place !== b.place) return 'takes another part of the batch';
  if (a.values && b.values && !sameNumbers(a.values, b.values)) return 'takes numbers of JavaScript that change from step to step';
  return a.from === 'computed' && numbers.get(a) !== others.get(b) ? 'takes the result of another kernel' : null;
}

const plain = (attributes: Readonly<Record<string, unknown>>): string => JSON.stringify(attributes);

/** Why a repetition of a trace is not the same step, naming the kernel; null when it is. */
export function traceDifference(first: Trace, again: Trace): LabFailure | null {
  const [numbers, others] = [first, again].map(
    ({ kernels }) => new Map(kernels.flatMap(({ outputs }) => outputs).map((traced, i): [Traced, number] => [traced, i])),
  );
  const changing = (what: string): LabFailure => recordFailure('record-changing', what);
  if (first.kernels.length !== again.kernels.length) return changing(`a step has ${first.kernels.length} kernels, another ${again.kernels.length}`);
  for (const [i, kernel] of first.kernels.entries()) {
    const other = again.kernels[i];
    if (kernel.name !== other.name) return changing(`kernel ${i + 1} is "${kernel.name}" in one step and "${other.name}" in another`);
    const same = kernel.list.length === other.list.length && plain(kernel.attributes) === plain(other.attributes);
    if (!same) return changing(`kernel ${i + 1}, "${kernel.name}", has other settings from step to step`);
    for (const [k, traced] of kernel.list.entries()) {
      const found = difference(traced, other.list[k], numbers, others);
      if (found) return changing(`kernel ${i + 1}, "${kernel.name}", ${found}`);
    }
  }
  const ends = ({ loss, gradients, next }: Trace): (Traced | null)[] => [loss, ...gradients, ...next];
  const theirs = ends(again);
  for (const [i, end] of ends(first).entries()) {
    const other = theirs[i];
    const found = end && other ? difference(end, other, numbers, others) : end === other ? null : 'is there in one step and not in another';
    if (found) return changing(`the loss, a gradient or a next state ${found}`);
  }
  return null;
}
