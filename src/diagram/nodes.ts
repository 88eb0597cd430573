import type { InterceptTrace, LevelRows, NetworkTrace, Place, StepTrace, TracedFeature } from '../../workers/protocol';
import { value, whole } from '../text/numbers';
import type { NodeId } from '../words/diagram/scene';

/** Most numbers of a vector, and rows of a level, that the picture draws; the table has all. */
const MOST_BARS = 10;
const MOST_COLUMNS = 5;
const MOST_UNITS = 100;

/** What a part of the picture holds, from top to bottom. */
export type Body =
  /** Numbers as bars from a common zero; `slopes` take their place on the way back. */
  | { kind: 'bars'; values: ArrayLike<number>; slopes: ArrayLike<number> | null; names?: readonly string[]; marked?: number; more: number }
  /** Units of a layer: the more, the darker. */
  | { kind: 'units'; values: ArrayLike<number>; more: number }
  /** Vectors of several rows side by side; the first is the followed row's where `own` says so. */
  | { kind: 'columns'; columns: readonly ArrayLike<number>[]; own: boolean; more: number }
  | { kind: 'text'; lines: readonly { name: string; text: string }[] }
  /** A share of 1. */
  | { kind: 'share'; share: number };

export interface DiagramNode {
  id: NodeId;
  title: string;
  /** What stands under the title, in the field's letters. */
  symbol: string;
  bodies: readonly Body[];
}

const bars = (values: ArrayLike<number>, slopes: ArrayLike<number> | null = null, names?: readonly string[], marked?: number): Body => ({
  kind: 'bars',
  values: Array.from(values).slice(0, MOST_BARS),
  slopes: slopes && Array.from(slopes).slice(0, MOST_BARS),
  names,
  marked,
  more: Math.max(0, values.length - MOST_BARS),
});

const vectorBars = ({ values, gradient }: Place): Body => bars(values, gradient);

const units = ({ values }: Place): Body => ({
  kind: 'units',
  values: values.subarray(0, MOST_UNITS),
  more: Math.max(0, values.length - MOST_UNITS),
});

function rowNode({ row }: StepTrace, feature: TracedFeature | undefined, readsY: boolean): DiagramNode {
  const names = row.x.slice(0, MOST_BARS).map(({ name }) => name);
  const lines = [
    ...(readsY ? [{ name: 'y', text: row.classLabels ? row.classLabels[row.y] : value(row.y) }] : []),
    ...(feature ? [{ name: feature.name, text: feature.label }] : []),
  ];
  return {
    id: 'row',
    title: `Row ${whole(row.row + 1)}`,
    symbol: readsY ? 'x, y, z' : 'x, z',
    bodies: [
      ...(lines.length > 0 ? [{ kind: 'text' as const, lines }] : []),
      bars(
        row.x.map((one) => one.value),
        null,
        names,
      ),
    ],
  };
}

function predictionNode({ row, prediction, ownPrediction }: StepTrace): DiagramNode {
  const lines = row.classLabels
    ? [
        { name: row.classLabels[1], text: value(prediction) },
        { name: 'class', text: row.classLabels[row.y] },
      ]
    : [
        { name: 'predicted', text: value(ownPrediction) },
        { name: row.targetName, text: value(row.ownY) },
        { name: 'error', text: value(row.ownY - ownPrediction) },
      ];
  return { id: 'prediction', title: 'Prediction', symbol: row.classLabels ? 'p̂, y' : 'ŷ, y', bodies: [{ kind: 'text', lines }] };
}

const proposalNode = (title: string, { mean, logVar }: TracedFeature): DiagramNode[] =>
  mean && logVar ? [{ id: 'proposal', title, symbol: 'μ, log τ²', bodies: [vectorBars(mean), vectorBars(logVar)] }] : [];

const drawNode = ({ draw }: TracedFeature): DiagramNode[] => (draw ? [{ id: 'draw', title: 'Draw', symbol: 'b', bodies: [vectorBars(draw)] }] : []);

const vectorNode = ({ vector }: TracedFeature, title: string, symbol: string): DiagramNode[] =>
  vector ? [{ id: 'vector', title, symbol, bodies: [vectorBars(vector)] }] : [];

function averageNode({ n, gives, rows }: LevelRows, followed: number): DiagramNode {
  const d = rows.length > 0 ? gives.length / rows.length : 0;
  const columns = Array.from(rows.subarray(0, MOST_COLUMNS), (_row, i) => gives.slice(i * d, i * d + Math.min(d, MOST_BARS)));
  return {
    id: 'rows',
    title: n === 1 ? '1 row' : `${whole(n)} rows`,
    symbol: 'b of each',
    bodies: [{ kind: 'columns', columns, own: rows[0] === followed, more: n - columns.length }],
  };
}

function networkNodes(trace: NetworkTrace, k: number): DiagramNode[] {
  const { kind, encoder, decoder } = trace;
  const feature = kind === 'no-levels' ? undefined : trace.features[k];
  const nodes: DiagramNode[] = [rowNode(trace, feature, trace.step !== null)];
  if (feature && kind === 'encoder') {
    if (trace.step) {
      if (encoder.length > 0) nodes.push({ id: 'encoder', title: 'Encoder', symbol: 'reads x, y', bodies: encoder.map(units) });
      nodes.push(...proposalNode('Proposal', feature), ...drawNode(feature));
    }
    if (feature.average) nodes.push(averageNode(feature.average, trace.row.row));
    nodes.push(...vectorNode(feature, 'Average', 'B'));
  } else if (feature && kind === 'one-hot') nodes.push(...vectorNode(feature, 'Its column', 'weights of the level'));
  else if (feature && kind === 'tables') {
    if (feature.table) nodes.push({ id: 'table', title: 'Table', symbol: 'row of the level', bodies: [vectorBars(feature.table)] });
    nodes.push(...vectorNode(feature, 'Vector', 'e'));
  } else if (feature) nodes.push(...proposalNode('Tables', feature), ...(feature.draw ? drawNode(feature) : vectorNode(feature, 'Vector', 'b')));
  const reads =
    kind === 'no-levels' || !feature
      ? 'reads x'
      : kind === 'one-hot'
        ? 'adds x'
        : `reads x, ${kind === 'encoder' ? 'B' : kind === 'tables' ? 'e' : 'b'}`;
  nodes.push({ id: 'decoder', title: 'Decoder', symbol: reads, bodies: decoder.map(units) }, predictionNode(trace));
  return nodes;
}

function interceptNodes(trace: InterceptTrace, k: number): DiagramNode[] {
  const { fixed, effects, features, residualVariance } = trace;
  const feature = features[k];
  const { mean, weight, variance } = effects[k];
  const { n, gives, rows } = feature.average as LevelRows;
  const names = Array.from(rows.subarray(0, MOST_BARS), (row) => `row ${whole(row + 1)}`);
  const residuals = bars(gives, null, names, rows[0] === trace.row.row ? 0 : undefined);
  return [
    rowNode(trace, feature, trace.row.part !== 'test'),
    {
      id: 'fixed',
      title: 'Fixed part',
      symbol: fixed.slopes ? 'xβ' : 'f(x)',
      bodies: [
        { kind: 'text', lines: [{ name: 'sum', text: value(fixed.value) }] },
        ...(fixed.slopes
          ? [
              bars(
                fixed.slopes,
                null,
                trace.row.x.slice(0, MOST_BARS).map((_x, j) => `β${j + 1}`),
              ),
            ]
          : []),
      ],
    },
    {
      id: 'rows',
      title: n === 1 ? '1 residual' : `${whole(n)} residuals`,
      symbol: 'of the level',
      bodies: n > 0 ? [{ ...residuals, more: n - Math.min(rows.length, MOST_BARS) } as Body] : [],
    },
    { id: 'mean', title: 'Mean', symbol: 'of the residuals', bodies: [{ kind: 'text', lines: [{ name: 'r̄', text: value(mean) }] }] },
    {
      id: 'weight',
      title: 'Weight',
      symbol: 'of its own rows',
      bodies: [
        { kind: 'share', share: weight },
        {
          kind: 'text',
          lines: [
            { name: 'weight', text: value(weight) },
            { name: 'n', text: whole(n) },
            { name: 'σ²_b', text: value(variance) },
            { name: 'σ²', text: value(residualVariance) },
          ],
        },
      ],
    },
    {
      id: 'vector',
      title: features.length > 1 ? 'Effects' : 'Effect',
      symbol: 'weight × mean',
      bodies: [
        bars(
          effects.map(({ effect }) => effect),
          null,
          features.map(({ name }) => name).slice(0, MOST_BARS),
          k,
        ),
      ],
    },
    predictionNode(trace),
  ];
}

/**
 * The parts of the picture of a trace, in the order of the way there; feature k is the one whose vector is
 * shown.
 */
export const nodesOf = (trace: StepTrace, k: number): DiagramNode[] =>
  trace.kind === 'intercepts' ? interceptNodes(trace, k) : networkNodes(trace, k);

/** Ways that leave the row of parts: what the decoder, or the sum, reads besides the part before it. */
export function sideWay(trace: StepTrace): readonly [NodeId, NodeId] | null {
  if (trace.kind === 'intercepts') return ['fixed', 'prediction'];
  return trace.kind === 'no-levels' ? null : ['row', 'decoder'];
}

/** Neighbours between which there is no way. */
export const apart = (trace: StepTrace, from: NodeId, to: NodeId): boolean => trace.kind === 'intercepts' && from === 'fixed' && to === 'rows';
