import type * as tf from '@tensorflow/tfjs';
import { SequenceTransformer } from '../../nn/sequence-transformer';
import type { RandomStream } from '../../random/random';
import type { CountedProblem, Model, Problem } from '../method';
import { attentionCount, countedSeries, forwardCount, type TransformerSizes } from './sequence-settings';
import { SeriesTables } from './series-table';
import { buildWindowModel, windowsOf } from './window-model';

export interface SequenceSettings extends TransformerSizes {
  /** Width of the vector of a tag; 0: no tags. */
  d: number;
  position: 'none' | 'sinusoidal';
  causal: boolean;
}

/**
 * A transformer over the steps of a window, with the sum of the series' tag vectors beside every step where d
 * is above 0 (docs/methods.md F4).
 */
export function buildSequenceModel({ series, tags = [] }: Problem, settings: SequenceSettings, random: RandomStream): Model {
  if (!series) throw new Error('a sequence transformer needs windows of series');
  const columns = settings.d > 0 ? tags : [];
  const tables = new SeriesTables(columns, settings.d, random);
  const { length, channels } = series;
  const network = new SequenceTransformer({ ...settings, length, channels, d: columns.length * settings.d }, random);
  const parameters = new Map<string, tf.Variable>([...tables.parameters(), ...network.parameters()]);
  return buildWindowModel(parameters, tables, {
    noiseShapes: (rows) => network.noiseShapes(rows),
    apply: (inputs, given, noise) => network.apply(windowsOf(inputs), tables.rows(inputs.tags ?? [], given), noise),
    dispose: () => network.dispose(),
  });
}

/** Trainable numbers: tables, projection, blocks, output. 102,481 at the published sizes. */
export function sequenceCount(problem: CountedProblem, { d, width, feedForward, blocks }: Omit<SequenceSettings, 'position' | 'causal'>): number {
  const columns = d > 0 ? (problem.tags ?? []) : [];
  const { channels } = countedSeries(problem, 24, 24);
  const block = attentionCount(width) + forwardCount(width, feedForward) + 4 * width;
  const projection = (channels + columns.length * d) * width + width;
  return columns.reduce((sum, { tags }) => sum + tags * d, 0) + projection + blocks * block + width + 1;
}
