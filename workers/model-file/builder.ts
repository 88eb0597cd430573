import type { Attribute, GraphNode, Tensor } from './graph';

/** Collects the operations and constants of a graph; names are made here. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly constants = new Map<string, Tensor>();
  /** Stands before every name, so that it is no column's. */
  readonly #prefix: string;
  #made = 0;

  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  /** A node of one output; its name. */
  node(op: string, inputs: readonly string[], attributes?: Record<string, Attribute>): string {
    return this.split(op, inputs, 1, attributes)[0];
  }

  /** A node of several outputs. */
  split(op: string, inputs: readonly string[], count: number, attributes?: Record<string, Attribute>): string[] {
    const outputs = Array.from({ length: count }, () => `${this.#prefix}${op}_${++this.#made}`);
    this.nodes.push({
      op,
      inputs: [...inputs],
      outputs,
      ...(attributes && { attributes }),
      ...(op === 'LabelEncoder' && { domain: 'ai.onnx.ml' as const }),
    });
    return outputs;
  }

  /** A constant, named by `name` or by its number. */
  constant(tensor: Tensor, name = `number_${++this.#made}`): string {
    const whole = `${this.#prefix}${name}`;
    this.constants.set(whole, tensor);
    return whole;
  }
}
