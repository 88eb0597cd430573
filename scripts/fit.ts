import { parseArgs } from 'node:util';
import { previewTable } from '../workers/data/columns';
import { openTable, type Table } from '../workers/data/csv';
import { LabFailure } from '../workers/data/failure';
import { prepareDataset } from '../workers/data/prepare';
import { checkRoles } from '../workers/data/roles';
import { type ColumnRole, missingPolicySchema, type Task } from '../workers/data/schema';
import { ABOUTS, aboutMethod } from '../workers/methods/registry';
import type { ColumnPreview, MethodResult, TestMetrics } from '../workers/protocol';
import { batchFor } from '../workers/spec/batch';
import { type ExperimentInput, type ExperimentSpec, experimentSchema } from '../workers/spec/experiment';
import { PRESETS } from '../workers/spec/presets';
import { specProblem } from '../workers/spec/problem';
import { Run } from '../workers/training/run';
import { fail, fileFrom, list, nodeEngine, share, whole } from './cli';

const USAGE = `npm run fit -- FILE --target COLUMN --categorical A,B [--numeric C,D] [--methods ${ABOUTS.map((about) => about.id).join(',')}]
npm run fit -- --preset ${[...PRESETS.keys()][1]} [--data-seeds 1,2,3]
  --epochs N   --patience N   --batch N   --seed N (all three seeds)   --backend wasm|cpu|webgpu   --json
  with a FILE also: --task regression|binary (binary where the target has two values)   --test 0.2 (share of the rows kept for the test)
Columns that are not named are left out; without --numeric, those that look numeric are used. The batch of a FILE is chosen as on the page.`;

const OPTIONS = {
  target: { type: 'string' },
  categorical: { type: 'string' },
  numeric: { type: 'string' },
  methods: { type: 'string' },
  task: { type: 'string' },
  test: { type: 'string' },
  preset: { type: 'string' },
  'data-seeds': { type: 'string' },
  epochs: { type: 'string' },
  patience: { type: 'string' },
  batch: { type: 'string' },
  seed: { type: 'string' },
  backend: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

/** The spec of a file and its roles as given on the command line. */
async function fileSpec(path: string, values: Values): Promise<{ spec: ExperimentSpec; table: Table }> {
  if (!values.target) throw new LabFailure('bad-option', 'No --target was given.', USAGE);
  const table = await openTable(await fileFrom(path), {});
  const preview = previewTable(table);
  const categorical = list(values.categorical);
  const numeric = values.numeric === undefined ? null : list(values.numeric);
  const known = new Set(preview.columns.map((column) => column.name));
  for (const name of [values.target, ...categorical, ...(numeric ?? [])]) {
    if (!known.has(name)) {
      throw new LabFailure('no-column', `The table has no column "${name}".`, `Its columns are ${[...known].join(', ')}.`);
    }
  }
  const role = ({ name, role: guessed, kind }: ColumnPreview): ColumnRole => {
    if (name === values.target) return 'target';
    if (categorical.includes(name)) return 'categorical';
    if (numeric) return numeric.includes(name) ? 'numeric' : 'ignore';
    // A column of numbers that would have been the target is numeric when another is.
    return guessed === 'numeric' || (guessed === 'target' && (kind === 'number' || kind === 'whole number')) ? 'numeric' : 'ignore';
  };
  const target = preview.columns.find((column) => column.name === values.target);
  const task = values.task ?? (target?.levels === 2 ? 'binary' : 'regression');
  if (task !== 'regression' && task !== 'binary') throw new LabFailure('bad-option', `--task is "${task}".`, 'Choose regression or binary.');
  const columns = preview.columns.map((column) => ({ name: column.name, role: role(column) }));
  const testFraction = share('test', values.test, 0.2, 0.01, 0.9);
  const { rows } = checkRoles(table, columns, missingPolicySchema.parse({}), testFraction);
  return {
    table,
    spec: parseSpec(
      {
        dataset: {
          kind: 'table',
          name: preview.name,
          fingerprint: table.fingerprint,
          task: task as Task,
          columns,
          reading: table.steps,
          testFraction,
        },
        methods: [],
        training: { batchSize: batchFor(rows.train) },
      },
      values,
    ),
  };
}

/** Applies the options that a file and a preset share. */
function parseSpec(input: ExperimentInput, values: Values): ExperimentSpec {
  const ids = list(values.methods);
  const known = new Map(input.methods.map((method) => [method.id, method]));
  const methods = (ids.length > 0 ? ids : known.size > 0 ? [...known.keys()] : ABOUTS.map((about) => about.id)).map((id) => known.get(id) ?? { id });
  const seed = values.seed === undefined ? undefined : whole('seed', values.seed, 1);
  const parsed = experimentSchema.safeParse({
    ...input,
    methods,
    training: {
      ...input.training,
      drawPastStop: false,
      ...(values.epochs && { epochs: whole('epochs', values.epochs, 300, 1) }),
      ...(values.patience && { patience: whole('patience', values.patience, 10, 1) }),
      ...(values.batch && { batchSize: whole('batch', values.batch, 1024, 1) }),
    },
    ...(seed !== undefined && { seeds: { data: seed, split: seed, weights: seed } }),
  });
  if (!parsed.success) throw new LabFailure('bad-spec', specProblem(parsed.error), USAGE);
  return parsed.data;
}

async function train(spec: ExperimentSpec, tables: Map<string, Table>, quiet: boolean): Promise<MethodResult[]> {
  const run = new Run(await prepareDataset(spec, tables), spec, (event) => {
    if (event.type === 'result' && !quiet) console.error(`${aboutMethod(event.result.method).label}: ${event.result.epochs} epochs`);
    if (event.type === 'lanes') {
      for (const lane of event.lanes)
        if (lane.status === 'diverged') console.error(`${lane.method} diverged at epoch ${lane.stopEpoch ?? lane.epoch}: ${lane.stopReason}`);
    }
  });
  await run.train();
  return spec.methods.flatMap(({ id }) => run.finished.get(id)?.result ?? []);
}

const COLUMNS: [keyof TestMetrics, string][] = [
  ['mse', 'MSE'],
  ['mae', 'MAE'],
  ['r2', 'R2'],
  ['auc', 'AUC'],
  ['logLoss', 'log loss'],
  ['accuracy', 'accuracy'],
  ['rmseD', 'RMSE_D'],
  ['frobenius', 'Frobenius'],
  ['spearman', 'Spearman'],
  ['aucB', 'AUC_B'],
];

/** A plain-text table of the metrics that this task has. */
function show(results: MethodResult[]): void {
  const columns = COLUMNS.filter(([key]) => results.some((result) => result.metrics[key] !== null));
  const header = ['method', 'parameters', ...columns.map(([, title]) => title), 'epochs', 'seconds'];
  const rows = results.map((result) => [
    aboutMethod(result.method).label,
    result.parameters.toLocaleString('en-US'),
    ...columns.map(([key]) => result.metrics[key]?.toFixed(4) ?? ''),
    `${result.epochs} (${result.bestEpoch})`,
    (result.seconds.epochs + result.seconds.finishing).toFixed(1),
  ]);
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  for (const row of [header, ...rows]) console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '));
}

try {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (values.help || (positionals.length === 0 && !values.preset)) {
    console.log(USAGE);
    process.exit(values.help ? 0 : 2);
  }
  const engine = await nodeEngine(values.backend);
  const output: { spec: ExperimentSpec; results: MethodResult[] }[] = [];
  if (values.preset) {
    const preset = PRESETS.get(values.preset);
    if (!preset) throw new LabFailure('bad-option', `No preset is called "${values.preset}".`, `Choose one of ${[...PRESETS.keys()].join(', ')}.`);
    const spec = parseSpec(preset, values);
    const dataSeeds = list(values['data-seeds']).map((seed) => whole('data-seeds', seed, 1));
    for (const data of dataSeeds.length > 0 ? dataSeeds : [spec.seeds.data]) {
      const seeded = { ...spec, seeds: { ...spec.seeds, data } };
      output.push({ spec: seeded, results: await train(seeded, new Map(), values.json) });
      if (!values.json) {
        console.log(`\n${values.preset}, data seed ${data}, ${engine.backend} (${engine.detail})`);
        show(output[output.length - 1].results);
      }
    }
  } else {
    const { spec, table } = await fileSpec(positionals[0], values);
    output.push({ spec, results: await train(spec, new Map([[table.fingerprint, table]]), values.json) });
    if (!values.json) {
      if (spec.dataset.kind === 'table') {
        console.log(
          spec.dataset.columns
            .filter((column) => column.role !== 'ignore')
            .map((column) => `${column.name}: ${column.role}`)
            .join(', '),
        );
      }
      show(output[0].results);
    }
  }
  if (values.json) console.log(JSON.stringify(output.length === 1 ? output[0] : output, null, 2));
  process.exit(0);
} catch (thrown) {
  fail(thrown);
}
