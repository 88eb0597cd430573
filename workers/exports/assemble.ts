import { type Dataset, severalClasses } from '../data/dataset';
import { hasClasses } from '../data/tasks';
import { normalQuantile } from '../metrics/check/distributions';
import { GraphBuilder } from '../model-file/builder';
import { doubles, floats, type Graph, integers, type Port, pruned, type Tensor } from '../model-file/graph';
import { addsVariances } from '../training/check-view';
import type { Predictor } from '../training/predictor/types';
import type { Finished } from '../training/results';
import { type ModelColumn, type PreparedColumns, prepareColumns } from './columns';

/** Where the interval of a prediction comes from. */
export type IntervalSource = 'model' | 'validation';

/** Outputs of a model file, by what they are. */
export interface ModelOutputs {
  fitted: string;
  lower?: string;
  upper?: string;
  unseen?: string;
  rows?: string;
}

export interface Assembled {
  graph: Graph;
  columns: ModelColumn[];
  outputs: ModelOutputs;
  interval: IntervalSource | null;
  /** Constants with the vectors of each feature's levels, and those with its training rows. */
  features: { name: string; vectors: string | null; rows: string | null }[];
}

/** Training rows (validation included) of each level, and 0 for a new one (q + 1). */
export function rowsOfLevels({ categorical, split }: Pick<Dataset, 'categorical' | 'split'>, feature: number): Int32Array {
  const { codes, cardinality } = categorical[feature];
  const counts = new Int32Array(cardinality + 1);
  for (const part of [split.train, split.validation]) for (const row of part) counts[codes[row]]++;
  return counts;
}

/** A table by level with a row more, for a level that no data have. */
function withNewLevel({ type, dims: [levels, ...rest], data }: Tensor, row: ArrayLike<number>): Tensor {
  const width = row.length;
  const numbers = new Float32Array((levels + 1) * width);
  numbers.set(data as Float32Array);
  numbers.set(row, levels * width);
  if (type !== 'float') throw new Error(`a table by level of the type ${type}`);
  return floats(numbers, [levels + 1, ...rest]);
}

/** The mean of the rows of a table, each by the training rows of its level. */
function average({ data, dims: [levels] }: Tensor, counts: Int32Array): Float64Array {
  const width = data.length / levels;
  const sums = new Float64Array(width);
  let rows = 0;
  for (let level = 0; level < levels; level++) {
    rows += counts[level];
    if (counts[level] > 0) for (let j = 0; j < width; j++) sums[j] += counts[level] * (data as Float32Array)[level * width + j];
  }
  return sums.map((sum) => sum / Math.max(1, rows));
}

function newRow(predictor: Predictor, constant: string, table: Tensor, counts: Int32Array): ArrayLike<number> {
  const { newLevel } = predictor;
  if (newLevel === 'zeros') return new Float32Array(table.data.length / table.dims[0]);
  const vector = /^vectors\/(\d+)$/.exec(constant);
  if (newLevel !== 'average' && vector) return newLevel.vectors[Number(vector[1])];
  return average(table, counts);
}

/** The predictor's operations on the prepared columns; returns the prediction, [n, 1] or [n, classes]. */
function place(dataset: Dataset, { vectors }: Finished, predictor: Predictor, graph: GraphBuilder, columns: PreparedColumns): string {
  const names = new Map(columns.values);
  if (predictor.encoded.length > 0) {
    const parts = predictor.encoded.map(({ values, width }, k) =>
      graph.node('Gather', [graph.constant(floats(values, [values.length / width, width]), `encoded/${k}`), names.get(`z${k}`) as string], {
        axis: 0,
      }),
    );
    const all = [...(dataset.p > 0 ? [names.get('x') as string] : []), ...parts];
    names.set('x', all.length === 1 ? all[0] : graph.node('Concat', all, { axis: 1 }));
  }
  const constants = new Map(predictor.constants);
  for (const [k, { values, levels, d }] of vectors.entries()) constants.set(`vectors/${k}`, floats(values, [levels, d]));
  const byLevel = new Map(predictor.tables.map(({ constant, feature }) => [constant, feature]));
  const used = new Set(predictor.nodes.flatMap(({ inputs }) => inputs));
  used.add(predictor.output);
  for (const [name, tensor] of constants) {
    if (!used.has(name)) continue;
    const feature = byLevel.get(name);
    const table = feature === undefined ? tensor : withNewLevel(tensor, newRow(predictor, name, tensor, rowsOfLevels(dataset, feature)));
    // The method's own numbers have names of their own, as those of the columns do.
    names.set(name, graph.constant(table, name.startsWith('vectors/') ? name : `method/${name}`));
  }
  for (const { op, inputs, outputs, attributes } of predictor.nodes) {
    const taken = inputs.map((name) => {
      const value = names.get(name);
      if (value === undefined) throw new Error(`the prediction takes "${name}", which the columns do not give`);
      return value;
    });
    const made = graph.split(op, taken, outputs.length, attributes);
    for (const [i, name] of outputs.entries()) names.set(name, made[i]);
  }
  return names.get(predictor.output) as string;
}

/** Predictive standard deviation of each row in the unit of the response, as a value of the graph. */
function deviation(dataset: Dataset, finished: Finished, graph: GraphBuilder, { values }: PreparedColumns): [string, IntervalSource] | null {
  const { result, posterior, estimates, validationLoss } = finished;
  const variance = (feature: number | null): number | undefined =>
    estimates.find((estimate) => estimate.kind === 'variance' && estimate.feature === feature)?.value;
  const noise = variance(null);
  const own = addsVariances(result) && posterior && noise !== undefined && noise > 0 && posterior.variances.every(({ d }) => d === 1);
  if (own && posterior.variances.length === dataset.categorical.length) {
    const parts = posterior.variances.map(({ values: ofLevels }, k) => {
      const table = new Float64Array(ofLevels.length + 1);
      table.set(ofLevels);
      table[ofLevels.length] = variance(k) ?? 0;
      return graph.node('Gather', [graph.constant(doubles(table, [table.length]), `variances/${k}`), values.get(`z${k}`) as string], { axis: 0 });
    });
    const sum = graph.node('Sum', [graph.constant(doubles([noise], [])), ...parts]);
    return [graph.node('Mul', [graph.node('Sqrt', [sum]), graph.constant(doubles([dataset.targetScale], []))]), 'model'];
  }
  const common = Math.sqrt(validationLoss);
  return common > 0 && Number.isFinite(common) ? [graph.constant(doubles([common], [])), 'validation'] : null;
}

/** Probability of the interval of a prediction. */
export const COVERAGE = 0.95;

/** Names of the columns that a model file takes. */
const columnNames = ({ xNames, categorical, tags = [] }: Dataset): Set<string> =>
  new Set([...(xNames ?? []), ...categorical.map(({ name }) => name), ...tags.map(({ name }) => name)]);

/** A name that no column has. */
function free(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? free(`.${name}`, taken) : name;
}

/** Name of the output with the predictions. */
export const fittedName = (dataset: Dataset): string => free('.fitted', columnNames(dataset));

/**
 * The graph of a finished method: raw columns in, predictions in the response's own unit out (a probability
 * for a binary one, one for each of several classes), with an interval, whether a level has no training rows,
 * and how many the rarest level has.
 */
export function assemble(dataset: Dataset, finished: Finished, predictor: Predictor): Assembled {
  const { categorical, task, targetScale, targetMean } = dataset;
  const taken = columnNames(dataset);
  let prefix = '/';
  while ([...taken].some((name) => name.startsWith(prefix))) prefix += '/';
  const graph = new GraphBuilder(prefix);
  const prepared = prepareColumns(dataset, graph);
  const prediction = place(dataset, finished, predictor, graph, prepared);
  const classes = severalClasses(dataset);
  const flat = (): string => graph.node('Reshape', [prediction, graph.constant(integers([-1], [1]))]);
  const wide = graph.node('Cast', [classes === undefined ? flat() : prediction], { to: 11 });
  const own = hasClasses(task)
    ? wide
    : graph.node('Add', [graph.node('Mul', [wide, graph.constant(doubles([targetScale], []))]), graph.constant(doubles([targetMean], []))]);
  const outputs: ModelOutputs = { fitted: '' };
  const ports: Port[] = [];
  const give = (kind: keyof ModelOutputs, value: string, type: Port['type'], ...width: number[]): void => {
    const name = free(`.${kind}`, taken);
    graph.nodes.push({ op: 'Identity', inputs: [value], outputs: [name] });
    outputs[kind] = name;
    ports.push({ name, type, dims: ['rows', ...width] });
  };
  give('fitted', own, 'double', ...(classes === undefined ? [] : [classes]));
  const spread = hasClasses(task) ? null : deviation(dataset, finished, graph, prepared);
  if (spread) {
    const reach = graph.node('Mul', [spread[0], graph.constant(doubles([normalQuantile((1 + COVERAGE) / 2)], []))]);
    give('lower', graph.node('Sub', [own, reach]), 'double');
    give('upper', graph.node('Add', [own, reach]), 'double');
  }
  const counted = categorical.map((_, k) => {
    const counts = rowsOfLevels(dataset, k);
    const constant = graph.constant(integers(counts, [counts.length]), `rows/${k}`);
    return { constant, value: graph.node('Gather', [constant, prepared.values.get(`z${k}`) as string], { axis: 0 }) };
  });
  if (counted.length > 0) {
    const rows =
      counted.length === 1
        ? counted[0].value
        : graph.node(
            'Min',
            counted.map(({ value }) => value),
          );
    give('unseen', graph.node('Cast', [graph.node('Equal', [rows, graph.constant(integers([0], []))])], { to: 7 }), 'int64');
    give('rows', rows, 'int64');
  }
  // A method that ignores a column still takes it.
  const { nodes, constants } = pruned(
    graph,
    ports.map(({ name }) => name),
  );
  return {
    graph: { name: finished.result.method, inputs: prepared.ports, outputs: ports, constants, nodes },
    columns: prepared.columns,
    outputs,
    interval: spread?.[1] ?? null,
    features: categorical.map(({ name }, k) => ({
      name,
      vectors: constants.has(`${prefix}vectors/${k}`) ? `${prefix}vectors/${k}` : null,
      rows: counted[k].constant,
    })),
  };
}
