import * as tf from '@tensorflow/tfjs';
import type { Dataset, LevelGraph } from '../../data/dataset';
import { levelGraph } from '../../data/edges/level-graph';
import { tagPlaces } from '../../data/tag-rows';
import { KerasAdam } from '../../engine/adam';
import { lossAndGradients } from '../../engine/gradients';
import { RandomStream } from '../../random/random';
import type { Batch, Model, Problem } from '../method';
import { ABOUTS, aboutMethod, buildModel } from '../registry';
import type { GoldenArray, MethodFixture } from './golden-fixture';
import { asSets, tagColumnOf } from './golden-tags';
import { windowProblemOf, windowsOfFixture, windowTensors } from './golden-windows';

export type { MethodFixture } from './golden-fixture';

export interface GoldenResult {
  name: string;
  ran: boolean;
  /** Largest relative error over all arrays, each against its largest entry; null when it did not run. */
  error: number | null;
  /** Where the largest error is, or why it did not run. */
  reason: string;
}

/** Largest relative error that passes. */
export const GOLDEN_TOLERANCE = 1e-4;

/** Whether a result counts as passed, failed or neither. */
export function verdict(result: GoldenResult): 'passed' | 'failed' | 'skipped' {
  if (!result.ran) return 'skipped';
  return result.error !== null && result.error <= GOLDEN_TOLERANCE ? 'passed' : 'failed';
}

/**
 * Largest absolute difference over the largest absolute expected entry, or over `least` where that is larger;
 * infinite where the lengths differ or a number is not finite.
 */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>, least = 0): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = least;
  for (let i = 0; i < expected.length; i++) {
    if (!Number.isFinite(actual[i])) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  if (difference === 0) return 0;
  return scale === 0 ? difference : difference / scale;
}

/** The fixtures' names of the two ways to average log-variances, and those of the setting. */
const AVERAGING = new Map([
  ['mean-log', 'mean-of-logs'],
  ['paper', 'log-of-mean'],
]);

/** The method that a fixture's config means. */
function idOf({ method, interaction, l2, tags, position, causal }: MethodFixture['config']): string {
  if (tags === null) return `${method}-untagged`;
  if (method === 'sequence-transformer' && position === 'none' && !causal) return `${method}-published`;
  if (interaction?.startsWith('dot')) return `ncf-${method}`;
  // The shared fixture calls the growth curve on a table simply by its decoder.
  if (method === 'growth') return 'growth-embeddings';
  if (method === 'embeddings-pretrained') return 'embeddings';
  // A fixture without a penalty has l2: null, and those of methods of their own have no l2.
  return method === 'embeddings' && l2 !== null ? 'embeddings-l2' : method;
}

/** The method and settings a fixture's config means, or why the engine has none. */
export function methodOf(config: MethodFixture['config']): { id: string; settings: Record<string, unknown> } | { missing: string } {
  const id = idOf(config);
  if (!ABOUTS.some((about) => about.id === id)) return { missing: `the engine has no method "${id}"` };
  const { logVarAveraging, interaction } = config;
  const given: Record<string, unknown> = {
    // Fixtures are made without dropout.
    dropout: 0,
    ...config,
    decoder: config.decoder ?? config.hidden,
    widths: config.dims,
    l2: config.l2 ?? 0,
    form: config.form ?? config.combine,
    interaction: interaction === 'concat' ? 'concatenation' : interaction,
    logVarAveraging: logVarAveraging && (AVERAGING.get(logVarAveraging) ?? logVarAveraging),
  };
  const shape = aboutMethod(id).settings.shape;
  const known = Object.fromEntries(Object.keys(shape).flatMap((key) => (given[key] === null || given[key] === undefined ? [] : [[key, given[key]]])));
  return { id, settings: aboutMethod(id).settings.parse(known) };
}

/**
 * The numbers and levels of a fixture whose rows are those of a table; coordinates stand after the other
 * numbers. Throws for one of windows.
 */
export function tableOf({ name, inputs: { X, Z, locations } }: Pick<MethodFixture, 'name' | 'inputs'>): { X: GoldenArray; Z: number[][] } {
  if (!X || !Z) throw new Error(`the fixture ${name} has no rows of a table`);
  if (!locations) return { X, Z };
  const [rows, p] = X.shape;
  const values = Z[0].flatMap((place, i) => [...X.values.slice(i * p, (i + 1) * p), ...locations.values.slice(2 * place, 2 * place + 2)]);
  return { X: { shape: [rows, p + 2], values }, Z };
}

/** The graph of a fixture with edges. */
function graphOf({ config, inputs: { edges } }: MethodFixture): LevelGraph | undefined {
  if (!edges) return undefined;
  const cells = (column: number): number[] => edges.values.filter((_, at) => at % 3 === column);
  const [from, to] = [cells(0), cells(1)].map((nodes) => Int32Array.from(nodes));
  const q = config.qs[edges.feature];
  const nodes = Math.max(q, 1 + Math.max(...from, ...to));
  return levelGraph(edges.feature, q, { nodes, from, to, weights: Float64Array.from(cells(2)) });
}

/**
 * The rows of a fixture with coordinates as a dataset, and after them a test row at each place, so that a
 * model knows where all are; those of one with edges with their graph. Undefined for other fixtures, which
 * need none.
 */
export function datasetOf(fixture: MethodFixture): Dataset | undefined {
  const { locations = { shape: [0, 2], values: [] }, y } = fixture.inputs;
  const graph = graphOf(fixture);
  if (!fixture.inputs.locations && !graph) return undefined;
  const { X, Z } = tableOf(fixture);
  const [rows, p] = X.shape;
  const places = locations.shape[0];
  const numbers = Uint32Array.from({ length: rows + places }, (_, i) => i);
  const added = Array.from({ length: places }, (_, j) => [...new Array<number>(p - 2).fill(0), ...locations.values.slice(2 * j, 2 * j + 2)]);
  return {
    task: 'regression',
    rows: rows + places,
    x: Float32Array.from([...X.values, ...added.flat()]),
    p,
    xScales: null,
    categorical: Z.map((codes, k) => ({
      name: `z${k + 1}`,
      cardinality: fixture.config.qs[k],
      codes: Int32Array.from([...codes, ...added.map((_, j) => (k === 0 ? j : 0))]),
      labels: null,
    })),
    y: Float32Array.from([...y.values, ...added.map(() => 0)]),
    targetScale: 1,
    targetMean: 0,
    targetName: 'y',
    classLabels: null,
    split: { train: numbers.slice(0, rows), validation: new Uint32Array(0), test: numbers.slice(rows) },
    truth: null,
    ...(graph && { graph }),
    fingerprint: '0000000000000000',
  };
}

/** The shape of a fixture's data. */
export function modelProblemOf(fixture: MethodFixture): Problem {
  const { config } = fixture;
  const windows = windowsOfFixture(fixture);
  if (windows) return windowProblemOf(fixture, windows);
  const column = tagColumnOf(fixture);
  const tags = column && [{ tags: column.labels.length, places: tagPlaces(column), parents: column.parents }];
  return {
    task: config.classes === undefined ? (config.binary ? 'binary' : 'regression') : config.ordered ? 'ordinal' : 'classes',
    classes: config.classes,
    p: tableOf(fixture).X.shape[1],
    levels: config.qs,
    ...(tags && { tags }),
    ...(fixture.inputs.edges && { edges: true }),
    batchSize: config.n,
  };
}

/** Keeps the largest error and where it was. */
export class Largest {
  error = 0;
  where = 'nothing compared';

  compare(where: string, actual: ArrayLike<number>, expected: ArrayLike<number>, least = 0): void {
    const error = relativeError(actual, expected, least);
    if (error < this.error && this.where !== 'nothing compared') return;
    this.error = error;
    this.where = where;
  }
}

const largestOf = (values: readonly number[]): number => values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);

/**
 * What gradients are compared against at least: a thousandth of the largest of all. One that is zero in
 * theory (that of a key's bias, which softmax does not feel) is 1e-18 in double precision and 1e-9 in single.
 */
export function leastGradient(gradients: Record<string, GoldenArray>): number {
  return 1e-3 * Math.max(...Object.values(gradients).map(({ values }) => largestOf(values)));
}

/**
 * The parameters after the steps that can be compared: Adam divides a gradient by its size, so that rounding
 * moves those whose gradient is zero in theory.
 */
export function comparableParameters({ gradients, parametersAfter }: MethodFixture['expected']): [string, GoldenArray][] {
  const zero = 1e-12 * leastGradient(gradients);
  return Object.entries(parametersAfter).filter(([name]) => !gradients[name] || largestOf(gradients[name].values) > zero);
}

function asTensors(fixture: MethodFixture): { batch: Batch; noise: tf.Tensor[] } {
  const { inputs } = fixture;
  const matrix = ({ values, shape }: GoldenArray): tf.Tensor2D => tf.tensor2d(values, shape as [number, number]);
  const windows = windowsOfFixture(fixture);
  const column = windows?.forecast ? undefined : tagColumnOf(fixture);
  const table = (): Pick<Batch, 'x' | 'z'> => {
    const { X, Z } = tableOf(fixture);
    return { x: matrix(X), z: Z.map((ids) => tf.tensor1d(ids, 'int32')) };
  };
  return {
    batch: {
      ...(windows ? windowTensors(windows) : table()),
      ...(column && { tags: [asSets(column)] }),
      y: matrix(inputs.y),
      ...(inputs.event && { event: matrix(inputs.event) }),
    },
    noise: (inputs.noise ?? []).map(matrix),
  };
}

/** Moving averages that the fixture begins with, where they are not those of a new model. */
export function setState(model: Model, { inputs: { state = {} } }: MethodFixture): void {
  for (const [name, { values, shape }] of Object.entries(state)) {
    const variable = model.state?.get(name);
    if (!variable) throw new Error(`no state "${name}"`);
    tf.tidy(() => variable.assign(tf.tensor(values, shape)));
  }
}

/**
 * The fixture's output on the response scale: that of LMMNN with a binary response is a logit, that of counts
 * a log mean and that of times a log risk, of which the model tells the median time.
 */
function outputOf({ config, expected, initial }: MethodFixture): number[] {
  const { values } = expected.output;
  if (config.method === 'lmmnn-poisson') return values.map(Math.exp);
  if (config.method === 'lmmnn-survival') {
    const [lambda, nu] = [initial.weibullLambda.values[0], initial.weibullNu.values[0]];
    return values.map((f) => (Math.LN2 / (lambda * Math.exp(f))) ** (1 / nu));
  }
  return config.method === 'lmmnn' && config.binary ? values.map((logit) => 1 / (1 + Math.exp(-logit))) : values;
}

function setParameters(model: Model, initial: MethodFixture['initial']): void {
  const names = [...model.parameters.keys()];
  const expected = Object.keys(initial);
  if (names.join() !== expected.join()) throw new Error(`parameters are ${names.join(', ')}; the fixture has ${expected.join(', ')}`);
  for (const [name, variable] of model.parameters) tf.tidy(() => variable.assign(tf.tensor(initial[name].values, initial[name].shape)));
}

/**
 * Three Adam steps from the fixture's parameters: loss, terms, output, gradients, and the parameters after
 * them.
 */
async function compareSteps(fixture: MethodFixture, model: Model, largest: Largest): Promise<void> {
  const { expected, config } = fixture;
  const { batch, noise } = asTensors(fixture);
  const adam = new KerasAdam(model.parameters, config.adam.learningRate, { constants: config.adam, floors: model.floors, rates: model.rates });
  try {
    for (const [index, step] of expected.steps.entries()) {
      const result = lossAndGradients(model.parameters, () => model.loss(batch, noise, config.training));
      const { loss, ...terms } = step;
      largest.compare(`loss of step ${index + 1}`, await result.total.data(), [loss]);
      for (const [name, value] of Object.entries(terms)) {
        // A fixture lists a penalty of 0 for methods without one.
        if (value === 0 && !result.terms[name]) continue;
        if (!result.terms[name]) throw new Error(`the loss has no term "${name}"`);
        largest.compare(`${name} of step ${index + 1}`, await result.terms[name].data(), [value]);
      }
      if (index === 0) {
        largest.compare('output', await result.output.data(), outputOf(fixture));
        for (const [name, gradient] of Object.entries(expected.gradients)) {
          const actual = result.gradients[model.parameters.get(name)?.name ?? ''];
          if (!actual) throw new Error(`no gradient of "${name}"`);
          largest.compare(`gradient of ${name}`, await actual.data(), gradient.values, leastGradient(expected.gradients));
        }
      }
      adam.step(result.gradients);
      if (result.state) for (const [name, variable] of model.state ?? []) variable.assign(result.state[name]);
      result.dispose();
    }
    for (const [name, after] of Object.entries(expected.stateAfter ?? {}))
      largest.compare(`${name} after ${expected.steps.length} steps`, (await model.state?.get(name)?.data()) ?? [], after.values);
    for (const [name, after] of comparableParameters(expected)) {
      const variable = model.parameters.get(name);
      if (!variable) throw new Error(`no parameter "${name}"`);
      largest.compare(`${name} after ${expected.steps.length} steps`, await variable.data(), after.values);
    }
    await compareLevels(fixture, model, batch, largest);
  } finally {
    adam.dispose();
    tf.dispose([
      batch.x,
      batch.y,
      ...(batch.event ? [batch.event] : []),
      ...batch.z,
      ...(batch.window ? [batch.window] : []),
      ...(batch.tags ?? []).flatMap((sets) => Object.values(sets)),
      ...noise,
    ]);
  }
}

/**
 * Level vectors against the fixture's posterior means. Those of counts are what a level adds to the log mean,
 * and the posterior mean of its effect is apart; of gamma effects the fixture has the multiplier alone.
 */
async function compareLevels({ config, expected }: MethodFixture, model: Model, batch: Batch, largest: Largest): Promise<void> {
  const { multiplier } = expected;
  const blup = expected.levelEffects ?? expected.blup;
  if (!blup) return;
  const vectors = await model.levelVectors([batch], () => []);
  const found = await Promise.all(vectors.map((table) => table.data()));
  tf.dispose(vectors);
  if (!multiplier) for (const [k, { values }] of blup.entries()) largest.compare(`effects of feature ${k + 1}`, found[k], values);
  else {
    for (const [k, { values }] of multiplier.entries()) largest.compare(`multipliers of feature ${k + 1}`, found[k].map(Math.exp), values);
    const posterior = config.effect === 'gamma' ? undefined : await model.levelPosterior?.([batch]);
    for (const [k, table] of (posterior?.means ?? []).entries()) largest.compare(`effects of feature ${k + 1}`, await table.data(), blup[k].values);
    tf.dispose([...(posterior?.means ?? []), ...(posterior?.variances ?? [])]);
  }
}

/** True for a fixture that describes a method's step on rows, not metrics, skip-gram or something else. */
export function isMethodFixture(json: unknown): json is MethodFixture {
  const { config, inputs } = (json ?? {}) as { config?: { method?: unknown }; inputs?: unknown };
  return typeof config?.method === 'string' && inputs !== undefined;
}

/**
 * Checks one method fixture on the active backend: loss, terms, output, all gradients, the Adam steps. Never
 * throws.
 */
export async function checkFixture(fixture: MethodFixture): Promise<GoldenResult> {
  const { name, config } = fixture;
  const largest = new Largest();
  let model: Model | undefined;
  try {
    const method = methodOf(config);
    if ('missing' in method) return { name, ran: false, error: null, reason: method.missing };
    const problem = modelProblemOf(fixture);
    model = buildModel(method.id, problem, method.settings, new RandomStream(1, 'golden'), datasetOf(fixture));
    setParameters(model, fixture.initial);
    setState(model, fixture);
    await compareSteps(fixture, model, largest);
    return { name, ran: true, error: largest.error, reason: largest.where };
  } catch (failure) {
    return { name, ran: true, error: Number.POSITIVE_INFINITY, reason: failure instanceof Error ? failure.message : String(failure) };
  } finally {
    model?.dispose();
  }
}
