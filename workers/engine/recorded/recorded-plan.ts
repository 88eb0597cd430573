import * as tf from '@tensorflow/tfjs';
import { eachPiece, piecesOf } from '../../data/pieces';
import { correctionsAfter } from '../adam';
import type { PlanState, ResumablePlan } from '../step-plan';
import { rowCounts, type TracedPlanOptions } from '../traced-plan';
import { assignValues, readValues } from '../variables';
import { planThreads } from '../wasm/threads';
import type { Buffer } from './arrays';
import { tableOf } from './assemble';
import { type Common, commonOf, type Trained } from './common';
import { recordFailure } from './failure';
import { Machine, type MachineOptions } from './machine';
import { recordedModule } from './module';
import { RecordedStep } from './recorded-step';
import { numbersOf } from './trace';

/** Repetitions of a trace that must be alike. */
const TRACES = 2;
/** Control comes back about this often. */
const BREATH_MILLISECONDS = 12;
const MOST_STEPS = 64;

/** A recorded plan, and what its first runs took. */
export interface RecordedPlan extends ResumablePlan {
  /** Threads of its steps. */
  readonly threads: number;
  /** Milliseconds of a step without Adam through tfjs, and recorded. */
  readonly milliseconds: { tfjs: number; recorded: number };
  /** Bytes of its memory. */
  readonly bytes: number;
}

/**
 * Any tfjs loss as a list of instructions that WebAssembly runs, one call a step. The model's variables hold
 * the weights whenever control is with others, as with the eager plan.
 */
class Recorded implements RecordedPlan {
  readonly #options: TracedPlanOptions;
  readonly #common: Common<Machine>;
  readonly #steps: Map<number, RecordedStep>;
  /** What the memory holds of each variable. */
  readonly #held = new Map<tf.Variable, object>();
  #order: Uint32Array = new Uint32Array(0);
  #next = 0;
  #epochs = 0;
  /** Training steps so far: the counter of the noise. */
  #stepsRun = 0;
  #pace = 1;
  #loss: number[] = [];
  #rows: number[] = [];

  constructor(options: TracedPlanOptions, common: Common<Machine>, steps: Map<number, RecordedStep>) {
    this.#options = options;
    this.#common = common;
    this.#steps = steps;
  }

  get milliseconds(): { tfjs: number; recorded: number } {
    return [...this.#steps.values()][0].milliseconds;
  }

  get threads(): number {
    return this.#common.machine.team;
  }

  get bytes(): number {
    return this.#common.machine.bytes;
  }

  get stepsAtOnce(): number {
    return this.#pace;
  }

  get remaining(): number {
    return Math.ceil((this.#order.length - this.#next) / this.#options.batchSize);
  }

  setOrder(order: Uint32Array): void {
    this.#order = order;
    this.#next = 0;
    this.#epochs++;
    // A number that JavaScript changes by the epoch is not seen at the start; it is at one of these.
    const looks = this.#epochs > 1 && Number.isInteger(Math.log2(this.#epochs));
    for (const rows of rowCounts(order.length, this.#options.batchSize)) {
      const first = order.subarray(0, rows);
      const step = this.#steps.get(rows);
      if (!step) this.#steps.set(rows, new RecordedStep(this.#common, first, TRACES));
      else if (looks) step.check(first);
    }
  }

  run(steps: number): void {
    const { batchSize, learningRate, noiseSeed } = this.#options;
    const { machine } = this.#common;
    this.#take();
    const began = performance.now();
    let count = 0;
    for (; count < steps && this.#next < this.#order.length; count++) {
      const rows = this.#order.subarray(this.#next, this.#next + batchSize);
      const [correction1, correction2] = correctionsAfter(this.#stepsRun + 1);
      machine.setStep(this.#stepsRun, noiseSeed, (learningRate * Math.sqrt(correction2)) / correction1);
      this.#loss.push((this.#steps.get(rows.length) as RecordedStep).run(rows));
      this.#rows.push(rows.length);
      this.#next += rows.length;
      this.#stepsRun++;
    }
    if (count === 0) return;
    this.#give();
    const each = (performance.now() - began) / count;
    this.#pace = Math.max(1, Math.min(MOST_STEPS, Math.floor(BREATH_MILLISECONDS / each)));
  }

  async losses(): Promise<{ loss: Float32Array; rows: number[] }> {
    const taken = { loss: Float32Array.from(this.#loss), rows: this.#rows };
    this.#loss = [];
    this.#rows = [];
    return taken;
  }

  async save(): Promise<PlanState> {
    const { machine } = this.#common;
    const weights = await readValues([...this.#options.parameters, ...(this.#options.state ?? [])]);
    const moments = (which: 'firstMoments' | 'secondMoments') =>
      new Map(this.#moving().map((one): [string, Float32Array] => [one.name, machine.of(one[which]).slice()]));
    return { steps: this.#stepsRun, weights, firstMoments: moments('firstMoments'), secondMoments: moments('secondMoments') };
  }

  restore({ steps, weights, firstMoments, secondMoments }: PlanState): void {
    const { machine } = this.#common;
    for (const [name, variable] of [...this.#options.parameters, ...(this.#options.state ?? [])]) assignValues(variable, name, weights);
    for (const { name, ...own } of this.#moving()) {
      for (const [buffer, values] of [
        [own.firstMoments, firstMoments.get(name)],
        [own.secondMoments, secondMoments.get(name)],
      ] as const) {
        if (values?.length !== buffer.size) throw new Error(`"${name}" has ${buffer.size} moments and was given ${values?.length ?? 'none'}`);
        machine.of(buffer).set(values);
      }
    }
    this.#stepsRun = steps;
  }

  /** Its memory goes with the last reference to the plan, those of other threads among them. */
  dispose(): void {
    this.#common.machine.dispose();
    this.#steps.clear();
  }

  /** Parameters that steps move. */
  #moving(): Trained[] {
    return this.#common.trained.filter(({ rate }) => rate !== 0);
  }

  /** All variables and where they are. */
  *#variables(): Generator<[tf.Variable, Buffer]> {
    for (const { variable, weights } of this.#common.trained) yield [variable, weights];
    yield* this.#common.others;
  }

  /** Takes the numbers of variables that others have changed. */
  #take(): void {
    const { machine } = this.#common;
    for (const [variable, buffer] of this.#variables()) {
      if (this.#held.get(variable) === variable.dataId) continue;
      machine.of(buffer).set(numbersOf(variable));
      this.#held.set(variable, variable.dataId);
    }
  }

  /**
   * Gives variables the numbers that steps have left: new memory of tfjs, which copies them there, so that a
   * snapshot stays what it was.
   */
  #give(): void {
    const { machine, carried } = this.#common;
    const changed = [...this.#moving().map(({ variable }) => variable), ...carried.values()];
    const places = new Map(this.#variables());
    tf.tidy(() => {
      for (const variable of changed) {
        if (variable.size === 0) continue;
        variable.assign(tf.tensor(machine.of(places.get(variable) as Buffer), variable.shape));
        this.#held.set(variable, variable.dataId);
      }
    });
  }
}

/**
 * Records the training step of a loss for WebAssembly, on the engine's threads (`planThreads`) unless the
 * machine's options say otherwise. The parameters keep their values; nothing is trained
 * yet. Throws LabFailure naming what cannot be recorded: an operation without an instruction, a value read
 * back, a number of JavaScript that changes from step to step, an assignment to a variable, a tensor kept
 * beyond the step.
 */
export async function createRecordedPlan(options: TracedPlanOptions, machineOptions: MachineOptions = {}): Promise<RecordedPlan> {
  const { dataset, batchSize } = options;
  if (tf.getBackend() !== 'wasm') throw recordFailure('record-backend', `tfjs runs on ${tf.getBackend()} instead of WebAssembly`);
  const machine = new Machine(await recordedModule(), { threads: planThreads(), ...machineOptions });
  const common = commonOf(options, machine);
  machine.reserve();
  const { train } = dataset.split;
  for (const piece of eachPiece(piecesOf(dataset))) {
    const table = tableOf(common, piece);
    if (table) piece.takeInto(train, machine.of(table));
  }
  const steps = new Map<number, RecordedStep>();
  for (const rows of rowCounts(train.length, batchSize))
    steps.set(rows, new RecordedStep(common, train.subarray(0, rows), steps.size === 0 ? TRACES : 1));
  await machine.share(Math.max(0, ...[...steps.values()].map(({ operations }) => operations)));
  return new Recorded(options, common, steps);
}
