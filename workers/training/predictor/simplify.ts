import { type GraphNode, pruned, sizeOf, type Tensor } from '../../model-file/graph';
import { compute } from '../../model-file/interpret';
import { UnknownOperation } from './lower';
import type { Predictor } from './types';

type Part = Pick<Predictor, 'nodes' | 'constants' | 'output'>;

/** Larger tables than this stay as they are: folding would store them twice. */
const MOST_FOLDED = 2 ** 22;

/** Computes what depends on no input, and passes values through that are only named again. */
function fold({ nodes, constants, output }: Part): Part {
  const names = new Map<string, string>();
  const named = (name: string): string => names.get(name) ?? name;
  const kept: GraphNode[] = [];
  for (const node of nodes) {
    const inputs = node.inputs.map(named);
    if (node.op === 'Identity') {
      names.set(node.outputs[0], inputs[0]);
      continue;
    }
    const known = inputs.map((name) => constants.get(name));
    if (known.every((value) => value !== undefined && sizeOf(value.dims) <= MOST_FOLDED)) {
      for (const [i, value] of compute({ ...node, inputs }, known).entries()) constants.set(node.outputs[i], value);
      continue;
    }
    kept.push({ ...node, inputs });
  }
  return { nodes: kept, constants, output: named(output) };
}

/**
 * A table of places in another table, looked up by level, becomes one table: the levels' own numbers. So a
 * new level needs a row, and no place.
 */
function joinLookups({ nodes, constants, output }: Part, codes: ReadonlySet<string>): Part {
  const places = new Map<string, GraphNode>();
  for (const node of nodes)
    if (node.op === 'Gather' && codes.has(node.inputs[1]) && constants.get(node.inputs[0])?.type === 'int64') places.set(node.outputs[0], node);
  const joined = nodes.map((node): GraphNode => {
    const place = node.op === 'Gather' ? places.get(node.inputs[1]) : undefined;
    const table = constants.get(node.inputs[0]);
    if (!place || !table || node.attributes?.axis !== 0) return node;
    const index = constants.get(place.inputs[0]) as Tensor;
    const name = `${node.inputs[0]}/by ${place.inputs[1]}`;
    constants.set(name, compute(node, [table, index])[0]);
    return { ...node, inputs: [name, place.inputs[1]] };
  });
  return { nodes: joined, constants, output };
}

/** Without what the output does not need. */
const prune = (part: Part): Part => ({ ...pruned(part, [part.output]), output: part.output });

/**
 * The same prediction without what is known beforehand and what nothing needs, and with every table that is
 * looked up by level.
 *
 * @param codes names of the inputs that are codes of levels, by feature
 * @throws UnknownOperation where codes are used for anything but looking up
 */
export function simplify(part: Part, codes: readonly string[]): Part & Pick<Predictor, 'tables'> {
  const simple = prune(joinLookups(fold(prune(part)), new Set(codes)));
  const tables = new Map<string, { constant: string; feature: number }>();
  for (const { op, inputs, attributes } of simple.nodes)
    for (const [place, name] of inputs.entries()) {
      const feature = codes.indexOf(name);
      if (feature < 0) continue;
      if (op !== 'Gather' || place !== 1 || attributes?.axis !== 0 || !simple.constants.has(inputs[0]))
        throw new UnknownOperation(`${op} of the numbers of levels`);
      tables.set(`${feature} ${inputs[0]}`, { constant: inputs[0], feature });
    }
  return { ...simple, tables: [...tables.values()] };
}
