import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { RandomStream } from '../../random/random';
import { tagsOf } from '../description';
import type { FusedDescription, FusedProblem, TagLists } from '../step-plan';
import { FusedStep, type StepOptions } from './fused-step';
import { stepMemory, stepModule } from './module';
import { endThreads, joinThreads, planThreads, setPlanThreads, startThreads } from './threads';
import { createWasmPlan } from './wasm-plan';

const ROWS = 2011;
const STEPS = 20;

/** Odd widths everywhere; levels with many rows, one, and none. */
const FAMILY: [string, FusedDescription][] = [
  ['no levels', { kind: 'no-levels', decoder: [9, 6] }],
  ['tables', { kind: 'tables', d: 5, decoder: [9, 6], l2: 0.02 }],
  ['sampled tables', { kind: 'sampled-tables', d: 3, decoder: [7], beta: 0.1, priorVariance: 0.7 }],
  [
    'encoder',
    {
      kind: 'encoder',
      d: 5,
      encoder: [17, 10],
      decoder: [9, 6],
      beta: 0.1,
      priorVariance: 0.4,
      logVarAveraging: 'mean-of-logs',
      extraction: 'sample',
    },
  ],
  [
    'encoder of wide layers',
    {
      kind: 'encoder',
      d: 3,
      encoder: [60, 53],
      decoder: [9],
      beta: 0.1,
      priorVariance: 0.4,
      logVarAveraging: 'mean-of-logs',
      extraction: 'sample',
    },
  ],
  [
    'encoder, log of mean',
    { kind: 'encoder', d: 1, encoder: [], decoder: [7], beta: 0.5, priorVariance: 2, logVarAveraging: 'log-of-mean', extraction: 'mean' },
  ],
];

const rowsOf = (levels: number, rows: number): Int32Array => Int32Array.from({ length: levels }, (_, j) => (7 * j) % rows);
/** Of two features. */
const PAIRS: [string, FusedDescription][] = [
  [
    'tables of rows shared by index, with dropout',
    {
      kind: 'tables',
      d: 5,
      decoder: [9, 6],
      l2: 0,
      levelDropout: 0.2,
      dropout: [0.1],
      lookups: {
        tables: [
          { rows: 9, width: 2 },
          { rows: 300, width: 3 },
        ],
        features: [12, 400].map((levels) => [
          { table: 1, index: rowsOf(levels, 300) },
          { table: 0, index: rowsOf(levels, 9) },
        ]),
      },
    },
  ],
  ['an inner product and biases', { kind: 'tables', d: 4, decoder: [9], l2: 0.02, interaction: 'inner-product', biases: true }],
];

/** Of two columns of tags, beside as many features of levels as there are. */
const SETS: [string, FusedDescription][] = [
  [
    'sums and means of tags',
    {
      kind: 'tables',
      d: 5,
      decoder: [9, 6],
      l2: 0,
      tags: [
        { pooling: 'sum', table: 'tags0/table' },
        { pooling: 'mean', table: 'tags1/table' },
      ],
    },
  ],
  ...(['mean-of-logs', 'log-of-mean'] as const).map((logVarAveraging): [string, FusedDescription] => [
    `tags that draw, ${logVarAveraging}, and tags of rows that do`,
    {
      kind: 'encoder',
      d: 9,
      encoder: [17, 10],
      decoder: [9, 6],
      beta: 0.1,
      priorVariance: 0.4,
      logVarAveraging,
      extraction: 'sample',
      tags: (['tag', 'row'] as const).map((draw, c) => ({
        pooling: draw === 'tag' ? 'sum' : 'mean',
        draw,
        mean: `encoder/tags${c}/mean`,
        logVar: `encoder/tags${c}/logVar`,
      })),
    },
  ]),
];

/** Columns of 40 and 700 tags, up to six a row; some rows have none. */
function tagLists(rows = ROWS): TagLists[] {
  const random = new RandomStream(7, 'tags');
  return [40, 700].map((tags) => {
    const sets = Array.from({ length: rows }, () => [...new Set(Array.from({ length: random.integer(7) }, () => random.integer(tags - 3)))]);
    const offsets = new Uint32Array(rows + 1);
    for (const [row, set] of sets.entries()) offsets[row + 1] = offsets[row] + set.length;
    return { tags, offsets, ids: Int32Array.from(sets.flat()) };
  });
}

/** A full batch of 397 rows five times and a last one of 26. */
function problem(task: FusedProblem['task'], K: number, batchSize = 397, rows = ROWS): FusedProblem {
  const random = new RandomStream(3, 'threads');
  const levels = [12, 400, 5].slice(0, K);
  return {
    task,
    x: Float32Array.from({ length: rows * 3 }, () => random.normal()),
    p: 3,
    y: Float32Array.from({ length: rows }, () => (task === 'binary' ? random.integer(2) : random.normal())),
    features: levels.map((count) => ({
      levels: count,
      codes: Int32Array.from({ length: rows }, () => random.integer(random.integer(count - 1) + 1)),
    })),
    batchSize,
    learningRate: 0.01,
    noiseSeed: 4_000_000_007,
  };
}

async function start(description: FusedDescription, given: FusedProblem, options: StepOptions): Promise<FusedStep> {
  const step = await FusedStep.create(description, given, { alone: 0, ...options });
  expect(step.threads).toBe(options.threads);
  const random = new RandomStream(5, 'weights');
  step.writeParameters(
    new Map([...step.read('parameters')].map(([name, { length }]) => [name, Float32Array.from({ length }, () => 0.3 * random.normal())])),
  );
  return step;
}

type Runner = (step: FusedStep, rows: { from: number; count: number }, number: number, adamStep?: number) => number;
const whole: Runner = (step, rows, number, adamStep = number) => step.batch(rows, { seed: 4_000_000_007, step: number }, adamStep).total;
const inParts: Runner = (step, rows, number, adamStep = number) => {
  const parts = step.batchInParts(rows, { seed: 4_000_000_007, step: number }, adamStep);
  for (;;) {
    const part = parts.next();
    if (part.done) return part.value.total;
  }
};

/** Losses of 20 steps on the rows that are learned from, then all that evaluation and a second stage give. */
function train(
  step: FusedStep,
  kind: FusedDescription['kind'],
  batchSize: number,
  run: Runner = whole,
  learned?: Uint32Array,
): Record<string, number[] | Float32Array | Float32Array[]> {
  const random = new RandomStream(1, 'order');
  const order = learned?.slice() ?? Uint32Array.from({ length: ROWS }, (_, i) => i);
  const losses: number[] = [];
  for (let number = 1, from = order.length; number <= STEPS; number++) {
    if (from >= order.length) {
      random.shuffle(order);
      step.setEpochRows(order);
      from = 0;
    }
    const count = Math.min(batchSize, order.length - from);
    losses.push(run(step, { from, count }, number));
    from += count;
  }
  const parameters = [...step.read('parameters').values()];
  const objective = [step.batch(order.subarray(0, 300), { seed: 9, step: 1 }, -1).total];
  const numbers = { losses, objective, parameters };
  const all = learned ? Uint32Array.from({ length: ROWS }, (_, i) => (7 * i) % ROWS) : order;
  if (kind === 'no-levels' || kind === 'random-intercepts') return { ...numbers, predictions: step.predict(all.subarray(0, 1999), null) };
  if (kind !== 'encoder') {
    const tables = [...step.read('parameters')].filter(([name]) => /table|mean/.test(name)).map(([, table]) => table);
    step.writeVectors(tables);
    return { ...numbers, predictions: step.predict(all.subarray(0, 1999), kind === 'tables' ? null : { seed: 9, step: 7 }) };
  }
  step.clearVectors();
  for (let from = 0; from < ROWS; from += 1700) step.addVectors(all.subarray(from, from + 1700), { seed: 9, step: 2 + from }, true);
  step.meanVectors();
  const vectors = step.readVectors();
  const predictions = step.predict(all.subarray(0, 1999), null);
  step.clearSecondStage();
  const stage = [1, 2, 3, 4].map((number) => step.secondStage({ from: number * 300, count: number === 4 ? 37 : 300 }, number));
  return { ...numbers, vectors, predictions, stage, after: [...step.read('parameters').values()] };
}

/** Largest difference over the largest expected entry, over all arrays. */
function distance(actual: ReturnType<typeof train>, expected: ReturnType<typeof train>): number {
  const flat = (run: ReturnType<typeof train>): ArrayLike<number>[] =>
    Object.values(run).flatMap((value) => (typeof value[0] === 'object' ? (value as Float32Array[]) : [value as ArrayLike<number>]));
  const [a, b] = [flat(actual), flat(expected)];
  expect(a.map((array) => array.length)).toEqual(b.map((array) => array.length));
  let worst = 0;
  for (const [i, array] of a.entries()) {
    let difference = 0;
    let scale = 1e-3;
    for (let j = 0; j < array.length; j++) {
      if (!(Math.abs(array[j] - b[i][j]) <= difference)) difference = Math.abs(array[j] - b[i][j]);
      scale = Math.max(scale, Math.abs(b[i][j]));
    }
    worst = Math.max(worst, difference / scale);
  }
  return worst;
}

afterAll(() => endThreads());
afterEach(() => {
  vi.restoreAllMocks();
  setPlanThreads(null);
});

describe('steps on several threads', () => {
  const cases = FAMILY.flatMap(([name, description]) =>
    (['regression', 'binary'] as const).flatMap((task) =>
      (description.kind === 'no-levels' ? [0] : [1, 3]).map((K) => ({ name, description, task, K, lazyTables: false })),
    ),
  );
  const pairs = PAIRS.flatMap(([name, description]) =>
    [false, true].map((lazyTables) => ({ name, description, task: 'regression' as const, K: 2, lazyTables })),
  );

  const sets = SETS.flatMap(([name, description]) => [0, 2].map((K) => ({ name, description, task: 'regression' as const, K, lazyTables: K === 2 })));

  it.each([...cases, ...pairs, ...sets])(
    '$name, $task, K = $K, lazy $lazyTables: equal those on one',
    async ({ description, task, K, lazyTables }) => {
      const given = { ...problem(task, K), lazyTables, tags: tagsOf(description).length > 0 ? tagLists() : undefined };
      const run = async (threads: number, runner = whole) => {
        const step = await start(description, given, { threads });
        const result = train(step, description.kind, given.batchSize, runner);
        step.dispose();
        return result;
      };
      // Adam takes more of the rounding of wide layers for a direction.
      const rounding = given.tags ? 5e-6 : 1e-6;
      const one = await run(1);
      const two = await run(2);
      expect(one.losses).toHaveLength(STEPS);
      expect(await run(2)).toEqual(two);
      expect(distance(two, one)).toBeLessThan(rounding);
      expect(distance(two, one)).toBeGreaterThan(0);
      // More threads than cores take parts in another order each time.
      const three = await run(3);
      expect(await run(3)).toEqual(three);
      expect(distance(three, one)).toBeLessThan(rounding);
      // A step done in parts is the same step.
      expect(await run(1, inParts)).toEqual(one);
      expect(await run(2, inParts)).toEqual(two);
    },
  );

  it('are few for small batches, and the same numbers as without threads', async () => {
    const given = problem('regression', 1, 20);
    const [small, plain] = [await start(FAMILY[3][1], given, { threads: 2, alone: 1e6 }), await start(FAMILY[3][1], given, { threads: 1 })];
    const run = (step: FusedStep) => [1, 2, 3].map((number) => whole(step, { from: 0, count: 20 }, number));
    for (const step of [small, plain]) step.setEpochRows(Uint32Array.from({ length: 20 }, (_, i) => i * 7));
    expect(run(small)).toEqual(run(plain));
    expect(small.read('parameters')).toEqual(plain.read('parameters'));
  });

  it('give the same numbers when the rows of each call are put into the memory instead of all data', async () => {
    for (const [, description] of [...FAMILY, PAIRS[0], ...SETS]) {
      const given = { ...problem('regression', description.kind === 'no-levels' ? 0 : 2), tags: tagLists() };
      const [copied, staged] = [await start(description, given, { threads: 2 }), await start(description, given, { threads: 2, copyLimit: 0 })];
      expect(staged.layout.kept).toBe(0);
      expect(train(staged, description.kind, given.batchSize, inParts)).toEqual(train(copied, description.kind, given.batchSize));
      for (const step of [copied, staged]) step.dispose();
    }
  });

  it('give the same numbers when only rows that are learned from stay in the memory', async () => {
    // Beside them and the rows of a call there are others.
    const rows = 18_013;
    const learned = Uint32Array.from({ length: 1300 }, (_, i) => (1013 * i) % rows);
    const tags = tagLists(rows);
    for (const [, description] of [...FAMILY, PAIRS[0], ...SETS]) {
      const given = { ...problem('regression', description.kind === 'no-levels' ? 0 : 2, 397, rows), tags };
      const [copied, some] = [await start(description, given, { threads: 2 }), await start(description, { ...given, learned }, { threads: 2 })];
      expect(some.layout.kept).toBe(1300);
      expect(train(some, description.kind, 397, whole, learned)).toEqual(train(copied, description.kind, 397, whole, learned));
      for (const step of [copied, some]) step.dispose();
    }
  });

  it('give the same random intercepts as on one', async () => {
    const description: FusedDescription = { kind: 'random-intercepts', d: 1, decoder: [9, 6], dropout: [0.2], leastVariance: 1e-18 };
    const run = async (threads: number, runner = whole) => {
      const step = await start(description, problem('regression', 1), { threads });
      const parameters = step.read('parameters');
      for (const name of ['sigma2e', 'sigma2b']) parameters.set(name, Float32Array.of(1));
      step.writeParameters(parameters);
      const result = train(step, description.kind, 397, runner);
      step.dispose();
      return result;
    };
    const [one, two] = [await run(1), await run(2)];
    expect(await run(2)).toEqual(two);
    expect(distance(two, one)).toBeLessThan(1e-5);
    expect(await run(1, inParts)).toEqual(one);
    expect(await run(2, inParts)).toEqual(two);
  });

  it('takes turns with other plans on the same threads', async () => {
    const given = problem('regression', 3);
    const alone = train(await start(FAMILY[3][1], given, { threads: 2 }), 'encoder', given.batchSize);
    const steps = await Promise.all(FAMILY.slice(1).map(([, description]) => start(description, given, { threads: 2 })));
    // Another plan's step and a plan that comes and goes between any two steps.
    let others = 0;
    const between: Runner = (step, rows, number) => {
      const other = steps[others++ % 2];
      other.batch(
        Uint32Array.from({ length: 300 }, (_, i) => i),
        { seed: 1, step: number },
        number,
      );
      if (number === 7) steps[3].dispose();
      return whole(step, rows, number);
    };
    expect(train(steps[2], 'encoder', given.batchSize, between)).toEqual(alone);
    expect(others).toBe(STEPS);
  });
});

describe('threads that fail', () => {
  const given = problem('regression', 1);
  const description = FAMILY[3][1];
  const expected = async () => train(await start(description, given, { threads: 1 }), 'encoder', given.batchSize);

  it('leaves a plan to one thread when they end between its steps', async () => {
    const step = await start(description, given, { threads: 2 });
    let ran = 0;
    const run: Runner = (of, rows, number) => {
      if (ran++ === 9) endThreads();
      return (ran > 12 ? inParts : whole)(of, rows, number);
    };
    expect(distance(train(step, 'encoder', given.batchSize, run), await expected())).toBeLessThan(1e-6);
    expect(step.threads).toBe(1);
  });

  it('waits for no thread that has taken nothing', async () => {
    const two = train(await start(description, given, { threads: 2 }), 'encoder', given.batchSize);
    const step = await start(description, given, { threads: 2, patience: 200 });
    // From the sixth step on the thread no longer hears of calls.
    let ran = 0;
    const run: Runner = (of, rows, number) => {
      if (ran++ === 5) vi.spyOn(Atomics, 'add').mockImplementation(() => 0 as never);
      return whole(of, rows, number);
    };
    expect(train(step, 'encoder', given.batchSize, run)).toEqual(two);
    vi.restoreAllMocks();
    expect(step.threads).toBe(2);
    step.dispose();
  });

  it.each([
    ['a step', whole],
    ['a step in parts', inParts],
  ])('goes on alone, and says so, when a part of %s does not come back', async (_, runner) => {
    endThreads();
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { Memory } = WebAssembly;
    const memories: WebAssembly.Memory[] = [];
    WebAssembly.Memory = class extends Memory {
      constructor(of: WebAssembly.MemoryDescriptor) {
        super(of);
        memories.push(this);
      }
    };
    const step = await start(description, given, { threads: 2, patience: 200 });
    WebAssembly.Memory = Memory;
    // Takes a part, as a thread would, and ends.
    const thief = new Worker(
      `const { workerData: { buffer, at } } = require('node:worker_threads');
      const words = new BigInt64Array(buffer);
      const open = (word) => (word & 0xffffn) + ((word >> 16n) & 0xffffn) < ((word >> 32n) & 0xffffffn);
      while (!open(Atomics.load(words, at)) || !open(Atomics.add(words, at, 1n)));`,
      { eval: true, workerData: { buffer: memories[0].buffer, at: step.layout.offer / 8 } },
    );
    let ran = 0;
    const run: Runner = (of, rows, number) => {
      // A step without an update, until a part of it is gone.
      const until = performance.now() + 20_000;
      if (ran++ === 0) while (of.threads > 1 && performance.now() < until) runner(of, rows, number, 0);
      return runner(of, rows, number);
    };
    const result = train(step, 'encoder', given.batchSize, run);
    await thief.terminate();
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('Training goes on with one thread'));
    vi.restoreAllMocks();
    expect(distance(result, await expected())).toBeLessThan(1e-6);
    expect(step.threads).toBe(1);
    expect(planThreads()).toBe(1);
  });

  it('takes one thread when others cannot be had', async () => {
    endThreads();
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    vi.stubGlobal('SharedArrayBuffer', undefined);
    expect(planThreads()).toBe(1);
    const step = await FusedStep.create(description, given, { threads: 2 });
    vi.unstubAllGlobals();
    expect(step.threads).toBe(1);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('A plan takes one thread'));
  });
});

describe('the pool', () => {
  it('uses a thread a core, at most eight, or the number set', async () => {
    endThreads();
    expect(planThreads()).toBe(Math.min(8, availableParallelism()));
    setPlanThreads(3);
    expect(await startThreads()).toBe(3);
    const made = await createWasmPlan(
      { kind: 'no-levels', decoder: [] },
      problem('regression', 0),
      new Map([
        ['decoder/output/kernel', new Float32Array(3)],
        ['decoder/output/bias', new Float32Array(1)],
      ]),
    );
    made.setOrder(new Uint32Array(ROWS));
    await made.run(6);
    expect((await made.losses()).rows).toEqual([397, 397, 397, 397, 397, 26]);
    made.dispose();
    endThreads();
  });

  it('starts threads anew that hold much of plans that are gone, while nobody has them', async () => {
    endThreads();
    const ended = vi.spyOn(Worker.prototype, 'terminate');
    const module = await stepModule('threads');
    // A third of what threads may hold, and a little.
    const join = () => joinThreads(module, stepMemory(22 * 2 ** 20, true), [0, 0]);
    const kept = await join();
    for (let i = 0; i < 3; i++) (await join()).leave();
    const last = await join();
    for (const crew of [kept, last]) expect(crew.lost).toBeNull();
    for (const crew of [kept, last]) crew.leave();
    expect(ended).not.toHaveBeenCalled();
    const anew = await join();
    expect(ended).toHaveBeenCalledTimes(1);
    anew.leave();
    // The new ones hold one plan's.
    expect((await join()).lost).toBeNull();
    expect(ended).toHaveBeenCalledTimes(1);
    endThreads();
  });

  it('does not keep a process that is done', () => {
    const script = `
      import { FusedStep } from './workers/engine/wasm/fused-step.ts';
      import { startThreads, setPlanThreads } from './workers/engine/wasm/threads.ts';
      setPlanThreads(3);
      const threads = await startThreads();
      const x = new Float32Array(5000);
      const problem = { task: 'regression', x, p: 1, y: x, features: [], batchSize: 5000, learningRate: 0.1, noiseSeed: 1 };
      const step = await FusedStep.create({ kind: 'no-levels', decoder: [3] }, problem, { threads, alone: 0 });
      step.batch(new Uint32Array(5000), { seed: 1, step: 1 }, 1);
      console.log(step.threads);
    `;
    const output = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(output.trim()).toBe('3');
  });
});
