import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openTable, type Table } from '../workers/data/csv';
import { LabFailure } from '../workers/data/failure';
import { prepareDataset } from '../workers/data/prepare';
import { aboutMethod } from '../workers/methods/registry';
import { summarize } from '../workers/papers/statistics';
import type { MethodResult } from '../workers/protocol';
import { type ExperimentInput, experimentSchema } from '../workers/spec/experiment';
import { specFault } from '../workers/spec/fault';
import { PRESETS } from '../workers/spec/presets';
import type { ProtocolId } from '../workers/spec/protocol';
import { Run } from '../workers/training/run';
import type { TrainingInput } from '../workers/training/schema';
import { fail, fileFrom, list, nodeEngine, whole } from './cli';

const USAGE = `npm run protocols -- [--insteval InstEval.csv.gz] [--tables default,insteval,ratings,few-rows,small] [--reps 5] [--out DIR]
  --methods a,b   only these   --protocols recommended   only this   --backend wasm|cpu|webgpu
  --with '{"learningRate":0.003}'   settings that take the place of the recommended protocol's   --settings '{"d":4}'   likewise, of methods that have them
Trains the methods of each table as published and as recommended, the same data, splits and initial weights in both, and prints mean and standard
error of the test error, the paired difference of the two protocols, and the one to Ignore.`;

/** A table of a shape that people bring, and the methods that are tried on it. */
interface Bench {
  methods: string[];
  dataset(repetition: number): ExperimentInput['dataset'];
  /** Where the published protocol needs a batch of its own; the cardinality otherwise, as published. */
  batchSize?: 'auto';
}

const DEFAULT_LIST = ['mean', 'ignore', 'target-encoding', 'embeddings', 'mmbeddings', 'linear-mixed-model'];

/**
 * The lecture evaluations of lme4: every second row, which keeps a repetition of both protocols to a minute
 * or two.
 */
const INSTEVAL_ROWS = 2;

const simulations: Record<string, Bench> = {
  default: {
    methods: ['mean', 'ignore', 'embeddings', 'embeddings-l2', 'regbeddings', 'mmbeddings'],
    dataset: () => (PRESETS.get('regression-1000') as ExperimentInput).dataset,
  },
  ratings: {
    methods: DEFAULT_LIST,
    batchSize: 'auto',
    dataset: () => ({
      kind: 'collaborative',
      task: 'regression',
      levels: [600, 300],
      trainRows: 12_000,
      testRows: 6_000,
      skew: 1,
      effectVariance: 0.3,
    }),
  },
  'few-rows': {
    methods: DEFAULT_LIST,
    batchSize: 'auto',
    dataset: () => ({ kind: 'lmmnn', task: 'binary', levels: [1_500], interceptVariances: [1], trainRows: 4_500, testRows: 6_000 }),
  },
  small: {
    methods: [...DEFAULT_LIST, 'one-hot', 'tabtransformer'],
    batchSize: 'auto',
    dataset: () => ({
      kind: 'lmmnn',
      task: 'regression',
      levels: [150, 40, 12],
      interceptVariances: [1, 2, 1],
      levelOrder: 'shuffled',
      skew: 0.5,
      noiseVariance: 4,
      p: 6,
      trainRows: 2_720,
      testRows: 680,
    }),
  },
};

async function instEval(path: string, tables: Map<string, Table>): Promise<Bench> {
  const file = await fileFrom(path);
  const whole = await openTable(file, {});
  tables.set(whole.fingerprint, whole);
  const roles = {
    s: 'categorical',
    d: 'categorical',
    dept: 'categorical',
    studage: 'numeric',
    lectage: 'numeric',
    service: 'numeric',
    y: 'target',
  } as const;
  return {
    methods: DEFAULT_LIST,
    batchSize: 'auto',
    dataset: () => ({
      kind: 'table',
      name: 'InstEval',
      fingerprint: whole.fingerprint,
      task: 'regression',
      columns: whole.columns.map(({ name }) => ({ name, role: roles[name as keyof typeof roles] ?? 'ignore' })),
      // The other rows of every second one are left to the test.
      testFraction: 1 - 0.8 / INSTEVAL_ROWS,
    }),
  };
}

type Results = Map<string, MethodResult>;

const without = (ids: string[], others: string[]): string[] => ids.filter((id) => !others.includes(id));

async function train(
  bench: Bench,
  repetition: number,
  training: TrainingInput,
  methods: { id: string; settings: Record<string, unknown> }[],
  tables: Map<string, Table>,
): Promise<Results> {
  if (methods.length === 0) return new Map();
  const parsed = experimentSchema.safeParse({
    dataset: bench.dataset(repetition),
    methods,
    training: { ...training, drawPastStop: false, order: 'sequential' },
    seeds: { data: repetition, split: repetition, weights: repetition },
  });
  if (!parsed.success) throw new LabFailure('bad-spec', specFault(parsed.error), USAGE);
  const run = new Run(await prepareDataset(parsed.data, tables), { ...parsed.data, levelShares: false }, () => {});
  await run.train();
  return new Map([...run.finished].map(([id, { result }]) => [id, result]));
}

const scoreOf = (result: MethodResult | undefined): number | null => result?.metrics.mse ?? result?.metrics.logLoss ?? null;
const number = (value: number): string => (Math.abs(value) < 10 ? value.toFixed(3) : value.toFixed(2));

function withError(values: (number | null)[]): string {
  const summary = summarize(values);
  return summary ? `${number(summary.mean)} ± ${number(summary.se ?? Number.NaN)}` : 'none';
}

/** The mean of a − b over repetitions with its standard error. */
function difference(a: (number | null)[], b: (number | null)[]): string {
  const test = summarize(a.map((value, i) => (value === null || b[i] === null ? null : value - (b[i] as number))));
  return test ? `${test.mean > 0 ? '+' : ''}${number(test.mean)} ± ${number(test.se ?? Number.NaN)}` : 'none';
}

function show(name: string, methods: string[], all: Record<ProtocolId, Results[]>): void {
  const scores = (protocol: ProtocolId, id: string) => all[protocol].map((results) => scoreOf(results.get(id)));
  const header = ['method', 'published', 'recommended', 'rec − pub', 'pub − Ignore', 'rec − Ignore', 'rate', 'epochs', 'trial s', 'train s'];
  const rows = methods.map((id) => {
    const [published, recommended] = [scores('published', id), scores('recommended', id)];
    const found = all.recommended.flatMap((results) => results.get(id) ?? []);
    const mean = (of: (result: MethodResult) => number) =>
      (found.reduce((sum, result) => sum + of(result), 0) / Math.max(1, found.length)).toFixed(1);
    return [
      aboutMethod(id).label,
      withError(published),
      withError(recommended),
      difference(recommended, published),
      difference(published, scores('published', 'ignore')),
      difference(recommended, scores('recommended', 'ignore')),
      found.map(({ chosen }) => chosen?.learningRate ?? '').join(' '),
      mean(({ epochs }) => epochs),
      mean(({ chosen }) => chosen?.rates?.seconds ?? 0),
      mean(({ seconds }) => seconds.epochs + seconds.finishing),
    ];
  });
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  console.log(`\n${name}, ${all.recommended.length} repetitions`);
  for (const row of [header, ...rows]) console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '));
}

try {
  const { values } = parseArgs({
    options: {
      insteval: { type: 'string' },
      tables: { type: 'string' },
      reps: { type: 'string' },
      out: { type: 'string' },
      methods: { type: 'string' },
      protocols: { type: 'string' },
      with: { type: 'string' },
      settings: { type: 'string' },
      backend: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const repetitions = whole('reps', values.reps, 5, 1);
  const changed = JSON.parse(values.with ?? '{}') as TrainingInput;
  const settings = JSON.parse(values.settings ?? '{}') as Record<string, unknown>;
  /** Methods with those of the settings that they have. */
  const choices = (ids: string[], given: Record<string, unknown>) =>
    ids.map((id) => ({ id, settings: Object.fromEntries(Object.entries(given).filter(([key]) => key in aboutMethod(id).settings.shape)) }));
  const protocols = values.protocols ? list(values.protocols) : ['published', 'recommended'];
  const engine = await nodeEngine(values.backend);
  console.log(`${engine.backend} (${engine.detail})`);
  const tables = new Map<string, Table>();
  const benches: Record<string, Bench> = { ...simulations, ...(values.insteval && { insteval: await instEval(values.insteval, tables) }) };
  const wanted = values.tables ? list(values.tables) : Object.keys(benches);
  for (const name of wanted) {
    const bench = benches[name];
    if (!bench)
      throw new LabFailure('bad-option', `No table is called "${name}".`, `Choose of ${Object.keys(benches).join(', ')}; insteval needs its file.`);
    const methods = values.methods ? list(values.methods) : bench.methods;
    const all: Record<ProtocolId, Results[]> = { published: [], recommended: [] };
    // No protocol concerns an algorithm of its own: it is fitted once a repetition.
    const stepping = methods.filter((id) => !aboutMethod(id).ownAlgorithm);
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      const published = { protocol: 'published', batchSize: bench.batchSize ?? 'q' } as const;
      const fitted = await train(
        bench,
        repetition,
        published,
        choices(protocols.includes('published') ? methods : without(methods, stepping), {}),
        tables,
      );
      if (protocols.includes('published')) all.published.push(fitted);
      if (protocols.includes('recommended')) {
        const results = await train(bench, repetition, { protocol: 'recommended', ...changed }, choices(stepping, settings), tables);
        all.recommended.push(new Map([...fitted].filter(([id]) => !stepping.includes(id)).concat([...results])));
      }
      console.log(`${name}: ${repetition} of ${repetitions}`);
      if (values.out) {
        await mkdir(values.out, { recursive: true });
        const plain = Object.fromEntries(Object.entries(all).map(([protocol, results]) => [protocol, results.map((one) => Object.fromEntries(one))]));
        await writeFile(join(values.out, `${name}.json`), `${JSON.stringify({ name, changed, settings, ...plain }, null, 1)}\n`);
      }
    }
    show(name, methods, all);
  }
  process.exit(0);
} catch (thrown) {
  fail(thrown);
}
