import { interactionWidth, namesOf } from '../description';
import type { FusedDescription } from '../step-plan';
import { align } from './memory';
import type { Values } from './structures';

/** Where a parameter lies among the parameters: `rows` × `columns` numbers, rows `stride` numbers apart. */
export interface ParameterPlace {
  name: string;
  rows: number;
  columns: number;
  offset: number;
  stride: number;
}

/** Numbers of a row, padded to a vector of four. */
export const padded = (numbers: number): number => align(numbers, 4);

/** Parameters in their order in memory, and the layers they belong to. Offsets are bytes. */
class Parameters {
  readonly places: ParameterPlace[] = [];
  readonly layers: Values<'Layer'>[] = [];
  bytes = 0;

  /** A dense layer whose kernel's columns belong to one or more named layers side by side. */
  layer(inputs: number, parts: readonly { name: string; outputs: number }[]): void {
    const outputs = parts.reduce((sum, part) => sum + part.outputs, 0);
    const stride = padded(outputs);
    const kernel = this.#take(inputs * stride);
    const bias = this.#take(stride);
    let column = 0;
    for (const part of parts) {
      this.places.push(
        { name: `${part.name}/kernel`, rows: inputs, columns: part.outputs, offset: kernel / 4 + column, stride },
        { name: `${part.name}/bias`, rows: 1, columns: part.outputs, offset: bias / 4 + column, stride },
      );
      column += part.outputs;
    }
    this.layers.push({
      inputs,
      outputs,
      stride: stride * 4,
      kernel,
      bias,
      transposed: 0,
      transposedStride: padded(inputs) * 4,
      activation: 0,
      delta: 0,
      keepFrom: 0,
      scale: 1,
      column: 0,
    });
  }

  single(name: string): number {
    const offset = this.#take(4);
    this.places.push({ name, rows: 1, columns: 1, offset: offset / 4, stride: 4 });
    return offset;
  }

  /**
   * A table with a row of zeros after its last, for the rows that fill up a panel; another of one column,
   * `bias`, may lie next to it.
   */
  table(name: string, rows: number, columns: number, bias?: string): number {
    const stride = padded(columns + (bias ? 1 : 0));
    const offset = this.#take((rows + 1) * stride);
    this.places.push({ name, rows, columns, offset: offset / 4, stride });
    if (bias) this.places.push({ name: bias, rows, columns: 1, offset: offset / 4 + columns, stride });
    return offset;
  }

  #take(numbers: number): number {
    const offset = this.bytes;
    this.bytes = align(offset + numbers * 4, 64);
    return offset;
  }
}

/**
 * Layers and tables of a description in their order in memory: encoder, decoder, tables. `levels` of each
 * feature, the last ones being columns of tags.
 */
export function parametersOf(description: FusedDescription, p: number, levels: readonly number[], tagColumns: number) {
  const parameters = new Parameters();
  const intercepts = description.kind === 'random-intercepts';
  // Intercepts are no vectors: the network does not take them.
  const d = description.kind === 'no-levels' || intercepts ? 0 : description.d;
  const stack = intercepts ? 'network' : 'decoder';
  const features = description.kind === 'no-levels' ? [] : levels;
  let encoderLayers = 0;
  if (description.kind === 'encoder') {
    let width = p + 1;
    for (const outputs of description.encoder) {
      parameters.layer(width, [{ name: `encoder/dense${encoderLayers++}`, outputs }]);
      width = outputs;
    }
    parameters.layer(
      width,
      features.flatMap((_, k) => {
        const { mean, logVar } = namesOf(description, k, levels.length - tagColumns);
        return [mean, logVar].map((name) => ({ name, outputs: d }));
      }),
    );
  }
  const decoderBytesFrom = parameters.bytes;
  const firstDecoder = parameters.layers.length;
  let width = p + interactionWidth(description, features.length);
  for (const [i, outputs] of description.decoder.entries()) {
    parameters.layer(width, [{ name: `${stack}/dense${i}`, outputs }]);
    width = outputs;
  }
  parameters.layer(width, [{ name: `${stack}/output`, outputs: 1 }]);
  const variances = intercepts ? ['sigma2e', 'sigma2b'].map((name) => parameters.single(name)) : [0, 0];
  const denseBytes = parameters.bytes;
  return {
    parameters,
    d,
    features,
    variances,
    encoderLayers,
    decoderBytesFrom,
    firstDecoder,
    denseBytes,
    ...tablesOf(description, features, levels.length - tagColumns, parameters),
  };
}

/** All tables, and for each feature the offsets of those it takes directly. */
function tablesOf(description: FusedDescription, features: readonly number[], withLevels: number, parameters: Parameters) {
  const tables: Values<'Table'>[] = [];
  const add = (name: string, rows: number, width: number, bias?: string): number => {
    const offset = parameters.table(name, rows, width, bias);
    const numbers = width + (bias ? 1 : 0);
    tables.push({ offset, rows, stride: padded(numbers) * 4, width: numbers });
    return offset;
  };
  const none = features.map(() => ({ table: 0, logVar: 0 }));
  if (description.kind === 'tables' && description.lookups) {
    for (const [t, { rows, width }] of description.lookups.tables.entries()) add(`embedding${t}/table`, rows, width);
    return { tables, ofFeatures: none };
  }
  const ofFeatures = features.map((q, k) => {
    const { table, mean, logVar } = namesOf(description, k, withLevels);
    if (description.kind === 'tables')
      return { table: add(table, q, description.d, description.biases ? `embedding${k}/bias` : undefined), logVar: 0 };
    if (description.kind !== 'sampled-tables') return none[k];
    return { table: add(mean, q, description.d), logVar: add(logVar, q, description.d) };
  });
  return { tables, ofFeatures };
}
