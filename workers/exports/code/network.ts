import type { Tensor } from '../../model-file/graph';
import type { Predictor } from '../../training/predictor/types';
import type { Finished } from '../../training/results';

/** A dense layer of a network, with the numbers of the lab: kernel inputs × outputs, row-major. */
export interface DenseLayer {
  /** The lab's name of the layer: 'decoder/dense0'. */
  name: string;
  inputs: number;
  outputs: number;
  relu: boolean;
}

/**
 * A prediction as engineers write it: numbers and the vectors of a row's levels side by side, dense layers,
 * and perhaps an intercept of each level on top.
 */
export interface Network {
  /** The numeric columns take part. */
  numbers: boolean;
  /** Features whose vectors stand next to them, in order: their number and their width. */
  vectors: { feature: number; width: number }[];
  layers: DenseLayer[];
  /** Features whose only number is added to the output. */
  intercepts: number[];
  /** The output is a probability. */
  sigmoid: boolean;
}

/** What a value of the graph is, as far as it is known. */
type Part =
  | { kind: 'x' }
  | { kind: 'codes'; feature: number }
  | { kind: 'vector'; feature: number; width: number }
  | { kind: 'row'; parts: Part[] }
  | { kind: 'product'; inputs: Part; kernel: Tensor }
  | { kind: 'layers'; inputs: Part; layers: DenseLayer[]; intercepts: number[]; sigmoid: boolean };

const last = <T>(all: readonly T[]): T => all[all.length - 1];

/**
 * Reads the operations of a predictor one after the other; null for the first that a network does not have.
 */
class Reader {
  readonly #values = new Map<string, Part>([['x', { kind: 'x' }]]);

  constructor(
    readonly predictor: Predictor,
    readonly finished: Finished,
  ) {}

  read(): Part | null {
    const { nodes, output } = this.predictor;
    for (const { op, inputs, outputs } of nodes) {
      const part = this.#operation(op, inputs);
      if (!part || outputs.length !== 1) return null;
      this.#values.set(outputs[0], part);
    }
    return this.#values.get(output) ?? null;
  }

  #part(name: string): Part | null {
    const known = this.#values.get(name);
    if (known) return known;
    const codes = /^z(\d+)$/.exec(name);
    return codes ? { kind: 'codes', feature: Number(codes[1]) } : null;
  }

  #operation(op: string, inputs: readonly string[]): Part | null {
    const parts = inputs.map((name) => this.#part(name));
    const [first] = parts;
    switch (op) {
      case 'Reshape':
        return first;
      case 'Gather':
        return this.#vector(inputs[0], parts[1]);
      case 'Concat':
        return parts.every((part) => part?.kind === 'x' || part?.kind === 'vector') ? { kind: 'row', parts: parts as Part[] } : null;
      case 'MatMul':
        return this.#product(first, inputs[1]);
      case 'Add':
        return first?.kind === 'product' ? this.#biased(first, inputs[1]) : this.#sum(parts);
      case 'Sum':
        return this.#sum(parts);
      case 'Relu':
        return this.#relu(first);
      case 'Sigmoid':
        return first?.kind === 'layers' && !first.sigmoid ? { ...first, sigmoid: true } : null;
      default:
        return null;
    }
  }

  #vector(table: string, codes: Part | null): Part | null {
    const found = /^vectors\/(\d+)$/.exec(table);
    if (!found || codes?.kind !== 'codes' || codes.feature !== Number(found[1])) return null;
    return { kind: 'vector', feature: codes.feature, width: this.finished.vectors[codes.feature].d };
  }

  #product(inputs: Part | null, name: string): Part | null {
    const kernel = this.predictor.constants.get(name);
    if (!inputs || !kernel || inputs.kind === 'codes' || inputs.kind === 'product') return null;
    // Behind an output there is no other layer.
    if (inputs.kind === 'layers' && (inputs.intercepts.length > 0 || inputs.sigmoid || !last(inputs.layers).relu)) return null;
    return { kind: 'product', inputs, kernel };
  }

  /** The layer whose bias this is. */
  #biased({ inputs, kernel }: { inputs: Part; kernel: Tensor }, name: string): Part | null {
    const bias = this.predictor.constants.get(name);
    const layer = /^(.+)\/bias$/.exec(name)?.[1];
    if (!bias || layer === undefined) return null;
    const outputs = bias.data.length;
    const one = { name: layer, inputs: kernel.data.length / outputs, outputs, relu: false };
    if (inputs.kind === 'layers') return { ...inputs, layers: [...inputs.layers, one] };
    return { kind: 'layers', inputs, layers: [one], intercepts: [], sigmoid: false };
  }

  #relu(part: Part | null): Part | null {
    if (part?.kind !== 'layers' || part.intercepts.length > 0 || part.sigmoid || last(part.layers).relu) return null;
    return { ...part, layers: [...part.layers.slice(0, -1), { ...last(part.layers), relu: true }] };
  }

  /** An output with the intercepts of levels. */
  #sum(parts: readonly (Part | null)[]): Part | null {
    const [first, ...added] = parts;
    if (first?.kind !== 'layers' || first.sigmoid || last(first.layers).relu) return null;
    const features: number[] = [];
    for (const part of added) {
      if (part?.kind !== 'vector' || part.width !== 1) return null;
      features.push(part.feature);
    }
    return { ...first, intercepts: [...first.intercepts, ...features] };
  }
}

/** The network that a method predicts with; null where it is something else, or takes tags. */
export function networkOf(finished: Finished): Network | null {
  const { predictor } = finished;
  if (!predictor || 'refusal' in predictor || predictor.draws || predictor.encoded.length > 0) return null;
  const found = new Reader(predictor, finished).read();
  if (found?.kind !== 'layers' || last(found.layers).relu || last(found.layers).outputs !== 1) return null;
  const { inputs, layers, intercepts, sigmoid } = found;
  const parts = inputs.kind === 'row' ? inputs.parts : [inputs];
  const vectors = parts.flatMap((part) => (part.kind === 'vector' ? [{ feature: part.feature, width: part.width }] : []));
  // The numbers come first.
  if (parts.slice(1).some(({ kind }) => kind === 'x')) return null;
  // Code goes through all features in their order, or through none.
  const inOrder = (features: readonly number[]): boolean =>
    features.length === 0 || (features.length === finished.vectors.length && features.every((feature, k) => feature === k));
  if (!inOrder(vectors.map(({ feature }) => feature)) || !inOrder(intercepts)) return null;
  return { numbers: parts[0].kind === 'x', vectors, layers, intercepts, sigmoid };
}
