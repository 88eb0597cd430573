import type { CategoricalColumn, LevelGraph } from '../dataset';
import { quote } from '../refusals';
import { shortened } from '../shown-text';
import { levelLabel } from '../vectors/match';
import type { EdgeFile, NamedEdge } from './edge-file';
import { refuse } from './refusals';

/** Most nodes of a graph: correlations of all pairs of its levels are held. */
export const MOST_NODES = 2_000;

const aloneOf = (levels: number, ...ends: readonly Int32Array[]): number => {
  const joined = new Uint8Array(levels);
  for (const list of ends) for (const node of list) if (node < levels) joined[node] = 1;
  return levels - joined.reduce((sum, one) => sum + one, 0);
};

/** A graph from the ends of its edges. */
export function levelGraph(
  feature: number,
  levels: number,
  edges: { nodes: number; from: Int32Array; to: Int32Array; weights: Float64Array },
  file?: LevelGraph['file'],
): LevelGraph {
  return { feature, ...edges, alone: aloneOf(levels, edges.from, edges.to), ...(file && { file }) };
}

/**
 * The graph of a feature's levels from a file, by their labels. Names of no level are nodes too: levels that
 * both have an edge with one are joined through it.
 *
 * @throws LabFailure 'edges-no-match' where no edge has a level of the feature, 'edges-loop' where the first
 * line is one, 'edges-too-large'
 */
export function matchEdges(file: EdgeFile, feature: number, column: Pick<CategoricalColumn, 'name' | 'cardinality' | 'labels'>): LevelGraph {
  const q = column.cardinality;
  const nodeOf = new Map<string, number>();
  for (let level = 0; level < q; level++) nodeOf.set(levelLabel(column, level).trim(), level);
  const isLevel = (name: string): boolean => (nodeOf.get(name) ?? q) < q;
  const [first] = file.edges;
  const touches = ({ from, to }: NamedEdge): boolean => isLevel(from) || isLevel(to);
  // Names of columns are levels only by chance.
  const edges = file.beginsUnsure && !touches(first) ? file.edges.slice(1) : file.edges;
  const [begin] = edges;
  if (begin.from === begin.to) throw refuse.loop(file.name, begin.line, begin.from);
  if (!edges.some(touches)) throw refuse.noMatch(file.name, column.name, begin.from, begin.line, levelLabel(column, 0));
  let firstOther: { name: string; line: number } | null = null;
  let others = 0;
  const node = (name: string, line: number): number => {
    const known = nodeOf.get(name);
    if (known !== undefined) return known;
    firstOther ??= { name, line };
    const own = q + others++;
    nodeOf.set(name, own);
    return own;
  };
  const ends = edges.flatMap(({ from, to, line }) => [node(from, line), node(to, line)]);
  if (q + others > MOST_NODES) throw refuse.tooLarge(file.name, column.name, q, others, MOST_NODES);
  const of = (end: 0 | 1): Int32Array => Int32Array.from(edges, (_, i) => ends[2 * i + end]);
  const weights = Float64Array.from(edges, ({ weight }) => weight);
  return levelGraph(feature, q, { nodes: q + others, from: of(0), to: of(1), weights }, { name: file.name, others, firstOther });
}

/** Letters of a name in a sentence. */
const MOST_NAME = 40;

const counted = (number: number, noun: string): string => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;

/** Which levels the edges of a graph join, and which names of its file are none, in words. */
export function edgesWords(
  { from, alone, file }: LevelGraph,
  { name: feature, cardinality }: Pick<CategoricalColumn, 'name' | 'cardinality'>,
): string {
  const { name = 'The graph', others = 0, firstOther = null } = file ?? {};
  const joined = `${name} joins ${(cardinality - alone).toLocaleString('en')} of the ${counted(cardinality, 'level')} of ${quote(feature)} by ${counted(from.length, 'edge')}.`;
  const rest =
    alone === 0 ? '' : alone === 1 ? ' The other has no edge, and is independent of all.' : ' The others have no edge, and are independent of all.';
  if (!firstOther) return joined + rest;
  const first = `${quote(shortened(firstOther.name, MOST_NAME))} in line ${firstOther.line.toLocaleString('en')}`;
  const known = others === 1 ? `Its name ${first} is no level` : `${others.toLocaleString('en')} of its names are no levels, the first ${first}`;
  return `${joined}${rest} ${known}: levels with an edge to ${others === 1 ? 'it' : 'one of them'} are joined through it.`;
}
