import { LabFailure } from '../data/failure';
import { type Graph, type GraphNode, type ModelFile, type Port, sizeOf, type Tensor } from './graph';
import { ELEMENTWISE } from './ops/elementwise';
import type { Kernel } from './ops/kernel';
import { LINEAR } from './ops/linear';
import { LOOKUP } from './ops/lookup';
import { SHAPE } from './ops/shape';
import { damaged } from './protobuf';

/** Every operation that a model file of the lab may have. */
const KERNELS: ReadonlyMap<string, Kernel> = new Map(Object.entries({ ...ELEMENTWISE, ...SHAPE, ...LINEAR, ...LOOKUP }));

/** How an operation is computed. @throws LabFailure for one that no model of the lab has */
export function kernelOf({ op, domain }: Pick<GraphNode, 'op' | 'domain'>): Kernel {
  const kernel = KERNELS.get(op);
  if (!kernel || kernel.domain !== domain) throw damaged(`it uses the operation "${op}"`);
  return kernel;
}

/** What an operation gives, from its inputs. @throws LabFailure where it cannot be computed from them */
export function compute(node: GraphNode, inputs: readonly (Tensor | undefined)[]): Tensor[] {
  const kernel = kernelOf(node);
  let given: Tensor[];
  try {
    given = kernel.run(inputs as Tensor[], node);
  } catch (failure) {
    // Whatever else goes wrong, it is the file that asks for what cannot be.
    throw failure instanceof LabFailure ? failure : damaged(`"${node.op}" cannot be computed from its inputs`);
  }
  if (given.length < node.outputs.length) throw damaged(`"${node.op}" has ${node.outputs.length} outputs`);
  return given;
}

/** Values that nothing later takes, by the place of the last operation that does. */
function lastUses({ nodes, outputs }: Graph): Map<number, string[]> {
  const last = new Map<string, number>();
  for (const [place, { inputs }] of nodes.entries()) for (const input of inputs) last.set(input, place);
  for (const { name } of outputs) last.delete(name);
  const ends = new Map<number, string[]>();
  for (const [name, place] of last) ends.set(place, [...(ends.get(place) ?? []), name]);
  return ends;
}

const uses = new WeakMap<Graph, Map<number, string[]>>();

function fits({ type, dims }: Port, value: Tensor): boolean {
  return (
    value.type === type &&
    value.dims.length === dims.length &&
    dims.every((size, axis) => typeof size === 'string' || size === value.dims[axis]) &&
    value.data.length === sizeOf(value.dims)
  );
}

/**
 * Computes the outputs of a graph in plain typed arrays: single precision where the graph has it, sums in
 * double precision.
 *
 * @throws LabFailure 'model-damaged' where the graph cannot be computed, 'model-input' for an input that is
 * not as the graph says
 */
export function runGraph(graph: Graph, inputs: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const values = new Map<string, Tensor>(graph.constants);
  for (const port of graph.inputs) {
    const given = inputs.get(port.name);
    if (!given || !fits(port, given)) throw new LabFailure('model-input', `The model needs the input "${port.name}".`, 'Give it as the model says.');
    values.set(port.name, given);
  }
  const ends = uses.get(graph) ?? lastUses(graph);
  uses.set(graph, ends);
  for (const [place, node] of graph.nodes.entries()) {
    const taken = node.inputs.map((name) => (name === '' ? undefined : values.get(name)));
    if (taken.some((value, i) => !value && node.inputs[i] !== '')) throw damaged(`"${node.op}" takes a value that is not there`);
    const given = compute(node, taken);
    for (const [i, name] of node.outputs.entries()) if (name !== '') values.set(name, given[i]);
    for (const name of ends.get(place) ?? []) values.delete(name);
  }
  return new Map(
    graph.outputs.map(({ name }) => {
      const value = values.get(name);
      if (!value) throw damaged(`it does not compute "${name}"`);
      return [name, value];
    }),
  );
}

/** Rules that hold for every model file, as `onnx.checker` has them. @throws LabFailure 'model-damaged' */
export function checkModel({ graph }: ModelFile): void {
  const names = new Set<string>();
  const add = (name: string): void => {
    if (names.has(name)) throw damaged(`two values are named "${name}"`);
    names.add(name);
  };
  for (const { name } of graph.inputs) add(name);
  for (const [name, { dims, data }] of graph.constants) {
    add(name);
    if (data.length !== sizeOf(dims)) throw damaged(`"${name}" has another size than its dimensions`);
  }
  for (const node of graph.nodes) {
    const { op, inputs, outputs, attributes = {} } = node;
    const {
      inputs: [least, most],
      outputs: [fewest, greatest] = [1, 1],
      attributes: known = [],
    } = kernelOf(node);
    if (inputs.length < least || inputs.length > most || inputs.slice(0, least).includes('')) throw damaged(`"${op}" has ${inputs.length} inputs`);
    if (outputs.length < fewest || outputs.length > greatest) throw damaged(`"${op}" has ${outputs.length} outputs`);
    for (const name of Object.keys(attributes)) if (!known.includes(name)) throw damaged(`"${op}" has the attribute "${name}"`);
    for (const name of inputs) if (name !== '' && !names.has(name)) throw damaged(`"${op}" takes "${name}" before it is there`);
    for (const name of outputs) add(name);
  }
  for (const { name } of graph.outputs) if (!names.has(name)) throw damaged(`it does not compute "${name}"`);
  if (graph.inputs.length + graph.outputs.length === 0) throw damaged('it has no inputs and no outputs');
}
