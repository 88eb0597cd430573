import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { version } from '../package.json';
import { heldWords } from '../src/words/memory';
import { openTable, type Table } from '../workers/data/csv';
import type { Dataset } from '../workers/data/dataset';
import { LabFailure } from '../workers/data/failure';
import { prepareDataset } from '../workers/data/prepare';
import { withSteps } from '../workers/data/reading/apply';
import type { Step } from '../workers/data/schema';
import { shapeOf } from '../workers/data/tag-rows';
import { planThreads } from '../workers/engine/wasm/threads';
import { runStudy } from '../workers/experiments/study';
import type { AskedProblem } from '../workers/methods/method';
import { type Refusal, refusedMethods } from '../workers/methods/refusals';
import { ABOUTS, aboutMethod } from '../workers/methods/registry';
import type { EngineInfo, LabEvent, Lane, MethodResult, MetricComparison } from '../workers/protocol';
import { splitWords } from '../workers/spec/division';
import { asksForEdges } from '../workers/spec/edges';
import { type ExperimentInput, type ExperimentSpec, experimentSchema } from '../workers/spec/experiment';
import { factsOf } from '../workers/spec/facts';
import { specFault } from '../workers/spec/fault';
import type { MemoryNeed } from '../workers/spec/memory-need';
import { primaryOf } from '../workers/spec/scores';
import { decodeSpec } from '../workers/spec/share';
import type { Study, StudyPlan } from '../workers/spec/study';
import { writeSession } from '../workers/store/session/session';
import type { RunCheckpoint } from '../workers/training/checkpoint';
import { predictionsCsv } from '../workers/training/downloads';
import { MethodExhausted } from '../workers/training/out-of-memory';
import { Run, type RunEvent } from '../workers/training/run';
import { bytesOfMethods } from '../workers/training/time-probe';
import { fail, fileFrom, leave, list, NOT_ALL, nodeEngine, say, sayJson, tell, whole } from './cli';
import { Collector, SessionCollector } from './collect';
import { checkWritable, storeFile } from './files';
import { edgesOf, type NamedEdges, withEdgesOf } from './fit/edges';
import { fitFormula, formulaWords } from './fit/formula';
import { mixedSettings, withTarget } from './fit/mixed-settings';
import { OPTIONS, oneOf, text, USAGE, type Values } from './fit/options';
import { saveRun } from './fit/save';
import { readSeries, seriesWords } from './fit/series';
import { memoryWords, needOf, refusedWords, resultWords, studyWords, tableWords } from './fit/show';
import { readTable } from './fit/table';
import { beginningFrom, type NamedVectors, saveVectors, vectorsOf, vectorsToSave } from './fit/vectors';
import { presetNamed } from './preset';

/** What is to be fitted, and on which table. */
interface Job {
  title: string;
  spec: ExperimentSpec;
  /** Opened tables that the spec is about. */
  tables: readonly Table[];
  /** What was read and chosen, line by line. */
  told: string[];
  refused: Refusal[];
  /** What the reader did to the table, in words. */
  steps?: string[];
}

/** Files besides the table. */
interface Given {
  vectors: NamedVectors;
  edges: NamedEdges;
}

/** A number above 0 of an option. */
function rate(values: Values): number | undefined {
  const given = text(values, 'rate');
  if (given === undefined) return undefined;
  const value = Number(given);
  if (value > 0 && value <= 10) return value;
  throw new LabFailure('bad-option', `--rate is "${given}", which is not a learning rate between 0 and 10.`, 'Write for example --rate 0.001.');
}

/** Applies the options that a file, a preset and a spec share. */
function withTraining(given: ExperimentInput, values: Values, vectors: NamedVectors): ExperimentSpec {
  const input = beginningFrom(given, vectors, values);
  const seed = text(values, 'seed') === undefined ? undefined : whole('seed', text(values, 'seed'), 1);
  const learningRate = rate(values);
  const protocol = oneOf(values, 'protocol', ['recommended', 'published'] as const, undefined);
  const parsed = experimentSchema.safeParse({
    ...input,
    methods: withMixed(input.methods, values),
    training: {
      ...input.training,
      drawPastStop: false,
      ...(protocol && { protocol }),
      ...(text(values, 'epochs') && { epochs: whole('epochs', text(values, 'epochs'), 300, 1) }),
      ...(text(values, 'patience') && { patience: whole('patience', text(values, 'patience'), 10, 1) }),
      ...(text(values, 'batch') && { batchSize: whole('batch', text(values, 'batch'), 1024, 1) }),
      ...(learningRate !== undefined && { learningRate }),
    },
    ...(seed !== undefined && { seeds: { data: seed, split: seed, weights: seed } }),
  });
  if (!parsed.success) throw new LabFailure('bad-spec', specFault(parsed.error), USAGE);
  return parsed.data;
}

/** The methods asked for, or all: those that cannot use the data are left out, each with its reason. */
function usable(asked: readonly { id: string }[], problem: AskedProblem) {
  const refused = refusedMethods(asked, problem);
  const kept = asked.filter(({ id }) => !refused.some((refusal) => refusal.id === id));
  if (kept.length === 0) throw new LabFailure('no-method', 'No method that was asked for can use this data.', refusedWords(refused).join('\n'));
  return { kept, refused };
}

/** The methods asked for, else those of the preset, else all that are for rows of a table, or for series. */
const methodsOf = (values: Values, known: readonly { id: string }[], ofSeries = false): { id: string }[] => {
  const ids = list(text(values, 'methods'));
  const all = ABOUTS.filter(({ family }) => (family === 'sequences') === ofSeries);
  if (ids.length === 0) return known.length > 0 ? [...known] : all.map(({ id }) => ({ id }));
  return ids.map((id) => known.find((method) => method.id === id) ?? { id });
};

const MIXED = 'linear-mixed-model';

/** The methods of an experiment, its mixed model as the options have it. */
function withMixed(methods: readonly { id: string; settings?: Record<string, unknown> }[], values: Values): ExperimentInput['methods'] {
  const own = mixedSettings(values);
  if (Object.keys(own).length > 0 && !methods.some(({ id }) => id === MIXED))
    throw new LabFailure(
      'bad-option',
      `--${Object.keys(own)[0]} is of the linear mixed model, which is not among the methods.`,
      `Add ${MIXED} to --methods.`,
    );
  return methods.map((method) => (method.id === MIXED ? { ...method, settings: { ...method.settings, ...own } } : method));
}

/** Unknown ids are left to the schema, which names them. */
const isKnown = ({ id }: { id: string }): boolean => ABOUTS.some((about) => about.id === id);

async function tableJob(path: string, given: Values, vectors: NamedVectors, edges: NamedEdges): Promise<Job> {
  const values = withTarget(given);
  const read = await readTable(path, values);
  const { check, table } = read;
  const dataset = withEdgesOf(read.dataset, edges);
  const asked = methodsOf(values, []);
  const { kept, refused } = usable(asked.filter(isKnown), { ...check, task: dataset.task, ...(edges.size > 0 && { edges: true }) });
  const protocol = oneOf(values, 'protocol', ['recommended', 'published'] as const, 'recommended');
  // The published protocol takes the largest cardinality as its batch, which a table need not have rows for;
  // the page does so too.
  const training = protocol === 'published' ? { protocol, batchSize: 'auto' as const } : { protocol };
  const spec = withTraining({ dataset, methods: [...kept, ...asked.filter((method) => !isKnown(method))], training }, values, vectors);
  return {
    title: dataset.name,
    spec,
    tables: [table],
    told: tableWords(read),
    refused,
    steps: read.preview.steps.map(({ words }) => words),
  };
}

async function seriesJob(values: Values, vectors: NamedVectors): Promise<Job> {
  const read = await readSeries(values);
  const { dataset, tables } = read;
  const seed = whole('seed', text(values, 'seed'), 1);
  const prepared = await prepareDataset({ dataset, seeds: { data: seed, split: seed } }, byFingerprint(tables));
  const asked = methodsOf(values, [], true);
  const { kept, refused } = usable(asked.filter(isKnown), shapeOf(prepared));
  const protocol = oneOf(values, 'protocol', ['recommended', 'published'] as const, 'recommended');
  const training = protocol === 'published' ? { protocol, batchSize: 'auto' as const } : { protocol };
  const spec = withTraining({ dataset, methods: [...kept, ...asked.filter((method) => !isKnown(method))], training }, values, vectors);
  const told = [...seriesWords(read, prepared.series?.warnings ?? []), splitWords(dataset)];
  return { title: dataset.name, spec, tables, told, refused };
}

function presetJobs(values: Values, vectors: NamedVectors): Job[] {
  const name = text(values, 'preset') as string;
  const preset = presetNamed(name);
  const facts = factsOf(preset.dataset);
  const asked = methodsOf(values, preset.methods);
  const { kept, refused } = facts ? usable(asked.filter(isKnown), facts) : { kept: asked, refused: [] };
  const spec = withTraining({ ...preset, methods: [...kept, ...asked.filter((method) => !isKnown(method))] }, values, vectors);
  const dataSeeds = list(text(values, 'data-seeds')).map((seed) => whole('data-seeds', seed, 1));
  return (dataSeeds.length > 0 ? dataSeeds : [spec.seeds.data]).map((data) => ({
    title: `${name}, data seed ${data}`,
    spec: { ...spec, seeds: { ...spec.seeds, data } },
    tables: [],
    told: [],
    refused,
  }));
}

/** A spec from an address of the page or a JSON file; the table it is about is the file named next to it. */
async function specJob(path: string | undefined, values: Values, vectors: NamedVectors, edges: NamedEdges): Promise<Job> {
  const given = text(values, 'spec') as string;
  const shared = /[#&]s=([A-Za-z0-9_-]+)/.exec(given)?.[1];
  let input: unknown;
  if (shared) {
    const decoded = await decodeSpec(shared);
    if (!decoded.ok) throw new LabFailure(decoded.error.code, decoded.error.message, decoded.error.hint);
    input = decoded.spec;
  } else {
    const content = await readFile(given, 'utf8').catch(() => {
      throw new LabFailure('no-file', `--spec: there is no readable file at "${given}", and it is no address of the page.`, 'Check the path.');
    });
    try {
      input = JSON.parse(content);
    } catch {
      throw new LabFailure('bad-spec', `${given} is not JSON.`, 'Give a spec as the JSON output of this command has it.');
    }
  }
  const parsed = experimentSchema.safeParse(input);
  if (!parsed.success) throw new LabFailure('bad-spec', specFault(parsed.error), 'Correct the setting named here.');
  const spec = withTraining({ ...parsed.data, methods: methodsOf(values, parsed.data.methods) }, values, vectors);
  const { dataset } = spec;
  if (edges.size > 0 && dataset.kind !== 'table')
    throw new LabFailure('bad-option', '--edges are for a column of a table, and the spec has none.', 'Leave out --edges.');
  if (dataset.kind === 'series-table') {
    const { features } = dataset;
    const long = await namedTable(dataset, text(values, 'series') ?? path, 'Name its file with --series.');
    const tables = features ? [long, await namedTable(features, text(values, 'features'), 'Name its file with --features.')] : [long];
    return { title: dataset.name, spec, tables, told: [], refused: [] };
  }
  if (dataset.kind !== 'table') return { title: dataset.kind, spec, tables: [], told: [], refused: [] };
  const joined = { ...spec, dataset: withEdgesOf(dataset, edges) };
  return { title: dataset.name, spec: joined, tables: [await namedTable(dataset, path, 'Name its file after the options.')], told: [], refused: [] };
}

/**
 * The table that a spec is about, from the file that is named. @throws LabFailure where it is another table
 */
async function namedTable(asked: { name: string; fingerprint: string; reading?: Step[] }, path: string | undefined, hint: string): Promise<Table> {
  if (path === undefined) throw new LabFailure('table-missing', `The spec is about the table ${asked.name}.`, hint);
  const table = await openTable(await fileFrom(path), { expected: asked.fingerprint, ...(asked.reading && { steps: asked.reading }) });
  if (table.fingerprint === asked.fingerprint) return table;
  throw new LabFailure('other-table', `${path} is not the table that the spec was made for.`, `Name the file of ${asked.name}.`);
}

function planOf(values: Values): StudyPlan | null {
  const [repeats, folds] = [text(values, 'repeats'), text(values, 'folds')];
  if (repeats !== undefined && folds !== undefined)
    throw new LabFailure('bad-option', 'Both --repeats and --folds were given.', 'Choose one of them.');
  if (repeats !== undefined) return { kind: 'repeat', times: whole('repeats', repeats, 5, 2) };
  return folds === undefined ? null : { kind: 'folds', of: whole('folds', folds, 5, 2) };
}

const byFingerprint = <Opened extends { fingerprint: string }>(all: readonly Opened[]): Map<string, Opened> =>
  new Map(all.map((one) => [one.fingerprint, one]));

/** The data of a job. */
const dataOf = ({ spec, tables }: Job, { vectors, edges }: Given): Promise<Dataset> =>
  prepareDataset(
    { ...spec, edges: asksForEdges(spec.methods) },
    byFingerprint(tables),
    undefined,
    byFingerprint(vectors.files),
    byFingerprint([...edges.values()]),
  );

/** Tells what a run of rows will hold, before it begins; null for windows of series. */
async function tellMemory({ spec }: Job, dataset: Dataset, values: Values): Promise<MemoryNeed | null> {
  if (values.json === true || dataset.series) return null;
  const bytes = await bytesOfMethods(dataset, spec).catch(async (failure: unknown) => {
    if (!(failure instanceof MethodExhausted)) throw failure;
    // The run leaves the method out, and says so.
    await nodeEngine(text(values, 'backend'));
    return new Map<string, number>();
  });
  const need = needOf(dataset, spec, bytes, planThreads());
  say(memoryWords(need, spec.dataset.kind === 'table'));
  return need;
}

/**
 * One run, told on standard error while it goes. A method that runs out of memory is left out: the run goes
 * on from its last checkpoint, in an engine that is started anew.
 */
async function train(job: Job, dataset: Dataset, values: Values, session?: SessionCollector, collector?: Collector) {
  const quiet = values.json === true;
  const backend = text(values, 'backend');
  let comparison: MetricComparison[] = [];
  let lanes: readonly Lane[] = [];
  const told = new Set<string>();
  const listen = (event: RunEvent): void => {
    session?.take(event);
    collector?.take(event as LabEvent);
    if (event.type === 'summary' && !quiet)
      for (const { code, message } of event.summary.warnings ?? []) if (code === 'vectors-given' || code === 'edges-given') say(`Note: ${message}`);
    if (event.type === 'comparison') comparison = event.comparison;
    if (event.type === 'result' && !quiet)
      tell(`${aboutMethod(event.result.method).label}: ${event.result.epochs} ${event.result.epochs === 1 ? 'epoch' : 'epochs'}`);
    if (event.type !== 'lanes') return;
    lanes = event.lanes;
    for (const lane of event.lanes) {
      if (lane.status !== 'diverged' || told.has(lane.method)) continue;
      told.add(lane.method);
      const { label } = aboutMethod(lane.method);
      if (lane.refused) tell(`${label} is left out: ${lane.stopReason}`);
      else if (lane.outOfMemory) tell(`Too little memory for ${label}, which is left out. ${lane.stopReason}`);
      else tell(`${label} diverged at epoch ${lane.stopEpoch ?? lane.epoch}: ${lane.stopReason}`);
    }
  };
  let from: RunCheckpoint | null = null;
  const keep = (checkpoint: RunCheckpoint): void => {
    from = checkpoint;
    session?.keep(checkpoint);
  };
  const left = new Map<string, string>();
  for (;;) {
    const plan = { ...job.spec, ...(values.save !== undefined && { keepPredictors: true }) };
    const run = new Run(dataset, plan, listen, null, session?.schedule ?? null, { from, keep, left });
    try {
      await run.train();
      return { run, comparison, lanes };
    } catch (failure) {
      if (!(failure instanceof MethodExhausted)) throw failure;
      left.set(failure.method, `${failure.message} ${failure.hint}`);
      await nodeEngine(backend);
    }
  }
}

/** The table of one's own that a run is about, as its steps read it. */
function tableOf({ spec: { dataset }, tables }: Job): Table | null {
  const [table] = tables;
  return dataset.kind === 'table' && table ? withSteps(table, dataset.reading) : null;
}

const sessionBytes = ({ run }: SessionCollector): Uint8Array =>
  new Uint8Array(writeSession({ lab: version, made: run.updated, runs: [run], tables: [] }));

async function single(job: Job, given: Given, engine: EngineInfo, values: Values) {
  const library = oneOf(values, 'code', ['pytorch', 'keras'] as const, 'pytorch');
  const saved = vectorsToSave(
    text(values, 'save-vectors'),
    job.spec.methods.map(({ id }) => id),
  );
  const session = text(values, 'session') === undefined ? undefined : new SessionCollector(job.spec);
  const folder = text(values, 'save');
  const collector = folder === undefined ? undefined : new Collector(job.spec);
  for (const name of ['predictions', 'session'] as const) {
    const place = text(values, name);
    if (place !== undefined) await checkWritable(place);
  }
  const dataset = await dataOf(job, given);
  const need = await tellMemory(job, dataset, values);
  const { run, comparison, lanes } = await train(job, dataset, values, session, collector);
  const held = need && heldWords(need.methods, lanes);
  const results = job.spec.methods.flatMap(({ id }): MethodResult[] => {
    const finished = run.finished.get(id);
    return finished ? [finished.result] : [];
  });
  const file = text(values, 'predictions');
  if (file !== undefined) await storeFile(file, predictionsCsv(run).bytes);
  if (saved) await saveVectors(run, saved);
  if (session) await storeFile(text(values, 'session') as string, sessionBytes(session));
  const code = { table: tableOf(job), library };
  const stored =
    folder === undefined || !collector ? [] : await saveRun(folder, run, { ...job, code }, { ...collector.snapshot, comparison }, engine);
  return {
    output: { spec: job.spec, results, comparison, refused: job.refused },
    lines: [...resultWords(results, comparison), ...(held ? [`The steps of this run hold ${held} before.`] : []), ...stored],
    finished: results.length,
  };
}

async function studied(job: Job, { vectors, edges }: Given, plan: StudyPlan, engine: EngineInfo, values: Values) {
  const study: Study = { spec: job.spec, plan };
  const quiet = values.json === true;
  if (!quiet) await tellMemory(job, await dataOf(job, { vectors, edges }), values);
  const records = await runStudy(
    study,
    {
      engine,
      lab: version,
      tables: byFingerprint(job.tables),
      vectors: byFingerprint(vectors.files),
      edges: byFingerprint([...edges.values()]),
      renew: () => nodeEngine(text(values, 'backend')),
    },
    (report) => {
      if ('record' in report && !quiet) tell(`Repetition ${report.repetition} is finished.`);
    },
  );
  const [first] = records;
  const finished = records.flatMap(({ outcomes }) => Object.values(outcomes)).filter((outcome) => 'result' in outcome).length;
  const metric = primaryOf(Object.values(first.outcomes).flatMap((outcome) => ('result' in outcome ? [outcome.result] : [])));
  const ids = study.spec.methods.map(({ id }) => id);
  const reference = text(values, 'reference') ?? ids[0];
  if (!ids.includes(reference)) throw new LabFailure('bad-option', `--reference is "${reference}".`, `Choose one of ${ids.join(', ')}.`);
  return { output: { study, records, refused: job.refused }, lines: studyWords(study, records, metric, reference), finished };
}

try {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  // Several are the files of one table.
  const [first] = positionals;
  const path = first === undefined ? first : positionals.join(',');
  if (values.help || (path === undefined && !values.preset && !values.spec && !values.series)) {
    say(USAGE);
    await leave(values.help ? 0 : 2);
  }
  // By itself a formula is fitted to all rows; among methods it is one of them, with a test part.
  if (values.formula !== undefined && values.methods === undefined && values.spec === undefined && values.preset === undefined) {
    if (path === undefined) throw new LabFailure('bad-option', '--formula is about a table, and none is named.', 'Name its file before the options.');
    const output = await fitFormula(path, values);
    if (values.json) sayJson(output, 2);
    else say(formulaWords(output, values.levels === true).join('\n'));
    await leave(output.fit.converged ? 0 : NOT_ALL);
  }
  const engine = await nodeEngine(values.backend);
  const plan = planOf(values);
  if (values.session !== undefined && (plan || text(values, 'data-seeds')))
    throw new LabFailure('bad-option', '--session keeps one run.', 'Leave out --repeats, --folds and --data-seeds.');
  const vectors = await vectorsOf(values);
  const edges = await edgesOf(values);
  if (edges.size > 0 && (values.preset !== undefined || values.series !== undefined))
    throw new LabFailure('bad-option', '--edges are for a column of a table, and none is named.', 'Name the file of the table before the options.');
  const files = { vectors, edges };
  const jobs = values.spec
    ? [await specJob(path, values, vectors, edges)]
    : values.preset
      ? presetJobs(values, vectors)
      : [values.series ? await seriesJob(values, vectors) : await tableJob(path, values, vectors, edges)];
  const outputs: unknown[] = [];
  let barren = 0;
  for (const job of jobs) {
    const before = [`${job.title}, ${engine.backend} (${engine.detail})`, ...job.told, ...refusedWords(job.refused)];
    if (!values.json) say(before.join('\n'));
    const { output, lines, finished } = plan ? await studied(job, files, plan, engine, values) : await single(job, files, engine, values);
    outputs.push(output);
    if (finished === 0) barren++;
    if (!values.json) say(`\n${lines.join('\n')}\n`);
  }
  if (values.json) sayJson(outputs.length === 1 ? outputs[0] : outputs, 2);
  if (barren > 0) tell('No method gave results.');
  await leave(barren > 0 ? NOT_ALL : 0);
} catch (thrown) {
  fail(thrown);
}
