import { rowCounts, type TracedPlanOptions } from '../traced-plan';
import { planThreads } from '../wasm/threads';
import { arrange, lives } from './arena';
import { Buffer } from './arrays';
import { assemble, filled, layOut, slotWords, traceRows } from './assemble';
import { type Common, commonOf } from './common';
import { Layout } from './machine';

/** Rows of the steps that are traced: no widths or numbers of levels that people take. */
const SMALL = [37, 67, 131] as const;
const [FEW, SOME, MOST] = SMALL;

/** What a step holds besides that of all steps, in numbers. */
interface Sizes {
  /** Of the pieces that JavaScript writes. */
  filled: number[];
  /** Numbers from JavaScript, and whether another step has them too. */
  constants: number[];
  shared: boolean[];
  /** What is between its instructions: how large, and from which of them to which. */
  between: number[];
  spans: { first: number; last: number }[];
  /** Words of the program, and of the blocks of all threads. */
  program: [words: number, slots: number];
}

/** Lays a step of these rows out, and says what that took. */
function sizesOf(common: Common, rows: Uint32Array): Sizes {
  const step = assemble(common, traceRows(common, rows), rows.length);
  const own = lives(step.scheduled, step.wanted, step.inner).filter(({ buffer }) => !step.constants.has(buffer));
  const ofStep = new Set(filled(common, step));
  const between = own.filter(({ buffer }) => !ofStep.has(buffer));
  const shared = [...step.constants.values()].map((values) => common.numbers.has(values));
  const { words, slots } = layOut(common, step);
  return {
    filled: [...ofStep].map(({ size }) => size),
    constants: [...step.constants.keys()].map(({ size }) => size),
    shared,
    between: between.map(({ buffer }) => buffer.size),
    spans: between.map(({ first, last }) => ({ first, last })),
    program: [words.length, slotWords(common.machine, slots)],
  };
}

/** The parabola through numbers at SMALL rows, at so many. */
function extrapolated(few: number, some: number, most: number, rows: number): number {
  const at = (one: number, two: number): number => (rows - one) * (rows - two);
  const sum =
    (few * at(SOME, MOST)) / ((FEW - SOME) * (FEW - MOST)) +
    (some * at(FEW, MOST)) / ((SOME - FEW) * (SOME - MOST)) +
    (most * at(FEW, SOME)) / ((MOST - FEW) * (MOST - SOME));
  return Math.max(0, Math.round(sum));
}

/** What a step of so many rows holds, from those of few. */
function sizesAt([few, some, most]: readonly Sizes[], rows: number): Sizes | null {
  const each = (of: (sizes: Sizes) => readonly number[]): number[] => of(most).map((size, i) => extrapolated(of(few)[i], of(some)[i], size, rows));
  const alike = (['filled', 'constants', 'between'] as const).every((what) => [few, some].every((one) => one[what].length === most[what].length));
  if (!alike) return null;
  return {
    ...most,
    filled: each((sizes) => sizes.filled),
    constants: each((sizes) => sizes.constants),
    between: each((sizes) => sizes.between),
    program: each((sizes) => sizes.program) as [number, number],
  };
}

/**
 * Bytes of WebAssembly's memory that the recorded plan of a loss will hold, known before it is made. Three
 * steps of few rows are traced and laid out, in no memory: their instructions are the same, and every buffer
 * grows with the rows along a line, or with their square, so that its size at any number of rows is known,
 * and with it where it would lie. Nothing is kept, and training does not know of it. Null where the
 * instructions themselves hang on the rows. Throws LabFailure naming what cannot be recorded.
 *
 * @param order rows of an epoch
 */
export function recordedNeed(options: TracedPlanOptions, order: Uint32Array, threads = planThreads()): number | null {
  // A plan begins with the steps of the training rows, and those of an epoch of series are others.
  const counts = new Set([options.dataset.split.train, order].flatMap(({ length }) => rowCounts(length, options.batchSize)));
  const before = commonOf(options, new Layout(threads));
  const measured = new Map<number, Sizes>();
  const measure = (rows: number): Sizes => {
    const sizes = measured.get(rows) ?? sizesOf(before, order.subarray(0, rows));
    measured.set(rows, sizes);
    return sizes;
  };
  // What steps share is counted with the first of them, so that no step is measured for another.
  const known = [...counts].map((rows) => (rows <= MOST ? sizesOf(before, order.subarray(0, rows)) : sizesAt(SMALL.map(measure), rows)));
  const layout = new Layout(threads);
  const all = commonOf(options, layout);
  for (const [variable, { size }] of before.others) if (!all.others.has(variable)) layout.keep(new Buffer(size));
  let arena = -1;
  for (const [i, step] of known.entries()) {
    if (!step) return null;
    for (const size of step.filled) layout.keep(new Buffer(size));
    for (const [k, size] of step.constants.entries()) if (i === 0 || !step.shared[k]) layout.keep(new Buffer(size));
    const { bytes } = arrange(step.spans.map(({ first, last }, k) => ({ buffer: new Buffer(step.between[k]), first, last })));
    if (bytes > arena) {
      layout.regions.take(Math.ceil(bytes / 4));
      arena = bytes;
    }
    for (const words of step.program) layout.regions.take(words);
  }
  return layout.wanted;
}
