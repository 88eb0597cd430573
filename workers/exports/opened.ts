import type { ModelFile } from '../model-file/graph';
import { checkModel } from '../model-file/interpret';
import { damaged } from '../model-file/protobuf';
import { readModel } from '../model-file/read';
import { type ExperimentSpec, experimentSchema } from '../spec/experiment';
import type { MethodResult } from '../training/method-result';
import { factsSchema, type ModelFacts } from './facts';

/** A model file that has been opened: it predicts without training. */
export interface OpenedModel {
  model: ModelFile;
  facts: ModelFacts;
  spec: ExperimentSpec;
  /** As the file has it: shown, and computed with nowhere. */
  result: MethodResult;
}

function parsed(text: string | undefined, what: string): unknown {
  if (text === undefined) throw damaged(`it does not have ${what}; other programs' models cannot be opened`);
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(`${what} cannot be read`);
  }
}

/** Numbers of the result that the page shows; anything else is a file that somebody else has made. */
function resultOf(value: unknown, method: string): MethodResult {
  const result = value as Partial<MethodResult> | null;
  const isScore = (score: unknown): boolean => score === null || typeof score === 'number';
  const { metrics } = result ?? {};
  if (result?.method !== method || typeof metrics !== 'object' || metrics === null || !Object.values(metrics).every(isScore))
    throw damaged('its results cannot be read');
  for (const name of ['parameters', 'epochs', 'weightsFrom'] as const)
    if (typeof result[name] !== 'number') throw damaged('its results cannot be read');
  return result as MethodResult;
}

/**
 * Opens a model file, whatever its bytes are.
 *
 * @throws LabFailure 'model-damaged' naming what is wrong
 */
export function openModel(bytes: Uint8Array): OpenedModel {
  const model = readModel(bytes);
  checkModel(model);
  const facts = factsSchema.safeParse(parsed(model.metadata.get('lab.model'), 'the description of the lab'));
  if (!facts.success) throw damaged('its description is not one of this version of the lab');
  const spec = experimentSchema.safeParse(parsed(model.metadata.get('lab.spec'), 'its settings'));
  if (!spec.success) throw damaged('its settings are not those of this version of the lab');
  const { columns, outputs, features, method } = facts.data;
  const { graph } = model;
  const ports = new Map(graph.inputs.map((port) => [port.name, port]));
  for (const { name, kind, places } of columns) {
    const port = ports.get(name);
    const wanted = kind === 'tags' ? ['string', places] : [kind === 'numeric' ? 'double' : 'string', undefined];
    if (!port || port.type !== wanted[0] || port.dims[1] !== wanted[1]) throw damaged(`the input "${name}" is not as it is described`);
  }
  if (columns.length !== graph.inputs.length) throw damaged('it has inputs that are not described');
  const given = new Set(graph.outputs.map(({ name }) => name));
  for (const name of Object.values(outputs)) if (!given.has(name)) throw damaged(`it does not give "${name}"`);
  for (const { vectors, rows } of features)
    for (const name of [vectors, rows]) if (name !== null && !graph.constants.has(name)) throw damaged(`"${name}" is not in it`);
  return { model, facts: facts.data, spec: spec.data, result: resultOf(parsed(model.metadata.get('lab.result'), 'its results'), method) };
}

/** Levels of a categorical column of a model: label, training rows and vector. */
export interface ModelLevels {
  name: string;
  labels: string[];
  rows: Int32Array | null;
  /** Levels × d, the last row that of a level that the table did not have; null for a method without. */
  vectors: { values: Float32Array; d: number } | null;
}

/** The texts that the graph has a code for, in a column. */
function encodedIn({ graph }: ModelFile, column: string): { keys: string[]; codes: number[] } {
  const encoder = graph.nodes.find(({ op, inputs }) => op === 'LabelEncoder' && inputs[0] === column);
  return { keys: (encoder?.attributes?.keys_strings ?? []) as string[], codes: (encoder?.attributes?.values_int64s ?? []) as number[] };
}

/** The texts that a model takes for a level or a tag of a column: every other is new to it. */
export const knownLabels = ({ model }: Pick<OpenedModel, 'model'>, column: string): ReadonlySet<string> => new Set(encodedIn(model, column).keys);

export function levelsOf({ model, facts }: Pick<OpenedModel, 'model' | 'facts'>): ModelLevels[] {
  const { graph } = model;
  return facts.features.map(({ name, vectors, rows }) => {
    const { keys, codes } = encodedIn(model, name);
    const labels: string[] = [];
    for (const [i, key] of keys.entries()) labels[codes[i]] ??= key;
    const table = vectors === null ? undefined : graph.constants.get(vectors);
    const counts = rows === null ? undefined : graph.constants.get(rows);
    return {
      name,
      labels,
      rows: counts?.data instanceof Int32Array ? counts.data : null,
      vectors: table?.data instanceof Float32Array ? { values: table.data, d: table.data.length / Math.max(1, table.dims[0]) } : null,
    };
  });
}
